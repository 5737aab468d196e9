# A greeting of several lines is passed or reduced to its first line; either way
# the client gets one whole reply.

== backend
connect:
    220-be.example ESMTP
    220 second line

== client
!reply 220
@quit
