# Line ends in a filter's value: folds become CRLF, whatever the filter wrote, and
# nothing in a value can end the header or start a field of its own (28).

== gate
one-byte always

== filter
EOM:
    addheader X|${VALUE}
    accept

== client
@ehlo
@mail
> DATA
< 354 *
>> A: 1\r\n\r\nbody\r\n.\r\n
< 250 2.0.0 queued as 1
@quit

== delivered
A: 1
${ADDED}

body

== table
case         | VALUE | ADDED
fold-lf      | a\n b | X: a // \x20b
fold-crlf    | a\r\n b | X: a // \x20b
fold-tab     | a\n\tb | X: a // \tb
no-blank     | a\nb | X: a // \tb
inject-field | a\nEvil: x | X: a // \tEvil: x
inject-crlf  | a\r\nEvil: x | X: a // \tEvil: x
empty-line   | a\n\n b | X: a // \x20b
empty-line-2 | a\r\n\r\nbody | X: a // \tbody
end-lf       | a\n | X: a
end-crlf     | a\r\n | X: a
end-many     | a\n\n\r\n | X: a
bare-cr      | a\rb | X: ab
dot          | a\n. | X: a // \t.
crcrlf       | a\r\r\n b | X: a // \x20b
