# Of several F= letters T wins, then 4.

== filter
listen refuse
failure ${FLAGS}

== client
< ${GREETING}
!close

== table
case | FLAGS | GREETING
RT   | RT | 220 *
4R   | 4R | 421 4.7.0 *
R4T  | R4T | 220 *
