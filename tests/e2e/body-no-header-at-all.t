# Text whose first line is no header field is body from there on.  The gate puts
# the empty line in, so that the filters and the backend see the same border; an
# mbox "From " line is no field either.

== filter
actions NONE
protocol HDR_LEADSPC

== client
@ehlo
@mail
> DATA
< 354 *
>> ${OCTETS}.\r\n
< 250 2.0.0 queued as 1
@quit

== delivered
${MAIL}

== filter saw
...
DATA
${SAW}
EOM
...

== table
case       | OCTETS | MAIL | SAW
text       | hello there\r\nyou\r\n | \{0*} // hello there // you | EOH // BODY 18 hello there\r\nyou\r\n
after-one  | A: b\r\nhello there\r\nB: c\r\n\r\nd\r\n | A: b // \{0*} // hello there // B: c // \{0*} // d | HEADER A| b // EOH // BODY <<\d+>> hello<<.*>>
mbox       | From a@x Mon\r\nA: b\r\n\r\nc\r\n | \{0*} // From a@x Mon // A: b // \{0*} // c | EOH // BODY <<\d+>> From *
first-fold | \x20x\r\nA: b\r\n\r\nc\r\n | \{0*} // \x20x // A: b // \{0*} // c | EOH // BODY <<\d+>>  x<<.*>>
no-name    | : b\r\n\r\nc\r\n | \{0*} // : b // \{0*} // c | EOH // BODY <<\d+>> : b\r\n<<.*>>
