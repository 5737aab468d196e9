# A broken backend's list must not become commands or lines of the gate's own
# making: octets outside SMTP are dropped, bare line ends do not split.

== backend
EHLO: !raw 250-be.example\r\n250-SIZE 100\0 5\r\n250-8BITMIME\n250 DSN\r\n

== client
@greet
> EHLO c.example
!reply 250
@quit
