# A name of any length is cut off by the limit of the line, not by a buffer.

== client
@greet
> EHLO \{${LENGTH}*a}.example
< ${REPLY}
> EHLO c.example
!reply 250
@quit

== table
case | LENGTH | REPLY
big  | 1000 | <<50[01] 5.5.[24]>> *
huge | 4000 | 500 5.5.<<[24]>> *
