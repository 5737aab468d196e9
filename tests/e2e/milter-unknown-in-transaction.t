# Inside a transaction UNKNOWN goes only to filters that also take DATA: for the
# others libmilter's machine would get stuck at the headers.

== filter
protocol ${FLAG}

== client
@ehlo
@mail
> FOO
< <<50[02] 5.5.[12]>> *
@send
< 250 2.0.0 queued as 1
@quit

== filter saw
...
RCPT <b@y>
${SAW}
HEADER *
EOH
BODY *
EOM
QUIT
(eof)

== table
case    | FLAG | SAW
data    | NONE | UNKNOWN FOO // DATA
no-data | NODATA | 
