/* config.h - the settings, read once; see config.c. */
#ifndef CONFIG_H
#define CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "dial.h"
#include "net.h"

#define FILTERS_MAX	25
#define SERVERS_MAX	32
#define PAIRS_MAX	8

enum bare_newline { BARE_REJECT, BARE_NORMALIZE };
enum plain_auth { PLAIN_TLS, PLAIN_ALWAYS };
enum identity {
	ID_AUTO, ID_XCLIENT, ID_XFORWARD, ID_PROXY_V1, ID_PROXY_V2,
	ID_RECEIVED, ID_NOOP, ID_NONE
};
enum quarantine { QUARANTINE_REJECT, QUARANTINE_TEMPFAIL, QUARANTINE_MAILDIR };
enum early_talk { EARLY_REJECT, EARLY_LOG };
enum tls_version { TLS_1_0, TLS_1_1, TLS_1_2, TLS_1_3 };
enum tls_server { SERVER_PLAIN, SERVER_MAY, SERVER_TLS, SERVER_VERIFY };
enum tls_client { TLS_CLIENT_NONE, TLS_CLIENT_ASK, TLS_CLIENT_REQUIRE };
enum fail_action { FAIL_NONE, FAIL_REJECT, FAIL_TEMP, FAIL_CLOSE };

struct server_conf {
	struct endpoint	 ep;
	char		*label;		/* as written, for logs and macros */
	unsigned int	 weight;
	bool		 lmtp;
	int64_t		 identity;	/* enum identity */
	int64_t		 tls;		/* enum tls_server, by STARTTLS */
	int64_t		 tls_first;	/* bool: TLS from the first octet */
	char		*tls_name;	/* in the certificate, or NULL: host */
	char		*tls_pin;	/* SHA-256 of its key, hex, or NULL */
};

/* A certificate, with those above it, and its key; paths of PEM files. */
struct pair_conf {
	char		*cert;
	char		*key;
};

#define SKIP_NETS	16

/* When a filter is left out. */
struct skip_conf {
	bool		 authenticated;
	bool		 relayclient;	/* RELAYCLIENT is in the environment */
	int64_t		 larger;	/* than so many octets, 0: never */
	struct net	 net[SKIP_NETS]; /* the client is in one of these */
	size_t		 nnet;
};

struct filter_conf {
	struct endpoint	 ep;
	char		*name;
	char		*spec;		/* as written */
	enum fail_action fail;
	int64_t		 connect_ms;	/* 0: the system's limit */
	int64_t		 send_ms;
	int64_t		 read_ms;
	int64_t		 eom_ms;
	bool		 monitor;	/* asked, but never obeyed */
	char		*skip_text;	/* as written, or NULL */
	struct skip_conf skip;
};

struct config {
	const char	*file;		/* where it was read from */
	/* [Server] */
	int64_t		 max_connections;	/* these three are for -L */
	char		*listen;	/* as written: address and port */
	char		*user;
	int64_t		 idle_ms;
	int64_t		 session_ms;
	int64_t		 data_ms;
	int64_t		 command_ms;
	int64_t		 lookup_ms;	/* 0: no look-ups */
	int64_t		 min_rate;	/* octets a second, 0: none */
	int64_t		 grace_ms;	/* ... and when it begins to count */
	char		*hostname;
	char		*daemon_name;
	int64_t		 max_size;	/* octets, 0: no limit */
	int64_t		 max_rcpts;
	int64_t		 max_errors;
	int64_t		 greet_pause_ms;
	int64_t		 early_talk;	/* enum early_talk */
	int64_t		 soft_errors;
	int64_t		 error_delay_ms;
	int64_t		 max_refused;	/* recipients */
	int64_t		 tarpit_ms;
	int64_t		 max_mails;	/* 0: no limit */
	int64_t		 max_per_address;	/* likewise */
	struct nets	 trusted;
	int64_t		 max_junk;
	int64_t		 max_header;
	int64_t		 max_line;
	char		*spool_dir;
	int64_t		 spool_memory;
	char		*runtime_dir;	/* "" without */
	int64_t		 bare_newline;	/* enum bare_newline */
	int64_t		 plain_auth;	/* enum plain_auth */
	struct nets	 proxy_from;	/* who sends PROXY headers */
	struct nets	 xclient_from;	/* and who may say XCLIENT */
	/* [Backend] */
	int64_t		 connect_ms;
	int64_t		 connect_retry;
	int64_t		 reply_ms;
	int64_t		 write_ms;
	int64_t		 deliver_ms;
	int64_t		 final_ms;
	int64_t		 lmtp_rcpts;	/* of one mail to an LMTP server */
	int64_t		 keepalive_ms;	/* until the first NOOP, 0: none */
	int64_t		 server_count;	/* -1: not given */
	int64_t		 identity;	/* of servers without their own */
	struct server_conf server[SERVERS_MAX];
	size_t		 nserver;
	struct server_conf auth_server;	/* no label: there is none */
	int64_t		 auth_identity;	/* enum identity; -1: as identity */
	char		**child;	/* program after "--", or NULL */
	/* [MailFilter] */
	int64_t		 chain_ms;
	int64_t		 quarantine;	/* enum quarantine */
	char		*maildir;	/* for QUARANTINE_MAILDIR */
	int64_t		 max_reply;	/* -1: max_size and some */
	struct filter_conf filter[FILTERS_MAX];
	size_t		 nfilter;
	/* [TLS] */
	struct pair_conf pair[PAIRS_MAX];
	size_t		 npair;		/* 0: no TLS with clients */
	int64_t		 tls_min;	/* enum tls_version */
	int64_t		 tls_implicit;	/* bool: TLS from the first octet */
	int64_t		 tls_require;	/* bool: 530 without */
	int64_t		 tls_client;	/* enum tls_client: certificates */
	char		*tls_ca;	/* PEM file of authorities, or "" */
	char		*tls_helper;	/* program */
	char		*tls_socket;	/* of the resident one, "" without */
	int64_t		 tls_ms;	/* for a handshake */
	int64_t		 tls_rotate_ms;	/* age of a ticket key, 0: none */
};

/* Called for each error, and for each remark on what is legal but idle. */
typedef void (*config_report)(void *arg, bool error, const char *text);

/*
 * Reads a file into settings that must be all 0 (to write that would cost each
 * gate its pages).  child is the program after "--" or NULL.  Returns the number
 * of errors, all of which were reported as "file:line: what; expected ...".
 */
unsigned int config_load(struct config *, const char *file, char **child,
	    config_report, void *arg);
/* The effective settings, as a file that config_load would read. */
void	 config_print(const struct config *, FILE *);
void	 config_free(struct config *);

#endif
