/* tryout.h - one mail from a file through the filters; see tryout.c. */
#ifndef TRYOUT_H
#define TRYOUT_H

#include "config.h"

#define TRYOUT_RCPTS	64

struct tryout {
	const char	*file;		/* "-" is standard input */
	const char	*from;
	const char	*to[TRYOUT_RCPTS];
	size_t		 nto;
	const char	*client;	/* address in text */
	const char	*helo;
	const char	*user;		/* authenticated as, or NULL */
};

/* Prints what happens; returns the exit status that spsmtpgate(8) lists. */
int	 tryout_run(struct config *, const struct tryout *);

#endif
