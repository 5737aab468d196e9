# Filters never see the gate's own Received, and what they ask for is counted
# without it; SIZE of a replay counts it, because the server gets it.

== config
[Backend]
Identity = received

== filter
EOM:
    chgfrom n@z
    accept

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== backend saw
...
RSET
MAIL FROM:<n@z> SIZE=<<1[5-9]\d|2[01]\d>>
RCPT TO:<b@y>
DATA
(mail 1)
QUIT
(we closed)

== filter saw
...
HEADER Subject|t
EOH
...
