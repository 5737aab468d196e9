/* message.h - the held mail and the edits that filters ask for; message.c. */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "envelope.h"
#include "spool.h"
#include "stream.h"

#define FIELDS_MAX	10001	/* header fields, and the gate's place */
#define FIELD_MAX	65533	/* name and value: they travel in one packet */

struct field {
	size_t	 off;		/* into the header text */
	size_t	 len;		/* with its CRLF and folds */
	size_t	 namelen;	/* without blanks before the colon */
	size_t	 value;		/* offset of what is behind the colon */
	bool	 own;		/* stands for the gate's Received field */
	bool	 dead;		/* deleted by the filter that is answering */
};

enum msg_trouble { MSG_OK, MSG_HEADER, MSG_SPOOL, MSG_HOPS };

struct message {
	struct buf	 text;		/* of all fields */
	struct field	*field;
	size_t		 nfield;
	size_t		 capfield;
	size_t		 maxheader;
	size_t		 line;		/* offset of the incomplete line */
	bool		 inbody;
	bool		 complete;
	enum msg_trouble trouble;	/* the first; nothing is stored after */
	unsigned int	 hops;		/* Received fields */
	struct spool	 body;
	size_t		 dotlines;	/* of the body */
	uint64_t	 size;		/* octets of content that came */
};

/* Holds nothing; dir must outlive it. */
void	 message_init(struct message *, const char *dir, size_t memory,
	    size_t maxheader);
void	 message_free(struct message *);
/* Takes canonical text; what goes wrong is kept in trouble. */
void	 message_feed(struct message *, const char *, size_t n);
/* The text is complete; dotlines as datain counted them. */
void	 message_end(struct message *, size_t dotlines);
/* Fields that will not change while more text comes in. */
size_t	 message_nready(const struct message *);
/* The octets of a field. */
const char *message_field(const struct message *, size_t i);
/* Value of the first field of this name, unfolded, into b; false if none. */
bool	 message_value(const struct message *, const char *name,
	    struct buf *b);
/* Octets of header, separator and body as they would leave. */
uint64_t message_outsize(const struct message *);
/* Appends header and separator in canonical text. */
int	 message_header(const struct message *, struct buf *out);

enum edit_type {
	EDIT_ADDHEADER, EDIT_INSHEADER, EDIT_CHGHEADER,
	EDIT_ADDRCPT, EDIT_DELRCPT, EDIT_CHGFROM
};

struct edit {
	enum edit_type	 type;
	uint32_t	 index;
	char		*name;		/* or address */
	char		*value;		/* or arguments; may be NULL */
};

struct edits {
	struct edit	*e;
	size_t		 n;
	size_t		 cap;
	size_t		 bytes;		/* of all strings */
	size_t		 max;		/* of those */
	bool		 newbody;
	struct spool	 body;
	struct textin	 textin;
	char		*quarantine;	/* the last reason, or NULL */
};

void	 edits_init(struct edits *, const char *dir, size_t memory,
	    size_t max);
void	 edits_free(struct edits *);
/* Forgets all edits. */
void	 edits_reset(struct edits *);
/* Notes an edit; -1 when it is malformed or too much in all. */
int	 edits_add(struct edits *, enum edit_type, uint32_t index,
	    const char *name, const char *value);
/* More of a new body; -1 when the spool is full. */
int	 edits_body(struct edits *, const char *, size_t n);
void	 edits_quarantine(struct edits *, const char *reason);
/*
 * What the i-th edit asks for, in words, into b; behind the last come the new
 * body and the quarantine.  False when there are no more.
 */
bool	 edits_text(const struct edits *, size_t i, struct buf *b);
/*
 * Applies all in the order they came; leadspc says whether values bring
 * their own leading blank.  The new body, if any, moves to the message.  -1
 * when the result is too large or an address is none: nothing may be sent.
 */
int	 message_apply(struct message *, struct envelope *, struct edits *,
	    bool leadspc, unsigned int ext);

#endif
