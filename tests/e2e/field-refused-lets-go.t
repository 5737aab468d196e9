# milter-mta-side.md 2.3 and 5.2: once the session is refused, at the connection
# or at HELO, all filters get QUIT at once and not when the client is done.  A
# client that was refused may stay for an hour, and filters have few threads.

== filter 0

== filter 1
failure R
${STAGE}:
    ${HOW}

== filter 2
QUIT: signal free

== client
< ${GREETING}
> EHLO c.example
!reply 250
!wait free
> MAIL FROM:<a@x>
< 5<<\d\d 5.\d.\d>> *
@quit

== filter 2 saw
...
QUIT
(eof)

== table
case           | STAGE | HOW | GREETING
connect-reject | CONNECT | reject | 554 *
connect-fails  | CONNECT | close | 554 *
helo-reject    | HELO | reject | 220 be.example ESMTP
helo-fails     | HELO | close | 220 be.example ESMTP
