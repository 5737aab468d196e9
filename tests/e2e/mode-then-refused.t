# The verdict is that of the filters in force, before or behind the one on trial,
# which hears that the mail is over.

== config
[MailFilter]
Mode${TRIAL} = monitor

== filter 0
label first
${STAGE0}: reject

== filter 1
label second
${STAGE1}: reject

== client
@ehlo
${LINES}
!close

== filter ${TRIAL} saw
OPTNEG *
CONNECT *
HELO *
${SAW}

== delivered none

== log
${LOG}

== table
case        | TRIAL | STAGE0 | STAGE1 | LINES | SAW | LOG
mail        | 0 | MAIL | MAIL | > MAIL FROM:<a@x> // < 550 5.7.1 * | MAIL * // QUIT // (eof) | monitor filter=first stage=mail would=reject // refused stage=mail by=filter:second
mail-behind | 1 | MAIL | HELO | > MAIL FROM:<a@x> // < 550 5.7.1 * | QUIT // (eof) | monitor filter=second stage=helo // refused stage=mail by=filter:first
rcpt        | 0 | RCPT | RCPT | > MAIL FROM:<a@x> // !reply 250 // > RCPT TO:<b@y> // < 550 5.7.1 * | MAIL * // RCPT * // ABORT // QUIT // (eof) | monitor filter=first stage=rcpt would=reject // refused stage=rcpt by=filter:second
eom-data    | 0 | DATA | EOM | @mail // @send // < 554 5.7.1 * | MAIL * // RCPT * // DATA // QUIT // (eof) | monitor filter=first stage=data would=reject // mail result=rejected by=filter:second stage=eom
eom         | 0 | EOM | EOM | @mail // @send // < 554 5.7.1 * | MAIL * // RCPT * // DATA // HEADER * // EOH // BODY * // EOM // QUIT // (eof) | monitor filter=first stage=eom would=reject // mail result=rejected by=filter:second stage=eom
header      | 0 | HEADER | HEADER | @mail // @send // < 554 5.7.1 * | MAIL * // RCPT * // DATA // HEADER * // QUIT // (eof) | monitor filter=first stage=header would=reject // mail result=rejected by=filter:second stage=eom
