# spsmtpgate - for GNU make and bmake
#
#	make			the gate
#	make demo		one mail through gate, filter and a small server
#	make check		all tests
#	make check-systemd	the Debian package in a machine that boots; root
#	make lint		what other programs say of code and manuals
#	make bench		what the gate costs, beside others
#	make musl		the gate with musl, static: build/musl/spsmtpgate
#	make check-musl		the tests of that one
#	make install		DESTDIR= PREFIX=/usr/local
#	make dist, make deb	a tar file; the Debian package, in build/
#	make compile_commands.json	for editors
#	make fuzz		fuzz entries with clang's libFuzzer, in build/
#
# SANITIZE=1 builds with AddressSanitizer and UBSan.  demo, check, lint and
# bench install the Debian packages they miss when run by root.

VERSION		!= awk -F'"' '/VERSION.*"/ { print $$2 }' version.h
PREFIX		?= /usr/local
SBINDIR		?= ${PREFIX}/sbin
MANDIR		?= ${PREFIX}/share/man
DOCDIR		?= ${PREFIX}/share/doc/spsmtpgate
CC		?= cc
CFLAGS		?= -O2 -g
# What bmake on Linux takes for CFLAGS, before it comes here.
DBG		= -O2 -g
PKG_CONFIG	?= pkg-config
INSTALL		?= install
# What is installed as spsmtpgate: it may be build/musl/spsmtpgate.
PROGRAM		?= spsmtpgate

BSD_CFLAGS	!= ${PKG_CONFIG} --cflags libbsd-overlay 2>/dev/null || :
# libbsd as an archive where there is one: loading the library would cost each
# connection 0.1 ms.  A packager who must not: make BSD_LIBS=-lbsd
BSD_LIBS	!= test -f "`${CC} -print-file-name=libbsd.a`" && \
		  echo -Wl,-Bstatic -lbsd -lmd -Wl,-Bdynamic || echo -lbsd

STD		= -std=c11 -D_GNU_SOURCE
WARN		= -Wall -Wextra -Wshadow -Wstrict-prototypes \
		  -Wmissing-prototypes -Wpointer-arith -Wcast-qual \
		  -Wformat=2 -Wvla -Wswitch-enum
HARDEN		= -D_FORTIFY_SOURCE=2 -fstack-protector-strong \
		  -fstack-clash-protection ${CF_PROTECTION} -fPIE
HARDEN_LD	= -pie -Wl,-z,relro -Wl,-z,now
# Not every processor has it, so not every compiler takes the option.
CF_PROTECTION	!= ${CC} -fcf-protection -E - </dev/null >/dev/null 2>&1 && \
		  echo -fcf-protection || :
SAN		= -fsanitize=address,undefined -fno-sanitize-recover=all \
		  -fno-omit-frame-pointer -U_FORTIFY_SOURCE
SAN_FLAGS	!= test -z "${SANITIZE}" || echo "${SAN}"
ALL_CFLAGS	= ${STD} ${WARN} ${HARDEN} ${BSD_CFLAGS} ${CFLAGS} ${SAN_FLAGS}
ALL_LDFLAGS	= ${HARDEN_LD} ${LDFLAGS} ${SAN_FLAGS}

OBJS	= \
	  auth.o \
	  backend.o \
	  bdat.o \
	  buf.o \
	  cage.o \
	  config.o \
	  configval.o \
	  conn.o \
	  connask.o \
	  connopt.o \
	  content.o \
	  data.o \
	  deliver.o \
	  dial.o \
	  edit.o \
	  envelope.o \
	  ext.o \
	  filters.o \
	  greet.o \
	  hello.o \
	  helper.o \
	  identity.o \
	  keys.o \
	  landlock.o \
	  launcher.o \
	  log.o \
	  lookup.o \
	  macros.o \
	  mail.o \
	  manners.o \
	  message.o \
	  milter.o \
	  net.o \
	  packet.o \
	  peer.o \
	  proxy.o \
	  quarantine.o \
	  record.o \
	  reply.o \
	  sasl.o \
	  secure.o \
	  selftest.o \
	  servers.o \
	  session.o \
	  slots.o \
	  smtp.o \
	  spool.o \
	  stages.o \
	  starttls.o \
	  stream.o \
	  syscalls.o \
	  tryout.o \
	  upstream.o
HDRS	= \
	  auth.h \
	  backend.h \
	  buf.h \
	  cage.h \
	  config.h \
	  configval.h \
	  conn.h \
	  content.h \
	  dial.h \
	  edit.h \
	  envelope.h \
	  ext.h \
	  filters.h \
	  greet.h \
	  hello.h \
	  helper.h \
	  identity.h \
	  keys.h \
	  landlock.h \
	  launcher.h \
	  log.h \
	  lookup.h \
	  macros.h \
	  mail.h \
	  manners.h \
	  message.h \
	  milter.h \
	  net.h \
	  packet.h \
	  peer.h \
	  proxy.h \
	  quarantine.h \
	  record.h \
	  reply.h \
	  sasl.h \
	  secure.h \
	  selftest.h \
	  servers.h \
	  session.h \
	  slots.h \
	  smtp.h \
	  spool.h \
	  stages.h \
	  starttls.h \
	  stream.h \
	  syscalls.h \
	  tryout.h \
	  upstream.h \
	  version.h

# Other flags than last time: everything anew.
FLAGS	= ${CC} ${ALL_CFLAGS} ${ALL_LDFLAGS} ${BSD_LIBS}
FLAGS_SEEN	!= test "`cat build/flags 2>/dev/null`" = '${FLAGS}' || \
		  rm -f build/flags

# The program that has the keys; the gate itself links no crypto library.
TLS_SRCS	= tls/main.c tls/context.c tls/parse.c tls/relay.c \
	  tls/request.c
TLS_HDRS	= tls/context.h tls/parse.h tls/relay.h tls/request.h
TLS_LIBS	= -lssl -lcrypto
TLS_PROG	!= ${PKG_CONFIG} --exists libssl && echo spsmtpgate-tls || :

UNIT	!= ls tests/unit/t_*.c 2>/dev/null | sed 's,.*/,,; s/\.c$$//' || :
FUZZ	!= ls tests/fuzz/fuzz_*.c 2>/dev/null | sed 's,.*/,,; s/\.c$$//' || :
PEERS	= build/recfilter build/samplefilter

all: spsmtpgate ${TLS_PROG}

spsmtpgate: spsmtpgate.o ${OBJS} build/flags
	${CC} ${ALL_CFLAGS} ${ALL_LDFLAGS} -o $@ spsmtpgate.o ${OBJS} ${BSD_LIBS}

spsmtpgate-tls: ${TLS_SRCS} ${TLS_HDRS} build/libgate.a
	${CC} ${ALL_CFLAGS} -iquote . ${ALL_LDFLAGS} -o $@ ${TLS_SRCS} \
	    build/libgate.a ${TLS_LIBS} ${BSD_LIBS}

.SUFFIXES: .c .o
.c.o:
	${CC} ${ALL_CFLAGS} -c -o $@ $<

spsmtpgate.o ${OBJS}: ${HDRS} build/flags

build/flags:
	@mkdir -p build
	@echo '${FLAGS}' >$@

# Peers of the tests: filters on the real libmilter.
build/recfilter: tests/peers/recfilter.c
	@mkdir -p build
	${CC} ${STD} ${WARN} ${CFLAGS} -o $@ tests/peers/recfilter.c \
	    -lmilter -lpthread

build/samplefilter: examples/samplefilter.c
	@mkdir -p build
	${CC} ${STD} ${WARN} ${CFLAGS} -o $@ examples/samplefilter.c \
	    -lmilter -lpthread

build/libgate.a: ${OBJS}
	@mkdir -p build
	rm -f $@
	ar -rc $@ ${OBJS}

# The gate with another libc, as an archive: README says what for.  musl-gcc
# of Debian knows neither the kernel's headers nor a static PIE.
MUSL_CC		?= musl-gcc
MUSL_CFLAGS	= ${STD} ${WARN} -fstack-protector-strong \
		  -fstack-clash-protection ${CF_PROTECTION} -fPIE \
		  -isystem build/musl/include -include compat.h ${CFLAGS}
MUSL_LDFLAGS	= -static -nostartfiles -Wl,-pie,--no-dynamic-linker \
		  -Wl,-z,text,-z,relro,-z,now ${LDFLAGS}
MUSL_ARCH	= `${MUSL_CC} -print-multiarch`
MUSL_CRT	= `${MUSL_CC} -print-multiarch | sed 's,.*,/usr/lib/&,; s,gnu,musl,'`
MUSL_LINK	= ${MUSL_CC} ${MUSL_CFLAGS} ${MUSL_LDFLAGS} \
		  ${MUSL_CRT}/rcrt1.o ${MUSL_CRT}/crti.o \
		  `${MUSL_CC} -print-file-name=crtbeginS.o`
MUSL_END	= `${MUSL_CC} -print-file-name=crtendS.o` ${MUSL_CRT}/crtn.o

musl:
	tests/deps musl
	${MAKE} build/musl/spsmtpgate

build/musl/libgate.a: ${OBJS:.o=.c} compat.c compat.h ${HDRS}
	@rm -rf build/musl && mkdir -p build/musl/include
	ln -s /usr/include/linux /usr/include/asm-generic \
	    /usr/include/libmilter build/musl/include
	ln -s /usr/include/${MUSL_ARCH}/asm build/musl/include
	for f in ${OBJS:.o=} compat; do ${MUSL_CC} ${MUSL_CFLAGS} -c \
	    -o build/musl/$$f.o $$f.c || exit 1; done
	ar -rc $@ build/musl/*.o

build/musl/spsmtpgate: build/musl/libgate.a spsmtpgate.c
	${MUSL_LINK} -o $@ spsmtpgate.c build/musl/libgate.a ${MUSL_END}

build/musl/unit.stamp: build/musl/libgate.a tests/unit/*.[ch]
	@mkdir -p build/musl/unit
	for t in ${UNIT}; do ${MUSL_LINK} -idirafter . -o build/musl/unit/$$t \
	    tests/unit/$$t.c build/musl/libgate.a ${MUSL_END} || exit 1; done
	touch $@

build/unit.stamp: build/libgate.a tests/unit/*.[ch]
	@mkdir -p build/unit
	for t in ${UNIT}; do ${CC} ${ALL_CFLAGS} -idirafter . ${ALL_LDFLAGS} \
	    -o build/unit/$$t tests/unit/$$t.c build/libgate.a ${BSD_LIBS} || \
	    exit 1; done
	touch $@

# The fuzz entries with a plain main, to run their corpus as a test.
build/corpus.stamp: build/libgate.a tests/fuzz/*.c
	@mkdir -p build/fuzz
	for t in ${FUZZ}; do ${CC} ${ALL_CFLAGS} -idirafter . ${ALL_LDFLAGS} \
	    -o build/fuzz/$$t tests/fuzz/$$t.c tests/fuzz/driver.c \
	    build/libgate.a ${BSD_LIBS} || exit 1; done
	touch $@

fuzz:
	@mkdir -p build/libfuzzer
	for t in ${FUZZ}; do clang ${STD} ${WARN} ${BSD_CFLAGS} -O1 -g -idirafter . \
	    -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
	    -o build/libfuzzer/$$t tests/fuzz/$$t.c ${OBJS:.o=.c} \
	    ${BSD_LIBS} || exit 1; done

# The packages first, then make anew: flags are found when make starts.
demo:
	tests/deps demo
	${MAKE} all build/samplefilter
	tests/demo.sh

check:
	tests/deps check
	${MAKE} check-built

check-built: all ${PEERS} build/unit.stamp build/corpus.stamp
	UNIT_PROGS="`for t in ${UNIT}; do echo build/unit/$$t; done; \
	    for t in ${FUZZ}; do echo build/fuzz/$$t; done`" tests/run ${TESTS}

# Of the real peers' tests those that depend on libc.
check-musl:
	tests/deps check musl
	${MAKE} check-musl-built

check-musl-built: all ${PEERS} build/musl/spsmtpgate build/musl/unit.stamp
	GATE=build/musl/spsmtpgate tests/run build/musl/unit/t_*[a-z] \
	    tests/e2e/*.t tests/tls.py tests/real/launchers.py \
	    tests/real/limits.py tests/real/names.py

# The package in a Debian that boots, by systemd-nspawn; needs root.
check-systemd: build/samplefilter
	tests/systemd/run

bench:
	tests/deps bench
	${MAKE} all
	tests/bench/run ${BENCH}

lint:
	tests/deps lint
	${MAKE} lint-installed

lint-installed:
	cppcheck --quiet --std=c11 --enable=warning,performance,portability \
	    --inline-suppr --suppress=normalCheckLevelMaxBranches \
	    --error-exitcode=1 -I. *.c tls/*.c examples/*.c
	clang-tidy --quiet *.c tls/*.c -- -iquote . ${STD} ${WARN} ${BSD_CFLAGS}
	mandoc -Tlint -Wstyle spsmtpgate.8 spsmtpgate.conf.5 \
	    spsmtpgate-report.8 spsmtpgate-tls.8
	shellcheck tests/deps tests/demo.sh .ci/run tests/systemd/run \
	    debian/tests/one-mail

compile_commands.json: Makefile
	for f in ${OBJS:.o=.c} spsmtpgate.c; do printf '%s' "$$f" | sed \
	    's,.*,{"directory":"${.CURDIR}${CURDIR}"\,"file":"&"\,"command":"${CC} ${ALL_CFLAGS} -c &"}\,,'; \
	    done | sed '1s/^/[/; $$s/,$$/]/' > $@

install: all
	${INSTALL} -d ${DESTDIR}${SBINDIR} ${DESTDIR}${MANDIR}/man8 \
	    ${DESTDIR}${MANDIR}/man5 ${DESTDIR}${DOCDIR}
	${INSTALL} -m 755 ${PROGRAM} ${DESTDIR}${SBINDIR}/spsmtpgate
	${INSTALL} -m 755 spsmtpgate-report ${DESTDIR}${SBINDIR}/
	${INSTALL} -m 644 spsmtpgate.8 spsmtpgate-report.8 spsmtpgate-tls.8 \
	    ${DESTDIR}${MANDIR}/man8/
	test ! -x spsmtpgate-tls || ${INSTALL} -m 755 spsmtpgate-tls \
	    ${DESTDIR}${SBINDIR}/
	${INSTALL} -m 644 spsmtpgate.conf.5 ${DESTDIR}${MANDIR}/man5/
	${INSTALL} -m 644 README GUIDE spsmtpgate.conf systemd/spsmtpgate.socket \
	    systemd/spsmtpgate-tls.socket systemd/spsmtpgate-submission.socket \
	    systemd/spsmtpgate-submissions.socket ${DESTDIR}${DOCDIR}/
	for f in spsmtpgate@ spsmtpgate-submission@ spsmtpgate-submissions@ \
	    spsmtpgate-tls; do \
	    sed 's,/usr/sbin/spsmtpgate,${SBINDIR}/spsmtpgate,' \
	    systemd/$$f.service >${DESTDIR}${DOCDIR}/$$f.service || exit 1; done
	sed 's,/usr/sbin/spsmtpgate,${SBINDIR}/spsmtpgate,' xinetd/spsmtpgate \
	    >${DESTDIR}${DOCDIR}/xinetd

# What is committed, as one file; outside of git, what is there.
GIT		= git -c safe.directory='*'
dist:
	rm -rf build/dist && mkdir -p build/dist
	if ${GIT} rev-parse -q --verify HEAD >/dev/null 2>&1; then \
	    ${GIT} archive HEAD; \
	else \
	    tar -cf - --exclude=./build --exclude='*.o' --exclude=./spsmtpgate \
		--exclude=./spsmtpgate-tls .; \
	fi | tar -xf - -C build/dist
	tar -czf build/spsmtpgate-${VERSION}.tar.gz --exclude=./debian \
	    --sort=name --owner=0 --group=0 --numeric-owner \
	    --transform='s,^\.,spsmtpgate-${VERSION},' -C build/dist .
	@echo "build/spsmtpgate-${VERSION}.tar.gz"

# The Debian package of the same, in build/deb.
deb: dist
	tests/deps deb
	rm -rf build/deb && mkdir build/deb
	cp build/spsmtpgate-${VERSION}.tar.gz \
	    build/deb/spsmtpgate_${VERSION}.orig.tar.gz
	tar -xzf build/spsmtpgate-${VERSION}.tar.gz -C build/deb
	cp -R build/dist/debian build/deb/spsmtpgate-${VERSION}/
	cd build/deb/spsmtpgate-${VERSION} && dpkg-buildpackage -us -uc
	cd build/deb && lintian --fail-on error,warning -i *.changes

clean:
	rm -f spsmtpgate spsmtpgate-tls *.o compile_commands.json
	rm -rf build

.PHONY: all demo check check-built check-musl \
	check-musl-built check-systemd bench musl lint lint-installed \
	fuzz install dist deb clean
