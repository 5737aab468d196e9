# A header larger than what the gate queues towards a backend at once: the mail
# was put off with 451 for ever, and without a body the gate waited ten minutes
# for the answer to a dot that it had not sent.

== client
@ehlo
@mail
> DATA
< 354 *
>> \{6000*X-Field: \{85*x}\r\n}${REST}.\r\n
< 250 2.0.0 queued as 1
@quit

== delivered
\{6000*X-Field: \{85*x}\r\n}${MAIL}

== table
case    | REST         | MAIL
body    | \r\nbody\r\n | \r\nbody
no-body | \r\n         |
