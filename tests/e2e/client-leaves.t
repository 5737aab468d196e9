# The client goes away at some point before the mail is complete: nothing is
# delivered, the backend is left with QUIT or RSET, never with a half command.

== client
${LINES}
!${HOW}

== backend saw
(connect)
...

== delivered none

== log
session end=lost

== table
case          | LINES | HOW
greeting      | @greet | close
greeting-rst  | @greet | reset
greeting-half | @greet | halfclose
ehlo          | @ehlo | close
mail          | @ehlo // > MAIL FROM:<a@x> // < 250 2.1.0 sender ok | close
rcpt          | @ehlo // @mail | close
rcpt-rst      | @ehlo // @mail | reset
half-command  | @ehlo // >> MAIL FROM:<a@ | close
354           | @ehlo // @mail // > DATA // < 354 * | close
body          | @ehlo // @mail // > DATA // < 354 * // >> A: b\r\n\r\ntext\r\n | close
body-rst      | @ehlo // @mail // > DATA // < 354 * // >> A: b\r\n\r\ntext\r\n | reset
no-greeting   |  | close
