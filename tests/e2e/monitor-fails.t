# A filter on trial that fails: whatever its F= says, nobody notices but the log.

== config
[MailFilter]
Mode0 = monitor

== filter
failure ${FAILURE}
times C:5s;S:5s;R:1s;E:2s
${STAGE}:
    ${HOW}

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@mail
@send
< 250 2.0.0 queued as 2
@quit

== table
case         | FAILURE | STAGE | HOW
R-optneg     | R | OPTNEG | close
T-connect    | T | CONNECT | close
4-helo       | 4 | HELO | close
R-mail       | R | MAIL | close
T-rcpt       | T | RCPT | packet X \{0*}
4-data       | 4 | DATA | close
R-header     | R | HEADER | close
T-body       | T | BODY | hang
R-eom        | R | EOM | hang
4-eom        | 4 | EOM | addheader X-A|v // replbody half // close
