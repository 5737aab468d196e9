/* selftest.h - asks every backend and filter how they are; see selftest.c. */
#ifndef SELFTEST_H
#define SELFTEST_H

#include <stdbool.h>

#include "config.h"

/* The worst that was found is the exit status. */
enum health { HEALTH_OK, HEALTH_WARNING, HEALTH_ERROR };

struct selftest {
	const char	*file;		/* the configuration */
	char		**child;	/* program behind "--", or NULL */
	const char	*client;	/* address that backends are told */
	bool		 json;
};

/* Reads the configuration, asks all peers, prints what they say. */
enum health selftest_run(const struct selftest *);

#endif
