# RFC 5321 with its extensions asks for much more than 512; what fits is served.

== client
@ehlo
>> NOOP \{2000*x}\r\n
< 250 2.0.0 *
>> MAIL FROM:<\{60*a}@\{60*b}.\{60*c}.example>\r\n
< 250 2.1.0 sender ok
@quit
