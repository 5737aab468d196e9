# The program is not there: 421 4.3.5 and a log line that names it.

== gate
child ${PROGRAM}

== client
< 421 4.3.5 *
!gone

== log
/ ${WORD}

== exit
<<0|7[18]>>

== table
case    | PROGRAM | WORD
missing | /nonexistent/qmail-smtpd | nonexistent
no-exec | /etc/passwd | passwd
