# The name in HELO goes into headers and logs of everybody behind the gate.  Names
# that are none but harmless pass (clients do say localhost or an address), octets
# that could break a line do not.

== client
@greet
>> EHLO ${NAME}\r\n
${REPLY}
@quit

== backend saw
(connect)
${SAW}
QUIT
(we closed)

== table
case    | NAME | REPLY | SAW
literal | [192.0.2.1] | !reply 250 | EHLO [192.0.2.1]
ipv6    | [IPv6:2001:db8::1] | !reply 250 | EHLO [IPv6:2001:db8::1]
under   | my_pc | !reply 250 | EHLO my_pc
single  | localhost | !reply 250 | EHLO localhost
control | a\x01b | < <<50[01] 5.5.[24]>> * | 
escape  | a\x1b[2J | < <<50[01] 5.5.[24]>> * | 
delete  | a\x7fb | < <<50[01] 5.5.[24]>> * | 
tab     | a\tb | < <<50[01] 5.5.[24]>> * | 
