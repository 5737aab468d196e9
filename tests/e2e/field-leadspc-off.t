# rspamd/rspamd #6194 and section 4.5: what a filter without HDR_LEADSPC is
# shown. One leading blank goes, a TAB and a second blank stay, a field folded
# behind its colon begins with LF, and an empty value is still sent
# (emersion/go-milter PR #22 lost it). A trimmed value makes simple/simple DKIM
# fail for mail that nobody touched.

== filter
actions NONE
protocol ${FLAGS}

== client
@ehlo
@mail
> DATA
< 354 *
>> A:x\r\nB: x\r\nC:  x\r\nD:\tx\r\nE:\r\nF: \r\nMessage-ID:\r\n <1@x>\r\nG: x \r\n\ty \r\nH : x\r\n\r\nbody\r\n.\r\n
< 250 2.0.0 queued as 1
@quit

== filter saw
...
DATA
${SAW}
EOH
BODY 6 body\r\n
EOM
...

== delivered
A:x
B: x
C:  x
D:\tx
E:
F:\x20
Message-ID:
\x20<1@x>
G: x\x20
\ty\x20
H : x

body

== table
case | FLAGS | SAW
off | NONE | HEADER A|x // HEADER B|x // HEADER C| x // HEADER D|\tx // HEADER E| // HEADER F| // HEADER Message-ID|\n <1@x> // HEADER G|x \n\ty<<\x20>> // HEADER H|x
on | HDR_LEADSPC | HEADER A|x // HEADER B| x // HEADER C|  x // HEADER D|\tx // HEADER E| // HEADER F|<<\x20>> // HEADER Message-ID|\n <1@x> // HEADER G| x \n\ty<<\x20>> // HEADER H| x
