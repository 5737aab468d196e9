# An empty line is no command, but it gets an answer: the next command must get
# its own.

== client
@ehlo
>
< 500 5.5.2 *
> NOOP
< 250 2.0.0 *
@mail
@quit
