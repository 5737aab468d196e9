# A filter that closes the connection does so at the chunk.

== filter
${STAGE}: shutdown

== client
@ehlo
@mail
>> BDAT 14\r\nSubject: t\r\n\r\nBDAT 7 LAST\r\nhello\r\n
!reply 421
!gone

== delivered none

== table
case   | STAGE
data   | DATA
header | HEADER
