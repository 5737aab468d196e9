# A filter that wants the connection closed gets it closed.

== filter
CONNECT:
    reply ${TEXT}

== client
< ${GREETING}
!gone

== backend saw

== table
case  | TEXT | GREETING
one   | 421 4.7.0 go | 421 4.7.0 go
multi | 421-4.7.0 go\r\n421 4.7.0 away | 421-4.7.0 go // 421 4.7.0 away
