# The client hangs up when the filters have spoken and the backend was asked for
# DATA: no dot was sent, so the mail must not go out, for it will come again.  A
# client that only ended its side behind QUIT still waits for the answer.

== backend
DATA: !signal asked // !wait left // 354 go ahead

== client
@ehlo
@mail
> DATA
< 354 *
>> \r\nx\r\n.\r\n
!wait asked
${HOW}
!signal left
${END}

== backend saw
(connect)
EHLO c.example
MAIL FROM:<a@x>
RCPT TO:<b@y>
DATA
${SAW}

== log
mail result=${RESULT}

== table
case  | HOW | END | SAW | RESULT
half  | !halfclose | !close | (data cut 0) // (reset) | aborted by=client
close | !close | | (data cut 0) // (reset) | aborted by=client
reset | !reset | | (data cut 0) // (reset) | aborted by=client
quit  | >> QUIT\r\n // !halfclose | < 250 2.0.0 queued as 1 // < 221 2.0.0 * | (mail 1) // QUIT // (we closed) | accepted by=backend
