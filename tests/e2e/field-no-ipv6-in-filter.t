# roehling/postsrsd #153, #156, openwrt PR #20544: a libmilter built without IPv6
# closes the connection at CONNECT with family 6. It is a failure as any other: F=
# decides, for IPv6 clients only, and the log says what it may be. Once the filter
# has said a word to the client's address it is something else.

== gate
transport ${TRANSPORT}
needs ipv6

== filter
failure T
${SCRIPT}

== client
!reply 220
> EHLO c.example
!reply 250
> MAIL FROM:<a@x>
< ${REPLY}
!close

== log
${SAYS} filter .*: at .* ms: .*built without IPv6
session client=${CLIENT}

== table
case     | TRANSPORT | SCRIPT | REPLY | CLIENT | SAYS
ipv6     | tcp6 | CONNECT  6 : close | 451 4.3.2 * | ::1 | /
unasked  | tcp6 | protocol NR_CONN // CONNECT  6 : close | 451 4.3.2 * | ::1 | /
later    | tcp6 | HELO: close | 451 4.3.2 * | ::1 | !/
ipv4     | tcp4 | CONNECT: close | 451 4.3.2 * | 127.0.0.1 | !/
