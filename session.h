/* session.h - one client's conversation; see session.c and mail.c. */
#ifndef SESSION_H
#define SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "backend.h"
#include "config.h"
#include "conn.h"
#include "content.h"
#include "envelope.h"
#include "filters.h"
#include "helper.h"
#include "macros.h"
#include "message.h"
#include "peer.h"
#include "reply.h"
#include "sasl.h"
#include "smtp.h"

/* Where the dialogue is; verbs name the states they are legal in. */
#define ST_START	0x1u	/* no HELO yet */
#define ST_READY	0x2u
#define ST_MAIL		0x4u	/* a sender, no recipient */
#define ST_RCPT		0x8u
#define ST_CHUNK	0x10u	/* BDAT came, and was not the last */
#define ST_ANY		0x1fu

/* A session that is refused, but goes on until the client gives up. */
enum refusal {
	REFUSE_NOT,
	REFUSE_ALL,	/* every command that matters */
	REFUSE_MAIL,	/* MAIL, for now */
	REFUSE_GREETED	/* the greeting said 554: 503 until QUIT */
};

/* All that belongs to one mail; txn_end is the only way out. */
struct txn {
	bool		 open;
	bool		 holds;		/* the backend's transaction is open */
	bool		 discard;	/* a filter swallows this mail */
	bool		 replayed;	/* the one redial is used up */
	bool		 data;		/* DATA came: it is worth a log line */
	struct envelope	 env;
	struct message	 msg;
	struct content	 content;
	size_t		 asked;		/* RCPT commands */
	char		 id[48];	/* queue ID, macro i */
	int64_t		 start;
	int64_t		 backend_ms;	/* spent before this mail */
	/* For the log: */
	const char	*result;
	const char	*by;		/* "filter", "backend", "gate" ... */
	const char	*stage;
};

/* Who the client has authenticated as. */
struct auth {
	const char	*mech;		/* NULL: it has not */
	char		 user[SASL_USER_MAX + 1]; /* "": not known */
	bool		 bound;		/* to this connection to the backend */
	bool		 elsewhere;	/* a login goes to auth_backend */
	bool		 blind;		/* more credentials may follow AUTH */
};

/* A launcher's helper that waits to be told (UCSPI-TLS); -1 without. */
struct ucspi {
	int		 control;
	int		 rfd;
	int		 wfd;
};

struct session {
	struct config	*config;
	struct peer	*peer;
	struct conn	 client;
	struct backend	 backend;
	struct backend	*auth_backend;	/* of AuthServer, or NULL */
	struct filters	 filters;
	struct macros	 macros;
	struct txn	 txn;
	struct reply	 reply;		/* of the current command */
	unsigned int	 state;		/* ST_ */
	enum refusal	 refusal;
	struct reply	 refused;	/* its text */
	struct auth	 auth;
	struct ucspi	 ucspi;
	bool		 secret;	/* the current line is not to be seen */
	const char	*end;		/* why it ends; NULL: go on */
	int		 status;	/* of the process, in the end */
	char		 id[40];	/* hexadecimal time and process */
	char		 helo[256];
	bool		 esmtp;
	unsigned int	 offered;	/* EXT_ set the client was told of */
	uint64_t	 max_size;	/* likewise, 0: none */
	int64_t		 start;
	int64_t		 until;		/* no wait lasts longer */
	int64_t		 greet_at;	/* not before; 0: no GreetPause */
	unsigned int	 mails;		/* accepted */
	unsigned int	 rcpts;
	unsigned int	 cmds;
	unsigned int	 errors;
	unsigned int	 refused_rcpts;	/* since the last accepted mail */
	unsigned int	 junk;		/* since the last mail */
	unsigned int	 txns;
	int64_t		 delay_ms;	/* owed before the next reply */
	bool		 trusted;	/* spared what strangers are not */
};

/* The whole conversation; returns the exit status. */
int	 session_run(struct config *, struct peer *);

/* For greet.c, mail.c, data.c and deliver.c: */
/* Queues the session's reply to the client. */
void	 session_answer(struct session *);
/* The same for a reply made on the spot. */
void	 session_say(struct session *, int code, const char *status,
	    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* As session_say, and counts an error of the client. */
void	 session_error(struct session *, int code, const char *status,
	    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* Notes why a wait ended, when that ends the session; true if so. */
bool	 session_over(struct session *, enum io);
/* The client was to say something, and this came instead: ends the session. */
void	 session_unheard(struct session *, enum io);
/* The session's time is over then; commits aside, all waits end. */
void	 session_until(struct session *, int64_t when);
/* Shows in ps(1) what the session is doing. */
void	 session_phase(const struct session *, const char *);
/* The client is told no, with the reply, from here on. */
void	 session_refuse(struct session *, enum refusal);
/* A reply 421 was sent on somebody's behalf: ends the session. */
void	 session_end(struct session *, const char *why);

#endif
