# RuntimeDir does not exist, or cannot be written: nothing is remembered, and
# nothing else is lost.

== config
[Server]
RuntimeDir = ${DIR}

== gate
args -d

== backend 0
listen refuse
weight 1000000

== backend 1
weight 0

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== log
/ ${LOG}

== table
case     | DIR           | LOG
missing  | /nonexistent  | /nonexistent/down-.*: No such file or directory: other sessions
not-ours | /             | //down-.*: Permission denied: other sessions
none     | ""            | stands in for
