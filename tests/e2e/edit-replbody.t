# REPLBODY: chunks are joined as octets, line ends become CRLF, lines that begin
# with a dot are stuffed, and the last line is ended.

== gate
one-byte always

== filter
EOM:
    ${EDITS}
    accept

== client
@ehlo
@mail
> DATA
< 354 *
>> A: 1\r\n\r\nold body\r\n.\r\n
< 250 2.0.0 queued as 1
@quit

== delivered
A: 1

${BODY}

== table
case        | EDITS | BODY
one         | replbody new\r\n | new
lf          | replbody a\nb\n | a // b
no-end      | replbody a\r\nb | a // b
no-end-lf   | replbody a\nb | a // b
end-cr      | replbody a\r | a
two         | replbody ab // replbody cd\r\n | abcd
split-crlf  | replbody a\r // replbody \nb\r\n | a // b
dots        | replbody .\r\n..\r\n.x\r\n | .. // ... // ..x
lf-dot-lf   | replbody a\n.\nb\n | a // .. // b
split-dot   | replbody a\r\n. // replbody \r\nb\r\n | a // .. // b
split-dot-2 | replbody a\r\n // replbody .\r // replbody \nb\r\n | a // .. // b
end-dot     | replbody a\r\n. | a // ..
edits-between | replbody a // addheader X|v // replbody b\r\n // chgheader 1 X| | ab
8-bit       | replbody \xff\x80\r\n | \xff\x80
