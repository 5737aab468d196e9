# d--j/go-milter PR #39: filters that forget j, v and {daemon_name} with the
# first mail, or remember only the latest macro packet (emersion, phalaaxx):
# every mail brings j and {daemon_name} again, or the second mail of a session
# is signed for the wrong policy. go-milter #27, MIMEDefang PR #32, rmilter PR
# #107: the queue id is there from MAIL on, in each packet of macros.

== filter

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@mail
> RSET
< 250 2.0.0 *
@mail
@send
< 250 2.0.0 queued as 2
@quit

== filter macros
MAIL#1 i=<<[A-Za-z0-9]{12,}>> j=gate.example {daemon_name}=MTA
RCPT#1 i=<<[A-Za-z0-9]{12,}>>
DATA#1 i=<<[A-Za-z0-9]{12,}>>
EOH#1 i=<<[A-Za-z0-9]{12,}>>
EOM#1 i=<<[A-Za-z0-9]{12,}>>
MAIL#2 i=<<[A-Za-z0-9]{12,}>> j=gate.example {daemon_name}=MTA
RCPT#2 i=<<[A-Za-z0-9]{12,}>>
MAIL#3 i=<<[A-Za-z0-9]{12,}>> j=gate.example {daemon_name}=MTA
RCPT#3 i=<<[A-Za-z0-9]{12,}>>
DATA#2 i=<<[A-Za-z0-9]{12,}>>
EOH#2 i=<<[A-Za-z0-9]{12,}>>
EOM#2 i=<<[A-Za-z0-9]{12,}>>
