# PROGRESS keeps a slow filter alive at the end of message (R starts anew, E does
# not), and is tolerated elsewhere.

== filter
failure T
times C:5s;S:5s;R:5s;E:30s
${STAGE}:
    ${ACTION}
    continue

== client
@ehlo
@mail
@send
< 250 2.0.0 queued as 1
@quit

== table
case    | STAGE | ACTION
eom     | EOM | progress
eom-few | EOM | delay 5 progress
mail    | MAIL | progress
body    | BODY | progress
