# MaxPerAddress without the directory where it is counted: an admin reads of it in
# the log, and mail goes on.

== config
[Server]
MaxPerAddress = 1
RuntimeDir = ${SPOOL}/none

== client
@ehlo
@quit

== log
/ MaxPerAddress: .*none/sessions: No such file or directory
