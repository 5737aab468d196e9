/* hello.h - HELO and EHLO, and a backend that knows of them; see hello.c. */
#ifndef HELLO_H
#define HELLO_H

#include "session.h"

void	 hello_serve(struct session *, const struct command *);
/* The answer to EHLO, from what the backend offers. */
void	 hello_offer(struct session *);
/*
 * A backend to talk to, dialled again if it was lost, that offers what the
 * client was told.  IO_OK, or IO_ERROR with the client's answer in reply.
 */
enum io	 hello_again(struct session *);

#endif
