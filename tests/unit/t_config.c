/*
 * config: the settings, read once
 *
 * If it breaks, the file that worked since 2009 is refused and no mail comes
 * in; or a mistake is not noticed, and a filter that should refuse mail when
 * it fails lets it pass; or the admin mends one error only to meet the next.
 */
#include <sys/stat.h>

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "config.h"
#include "tap.h"

#define FILE_NAME	"t.conf"
#define MAXREPORTS	32

struct reports {
	char	 error[MAXREPORTS][1100];
	size_t	 nerror;
	char	 remark[MAXREPORTS][1100];
	size_t	 nremark;
};

static void
report(void *arg, bool error, const char *text)
{
	struct reports	*r = arg;
	size_t		*n = error ? &r->nerror : &r->nremark;

	if (*n < MAXREPORTS)
		strlcpy(error ? r->error[*n] : r->remark[*n], text,
		    sizeof(r->error[0]));
	(*n)++;
}

static void
write_file(const char *text, size_t n)
{
	FILE	*f = fopen(FILE_NAME, "w");

	if (f == NULL || fwrite(text, 1, n, f) != n || fclose(f) != 0) {
		printf("Bail out! %s: %s\n", FILE_NAME, strerror(errno));
		exit(1);
	}
}

static unsigned int
load_mem(struct config *c, const char *text, size_t n, struct reports *r)
{
	memset(r, 0, sizeof(*r));
	write_file(text, n);
	memset(c, 0, sizeof(*c));
	return config_load(c, FILE_NAME, NULL, report, r);
}

static unsigned int
load(struct config *c, const char *text, struct reports *r)
{
	return load_mem(c, text, strlen(text), r);
}

/* design.md, Configuration, as it stands there. */
static const char	 example[] =
"    [Server]                  ; limits of the gate\n"
"    MaxConnections = 1024     ; the launcher's limit: used by `spsmtpgate "
    "-L systemd|xinetd|tcpserver`\n"
"    SocketTimeout = 600       ; idle limit towards the client, seconds\n"
"    MaxThreads = 128          ; accepted, no meaning any more; -n says so\n"
"    MaxReqQueueSize = 128     ; likewise\n"
"\n"
"    [Backend]                 ; the mail servers behind\n"
"    ConnectTimeout = 5\n"
"    ConnectRetry = 3\n"
"    SocketTimeout = 10        ; one reply of the backend; the reply to the "
    "final dot has its own, longer limit\n"
"    ServerCount = 1\n"
"    Server0 = 127.0.0.1:2025 10        ; host:port weight\n"
"\n"
"    [MailFilter]              ; milters, in Sendmail's notation\n"
"    Filter0 = \"S=inet:1111@127.0.0.1, F=T, T=C:5s;S:10s;R:10s;E:1m\"\n";

static void
check_example(const struct config *c, const char *how)
{
	is_int(c->max_connections, 1024, "%s: MaxConnections", how);
	is_int(c->idle_ms, 600000, "%s: SocketTimeout", how);
	is_int(c->connect_ms, 5000, "%s: ConnectTimeout", how);
	is_int(c->connect_retry, 3, "%s: ConnectRetry", how);
	is_int(c->reply_ms, 10000, "%s: SocketTimeout of the backend", how);
	is_int(c->server_count, 1, "%s: ServerCount", how);
	if (is_int((int64_t)c->nserver, 1, "%s: servers", how)) {
		is_str(c->server[0].ep.host, "127.0.0.1", "%s: host", how);
		is_int(c->server[0].ep.port, 2025, "%s: port", how);
		is_int(c->server[0].weight, 10, "%s: weight", how);
	}
	if (is_int((int64_t)c->nfilter, 1, "%s: filters", how)) {
		is_str(c->filter[0].ep.host, "127.0.0.1", "%s: host of the "
		    "filter", how);
		is_int(c->filter[0].ep.port, 1111, "%s: its port", how);
		is_int(c->filter[0].fail, FAIL_TEMP, "%s: its F=T", how);
		is_int(c->filter[0].connect_ms, 5000, "%s: its T=C:", how);
		is_int(c->filter[0].send_ms, 10000, "%s: its T=S:", how);
		is_int(c->filter[0].read_ms, 10000, "%s: its T=R:", how);
		is_int(c->filter[0].eom_ms, 60000, "%s: its T=E:", how);
	}
}

/* The text with CRLF, a byte order mark, or neither. */
static char *
dress(const char *text, bool crlf, bool bom, size_t *n)
{
	char	*out = malloc(2 * strlen(text) + 4);
	char	*p = out;

	if (out == NULL)
		exit(1);
	if (bom)
		p = stpcpy(p, "\xef\xbb\xbf");
	for (; *text != '\0'; text++) {
		if (*text == '\n' && crlf)
			*p++ = '\r';
		*p++ = *text;
	}
	*n = (size_t)(p - out);
	return out;
}

static void
test_example(void)
{
	static const char *const how[] = { "2009", "2009 with CRLF",
		"2009 with BOM", "2009 with BOM and CRLF" };
	struct reports	 r;
	struct config	 c;
	char		*text;
	size_t		 n;
	size_t		 i;

	for (i = 0; i < 4; i++) {
		text = dress(example, i & 1, i & 2, &n);
		is_int(load_mem(&c, text, n, &r), 0, "%s: no error", how[i]);
		is_int((int64_t)r.nremark, 2, "%s: two remarks", how[i]);
		ok(strstr(r.remark[0], FILE_NAME ":4: MaxThreads") != NULL &&
		    strstr(r.remark[1], FILE_NAME ":5: MaxReqQueueSize") !=
		    NULL, "%s: of what has no meaning any more", how[i]);
		check_example(&c, how[i]);
		config_free(&c);
		/* Without the last line end. */
		is_int(load_mem(&c, text, n - (i & 1 ? 2 : 1), &r), 0,
		    "%s: no line end at the end", how[i]);
		is_int((int64_t)c.nfilter, 1, "%s: last line counts", how[i]);
		config_free(&c);
		free(text);
	}
}

#define BACKEND		"[Backend]\nServer0 = h:25\n"

static void
test_presets(void)
{
	struct reports	 r;
	struct config	 c;
	char		 host[256];

	is_int(load(&c, BACKEND "[MailFilter]\nFilter0=S=unix:/s\n", &r), 0,
	    "presets: no error");
	is_int((int64_t)r.nremark, 0, "presets: no remark");
	is_int(c.max_connections, 200, "MaxConnections");
	is_int(c.idle_ms, 300000, "SocketTimeout");
	is_int(c.session_ms, 3600000, "SessionTimeout");
	is_int(c.data_ms, 1800000, "DataTimeout");
	is_str(c.daemon_name, "MTA", "DaemonName");
	is_int(c.max_size, 50 << 20, "MaxMessageSize");
	is_int(c.max_rcpts, 1000, "MaxRecipients");
	is_int(c.max_errors, 20, "MaxErrors");
	is_int(c.max_junk, 100, "MaxJunk");
	is_int(c.max_header, 1 << 20, "MaxHeaderSize");
	is_int(c.max_line, 65536, "MaxLineLength");
	is_str(c.spool_dir, "/var/tmp", "SpoolDir");
	is_int(c.spool_memory, 65536, "SpoolMemory");
	is_int(c.bare_newline, BARE_REJECT, "BareNewline");
	is_int(c.connect_ms, 5000, "ConnectTimeout");
	is_int(c.connect_retry, 3, "ConnectRetry");
	is_int(c.reply_ms, 300000, "SocketTimeout of the backend");
	is_int(c.final_ms, 600000, "FinalTimeout");
	is_int(c.identity, ID_AUTO, "Identity");
	is_int(c.chain_ms, 270000, "ChainTimeout");
	is_int(c.quarantine, QUARANTINE_REJECT, "Quarantine");
	is_int(c.max_reply, 51 << 20, "MaxReplySize is a mail and 1M");
	is_int(c.server[0].weight, 1, "weight of a server");
	is_int(c.filter[0].fail, FAIL_NONE, "F=");
	is_int(c.filter[0].connect_ms, 0, "T=C:");
	is_int(c.filter[0].send_ms, 10000, "T=S:");
	is_int(c.filter[0].read_ms, 10000, "T=R:");
	is_int(c.filter[0].eom_ms, 300000, "T=E:");
	ok(c.filter[0].name != NULL && c.filter[0].name[0] != '\0',
	    "a filter has a name");
	(void)gethostname(host, sizeof(host));
	ok(c.hostname != NULL && (strcmp(c.hostname, host) == 0 ||
	    strcmp(c.hostname, "localhost") == 0), "Hostname");
	config_free(&c);
}

/* Every key with a value of its own, in the odd forms that are legal. */
static const char	 everything[] =
"; a comment\n"
"# another\n"
"[SERVER] ; here, too\n"
"maxconnections=7\n"
"SOCKETTIMEOUT\t=\t10m # ten minutes\n"
"SessionTimeout = 1h30m\n"
"DataTimeout = \"90\"\n"
"MinDataRate = 1K\n"
"Hostname = \"gate.example.org\" ; quoted\n"
"DaemonName = \"MSA; not #1\"\n"
"MaxMessageSize = 20M\n"
"MaxRecipients = 100\n"
"MaxErrors = 5\n"
"MaxJunk = 6\n"
"MaxHeaderSize = 64k\n"
"MaxLineLength = 998\n"
"SpoolDir = /tmp\n"
"SpoolMemory = 4096\n"
"BareNewline = Normalize\n"
"[MailFilter]\n"
"ChainTimeout = 4m\n"
"Quarantine = \"maildir:/var/spool/held; mail\"\n"
"MaxReplySize = 1G\n"
"Filter10 = \"S=unix:/run/a.sock\"\n"
"Name10 = last\n"
"Filter2 = \"S=inet6:2222@[::1], F=R, T=R:2m\" # the first\n"
"Filter3 = S=local:/run/b.sock, F=4\n"
"Mode3 = MONITOR\n"
"Skip3 = authenticated, RelayClient,larger=10M, 192.0.2.0/24 , 2001:db8::/32\n"
"Mode2 = enforce\n"
"[Backend]\n"
"ConnectTimeout = 7\n"
"ConnectRetry = 0\n"
"SocketTimeout = 1m\n"
"FinalTimeout = 9m\n"
"Identity = proxy-v2\n"
"ServerCount = 3\n"
"Server2 = unix:/run/smtp 0\n"
"Server0 = [2001:db8::1]:25 5\n"
"Server1 = \"mail.example.org:2525   20\"\n"
"Identity1 = None\n";

static void
test_everything(void)
{
	struct reports	 r;
	struct config	 c;

	is_int(load(&c, everything, &r), 0, "all keys: no error");
	is_int(c.max_connections, 7, "all keys: a number");
	is_int(c.idle_ms, 600000, "all keys: minutes");
	is_int(c.session_ms, 5400000, "all keys: hours and minutes");
	is_int(c.data_ms, 90000, "all keys: seconds without unit, quoted");
	is_int(c.min_rate, 1024, "all keys: K");
	is_str(c.hostname, "gate.example.org", "all keys: host name");
	is_str(c.daemon_name, "MSA; not #1",
	    "all keys: ; and # in quotes are no comment");
	is_int(c.max_size, 20 << 20, "all keys: M");
	is_int(c.max_header, 65536, "all keys: k");
	is_int(c.max_line, 998, "all keys: octets");
	is_str(c.spool_dir, "/tmp", "all keys: path");
	is_int(c.bare_newline, BARE_NORMALIZE, "all keys: word in any case");
	is_int(c.quarantine, QUARANTINE_MAILDIR, "all keys: Quarantine");
	is_str(c.maildir, "/var/spool/held; mail", "all keys: its path");
	is_int(c.max_reply, 1 << 30, "all keys: G");
	is_int(c.identity, ID_PROXY_V2, "all keys: Identity");
	is_int(c.connect_retry, 0, "all keys: 0 retries");
	is_int((int64_t)c.nserver, 3, "all keys: servers");
	is_str(c.server[0].ep.host, "2001:db8::1", "Server0: host");
	is_int(c.server[0].ep.port, 25, "Server0: port");
	is_int(c.server[0].weight, 5, "Server0: weight");
	is_int(c.server[0].identity, ID_PROXY_V2, "Server0: as all");
	is_int(c.server[1].identity, ID_NONE, "Identity1: of its own");
	is_str(c.server[0].label, "[2001:db8::1]:25", "Server0: label");
	is_str(c.server[1].ep.host, "mail.example.org", "Server1: host");
	is_int(c.server[1].weight, 20, "Server1: weight");
	is_int(c.server[2].ep.family, AF_UNIX, "Server2: family");
	is_str(c.server[2].ep.host, "/run/smtp", "Server2: path");
	is_int(c.server[2].weight, 0, "Server2: weight");
	is_int((int64_t)c.nfilter, 3, "all keys: filters");
	is_str(c.filter[0].ep.host, "::1", "Filter2 is the first");
	is_int(c.filter[0].ep.family, AF_INET6, "Filter2: family");
	is_int(c.filter[0].fail, FAIL_REJECT, "Filter2: F=R");
	is_int(c.filter[0].read_ms, 120000, "Filter2: T=R:2m");
	is_int(c.filter[0].eom_ms, 300000, "Filter2: T=E: as preset");
	is_str(c.filter[1].ep.host, "/run/b.sock", "Filter3: path");
	is_int(c.filter[1].fail, FAIL_CLOSE, "Filter3: F=4");
	ok(c.filter[1].monitor && !c.filter[0].monitor &&
	    !c.filter[2].monitor, "Mode3: monitor, for that filter alone");
	ok(c.filter[1].skip.authenticated && c.filter[1].skip.relayclient,
	    "Skip3: words");
	is_int(c.filter[1].skip.larger, 10 << 20, "Skip3: size");
	is_int((int64_t)c.filter[1].skip.nnet, 2, "Skip3: networks");
	ok(net_has(&c.filter[1].skip.net[0], "192.0.2.77") &&
	    net_has(&c.filter[1].skip.net[1], "2001:db8:5::1"),
	    "Skip3: the right ones");
	ok(!c.filter[0].skip.authenticated && c.filter[0].skip.nnet == 0 &&
	    c.filter[0].skip.larger == 0, "Filter2 skips nobody");
	is_str(c.filter[2].name, "last", "Filter10: Name10");
	config_free(&c);

	/* Without quotes a ; ends the line: the times behind it are gone. */
	is_int(load(&c, BACKEND "[MailFilter]\nFilter0 = S=unix:/s, "
	    "T=C:5s;S:99s\n", &r), 0, "a filter without quotes");
	is_int(c.filter[0].connect_ms, 5000, "... before the ;");
	is_int(c.filter[0].send_ms, 10000, "... behind the ;");
	config_free(&c);

	is_int(load(&c, "[Server]\nMaxMessageSize = 0\n" BACKEND, &r), 0,
	    "no limit of size");
	ok(c.max_size == 0 && c.max_reply >= 1 << 20,
	    "... still leaves room for a filter's reply");
	config_free(&c);
}

/* One error each; what the line must name, and what it must say is right. */
static const struct {
	const char	*text;
	unsigned int	 line;		/* 0: of the file as a whole */
	const char	*what;
	const char	*expected;
} errors[] = {
	{ BACKEND "[Servers]\n", 3, "[Servers]", "expected [Server]" },
	{ BACKEND "[Server\n", 3, "[Server", "expected [section]" },
	{ BACKEND "[]\n", 3, "[]", "expected [Server]" },
	{ BACKEND "[\n", 3, "[", "expected [section]" },
	{ "MaxErrors = 1\n" BACKEND, 1, "MaxErrors", "expected [Server]" },
	{ BACKEND "Foo = 1\n", 3, "Foo", "expected a key of [Backend]" },
	{ BACKEND "Hostname = a.b\n", 3, "Hostname",
	    "expected a key of [Backend]" },
	{ BACKEND "[Server]\nServer1 = h:25\n", 4, "Server1",
	    "expected a key of [Server]" },
	{ BACKEND "[Server]\nMaxErrors 5\n", 4, "MaxErrors 5",
	    "expected key = value" },
	{ BACKEND "[Server]\n= 5\n", 4, "= 5", "expected key = value" },
	{ BACKEND "[Server]\nMaxErrors = \"5\n", 4, "quote", "expected" },
	{ BACKEND "[Server]\nMaxErrors=1\nMaxErrors=1\n", 5, "MaxErrors",
	    "line 4" },
	{ BACKEND "[Server]\nMaxErrors=1\n[MailFilter]\n[Server]\n"
	    "maxerrors=1\n", 7, "maxerrors", "line 4" },
	{ BACKEND "Server0 = h:26\n", 3, "Server0", "line 2" },
	{ BACKEND "[MailFilter]\nFilter0=S=unix:/a\nFilter0=S=unix:/a\n", 5,
	    "Filter0", "line 4" },
	{ BACKEND "[MailFilter]\nFilter0=S=unix:/a\nName0=a\nName0=b\n", 6,
	    "Name0", "line 5" },
	{ BACKEND "[Server]\nMaxThreads=1\nMaxThreads=1\n", 5, "MaxThreads",
	    "line 4" },
	/* Numbers, times, sizes, words, texts. */
	{ BACKEND "[Server]\nMaxConnections = 0\n", 4, "MaxConnections = 0",
	    "expected a number from 1 to" },
	{ BACKEND "[Server]\nMaxConnections = x\n", 4, "MaxConnections = x",
	    "expected a number" },
	{ BACKEND "[Server]\nMaxConnections =\n", 4, "MaxConnections",
	    "expected a number" },
	{ BACKEND "[Server]\nMaxConnections = 5 6\n", 4, "5 6",
	    "expected a number" },
	{ BACKEND "[Server]\nMaxConnections = 99999999999999999999\n", 4,
	    "MaxConnections", "expected a number" },
	{ BACKEND "[Server]\nSocketTimeout = 0\n", 4, "SocketTimeout = 0",
	    "expected a time from 1s" },
	{ BACKEND "[Server]\nSocketTimeout = 2d\n", 4, "SocketTimeout = 2d",
	    "expected a time from 1s to 86400s" },
	{ BACKEND "[Server]\nSocketTimeout = 5x\n", 4, "SocketTimeout = 5x",
	    "expected a time" },
	{ BACKEND "[Server]\nSocketTimeout = -5\n", 4, "SocketTimeout = -5",
	    "expected a time" },
	{ BACKEND "[Server]\nSocketTimeout = m\n", 4, "SocketTimeout = m",
	    "expected a time" },
	{ BACKEND "[Server]\nMaxMessageSize = 5T\n", 4, "MaxMessageSize = 5T",
	    "expected a size" },
	{ BACKEND "[Server]\nMaxMessageSize = -1\n", 4, "MaxMessageSize = -1",
	    "expected a size" },
	{ BACKEND "[Server]\nMaxMessageSize = 99999999G\n", 4,
	    "MaxMessageSize", "expected a size" },
	{ BACKEND "[Server]\nMaxMessageSize = K\n", 4, "MaxMessageSize = K",
	    "expected a size" },
	{ BACKEND "[Server]\nMaxHeaderSize = 1K\n", 4, "MaxHeaderSize = 1K",
	    "expected a size from 4096" },
	{ BACKEND "[Server]\nBareNewline = maybe\n", 4, "BareNewline = maybe",
	    "reject normalize" },
	{ BACKEND "Identity = yes\n", 3, "Identity = yes",
	    "auto xclient xforward proxy-v1 proxy-v2 received noop none" },
	{ BACKEND "[MailFilter]\nQuarantine = no\n", 4, "Quarantine = no",
	    "tempfail" },
	{ BACKEND "[MailFilter]\nQuarantine = maildir:held\n", 4,
	    "Quarantine = maildir:held", "absolute path" },
	{ BACKEND "[MailFilter]\nQuarantine = maildir:\n", 4,
	    "Quarantine = maildir:", "absolute path" },
	{ BACKEND "[MailFilter]\nFilter0=S=unix:/s\nMode0=off\n", 5,
	    "Mode0 = off", "enforce monitor" },
	{ BACKEND "[MailFilter]\nMode1=monitor\n", 4, "Mode1", "Filter1" },
	{ BACKEND "[MailFilter]\nSkip1=authenticated\n", 4, "Skip1",
	    "Filter1" },
	{ BACKEND "[MailFilter]\nFilter0=S=unix:/s\nSkip0=nobody\n", 5,
	    "Skip0 = nobody", "authenticated, relayclient, larger=SIZE" },
	{ BACKEND "[MailFilter]\nFilter0=S=unix:/s\nSkip0=\n", 5,
	    "Skip0", "authenticated" },
	{ BACKEND "[MailFilter]\nFilter0=S=unix:/s\nSkip0=authenticated,\n",
	    5, "Skip0", "authenticated" },
	{ BACKEND "[MailFilter]\nFilter0=S=unix:/s\n"
	    "Skip0=authenticated relayclient\n", 5,
	    "authenticated relayclient", "separated by commas" },
	{ BACKEND "[MailFilter]\nFilter0=S=unix:/s\nSkip0=larger=10M x\n",
	    5, "larger=10M x", "expected" },
	{ BACKEND "[MailFilter]\nFilter0=S=unix:/s\nSkip0=larger=0\n", 5,
	    "larger=0", "expected a size" },
	{ BACKEND "[MailFilter]\nFilter0=S=unix:/s\nSkip0=10.1.2.3/8\n", 5,
	    "10.1.2.3/8", "networks" },
	{ BACKEND "[MailFilter]\nFilter0=S=unix:/s\nMode0=enforce\n"
	    "Mode0=monitor\n", 6, "Mode0", "line 5" },
	{ BACKEND "[MailFilter]\nChainTimeout = 10m\n", 4,
	    "ChainTimeout = 10m", "expected a time" },
	{ BACKEND "[Server]\nHostname = a b\n", 4, "Hostname = a b",
	    "expected a host name" },
	{ BACKEND "[Server]\nHostname = \"\"\n", 4, "Hostname", "expected" },
	{ BACKEND "[Server]\nSpoolDir = tmp\n", 4, "SpoolDir = tmp",
	    "absolute path" },
	{ BACKEND "[Server]\nDaemonName =\n", 4, "DaemonName", "expected" },
	/* Servers. */
	{ "[Backend]\nServer0 = host\n", 2, "Server0 = host", "host:port" },
	{ "[Backend]\nServer0 =\n", 2, "Server0", "expected" },
	{ "[Backend]\nServer0 = host:0\n", 2, "host:0", "port from 1" },
	{ "[Backend]\nServer0 = host:65536\n", 2, "host:65536",
	    "to 65535" },
	{ "[Backend]\nServer0 = 2001:db8::1:25\n", 2, "2001:db8::1:25",
	    "[IPv6]:port" },
	{ "[Backend]\nServer0 = :25\n", 2, ":25", "expected" },
	{ "[Backend]\nServer0 = unix:\n", 2, "unix:", "path" },
	{ "[Backend]\nServer0 = h:25 x\n", 2, "h:25 x", "weight" },
	{ "[Backend]\nServer0 = h:25 -1\n", 2, "h:25 -1", "weight" },
	{ "[Backend]\nServer0 = h:25 1 2\n", 2, "h:25 1 2", "weight" },
	{ BACKEND "Server32 = h:25\n", 3, "Server32", "expected" },
	{ BACKEND "Server1x = h:25\n", 3, "Server1x", "expected" },
	{ "[Backend]\nServerCount = 2\nServer0 = h:25\n", 0,
	    "ServerCount = 2", "found 1" },
	{ "[Backend]\nServerCount = 1\nServer0 = h:25\nServer1 = h:25\n", 4,
	    "Server1", "ServerCount = 1" },
	{ "[Backend]\nServerCount = 0\nServer0 = h:25\n", 2,
	    "ServerCount = 0", "expected a number from 1" },
	{ "[Backend]\nServer0 = h:25 0\nServer1 = h:26 0\n", 2, "weight",
	    "expected" },
	{ BACKEND "Identity0 = maybe\n", 3, "Identity0 = maybe", "xclient" },
	{ BACKEND "[Server]\nProxyFrom = 10.1.2.3/8\n", 4, "ProxyFrom",
	    "networks" },
	{ BACKEND "[Server]\nXclientFrom = gate.example\n", 4,
	    "XclientFrom", "networks" },
	{ BACKEND "Identity1 = none\n", 3, "Identity1 is of no server",
	    "expected Server1" },
	{ BACKEND "Identity0 = none\nIdentity0 = none\n", 4, "Identity0",
	    "line 3" },
	{ "[Server]\n", 0, "no backend", "expected Server0" },
	{ "", 0, "no backend", "expected Server0" },
	/* Filters. */
	{ BACKEND "[MailFilter]\nFilter0 = F=T\n", 4, "F=T", "S=" },
	{ BACKEND "[MailFilter]\nFilter0 =\n", 4, "Filter0", "S=" },
	{ BACKEND "[MailFilter]\nFilter0 = S=inet:1111\n", 4, "inet:1111",
	    "inet:port@host" },
	{ BACKEND "[MailFilter]\nFilter0 = S=tcp:1@h\n", 4, "tcp:1@h",
	    "inet:port@host" },
	{ BACKEND "[MailFilter]\nFilter0 = S=inet:0@h\n", 4, "inet:0@h",
	    "port" },
	{ BACKEND "[MailFilter]\nFilter0 = S=unix:/s, F=X\n", 4, "F=X",
	    "T (temporary failure)" },
	{ BACKEND "[MailFilter]\nFilter0 = S=unix:/s, Q=1\n", 4, "Q=1",
	    "expected S=" },
	{ BACKEND "[MailFilter]\nFilter0 = S=unix:/s, f=T\n", 4, "f=T",
	    "expected S=" },
	{ BACKEND "[MailFilter]\nFilter0 = S=unix:/s, F\n", 4, "S=unix:/s, F",
	    "expected S=" },
	{ BACKEND "[MailFilter]\nFilter0 = S=unix:/s, T=X:5s\n", 4, "T=X:5s",
	    "C:, S:, R: or E:" },
	{ BACKEND "[MailFilter]\nFilter0 = S=unix:/s, T=5s\n", 4, "T=5s",
	    "C:, S:, R: or E:" },
	{ BACKEND "[MailFilter]\nFilter0 = S=unix:/s, T=C:5q\n", 4, "T=C:5q",
	    "5s or 1m" },
	{ BACKEND "[MailFilter]\nFilter25 = S=unix:/s\n", 4, "Filter25",
	    "expected" },
	{ BACKEND "[MailFilter]\nName0 = a\n", 4, "Name0", "Filter0" },
	{ BACKEND "[MailFilter]\nFilter0 = S=unix:/s\nName0 =\n", 5, "Name0",
	    "name of 1" },
};

static void
test_errors(void)
{
	struct reports	 r;
	struct config	 c;
	char		 where[32];
	size_t		 i;

	for (i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		is_int(load(&c, errors[i].text, &r), 1,
		    "error %zu, \"%s\": is one", i, errors[i].what);
		is_int((int64_t)r.nerror, 1, "error %zu: reported once", i);
		if (errors[i].line > 0)
			(void)snprintf(where, sizeof(where), "%s:%u: ",
			    FILE_NAME, errors[i].line);
		else
			(void)snprintf(where, sizeof(where), "%s: ",
			    FILE_NAME);
		if (!ok(strncmp(r.error[0], where, strlen(where)) == 0 &&
		    strstr(r.error[0], errors[i].what) != NULL &&
		    strstr(r.error[0], errors[i].expected) != NULL,
		    "error %zu: file, line, what, and what was expected", i)) {
			tap_show("got", r.error[0], strlen(r.error[0]));
			printf("# want %s ... %s ... %s\n", where,
			    errors[i].what, errors[i].expected);
		}
		config_free(&c);
	}
}

/* All of them, not the first alone. */
static void
test_all_errors(void)
{
	static const char	 text[] =
	    "Early = 1\n"			/* 1 */
	    "[Server]\n"
	    "MaxErrors = none\n"		/* 3 */
	    "MaxJunk = 1\n"
	    "MaxJunk = 1\n"			/* 5 */
	    "nonsense\n"			/* 6 */
	    "[Nowhere]\n"			/* 7 */
	    "Ignored = 1\n"
	    "[Backend]\n"
	    "Server0 = h\n"			/* 10 */
	    "ConnectTimeout = 1y\n"		/* 11 */
	    "[MailFilter]\n"
	    "Filter0 = \"S=unix:/s, F=?\"\n"	/* 13 */
	    "Filter1 = \"S=unix:/s\n"		/* 14 */
	    "Name2 = x\n"			/* 15 */
	    "Other = 1\n";			/* 16 */
	static const unsigned int lines[] = { 1, 3, 5, 6, 7, 10, 11, 13, 14,
		16, 15 };
	const size_t	 n = sizeof(lines) / sizeof(lines[0]);
	struct reports	 r;
	struct config	 c;
	char		 where[32];
	size_t		 i;
	size_t		 k;

	is_int(load(&c, text, &r), (int64_t)n, "all errors are counted");
	is_int((int64_t)r.nerror, (int64_t)n, "all errors are reported");
	for (i = 0; i < n; i++) {
		(void)snprintf(where, sizeof(where), "%s:%u: ", FILE_NAME,
		    lines[i]);
		for (k = 0; k < r.nerror && k < MAXREPORTS; k++)
			if (strncmp(r.error[k], where, strlen(where)) == 0)
				break;
		ok(k < r.nerror, "the error of line %u is reported", lines[i]);
	}
	config_free(&c);
}

static void
test_files(void)
{
	static char	 child_name[] = "qmail-smtpd";
	static char	*child[] = { child_name, NULL };
	static const char with_nul[] = BACKEND "[Server]\n\0MaxJunk = x\n";
	struct reports	 r;
	struct config	 c;
	struct buf	 b;
	size_t		 i;

	memset(&r, 0, sizeof(r));
	memset(&c, 0, sizeof(c));
	is_int(config_load(&c, "missing.conf", NULL, report, &r), 1,
	    "no file: an error");
	ok(strncmp(r.error[0], "missing.conf: ", 14) == 0 &&
	    strstr(r.error[0], strerror(ENOENT)) != NULL,
	    "no file: its name and why");
	config_free(&c);
	memset(&r, 0, sizeof(r));
	memset(&c, 0, sizeof(c));
	is_int(config_load(&c, ".", NULL, report, &r), 1,
	    "a directory: an error");
	config_free(&c);

	/* A program behind "--" is a backend. */
	write_file("", 0);
	memset(&r, 0, sizeof(r));
	memset(&c, 0, sizeof(c));
	is_int(config_load(&c, FILE_NAME, child, report, &r), 0,
	    "an empty file does with a backend program");
	ok(c.child == child, "the program is kept");
	config_free(&c);

	/* A line longer than any message about it. */
	buf_init(&b, 1 << 20);
	buf_puts(&b, BACKEND "[Server]\nHostname = ");
	for (i = 0; i < 100000; i++)
		buf_putc(&b, 'x');
	buf_puts(&b, "\nMaxErrors = x\n");
	is_int(load_mem(&c, buf_ptr(&b), buf_len(&b), &r), 2,
	    "a very long line");
	ok(strncmp(r.error[0], FILE_NAME ":4: ", 10) == 0 &&
	    strncmp(r.error[1], FILE_NAME ":5: ", 10) == 0,
	    "a very long line: each error has its line");
	config_free(&c);
	for (i = 0; i < 1000000; i++)
		buf_putc(&b, ' ');
	is_int(load_mem(&c, buf_ptr(&b), buf_len(&b), &r), 1,
	    "a file of more than 1M");
	config_free(&c);
	buf_free(&b);

	/* What stands behind a NUL must not be dropped in silence. */
	ok(load_mem(&c, with_nul, sizeof(with_nul) - 1, &r) > 0,
	    "NUL in the file: an error");
	config_free(&c);
}

static char *
print(const struct config *c)
{
	char	*text = NULL;
	size_t	 n = 0;
	FILE	*f = open_memstream(&text, &n);

	if (f == NULL)
		exit(1);
	config_print(c, f);
	(void)fclose(f);
	return text;
}

static const struct {
	const char	*name;
	const char	*text;
} printed[] = {
	{ "2009", example }, { "all keys", everything },
	{ "presets", BACKEND },
	{ "an odd time", "[Server]\nSocketTimeout=61\nSessionTimeout="
	    "1d1h1m1s\n" BACKEND },
	{ "no limit of size", "[Server]\nMaxMessageSize=0\n" BACKEND },
	{ "; and # in a text", "[Server]\nDaemonName=\"a;b#c\"\n"
	    BACKEND },
	{ "= in a text", "[Server]\nDaemonName=a=b\n" BACKEND },
	{ "a backslash in a text", "[Server]\nDaemonName=a\\b\n"
	    BACKEND },
	{ "a quote in a text", "[Server]\nDaemonName=a\"b\"c\n"
	    BACKEND },
	{ "quotes around quotes", "[Server]\nDaemonName=\"\"a\"\"\n"
	    BACKEND },
	{ "quotes of two parts", "[Server]\nDaemonName=\"a\" \"b\"\n"
	    BACKEND },
	{ "a name with quotes", BACKEND "[MailFilter]\n"
	    "Filter0=S=unix:/s\nName0=a\"b\"\n" },
	{ "a name with a comma", BACKEND "[MailFilter]\n"
	    "Filter0=S=unix:/s\nName0=\"a, b; c\"\n" },
	{ "Postfix's notation", BACKEND "[MailFilter]\n"
	    "Filter0=S=inet:h:1\nFilter1=S=inet:[::1]:2\n" },
	{ "inet6", BACKEND "[MailFilter]\n"
	    "Filter0=S=inet6:1@::1\nFilter1=S=inet6:1@[::1]\n" },
	{ "all flags", BACKEND "[MailFilter]\nFilter0=S=unix:/s,F=R\n"
	    "Filter1=S=unix:/s,F=4\nFilter2=S=unix:/s,F=RT4\n"
	    "Filter3=S=unix:/s,F=\n" },
	{ "a path with ;", BACKEND "[MailFilter]\n"
	    "Filter0=\"S=unix:/a;b#c\"\n" },
	{ "a path with a comma", BACKEND "[MailFilter]\n"
	    "Filter0=S=\"unix:/a,b\", F=T\n" },
	{ "a path with a backslash", BACKEND "[MailFilter]\n"
	    "Filter0=S=unix:/a\\\\b, F=T\n" },
	{ "a path with a blank", BACKEND "[MailFilter]\n"
	    "Filter0=S=unix:/a b, F=T\n" },
	{ "times of 0", BACKEND "[MailFilter]\n"
	    "Filter0=\"S=unix:/s, T=C:0;S:1m30s;R:0s;E:1h\"\n" },
	{ "modes and skips", BACKEND "[MailFilter]\nQuarantine="
	    "maildir:/a b\nFilter1=S=unix:/s\nMode1=monitor\n"
	    "Skip1=192.0.2.1,larger=1K\nFilter0=S=unix:/t\n" },
	{ "gaps in the numbers", "[Backend]\nServer3=h:1\nServer9=h:2\n"
	    "[MailFilter]\nFilter24=S=unix:/a\nFilter7=S=unix:/b\n" },
	{ "a server by path", "[Backend]\nServer0=unix:/a;b 3\n" },
	{ "a server by quoted path",
	    "[Backend]\nServer0=\"unix:/a;b 3\"\n" },
};

/* What -nn prints is a file that means the same. */
static void
test_print(void)
{
	struct reports	 r;
	struct config	 c;
	struct config	 again;
	char		*first;
	char		*second;
	size_t		 i;

	for (i = 0; i < sizeof(printed) / sizeof(printed[0]); i++) {
		/* What is refused need not be printed. */
		if (load(&c, printed[i].text, &r) > 0) {
			config_free(&c);
			continue;
		}
		first = print(&c);
		if (!is_int(load(&again, first, &r), 0,
		    "print of %s: read without error", printed[i].name))
			printf("# %s\n", r.error[0]);
		second = print(&again);
		is_str(second, first, "print of %s: the same again",
		    printed[i].name);
		if (c.nfilter > 0 && c.nfilter == again.nfilter)
			is_str(again.filter[0].ep.host, c.filter[0].ep.host,
			    "print of %s: the same filter", printed[i].name);
		is_str(again.daemon_name, c.daemon_name,
		    "print of %s: the same text", printed[i].name);
		is_int((int64_t)again.nserver, (int64_t)c.nserver,
		    "print of %s: as many servers", printed[i].name);
		is_int((int64_t)again.nfilter, (int64_t)c.nfilter,
		    "print of %s: as many filters", printed[i].name);
		free(first);
		free(second);
		config_free(&c);
		config_free(&again);
	}
}

int
main(void)
{
	char	 dir[] = "/tmp/t_config.XXXXXXXX";

	if (mkdtemp(dir) == NULL || chdir(dir) == -1) {
		printf("Bail out! %s: %s\n", dir, strerror(errno));
		return 1;
	}
	test_example();
	test_presets();
	test_everything();
	test_errors();
	test_all_errors();
	test_files();
	test_print();
	(void)unlink(FILE_NAME);
	(void)rmdir(dir);
	return tap_end();
}
