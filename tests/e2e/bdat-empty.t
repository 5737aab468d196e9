# "BDAT 0 LAST" alone is a mail without content, as a lone dot behind DATA is.

== client
@ehlo
@mail
> BDAT 0 LAST
< 250 2.0.0 queued as 1
@quit

== delivered
\{0*}
