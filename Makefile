# spsmtpgate - GNU make and bmake
#
# make                 the gate
# make check           all tests; make demo, bench, lint: see README
# make install DESTDIR= PREFIX=/usr/local

PREFIX		?= /usr/local
SBINDIR		?= ${PREFIX}/sbin
MANDIR		?= ${PREFIX}/share/man
DOCDIR		?= ${PREFIX}/share/doc/spsmtpgate
CC		?= cc
CFLAGS		?= -O2 -g
PKG_CONFIG	?= pkg-config
INSTALL		?= install

BSD_CFLAGS	!= ${PKG_CONFIG} --cflags libbsd-overlay 2>/dev/null || :
BSD_LIBS	!= ${PKG_CONFIG} --libs libbsd-overlay 2>/dev/null || echo -lbsd

STD		= -std=c11 -D_GNU_SOURCE
WARN		= -Wall -Wextra -Wshadow -Wstrict-prototypes \
		  -Wmissing-prototypes -Wpointer-arith -Wcast-qual \
		  -Wformat=2 -Wvla -Wswitch-enum
HARDEN		= -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE
HARDEN_LD	= -pie -Wl,-z,relro -Wl,-z,now
ALL_CFLAGS	= ${STD} ${WARN} ${HARDEN} ${BSD_CFLAGS} ${CFLAGS}
ALL_LDFLAGS	= ${HARDEN_LD} ${LDFLAGS}

OBJS	= backend.o buf.o cage.o config.o configval.o conn.o data.o \
	  deliver.o dial.o envelope.o filters.o greet.o identity.o \
	  launcher.o log.o macros.o mail.o message.o milter.o packet.o \
	  peer.o record.o reply.o session.o smtp.o spool.o stream.o
HDRS	= backend.h buf.h cage.h config.h configval.h conn.h dial.h \
	  envelope.h filters.h greet.h identity.h \
	  launcher.h log.h macros.h mail.h message.h milter.h packet.h \
	  peer.h record.h reply.h session.h smtp.h spool.h stream.h \
	  version.h

all: spsmtpgate

spsmtpgate: spsmtpgate.o ${OBJS}
	${CC} ${ALL_CFLAGS} ${ALL_LDFLAGS} -o $@ spsmtpgate.o ${OBJS} ${BSD_LIBS}

.SUFFIXES: .c .o
.c.o:
	${CC} ${ALL_CFLAGS} -c -o $@ $<

spsmtpgate.o ${OBJS}: ${HDRS}

clean:
	rm -f spsmtpgate *.o compile_commands.json
	rm -rf build

.PHONY: all clean
