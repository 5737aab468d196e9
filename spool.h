/* spool.h - bytes in memory, then in an unlinked file; see spool.c. */
#ifndef SPOOL_H
#define SPOOL_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

struct spool {
	const char	*dir;		/* where the file goes */
	size_t		 memmax;	/* bytes kept in memory */
	struct buf	 mem;		/* what is not in the file yet */
	int		 fd;		/* -1 without a file */
	off_t		 flen;		/* bytes in the file */
	int		 error;		/* errno of the first failure, sticky */
};

/* Empty; dir must outlive it. */
void	 spool_init(struct spool *, const char *dir, size_t memmax);
void	 spool_free(struct spool *);
/* Empty again; the file, if any, is given back. */
void	 spool_reset(struct spool *);
/* Appends; -1 (errno kept in error) when the file cannot take it. */
int	 spool_put(struct spool *, const void *, size_t n);
off_t	 spool_size(const struct spool *);
/* Appends up to n bytes from off to b; -1 on a read error. */
int	 spool_read(const struct spool *, off_t off, size_t n, struct buf *b);
/* Moves all to the file if there is one; -1 on error. */
int	 spool_sync(struct spool *);

/* Moves all to a file, made if need be; -1 on error. */
int	 spool_file(struct spool *);

#endif
