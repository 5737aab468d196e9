# A client that sends STARTTLS and more in one segment: there is no TLS here, so
# the answer is no, what follows are commands in the clear as the client sent
# them, and the backend hears nothing of STARTTLS, which would make it and the
# gate speak different things.

== backend
offer PIPELINING; STARTTLS

== client
@ehlo
>> STARTTLS\r\nMAIL FROM:<a@x>\r\nRCPT TO:<b@y>\r\n
< 502 5.5.1 *
< 250 2.1.0 sender ok
< 250 2.1.5 recipient ok
> RSET
< 250 2.0.0 *
@quit

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
RSET
QUIT
(we closed)
