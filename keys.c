/*
 * keys - the settings that have one value, as a table
 *
 * One row for each key: its section, type, range, default and where the value
 * goes.  The same row reads, checks and prints it.  Keys with a number
 * (Server0, Filter0) are config.c's.
 */
#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "configval.h"
#include "keys.h"
#include "smtp.h"

#define MB		(1 << 20)

static const char *const early_words[] = { "reject", "log", NULL };
static const char *const bare_words[] = { "reject", "normalize", NULL };
static const char *const plain_words[] = { "tls", "always", NULL };
const char *const identity_words[] = { "auto", "xclient", "xforward",
	"proxy-v1", "proxy-v2", "received", "noop", "none", NULL };
const char *const tls_words[] = { "none", "may", "require", "verify", NULL };
static const char *const yes_words[] = { "no", "yes", NULL };
static const char *const version_words[] = { "1.0", "1.1", "1.2", "1.3",
	NULL };
static const char *const client_words[] = { "no", "ask", "require", NULL };
static const char *const quarantine_words[] = { "reject", "tempfail",
	"maildir:", NULL };

#define AT(field)	offsetof(struct config, field)

/* Times in seconds, sizes in octets. */
const struct key keys[] = {
	{ SEC_SERVER, "MaxConnections", T_NUMBER, AT(max_connections), 1,
	    1000000, "200", NULL },
	{ SEC_SERVER, "Listen", T_TEXT, AT(listen), 1, 63, "[::]:25", NULL },
	{ SEC_SERVER, "User", T_TEXT, AT(user), 1, 32, "spsmtpgate", NULL },
	{ SEC_SERVER, "SocketTimeout", T_TIME, AT(idle_ms), 1, 86400, "300",
	    NULL },
	{ SEC_SERVER, "CommandTimeout", T_TIME, AT(command_ms), 1, 86400,
	    "60", NULL },
	{ SEC_SERVER, "SessionTimeout", T_TIME, AT(session_ms), 1, 604800,
	    "3600", NULL },
	{ SEC_SERVER, "DataTimeout", T_TIME, AT(data_ms), 1, 86400, "1800",
	    NULL },
	{ SEC_SERVER, "LookupTimeout", T_TIME, AT(lookup_ms), 0, 60, "5",
	    NULL },
	{ SEC_SERVER, "MinDataRate", T_SIZE, AT(min_rate), 0, 1 << 30, "500",
	    NULL },
	{ SEC_SERVER, "DataGrace", T_TIME, AT(grace_ms), 1, 3600, "60",
	    NULL },
	{ SEC_SERVER, "Hostname", T_TEXT, AT(hostname), 0, 255, NULL, NULL },
	{ SEC_SERVER, "DaemonName", T_TEXT, AT(daemon_name), 1, 255, "MTA",
	    NULL },
	{ SEC_SERVER, "MaxMessageSize", T_SIZE, AT(max_size), 0,
	    (int64_t)1 << 40, "50M", NULL },
	{ SEC_SERVER, "MaxRecipients", T_NUMBER, AT(max_rcpts), 1, 100000,
	    "1000", NULL },
	{ SEC_SERVER, "MaxErrors", T_NUMBER, AT(max_errors), 1, 100000, "20",
	    NULL },
	{ SEC_SERVER, "GreetPause", T_TIME, AT(greet_pause_ms), 0, 60, "0",
	    NULL },
	{ SEC_SERVER, "EarlyTalk", T_WORD, AT(early_talk), 0, 0, "reject",
	    early_words },
	{ SEC_SERVER, "SoftErrors", T_NUMBER, AT(soft_errors), 1, 100000,
	    "10", NULL },
	{ SEC_SERVER, "ErrorDelay", T_TIME, AT(error_delay_ms), 0, 60, "1s",
	    NULL },
	{ SEC_SERVER, "MaxRefusedRecipients", T_NUMBER, AT(max_refused), 1,
	    100000, "50", NULL },
	{ SEC_SERVER, "Tarpit", T_TIME, AT(tarpit_ms), 0, 60, "0", NULL },
	{ SEC_SERVER, "MaxMails", T_NUMBER, AT(max_mails), 0, 100000, "100",
	    NULL },
	{ SEC_SERVER, "MaxPerAddress", T_NUMBER, AT(max_per_address), 0, 1000,
	    "0", NULL },
	{ SEC_SERVER, "Trusted", T_NETS, AT(trusted), 0, 0, "none", NULL },
	{ SEC_SERVER, "ProxyFrom", T_NETS, AT(proxy_from), 0, 0, "none",
	    NULL },
	{ SEC_SERVER, "XclientFrom", T_NETS, AT(xclient_from), 0, 0, "none",
	    NULL },
	{ SEC_SERVER, "MaxJunk", T_NUMBER, AT(max_junk), 1, 100000, "100",
	    NULL },
	{ SEC_SERVER, "MaxHeaderSize", T_SIZE, AT(max_header), 4096,
	    16 * MB, "1M", NULL },
	{ SEC_SERVER, "MaxLineLength", T_SIZE, AT(max_line), 998, 1 << 30,
	    "64K", NULL },
	{ SEC_SERVER, "SpoolDir", T_PATH, AT(spool_dir), 1, 1024, "/var/tmp",
	    NULL },
	{ SEC_SERVER, "SpoolMemory", T_SIZE, AT(spool_memory), 4096, 64 * MB,
	    "64K", NULL },
	{ SEC_SERVER, "RuntimeDir", T_PATH, AT(runtime_dir), 0, 1024,
	    "/run/spsmtpgate", NULL },
	{ SEC_SERVER, "BareNewline", T_WORD, AT(bare_newline), 0, 0, "reject",
	    bare_words },
	{ SEC_SERVER, "PlainAuth", T_WORD, AT(plain_auth), 0, 0, "tls",
	    plain_words },
	{ SEC_SERVER, "MaxThreads", T_UNUSED, 0, 0, 0, NULL, NULL },
	{ SEC_SERVER, "MaxReqQueueSize", T_UNUSED, 0, 0, 0, NULL,
	    NULL },
	{ SEC_BACKEND, "ConnectTimeout", T_TIME, AT(connect_ms), 1, 300, "5",
	    NULL },
	{ SEC_BACKEND, "ConnectRetry", T_NUMBER, AT(connect_retry), 0, 100,
	    "3", NULL },
	{ SEC_BACKEND, "SocketTimeout", T_TIME, AT(reply_ms), 1, 3600, "300",
	    NULL },
	{ SEC_BACKEND, "WriteTimeout", T_TIME, AT(write_ms), 1, 3600, "180",
	    NULL },
	{ SEC_BACKEND, "DeliverTimeout", T_TIME, AT(deliver_ms), 1, 600, "330",
	    NULL },
	{ SEC_BACKEND, "FinalTimeout", T_TIME, AT(final_ms), 1, 3600, "600",
	    NULL },
	{ SEC_BACKEND, "LmtpRecipients", T_NUMBER, AT(lmtp_rcpts), 1, 100000,
	    "1", NULL },
	{ SEC_BACKEND, "KeepAlive", T_TIME, AT(keepalive_ms), 0, 3600, "30",
	    NULL },
	{ SEC_BACKEND, "ServerCount", T_NUMBER, AT(server_count), 1,
	    SERVERS_MAX, NULL, NULL },
	{ SEC_BACKEND, "Identity", T_WORD, AT(identity), 0, 0, "auto",
	    identity_words },
	{ SEC_BACKEND, "AuthServer", T_SERVER, AT(auth_server), 0, 0, NULL,
	    NULL },
	{ SEC_BACKEND, "AuthIdentity", T_WORD, AT(auth_identity), 0, 0, NULL,
	    identity_words },
	{ SEC_BACKEND, "AuthTLS", T_WORD, AT(auth_server.tls), 0, 0, "none",
	    tls_words },
	{ SEC_BACKEND, "AuthTLSImplicit", T_WORD, AT(auth_server.tls_first),
	    0, 0, "no", yes_words },
	{ SEC_BACKEND, "AuthTLSName", T_TEXT, AT(auth_server.tls_name), 1,
	    255, NULL, NULL },
	{ SEC_BACKEND, "AuthTLSPin", T_TEXT, AT(auth_server.tls_pin), 1, 64,
	    NULL, NULL },
	{ SEC_FILTER, "ChainTimeout", T_TIME, AT(chain_ms), 1, 570, "270",
	    NULL },
	{ SEC_FILTER, "Quarantine", T_QUARANTINE, AT(quarantine), 0, 0,
	    "reject", quarantine_words },
	{ SEC_FILTER, "MaxReplySize", T_SIZE, AT(max_reply), MB,
	    (int64_t)1 << 40, NULL, NULL },
	{ SEC_TLS, "MinVersion", T_WORD, AT(tls_min), 0, 0, "1.2",
	    version_words },
	{ SEC_TLS, "Implicit", T_WORD, AT(tls_implicit), 0, 0, "no",
	    yes_words },
	{ SEC_TLS, "Require", T_WORD, AT(tls_require), 0, 0, "no", yes_words },
	{ SEC_TLS, "ClientCertificate", T_WORD, AT(tls_client), 0, 0, "no",
	    client_words },
	{ SEC_TLS, "CAFile", T_PATH, AT(tls_ca), 0, 1024,
	    "/etc/ssl/certs/ca-certificates.crt", NULL },
	{ SEC_TLS, "Helper", T_PATH, AT(tls_helper), 1, 1024,
	    "/usr/sbin/spsmtpgate-tls", NULL },
	{ SEC_TLS, "Socket", T_PATH, AT(tls_socket), 0, 107,
	    "/run/spsmtpgate-tls.sock", NULL },
	{ SEC_TLS, "HandshakeTimeout", T_TIME, AT(tls_ms), 1, 300, "60", NULL },
	{ SEC_TLS, "TicketLifetime", T_TIME, AT(tls_rotate_ms), 0, 604800,
	    "43200", NULL },
};
const size_t nkeys = sizeof(keys) / sizeof(keys[0]);
_Static_assert(sizeof(keys) / sizeof(keys[0]) <= KEYS_MAX, "KEYS_MAX");

static void *
member(struct config *c, size_t at)
{
	return (char *)c + at;
}

static bool
valid_user(const char *value)
{
	return *value != '-' && value[strspn(value, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")] == '\0';
}

static bool
valid_listen(const char *value)
{
	struct endpoint	 ep;
	struct in6_addr	 in6;
	bool		 ok;

	ok = endpoint_parse(&ep, value) == NULL && ep.family != AF_UNIX &&
	    (inet_pton(AF_INET, ep.host, &in6) == 1 ||
	    inet_pton(AF_INET6, ep.host, &in6) == 1);
	endpoint_free(&ep);
	return ok;
}

/* Texts that have a form. */
static const struct {
	size_t		 at;
	bool		(*valid)(const char *);
	const char	*expected;
} forms[] = {
	{ AT(hostname), smtp_valid_hostname,
	    "a host name, such as gate.example.org" },
	{ AT(listen), valid_listen,
	    "address and port, such as 192.0.2.1:25 or [::]:25" },
	{ AT(user), valid_user, "the name of a user" },
	{ AT(auth_server.tls_name), smtp_valid_hostname, "a host name" },
	{ AT(auth_server.tls_pin), value_pin, PIN_EXPECTED },
};

static const char *
set_text(const struct key *k, char **to, const char *value)
{
	static char	 text[64];
	size_t		 i;

	if (strlen(value) < (size_t)k->min || strlen(value) > (size_t)k->max ||
	    strchr(value, '"') != NULL) {
		(void)snprintf(text, sizeof(text), "a text of %lld to %lld "
		    "characters without \"", (long long)k->min,
		    (long long)k->max);
		return text;
	}
	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (k->at == forms[i].at && !forms[i].valid(value))
			return forms[i].expected;
	if (k->type == T_PATH && *value != '/' && *value != '\0')
		return "an absolute path";
	return value_copy(value, to);
}

static const char *
set_quarantine(struct config *c, const char *value)
{
	if (strncasecmp(value, "maildir:", 8) != 0) {
		if (value_word(value, quarantine_words, &c->quarantine) ==
		    NULL)
			return NULL;
		return "reject, tempfail or maildir:/path";
	}
	if (value[8] != '/' || strlen(value) > 1024 ||
	    strchr(value, '"') != NULL)
		return "maildir: and an absolute path without \"";
	c->quarantine = QUARANTINE_MAILDIR;
	return value_copy(value + 8, &c->maildir);
}

/* The one server that has a key of its own is for logins. */
static const char *
set_server(struct server_conf *sc, const char *value)
{
	const char	*why = value_server(value, sc);

	return why == NULL && sc->lmtp ? "a server without lmtp:, which has "
	    "no logins" : why;
}

const char *
key_set(struct config *c, const struct key *k, const char *value)
{
	switch (k->type) {
	case T_NUMBER:
		return value_number(value, k->min, k->max, member(c, k->at));
	case T_TIME:
		return value_time(value, k->min, k->max, member(c, k->at));
	case T_SIZE:
		return value_size(value, k->min, k->max, member(c, k->at));
	case T_TEXT:
	case T_PATH:
		return set_text(k, member(c, k->at), value);
	case T_WORD:
		return value_word(value, k->words, member(c, k->at));
	case T_NETS:
		return value_nets(value, member(c, k->at));
	case T_QUARANTINE:
		return set_quarantine(c, value);
	case T_SERVER:
		return set_server(member(c, k->at), value);
	case T_UNUSED:
		return NULL;
	}
	return NULL;
}

void
keys_preset(struct config *c)
{
	size_t	 i;

	for (i = 0; i < nkeys; i++)
		if (keys[i].preset != NULL)
			(void)key_set(c, &keys[i], keys[i].preset);
	c->server_count = -1;
	c->max_reply = -1;
	c->auth_identity = -1;
}

void
key_print(const struct config *c, const struct key *k, FILE *f)
{
	const void	*at = (const char *)c + k->at;
	const int64_t	*n = at;
	char *const	*s = at;
	char		 text[32];

	if (k->type == T_UNUSED || (k->at == AT(server_count) && *n < 0) ||
	    (k->type == T_SERVER && c->auth_server.label == NULL) ||
	    (k->type == T_TEXT && *s == NULL))
		return;
	fprintf(f, "%s = ", k->name);
	switch (k->type) {
	case T_NUMBER:
	case T_SIZE:
		fprintf(f, "%lld\n", (long long)*n);
		break;
	case T_TIME:
		fprintf(f, "%s\n", time_text(*n, text, sizeof(text)));
		break;
	case T_TEXT:
	case T_PATH:
		fprintf(f, "\"%s\"\n", *s);
		break;
	case T_WORD:
		fprintf(f, "%s\n", k->words[*n]);
		break;
	case T_NETS:
		fprintf(f, "\"%s\"\n", ((const struct nets *)at)->text);
		break;
	case T_QUARANTINE:
		fprintf(f, "\"%s%s\"\n", k->words[*n],
		    *n == QUARANTINE_MAILDIR ? c->maildir : "");
		break;
	case T_SERVER:
		fprintf(f, "\"%s\"\n", c->auth_server.label);
		break;
	case T_UNUSED:
		break;
	}
}
