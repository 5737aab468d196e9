# The backend refuses the EHLO name: its answer is passed and the client may try
# HELO or another name on the same connection.

== backend
EHLO#1: 501 5.5.2 what a name
EHLO#2: 550-5.7.1 not
    550 5.7.1 you

== client
@greet
> EHLO a..b
< 501 5.5.2 what a name
> EHLO bad.example
< 550-5.7.1 not
< 550 5.7.1 you
> HELO c.example
< 250 be.example
@mail
@quit
