# milter-manager/milter-manager #134, rspamd/rspamd #2315: rspamd answers with
# every NR_* bit and was unusable behind milter-manager. The only answer is the
# one at the end of message; sendmail-pmilter's filters that answer all the same
# (milterfrom PR #4) are a protocol error, and never shift the answers by one.

== filter
failure T
protocol NR_ALL
${STAGE}:
    ${ACTIONS}

== client
@ehlo
@mail
> DATA
< 354 *
${WAIT}
>> Subject: t\r\n\r\nhello\r\n.\r\n
< ${REPLY}
!close

== table
case | STAGE | ACTIONS | WAIT | REPLY
reject | EOM | reject |  | 554 5.7.1 *
accept | EOM | accept |  | 250 2.0.0 queued as 1
edits | EOM | addheader X|1 // continue |  | 250 2.0.0 queued as 1
answers-mail | DATA | reject // signal said | !wait said | 451 4.3.2 *
