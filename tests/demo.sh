#!/bin/sh
#
# demo.sh - the gate at work, on this machine alone (`make demo`)
#
# One mail goes the whole way:
#
#	say.py -> tcpserver -> spsmtpgate -> maildir_server.py -> Maildir
#	                           |
#	                      samplefilter
#
# The filter refuses one of two recipients and adds a header field. Shown are
# the dialogue, the verdicts, the gate's log and the mail as it arrived; then
# how to put the gate in front of a real server.
#
# All of it listens on loopback or in a directory of its own under TMPDIR (or
# /tmp), which is left for a look. Started as root, it all runs as nobody.
# Needs ./spsmtpgate, and the packages of `tests/deps build demo`.
#
# Status: 0 when the mail arrived with the header and the address was refused,
# otherwise 1.

python=/usr/bin/python3
good=bob@example.net
refused=refused@example.net
header='X-Sample-Filter: checked by samplefilter'
dir=
pids=

# libmilter looks for a signal every five seconds only: the demo does not wait.
finish()
{
	[ -n "$pids" ] || return
	# shellcheck disable=SC2086 # a list of words
	{
		kill $pids
		(sleep 1; exec kill -9 $pids) >/dev/null &
		late=$!
		wait $pids
		kill $late
	} 2>/dev/null
}

title()
{
	printf '\n== %s\n\n' "$*"
}

show()
{
	sed 's/^/    /' "$1"
}

fail()
{
	printf '\ndemo: %s\n' "$*"
	for log in backend.log filter.log gate.log; do
		if [ -s "$dir/$log" ]; then
			title "$dir/$log"
			show "$dir/$log"
		fi
	done
	exit 1
} >&2

# In the place of this (sub)shell, so that $! is the program itself.
run_as_user()
{
	# shellcheck disable=SC2086 # a list of words, or nothing
	exec $as_user "$@"
}

# wait_for FILE PATTERN: at most ten seconds
wait_for()
{
	n=100
	until grep -q "$2" "$1" 2>/dev/null; do
		[ $n -gt 0 ] || return 1
		n=$((n - 1))
		sleep 0.1
	done
}

# A place where the user may go and run programs, and whose name is short
# enough for a Unix socket.
make_dir()
{
	for base in "${TMPDIR:-/tmp}" /tmp /var/tmp; do
		dir=$(mktemp -d "$base/spsmtpgate-demo.XXXXXX") || continue
		printf '#!/bin/sh\n' >"$dir/probe"
		chmod 755 "$dir/probe"
		[ -z "$as_user" ] || chown nobody "$dir"
		if [ ${#dir} -lt 90 ] && (run_as_user "$dir/probe"); then
			rm -f "$dir/probe"
			return 0
		fi
		rm -rf "$dir"
	done 2>/dev/null
	dir=
	fail "found no directory to run programs in: set TMPDIR to one"
}

write_config()
{
	cat <<CONFIG
[Server]
Hostname = gate.example
SpoolDir = "$dir"

[Backend]
Server0 = "127.0.0.1:$1 10"
Identity = none     ; this backend is on its own: no client is hidden from it

[MailFilter]
Filter0 = "S=unix:$dir/filter.sock, F=T, T=C:5s;S:10s;R:10s;E:1m"
Name0 = sample
CONFIG
}

# What say.py shall say, and the answers it shall get.
write_script()
{
	cat <<SCRIPT
S: 220
C: EHLO client.example
S: 250
C: MAIL FROM:<alice@example.org>
S: 250
C: RCPT TO:<$good>
S: 250
C: RCPT TO:<$refused>
S: 550 5.7.1
C: DATA
S: 354
C: From: Alice <alice@example.org>
C: To: Bob <$good>
C: Subject: through the gate
C: Date: $(LC_ALL=C date '+%a, %d %b %Y %H:%M:%S %z')
C: Message-ID: <demo.$$@client.example>
C:
C: Hello Bob,
C: this mail has been through a filter before your server took it.
C: .
S: 250
C: QUIT
S: 221
SCRIPT
}

# The mail is where it belongs, once, with the header and for Bob alone.
check_mail()
{
	set -- "$dir"/Maildir/new/*
	[ -f "$1" ] || fail "no mail has arrived"
	[ $# -eq 1 ] || fail "more than one mail has arrived"
	mail=$1
	head=$dir/head
	sed '/^$/q' "$mail" >"$head"
	grep -q "^$header" "$head" || fail "the filter's header is missing"
	grep -q "^Delivered-To: $good\$" "$head" || fail "$good was left out"
	grep -q "^Delivered-To: $refused\$" "$head" && fail "$refused got it"
	rm -f "$head"
}

# --- preparations ---------------------------------------------------------

top=$(cd "$(dirname "$0")/.." && pwd) || exit 1
if [ ! -x "$top/spsmtpgate" ]; then
	echo "demo: no $top/spsmtpgate: run make" >&2
	exit 1
fi

# The gate refuses to run as root, and the others need not either.
as_user=
drop=
if [ "$(id -u)" -eq 0 ]; then
	group=$(id -g nobody)
	as_user="setpriv --reuid=nobody --regid=$group --clear-groups --"
	drop="-u $(id -u nobody) -g $group"
fi

trap finish EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

umask 022
make_dir
# A checkout may be private to root: the user runs copies.
mkdir "$dir/bin" || fail "cannot make $dir/bin"
cp "$top/spsmtpgate" "$top/tests/peers/maildir_server.py" \
    "$top/tests/peers/say.py" "$dir/bin/" || fail "cannot fill $dir/bin"
"${CC:-cc}" -O2 -o "$dir/bin/samplefilter" "$top/examples/samplefilter.c" \
    -lmilter -lpthread || fail "cannot compile the filter"
cd "$dir" || fail "cannot enter $dir"

# --- the backend, the filter, the gate ------------------------------------

run_as_user "$python" -I bin/maildir_server.py Maildir \
    >backend.port 2>backend.log &
pids=$!
wait_for backend.port '[0-9]$' || fail "the mail server does not start"
read -r _ backend_port <backend.port

run_as_user bin/samplefilter -v -r "$refused" -p "unix:$dir/filter.sock" \
    2>filter.log &
pids="$pids $!"
wait_for filter.log 'listening' || fail "the filter does not start"

write_config "$backend_port" >gate.conf
(run_as_user bin/spsmtpgate -n -c gate.conf) ||
    fail "the gate does not like $dir/gate.conf"

# -1: tell the port that was free; -H -R: no DNS and no ident by tcpserver;
# -D: replies are small and must not wait for acknowledgements.
# shellcheck disable=SC2086 # a list of words, or nothing
tcpserver -1 -D -H -R -l gate.example $drop 127.0.0.1 0 \
    "$dir/bin/spsmtpgate" -c "$dir/gate.conf" >gate.port 2>gate.log &
pids="$pids $!"
wait_for gate.port '^[0-9]' || fail "tcpserver does not start"
read -r port <gate.port

title "What runs"
cat <<PARTS
    launcher    tcpserver on 127.0.0.1 port $port, starts for each connection
    gate        spsmtpgate -c gate.conf
    filter      samplefilter -r $refused, on filter.sock
    backend     maildir_server.py (aiosmtpd) on 127.0.0.1 port $backend_port

    all in $dir${as_user:+, as nobody}
PARTS

# --- one mail -------------------------------------------------------------

title "A client sends one mail (C: the client, S: the gate)"
write_script >script
# In the background, as a signal for this shell would wait for it otherwise.
servers=$pids
"$python" -I bin/say.py 127.0.0.1 "$port" script >dialogue &
pids="$servers $!"
wait $!
said=$?
pids=$servers
show dialogue
[ $said -eq 0 ] || fail "this is not how the dialogue should go"
wait_for gate.log 'session ' || fail "the gate has not logged its session"

title "What the filter said"
show filter.log

title "What the gate logged"
show gate.log

check_mail
title "The mail as it arrived: the first lines are the backend's envelope"
show "$mail"

title "Where it all is (remove it when you have seen it)"
cat <<FILES
    gate.conf     $dir/gate.conf
    log           $dir/gate.log
    mail          $mail
FILES

title "In front of your own mail server"
cat <<OWN
Take gate.conf, change these lines, and check it with spsmtpgate -n -c FILE:

    [Server]
    Hostname = mail.your.domain
    SpoolDir = /var/tmp
    [Backend]
    Server0 = "127.0.0.1:2525 10"   ; where your server listens now
    Identity = xclient              ; or proxy-v1, proxy-v2: see below
    [MailFilter]
    Filter0 = "S=inet:11332@127.0.0.1, F=T, T=S:10s;R:10s;E:1m"   ; rspamd
    Name0 = rspamd

Your server must learn who the client is, or it would take every client for
its neighbour and relay for all: Identity says how it is told.

Then install it as /etc/spsmtpgate.conf, add an ordinary user spsmtpgate (the
gate does not work as root), and let the gate take the connections:

    $(bin/spsmtpgate -L tcpserver -c gate.conf)

For systemd and xinetd there are files in systemd/ and xinetd/.

The mail arrived with the filter's header, and $refused
was refused: the demo has passed.
OWN
