# After the dot only a reply of class 2, 4 or 5 says what became of the mail.
# Anything else is "unknown": 451, never 250, and no second try.

== backend
body:
    ${ANSWER}

== client
@ehlo
@mail
@send
< 451 4.<<3.0|4.2>> *
!${END}

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
DATA
(mail 1)
<<\((we closed|eof|reset)\)>>

== log
mail result=unknown

== table
case  | ANSWER | END
text  | !raw nonsense\r\n | close
354   | 354 more | close
1xx   | 150 wait | close
code  | !raw 2500 ok\r\n | close
close | !close | close
reset | !reset | close
part  | !raw 250 queued // !close | close
