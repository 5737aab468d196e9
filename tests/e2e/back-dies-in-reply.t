# The backend hangs up instead of answering: before the text the question is asked
# again over a new connection, once.

== config
[Backend]
ConnectRetry = 1

== backend
@1 ${VERB}: !close

== client
${LINES}
@quit

== table
case | VERB | LINES
mail | MAIL | @ehlo // @mail // @send // < 250 2.0.0 queued as 1
rcpt | RCPT | @ehlo // @mail // @send // < 250 2.0.0 queued as 1
rset | RSET | @ehlo // @mail // > RSET // < 250 2.0.0 * // @mail // @send // < 250 2.0.0 queued as 1
