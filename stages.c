/*
 * stages - the stages of the milter protocol, as a table
 *
 * Default macros are the union of what Sendmail and Postfix send, as far as
 * the gate can know them; a macro without a value is left out.
 */
#include <stddef.h>

#include <libmilter/mfapi.h>
#include <libmilter/mfdef.h>

#include "stages.h"

const struct stage_row	 stages[] = {
	[STAGE_CONNECT] = { "connect", SMFIC_CONNECT, SMFIM_CONNECT,
	    SMFIP_NOCONNECT, SMFIP_NR_CONN, 2,
	    "j _ v {daemon_name} {daemon_addr} {daemon_port} {if_name} "
	    "{if_addr} {client_addr} {client_name} {client_port} "
	    "{client_ptr} {client_resolve}" },
	[STAGE_HELO] = { "helo", SMFIC_HELO, SMFIM_HELO,
	    SMFIP_NOHELO, SMFIP_NR_HELO, 2,
	    "{tls_version} {cipher} {cipher_bits} {cert_subject} "
	    "{cert_issuer} {verify} {tls_sni}" },
	[STAGE_MAIL] = { "mail", SMFIC_MAIL, SMFIM_ENVFROM,
	    SMFIP_NOMAIL, SMFIP_NR_MAIL, 2,
	    "i j b r s {daemon_name} {auth_type} {auth_authen} {auth_author} "
	    "{auth_ssf} {mail_addr} {mail_host} {mail_mailer}" },
	[STAGE_RCPT] = { "rcpt", SMFIC_RCPT, SMFIM_ENVRCPT,
	    SMFIP_NORCPT, SMFIP_NR_RCPT, 2,
	    "i {rcpt_addr} {rcpt_host} {rcpt_mailer}" },
	[STAGE_DATA] = { "data", SMFIC_DATA, SMFIM_DATA,
	    SMFIP_NODATA, SMFIP_NR_DATA, 4, "i" },
	[STAGE_UNKNOWN] = { "unknown", SMFIC_UNKNOWN, -1,
	    SMFIP_NOUNKNOWN, SMFIP_NR_UNKN, 3, NULL },
	[STAGE_HEADER] = { "header", SMFIC_HEADER, -1,
	    SMFIP_NOHDRS, SMFIP_NR_HDR, 2, NULL },
	[STAGE_EOH] = { "eoh", SMFIC_EOH, SMFIM_EOH,
	    SMFIP_NOEOH, SMFIP_NR_EOH, 2, "i" },
	[STAGE_BODY] = { "body", SMFIC_BODY, -1,
	    SMFIP_NOBODY, SMFIP_NR_BODY, 2, NULL },
	[STAGE_EOM] = { "eom", SMFIC_BODYEOB, SMFIM_EOM, 0, 0, 2,
	    "i {msg_id}" },
};

const char *
stage_name(enum stage s)
{
	return stages[s].name;
}
