# What looks suspicious and is legal passes unchanged in both modes: blanks and
# tabs behind a dot, the control characters that only Unicode takes for line
# ends, 8-bit text.

== gate
one-byte always

== config
[Server]
BareNewline = ${MODE}

== client
@ehlo
@mail
> DATA
< 354 *
>> Subject: t\r\n\r\nline\r\n${OCTETS}\r\nrest\r\n.\r\n
< 250 2.0.0 queued as 1
@quit

== delivered
Subject: t

line
${SENT}
rest

== table
case              | MODE | OCTETS | SENT
19-dot-blank      | reject | .\x20 | \x20
19-dot-tab        | reject | .\t | \t
dot-stuffed       | reject | .. | ..
dot-stuffed-text  | reject | ..x | ..x
dot-unstuffed     | reject | .x | x
three-dots        | reject | ... | ...
30-vt-ff          | reject | \x0b.\x0b\x0c.\x0c | \x0b.\x0b\x0c.\x0c
30-fs-gs-rs       | reject | \x1c.\x1d.\x1e. | \x1c.\x1d.\x1e.
30-nel            | reject | \x85.\x85 | \x85.\x85
30-ls             | reject | \xe2\x80\xa8.\xe2\x80\xa8 | \xe2\x80\xa8.\xe2\x80\xa8
8-bit             | reject | \xff\xfe\x80 | \xff\xfe\x80
n-dot-blank       | normalize | .\x20 | \x20
n-vt              | normalize | \x0b.\x0b | \x0b.\x0b
n-8-bit           | normalize | \xff\xfe\x80 | \xff\xfe\x80
