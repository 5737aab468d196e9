# The backend refuses the client once it knows the address: that greeting is
# passed.

== config
[Backend]
Identity = xclient
ConnectRetry = 1

== backend
offer XCLIENT ADDR PORT NAME
XCLIENT:
    ${ANSWER}

== client
< ${REPLY}
!close

== delivered none

== table
case | ANSWER | REPLY
554  | 554 5.7.1 you are listed | 554 5.7.1 you are listed
421  | 421 4.7.0 not now | 421 <<4\.\d\.\d>> *
501  | 501 5.5.4 bad attribute | <<(421|554|501)>> *
