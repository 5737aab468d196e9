# Verdicts of two filters over two mails: nothing of the first mail's verdict is
# left for the second.

== filter 0
EOM#1:
    ${FIRST}

== filter 1
EOM#${NTH}:
    addheader X-Seen|yes
    accept

== client
@ehlo
@mail
@send
< ${REPLY}
@mail
@send
< 250 2.0.0 queued as <<\d>>
@quit

== delivered ${LAST}
Subject: t
X-Seen: yes

hello

== table
case     | FIRST | REPLY | NTH | LAST
reject   | reject | 554 5.7.1 * | 1 | 1
tempfail | tempfail | 451 4.3.2 * | 1 | 1
discard  | discard | 250 2.0.0 * | 1 | 1
accept   | accept | 250 2.0.0 queued as 1 | 2 | 2
