# A backend's keywords come out as they are registered, once, with single blanks
# and without what does not belong there: clients match them as text.

== backend
EHLO: 250-be.example // 250-deliverby   240 \x20 // 250-8BITMIME please // 250-8bitmime // 250-Mt-Priority MIXER // 250 DSN\x20

== client
@greet
> EHLO c.example
!ehlo be.example; PIPELINING; SIZE 52428800; CHUNKING; LIMITS MAILMAX=100 RCPTMAX=1000; DELIVERBY 240; 8BITMIME; MT-PRIORITY MIXER; DSN
@quit
