/* stages.h - the stages of the milter protocol, as a table; see stages.c. */
#ifndef STAGES_H
#define STAGES_H

#include <stdint.h>

enum stage {
	STAGE_CONNECT, STAGE_HELO, STAGE_MAIL, STAGE_RCPT, STAGE_DATA,
	STAGE_UNKNOWN, STAGE_HEADER, STAGE_EOH, STAGE_BODY, STAGE_EOM
};

struct stage_row {
	const char	*name;
	char		 cmd;
	int		 list;		/* of macros, -1: none are sent */
	uint32_t	 no;		/* bit: the filter does not want it */
	uint32_t	 nr;		/* bit: ... or does not answer it */
	uint32_t	 version;	/* the first that has it */
	const char	*macros;	/* default list, names by blanks */
};

extern const struct stage_row	 stages[];

/* Its name in logs. */
const char *stage_name(enum stage);

#endif
