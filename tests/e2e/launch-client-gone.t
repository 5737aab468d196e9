# The client has reset the connection before the gate runs: no error, no backend
# connection needed, no status for the service manager to collect.

== client
!reset

== delivered none
