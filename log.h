/* log.h - the one log sink; see log.c. */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

/*
 * Chooses the sink, and points descriptor 2 away from the client's socket.  err
 * is false when the launcher had closed 2.
 */
void	 log_open(const char *progname, bool err);
/* Lines go there from now on, with whether they are errors. */
void	 log_tap(void (*)(bool error, const char *text));
/* Debug lines on or off. */
void	 log_verbose(bool);

/* As warn(3), warnx(3); one line each, priority err. */
void	 log_warn(const char *, ...) __attribute__((format(printf, 1, 2)));
void	 log_warnx(const char *, ...) __attribute__((format(printf, 1, 2)));
void	 log_info(const char *, ...) __attribute__((format(printf, 1, 2)));
void	 log_debug(const char *, ...) __attribute__((format(printf, 1, 2)));

/* A debug line of what n octets were said to or by whom. */
void	 log_dialogue(const char *who, const char *, size_t n);
/* Called by fatal before the process ends, to tell the client. */
void	 log_at_fatal(void (*)(void));
/* Logs as err(3) and exits with EX_OSERR. */
void	 fatal(const char *, ...)
	    __attribute__((format(printf, 1, 2), noreturn));

/*
 * Appends key=value behind a blank.  The value is cut at max bytes and goes
 * in quotes when it has a blank, a quote, "=" or is empty; bytes outside
 * printable ASCII become \xHH, quote and backslash \" and \\.
 */
void	 log_kv(struct buf *, const char *key, const char *value, size_t max);
/* The same escapes without key or quotes; for peer text in messages. */
void	 log_quote(struct buf *, const char *, size_t n, size_t max);
/* One line of the log, as collected. */
void	 log_line(struct buf *);

#endif
