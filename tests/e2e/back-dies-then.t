# The backend hangs up while the client is silent: whatever the client says next
# is answered as if nothing had happened, over a new connection where one is
# needed.

== backend
@1 ${VERB}:
    ${REPLY}
    !close
    !signal said

== client
${LINES}
!wait said
${NEXT}
@quit

== table
case         | VERB | REPLY | LINES | NEXT
start-ehlo   | connect | 220 be.example ESMTP | @greet | > EHLO c.example // !reply 250 // @mail // @send // < 250 2.0.0 queued as 1
start-noop   | connect | 220 be.example ESMTP | @greet | > NOOP // < 250 2.0.0 *
start-quit   | connect | 220 be.example ESMTP | @greet | > NOOP // < 250 2.0.0 *
ehlo-ehlo    | EHLO | 250 be.example | @ehlo | > EHLO d.example // !reply 250 // @mail // @send // < 250 2.0.0 queued as 1
ehlo-helo    | EHLO | 250 be.example | @ehlo | > HELO d.example // < 250 be.example // @mail // @send // < 250 2.0.0 queued as 1
ehlo-rset    | EHLO | 250 be.example | @ehlo | > RSET // < 250 2.0.0 * // @mail // @send // < 250 2.0.0 queued as 1
mail-rcpt    | MAIL | 250 2.1.0 sender ok | @ehlo // > MAIL FROM:<a@x> // < 250 2.1.0 sender ok | > RCPT TO:<b@y> // < 250 2.1.5 recipient ok // @send // < 250 2.0.0 queued as 1
mail-rset    | MAIL | 250 2.1.0 sender ok | @ehlo // > MAIL FROM:<a@x> // < 250 2.1.0 sender ok | > RSET // < 250 2.0.0 * // @mail // @send // < 250 2.0.0 queued as 1
rcpt-rcpt    | RCPT | 250 2.1.5 recipient ok | @ehlo // @mail | > RCPT TO:<c@y> // < 250 2.1.5 recipient ok // @send // < 250 2.0.0 queued as 1
rcpt-ehlo    | RCPT | 250 2.1.5 recipient ok | @ehlo // @mail | > EHLO d.example // !reply 250 // > DATA // < 503 5.5.1 * // @mail // @send // < 250 2.0.0 queued as 1
body-mail    | body | 250 2.0.0 queued as 0 | @ehlo // @mail // @send // < 250 2.0.0 queued as 0 | @mail // @send // < 250 2.0.0 queued as 2
rset-mail    | RSET | 250 2.0.0 reset | @ehlo // @mail // > RSET // < 250 2.0.0 * | @mail // @send // < 250 2.0.0 queued as 1
