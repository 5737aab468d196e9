/*
 * context - certificates, keys and tickets
 *
 * OpenSSL, not libtls: several certificates for the same name, one for each
 * kind of key (EC and RSA), are chosen by what the client can do, which libtls
 * leaves to its first match.
 *
 * Pairs whose certificates are for the same host share a context, which has
 * one certificate for each kind of key.  A client that names a host (SNI) gets
 * the first context that has a certificate for it, wildcards included; all
 * others, and those that name somebody else, get the first of all: an alert
 * would only lose mail (RFC 7672 section 8.1).
 *
 * Tickets are made by the resident process alone: a process that serves one
 * connection has nobody to recognise them.  Keys live in memory, the one in use
 * and the one before it, and go over to the processes for single connections by
 * fork, and to new contexts when files have changed.
 */
#include <sys/stat.h>

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <openssl/core_names.h>
#include <openssl/decoder.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "conn.h"
#include "context.h"
#include "log.h"

#define EXPIRY_DAYS	14	/* from when on the log warns */
#define DAY_MS		86400000	/* so often are files read, to warn */
#define NAMES_SHOWN	8	/* of a certificate: -T has room for 64 */
#define FILES_MAX	(2 * PAIRS_MAX + 1)

struct ticket_key {
	unsigned char	 name[16];
	unsigned char	 aes[32];
	unsigned char	 mac[32];
	int64_t		 made;		/* now_ms(), 0: none */
};

struct contexts {
	const struct config *config;
	SSL_CTX		*ctx[PAIRS_MAX];
	size_t		 n;
	struct {
		const char	*path;
		struct stat	 st;
	} file[FILES_MAX];
	size_t		 nfile;
	int64_t		 read;		/* now_ms() */
	bool		 tickets;
	struct ticket_key key[2];	/* in use, and the one before */
};

void
context_reason(char *why, size_t size, const char *what)
{
	unsigned long	 e = ERR_peek_last_error();
	const char	*reason = e != 0 ? ERR_reason_error_string(e) : NULL;

	if (reason == NULL && e != 0 && ERR_SYSTEM_ERROR(e))
		reason = strerror(ERR_GET_REASON(e));
	(void)snprintf(why, size, "%s: %s", what, reason != NULL ? reason :
	    "failed");
	ERR_clear_error();
}

/* ------------------------------------------------------------------ tickets */

static void
new_key(struct contexts *cs)
{
	struct ticket_key	*k = &cs->key[0];

	cs->key[1] = *k;
	if (RAND_bytes(k->name, sizeof(k->name)) != 1 ||
	    RAND_bytes(k->aes, sizeof(k->aes)) != 1 ||
	    RAND_bytes(k->mac, sizeof(k->mac)) != 1) {
		cs->tickets = false;
		return;
	}
	k->made = now_ms();
}

void
contexts_rotate(struct contexts *cs)
{
	int64_t	 age = now_ms() - cs->key[0].made;

	if (!cs->tickets || (cs->key[0].made != 0 &&
	    age < cs->config->tls_rotate_ms))
		return;
	new_key(cs);
	/* Nobody has come for so long: no ticket of the old one counts. */
	if (age >= 2 * cs->config->tls_rotate_ms)
		OPENSSL_cleanse(&cs->key[1], sizeof(cs->key[1]));
}

/* OpenSSL asks for a key to seal a ticket, or to open one. */
static int
on_ticket(SSL *ssl, unsigned char *name, unsigned char *iv,
    EVP_CIPHER_CTX *cipher, EVP_MAC_CTX *mac, int seal)
{
	struct contexts		*cs;
	struct ticket_key	*k;
	OSSL_PARAM		 params[3];

	cs = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
	k = &cs->key[0];
	if (!seal && k->made != 0 && memcmp(name, k->name, 16) != 0)
		k = &cs->key[1];
	if (k->made == 0 || (!seal && memcmp(name, k->name, 16) != 0))
		return 0;
	if (seal) {
		memcpy(name, k->name, 16);
		if (RAND_bytes(iv, 16) != 1)
			return -1;
	}
	params[0] = OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY,
	    k->mac, sizeof(k->mac));
	params[1] = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST,
	    (char []){ "SHA256" }, 0);
	params[2] = OSSL_PARAM_construct_end();
	if (EVP_MAC_CTX_set_params(mac, params) != 1 ||
	    EVP_CipherInit_ex(cipher, EVP_aes_256_cbc(), NULL, k->aes, iv,
	    seal) != 1)
		return -1;
	/* 2: opened, and wants a ticket under the key of today. */
	return !seal && k == &cs->key[1] ? 2 : 1;
}

/* ------------------------------------------------------------ certificates */

/* Notes how the file is now; one that has no end is not opened. */
static int
note_file(struct contexts *cs, const char *path, char *why, size_t size)
{
	struct stat	*st = &cs->file[cs->nfile].st;
	const char	*reason = NULL;

	if (access(path, R_OK) == -1 || stat(path, st) == -1)
		reason = strerror(errno);
	else if (!S_ISREG(st->st_mode))
		reason = "not a regular file";
	if (reason != NULL) {
		(void)snprintf(why, size, "%s: %s", path, reason);
		return -1;
	}
	cs->file[cs->nfile++].path = path;
	return 0;
}

static bool
same_file(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_dev == b->st_dev &&
	    a->st_size == b->st_size &&
	    a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	    a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

bool
contexts_stale(const struct contexts *cs)
{
	struct stat	 st;
	size_t		 i;

	if (now_ms() - cs->read >= DAY_MS)
		return true;
	for (i = 0; i < cs->nfile; i++)
		if (stat(cs->file[i].path, &st) == -1 ||
		    !same_file(&cs->file[i].st, &st))
			return true;
	return false;
}

/*
 * A ticket says what was found of the client's certificate: with other
 * authorities, the first file there is, it is worth nothing.
 */
void
contexts_inherit(struct contexts *cs, const struct contexts *old)
{
	if (old != NULL && (cs->config->tls_client == TLS_CLIENT_NONE ||
	    same_file(&cs->file[0].st, &old->file[0].st)))
		memcpy(cs->key, old->key, sizeof(cs->key));
	contexts_rotate(cs);
}

/* The first DNS name of a certificate, "" for none. */
static void
first_name(X509 *cert, char *name, size_t size)
{
	GENERAL_NAMES		*names;
	const GENERAL_NAME	*g;
	int			 i;

	*name = '\0';
	names = X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
	for (i = 0; i < sk_GENERAL_NAME_num(names) && *name == '\0'; i++) {
		g = sk_GENERAL_NAME_value(names, i);
		if (g->type == GEN_DNS)
			(void)snprintf(name, size, "%.*s",
			    ASN1_STRING_length(g->d.dNSName),
			    (const char *)ASN1_STRING_get0_data(g->d.dNSName));
	}
	GENERAL_NAMES_free(names);
	if (*name == '\0')
		(void)X509_NAME_get_text_by_NID(X509_get_subject_name(cert),
		    NID_commonName, name, (int)size);
}

/* Calls with each certificate of its own that the context has. */
static bool
any_cert(SSL_CTX *ctx, bool (*ask)(X509 *, const char *), const char *arg)
{
	long	 more;

	for (more = SSL_CTX_set_current_cert(ctx, SSL_CERT_SET_FIRST);
	    more == 1;
	    more = SSL_CTX_set_current_cert(ctx, SSL_CERT_SET_NEXT))
		if (SSL_CTX_get0_certificate(ctx) != NULL &&
		    ask(SSL_CTX_get0_certificate(ctx), arg))
			return true;
	return false;
}

static bool
is_kind(X509 *cert, const char *kind)
{
	return strcmp(EVP_PKEY_get0_type_name(X509_get0_pubkey(cert)),
	    kind) == 0;
}

static bool
is_for(X509 *cert, const char *name)
{
	return X509_check_host(cert, name, 0,
	    X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, NULL) == 1;
}

static int
on_name(SSL *ssl, int *alert, void *arg)
{
	struct contexts	*cs = arg;
	const char	*name;
	size_t		 i;

	(void)alert;
	name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
	for (i = 0; name != NULL && i < cs->n; i++) {
		if (any_cert(cs->ctx[i], is_for, name)) {
			SSL_set_SSL_CTX(ssl, cs->ctx[i]);
			return SSL_TLSEXT_ERR_OK;
		}
	}
	return SSL_TLSEXT_ERR_NOACK;
}

/* Any certificate will do: what is made of it is the filters' business. */
static int
accept_any(int ok, X509_STORE_CTX *store)
{
	(void)ok;
	(void)store;
	/* SSL_get_error would take what was wrong with it for the end. */
	ERR_clear_error();
	return 1;
}

static void
common(SSL_CTX *ctx, const struct config *c)
{
	static const int	 versions[] = { TLS1_VERSION, TLS1_1_VERSION,
				    TLS1_2_VERSION, TLS1_3_VERSION };

	(void)SSL_CTX_set_min_proto_version(ctx, versions[c->tls_min]);
	/* Before 1.2 there is nothing but SHA-1: the admin asked for it. */
	if (c->tls_min < TLS_1_2)
		SSL_CTX_set_security_level(ctx, 0);
	SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION |
	    SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF);
	/* A record is one read; a chain is what the file has, not a search. */
	SSL_CTX_set_read_ahead(ctx, 1);
	SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE |
	    SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS |
	    SSL_MODE_NO_AUTO_CHAIN);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
}

/* A key with a passphrase: there is nobody to ask. */
static int
no_passphrase(char *text, int size, int writing, void *arg)
{
	(void)text;
	(void)size;
	(void)writing;
	(void)arg;
	return 0;
}

static SSL_CTX *
new_context(struct contexts *cs, char *why, size_t size)
{
	const struct config	*c = cs->config;
	SSL_CTX			*ctx;
	int			 mode = SSL_VERIFY_PEER;

	if ((ctx = SSL_CTX_new(TLS_server_method())) == NULL) {
		context_reason(why, size, "context");
		return NULL;
	}
	common(ctx, c);
	/*
	 * Who knows both kinds of keys gets EC, at half the cost of RSA: GnuTLS
	 * names that first.
	 */
	SSL_CTX_set_options(ctx, SSL_OP_CIPHER_SERVER_PREFERENCE |
	    SSL_OP_PRIORITIZE_CHACHA);
	SSL_CTX_set_app_data(ctx, cs);
	(void)SSL_CTX_set_tlsext_servername_callback(ctx, on_name);
	(void)SSL_CTX_set_tlsext_servername_arg(ctx, cs);
	(void)SSL_CTX_set_session_id_context(ctx,
	    (const unsigned char *)"spsmtpgate", 10);
	if (cs->tickets) {
		(void)SSL_CTX_set_tlsext_ticket_key_evp_cb(ctx, on_ticket);
		(void)SSL_CTX_set_num_tickets(ctx, 1);
		(void)SSL_CTX_set_timeout(ctx, (long)(c->tls_rotate_ms / 1000));
	} else {
		SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET);
		(void)SSL_CTX_set_num_tickets(ctx, 0);
	}
	if (c->tls_client == TLS_CLIENT_NONE)
		return ctx;
	if (SSL_CTX_load_verify_file(ctx, c->tls_ca) != 1) {
		context_reason(why, size, c->tls_ca);
		SSL_CTX_free(ctx);
		return NULL;
	}
	if (c->tls_client == TLS_CLIENT_REQUIRE)
		SSL_CTX_set_verify(ctx, mode |
		    SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	else
		SSL_CTX_set_verify(ctx, mode, accept_any);
	return ctx;
}

/* Is one of them for the host that the other names first? */
static bool
same_host(SSL_CTX *ctx, X509 *cert)
{
	char	 name[256];

	first_name(cert, name, sizeof(name));
	if (*name != '\0' && any_cert(ctx, is_for, name))
		return true;
	(void)SSL_CTX_set_current_cert(ctx, SSL_CERT_SET_FIRST);
	first_name(SSL_CTX_get0_certificate(ctx), name, sizeof(name));
	return *name != '\0' && is_for(cert, name);
}

/*
 * The context that the pair belongs to: one for the same host, or a new one.
 * It would take the place of another of its kind there.
 */
static SSL_CTX *
place(struct contexts *cs, X509 *cert, char *why, size_t size)
{
	const char	*kind = EVP_PKEY_get0_type_name(X509_get0_pubkey(cert));
	size_t		 i;

	for (i = 0; i < cs->n; i++)
		if (!any_cert(cs->ctx[i], is_kind, kind) &&
		    same_host(cs->ctx[i], cert))
			return cs->ctx[i];
	if ((cs->ctx[cs->n] = new_context(cs, why, size)) == NULL)
		return NULL;
	return cs->ctx[cs->n++];
}

/*
 * Mail is not lost by it, but some day it will be: something to say, in time.
 */
static bool
untimely(const char *file, X509 *cert, char *text, size_t size)
{
	int	 days;
	int	 seconds;

	if (X509_cmp_current_time(X509_get0_notBefore(cert)) > 0) {
		(void)snprintf(text, size, "%s: the certificate is not valid "
		    "yet", file);
		return true;
	}
	if (ASN1_TIME_diff(&days, &seconds, NULL,
	    X509_get0_notAfter(cert)) != 1)
		return false;
	if (days < 0 || seconds < 0)
		(void)snprintf(text, size, "%s: the certificate has expired",
		    file);
	else
		(void)snprintf(text, size, "%s: the certificate expires in %d "
		    "days", file, days);
	return days < EXPIRY_DAYS;
}

static void
check_dates(const char *file, X509 *cert)
{
	char	 text[1200];

	if (untimely(file, cert, text, sizeof(text)))
		log_warnx("%s", text);
}

/*
 * The first certificate of a file, NULL for none.  With above, the others go
 * there, and one of them that is broken is an error.
 */
static X509 *
read_cert(const char *file, STACK_OF(X509) *above)
{
	BIO	*bio = BIO_new_file(file, "r");
	X509	*cert = NULL;
	X509	*next;

	if (bio != NULL)
		cert = PEM_read_bio_X509(bio, NULL, NULL, NULL);
	if (cert != NULL && above != NULL) {
		while ((next = PEM_read_bio_X509(bio, NULL, NULL, NULL)) !=
		    NULL && sk_X509_push(above, next) > 0)
			continue;
		if (ERR_GET_REASON(ERR_peek_last_error()) ==
		    PEM_R_NO_START_LINE) {
			ERR_clear_error();	/* the end of the file */
		} else {
			X509_free(cert);
			cert = NULL;
		}
	}
	BIO_free(bio);
	return cert;
}

/* One line: file, kind of key, end, names. */
static void
show(const char *file, contexts_say *say, void *arg)
{
	char			 text[1200];
	char			*line;
	BIO			*out = BIO_new(BIO_s_mem());
	X509			*cert = read_cert(file, NULL);
	GENERAL_NAMES		*names;
	const GENERAL_NAME	*g;
	int			 n = 0;
	int			 i;

	if (cert == NULL || out == NULL) {
		BIO_free(out);
		X509_free(cert);
		return;
	}
	BIO_printf(out, "%s: %s key, until ", file,
	    EVP_PKEY_get0_type_name(X509_get0_pubkey(cert)));
	(void)ASN1_TIME_print(out, X509_get0_notAfter(cert));
	BIO_printf(out, ", for");
	names = X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
	for (i = 0; i < sk_GENERAL_NAME_num(names); i++) {
		g = sk_GENERAL_NAME_value(names, i);
		if (g->type == GEN_DNS && n++ < NAMES_SHOWN)
			BIO_printf(out, " %.*s",
			    ASN1_STRING_length(g->d.dNSName),
			    (const char *)ASN1_STRING_get0_data(g->d.dNSName));
	}
	if (n > NAMES_SHOWN)
		BIO_printf(out, " and %d more", n - NAMES_SHOWN);
	BIO_printf(out, "%s%c", n == 0 ? " nobody by name" : "", 0);
	GENERAL_NAMES_free(names);
	if (BIO_get_mem_data(out, &line) > 0)
		say(arg, "CERT", line);
	if (untimely(file, cert, text, sizeof(text)))
		say(arg, "WARN", text);
	BIO_free(out);
	X509_free(cert);
}

void
contexts_show(const struct contexts *cs, contexts_say *say, void *arg)
{
	size_t	 i;

	for (i = 0; i < cs->config->npair; i++)
		show(cs->config->pair[i].cert, say, arg);
}

/*
 * That it is of the certificate's kind is tried first: to get ready for every
 * kind there is takes 0.25 ms more.
 */
static EVP_PKEY *
read_key(const char *file, X509 *cert)
{
	BIO			*bio = BIO_new_file(file, "r");
	EVP_PKEY		*key = NULL;
	OSSL_DECODER_CTX	*d = NULL;

	if (bio != NULL)
		d = OSSL_DECODER_CTX_new_for_pkey(&key, "PEM", NULL,
		    EVP_PKEY_get0_type_name(X509_get0_pubkey(cert)),
		    EVP_PKEY_KEYPAIR, NULL, NULL);
	if (d != NULL && OSSL_DECODER_from_bio(d, bio) != 1 &&
	    BIO_reset(bio) == 0)
		key = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL);
	if (key != NULL)
		ERR_clear_error();
	OSSL_DECODER_CTX_free(d);
	BIO_free(bio);
	return key;
}

/* The pair's context has certificate and key, or why tells. */
static int
use_pair(SSL_CTX *ctx, const struct pair_conf *pc, X509 *cert,
    STACK_OF(X509) *above, char *why, size_t size)
{
	EVP_PKEY	*key;
	int		 result = -1;

	if (SSL_CTX_use_certificate(ctx, cert) != 1 ||
	    SSL_CTX_set1_chain(ctx, above) != 1) {
		context_reason(why, size, pc->cert);
		return -1;
	}
	if ((key = read_key(pc->key, cert)) == NULL) {
		context_reason(why, size, pc->key);
	} else if (X509_check_private_key(cert, key) != 1) {
		/* The library would take it for that of another pair. */
		(void)snprintf(why, size, "%s: not the key of %s", pc->key,
		    pc->cert);
		ERR_clear_error();
	} else if (SSL_CTX_use_PrivateKey(ctx, key) != 1) {
		context_reason(why, size, pc->key);
	} else {
		result = 0;
	}
	EVP_PKEY_free(key);
	return result;
}

static int
load_pair(struct contexts *cs, const struct pair_conf *pc, char *why,
    size_t size)
{
	STACK_OF(X509)	*above;
	SSL_CTX		*ctx;
	X509		*cert;
	int		 result = -1;

	if (note_file(cs, pc->cert, why, size) == -1 ||
	    note_file(cs, pc->key, why, size) == -1)
		return -1;
	above = sk_X509_new_null();
	if ((cert = read_cert(pc->cert, above)) == NULL) {
		context_reason(why, size, pc->cert);
	} else {
		check_dates(pc->cert, cert);
		if ((ctx = place(cs, cert, why, size)) != NULL)
			result = use_pair(ctx, pc, cert, above, why, size);
	}
	X509_free(cert);
	sk_X509_pop_free(above, X509_free);
	return result;
}

struct contexts *
contexts_load(const struct config *c, bool tickets, char *why, size_t size)
{
	struct contexts	*cs;
	size_t		 i;

	if ((cs = calloc(1, sizeof(*cs))) == NULL) {
		(void)snprintf(why, size, "out of memory");
		return NULL;
	}
	cs->config = c;
	cs->read = now_ms();
	cs->tickets = tickets && c->tls_rotate_ms > 0;
	if (c->tls_client != TLS_CLIENT_NONE &&
	    note_file(cs, c->tls_ca, why, size) == -1)
		goto bad;
	for (i = 0; i < c->npair; i++)
		if (load_pair(cs, &c->pair[i], why, size) == -1)
			goto bad;
	if (cs->n > 0)
		return cs;
	(void)snprintf(why, size, "no certificate is configured");
bad:
	contexts_free(cs);
	return NULL;
}

void
contexts_free(struct contexts *cs)
{
	size_t	 i;

	if (cs == NULL)
		return;
	for (i = 0; i < cs->n; i++)
		SSL_CTX_free(cs->ctx[i]);
	OPENSSL_cleanse(cs->key, sizeof(cs->key));
	free(cs);
}

SSL *
contexts_server(struct contexts *cs, char *why, size_t size)
{
	SSL	*ssl = SSL_new(cs->ctx[0]);

	if (ssl == NULL)
		context_reason(why, size, "connection");
	else
		SSL_set_accept_state(ssl);
	return ssl;
}

/*
 * What the library does at its first handshake and never again (looking up
 * algorithms, reasons of errors), done here it is done for all processes to
 * come.  They make their own random numbers: the library notices a fork.
 */
void
contexts_warm(struct contexts *cs)
{
	SSL_CTX	*ctx = SSL_CTX_new(TLS_client_method());
	SSL	*client = ctx != NULL ? SSL_new(ctx) : NULL;
	SSL	*server = SSL_new(cs->ctx[0]);
	BIO	*end[2];
	char	 c;
	int	 i;

	if (client != NULL && server != NULL &&
	    BIO_new_bio_pair(&end[0], 0, &end[1], 0) == 1) {
		SSL_set_bio(client, end[0], end[0]);
		SSL_set_bio(server, end[1], end[1]);
		for (i = 0; i < 3; i++) {
			(void)SSL_connect(client);
			(void)SSL_accept(server);
		}
		(void)SSL_write(client, "", 1);
		(void)SSL_read(server, &c, 1);
		(void)SSL_write(server, "", 1);
	}
	SSL_free(server);
	SSL_free(client);
	SSL_CTX_free(ctx);
	ERR_clear_error();
}

/* ------------------------------------------------------- towards a backend */

/* RFC 6066 3: an address is no name to ask for, and some servers hang up. */
static bool
is_address(const char *name)
{
	struct in_addr	 in;

	return strchr(name, ':') != NULL || inet_pton(AF_INET, name, &in) == 1;
}

SSL *
contexts_client(const struct config *c, const struct expect *e, char *why,
    size_t size)
{
	SSL_CTX	*ctx = SSL_CTX_new(TLS_client_method());
	SSL	*ssl = NULL;
	char	 name[256];

	if (ctx == NULL) {
		context_reason(why, size, "context");
		return NULL;
	}
	common(ctx, c);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, accept_any);
	if (e->verify) {
		SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
		/* RFC 9525 6.3: an asterisk stands for a whole label. */
		X509_VERIFY_PARAM_set_hostflags(SSL_CTX_get0_param(ctx),
		    X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
		if (SSL_CTX_load_verify_file(ctx, c->tls_ca) != 1)
			context_reason(why, size, c->tls_ca);
		else
			ssl = SSL_new(ctx);
		if (ssl != NULL && (e->name == NULL ||
		    SSL_set1_host(ssl, e->name) != 1)) {
			(void)snprintf(why, size, "no name to verify");
			SSL_free(ssl);
			ssl = NULL;
		}
	} else if ((ssl = SSL_new(ctx)) == NULL) {
		context_reason(why, size, "connection");
	}
	SSL_CTX_free(ctx);
	if (ssl == NULL)
		return NULL;
	if (e->name != NULL && !is_address(e->name)) {
		(void)strlcpy(name, e->name, sizeof(name));
		(void)SSL_set_tlsext_host_name(ssl, name);
	}
	SSL_set_connect_state(ssl);
	return ssl;
}

bool
context_pinned(SSL *ssl, const char *pin)
{
	unsigned char	 digest[EVP_MAX_MD_SIZE];
	char		 hex[2 * EVP_MAX_MD_SIZE + 1] = "";
	X509		*cert = SSL_get0_peer_certificate(ssl);
	unsigned int	 n;
	unsigned int	 i;
	unsigned char	*der = NULL;
	int		 len;

	if (cert == NULL)
		return false;
	len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(cert), &der);
	if (len <= 0)
		return false;
	if (EVP_Digest(der, (size_t)len, digest, &n, EVP_sha256(), NULL) == 1)
		for (i = 0; i < n; i++)
			(void)snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	OPENSSL_free(der);
	return *hex != '\0' && strcasecmp(hex, pin) == 0;
}
