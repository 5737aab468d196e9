/*
 * syscalls - system calls that are given up for good
 *
 * A short list of calls that a gate whose peers are connected never makes, and
 * that somebody who has taken it over would want first: to start a program or a
 * process, to look into others or signal them, to get memory that can be
 * executed, to make sockets that Landlock does not know (UDP, raw, netlink),
 * and the larger corners of the kernel.
 *
 * It is a list of what is denied, not of what is allowed: a new version of libc
 * that calls something else must not end the mail.  A call on it fails with
 * EPERM; nothing is killed.
 *
 * The kernel runs the program for each number once, when it is installed, and
 * keeps the answer: installing takes about a microsecond for each line of the
 * table, and calls cost nothing that can be measured.
 */
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include "syscalls.h"

#ifdef __linux__
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#if defined(__x86_64__)
#define ARCH	AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH	AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCH	AUDIT_ARCH_RISCV64
#endif
#endif

#ifdef ARCH

/* What becomes of a call; the order of the blocks behind the list. */
enum { DENY, TGKILL, SOCKET, MEMORY, NWHAT };

static const struct call {
	unsigned int	 nr;
	int		 what;
	unsigned int	 unless;	/* this is still wanted */
} calls[] = {
	/* programs and processes */
	{ SYS_execve, DENY, 0 }, { SYS_execveat, DENY, 0 },
	{ SYS_clone, DENY, SYSCALLS_FORK },
	{ SYS_clone3, DENY, SYSCALLS_FORK },
#ifdef SYS_fork
	{ SYS_fork, DENY, SYSCALLS_FORK }, { SYS_vfork, DENY, SYSCALLS_FORK },
#endif
	{ SYS_ptrace, DENY, 0 }, { SYS_process_vm_readv, DENY, 0 },
	{ SYS_process_vm_writev, DENY, 0 },
	{ SYS_kill, DENY, SYSCALLS_SIGNAL },
	{ SYS_tkill, DENY, SYSCALLS_SIGNAL },
	{ SYS_rt_sigqueueinfo, DENY, SYSCALLS_SIGNAL },
	{ SYS_pidfd_send_signal, DENY, SYSCALLS_SIGNAL },
	{ SYS_tgkill, TGKILL, SYSCALLS_SIGNAL },
	/* what Landlock leaves open */
	{ SYS_socket, SOCKET, 0 }, { SYS_unshare, DENY, 0 },
	{ SYS_mmap, MEMORY, 0 }, { SYS_mprotect, MEMORY, 0 },
	/* large corners of the kernel */
	{ SYS_bpf, DENY, 0 }, { SYS_perf_event_open, DENY, 0 },
	{ SYS_io_uring_setup, DENY, 0 }, { SYS_userfaultfd, DENY, 0 },
	{ SYS_keyctl, DENY, 0 }, { SYS_add_key, DENY, 0 }
};
#define NCALLS	(sizeof(calls) / sizeof(calls[0]))

struct program {
	struct sock_filter	 f[NCALLS + 32];
	unsigned short		 n;
};

#define ARG(i)	(offsetof(struct seccomp_data, args[i]) + \
		    (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 4 : 0))

static void
put(struct program *p, unsigned short code, unsigned int k, unsigned char yes,
    unsigned char no)
{
	p->f[p->n++] = (struct sock_filter){ code, yes, no, k };
}

static void
load(struct program *p, size_t off)
{
	put(p, BPF_LD | BPF_W | BPF_ABS, (unsigned int)off, 0, 0);
}

static void
allow(struct program *p)
{
	put(p, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
}

/* A call that is on the list: which of its kind may pass, and EPERM. */
static void
judge(struct program *p, int what)
{
	switch (what) {
	case TGKILL:	/* abort(3) signals the process itself */
		load(p, ARG(0));
		put(p, BPF_JMP | BPF_JEQ | BPF_K, (unsigned int)getpid(), 0, 1);
		allow(p);
		break;
	case SOCKET:	/* unix, also for syslog(3), and TCP */
		load(p, ARG(0));
		put(p, BPF_JMP | BPF_JEQ | BPF_K, AF_UNIX, 5, 0);
		put(p, BPF_JMP | BPF_JEQ | BPF_K, AF_INET, 1, 0);
		put(p, BPF_JMP | BPF_JEQ | BPF_K, AF_INET6, 0, 4);
		load(p, ARG(1));
		put(p, BPF_ALU | BPF_AND | BPF_K, 0xf, 0, 0);
		put(p, BPF_JMP | BPF_JEQ | BPF_K, SOCK_STREAM, 0, 1);
		allow(p);
		break;
	case MEMORY:	/* nothing new that can be executed */
		load(p, ARG(2));
		put(p, BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 1, 0);
		allow(p);
		break;
	default:
		break;
	}
	put(p, BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM, 0, 0);
}

static void
build(struct program *p, unsigned int allowed)
{
	const struct call	*c;
	const struct call	*of[NCALLS + 32] = { NULL };
	unsigned short		 first;
	unsigned short		 end;
	unsigned short		 i;
	int			 what;

	/* Another architecture's numbers mean something else. */
	load(p, offsetof(struct seccomp_data, arch));
	put(p, BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0);
	judge(p, DENY);
	load(p, offsetof(struct seccomp_data, nr));
#ifdef __x86_64__
	put(p, BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1);	/* x32 */
	judge(p, DENY);
#endif
	first = p->n;
	for (c = calls; c < calls + NCALLS; c++) {
		if (c->unless & allowed)
			continue;
		of[p->n] = c;
		put(p, BPF_JMP | BPF_JEQ | BPF_K, c->nr, 0, 0);
	}
	end = p->n;
	allow(p);
	for (what = DENY; what < NWHAT; what++) {
		for (i = first; i < end; i++)
			if (of[i]->what == what)
				p->f[i].jt = (unsigned char)(p->n - i - 1);
		judge(p, what);
	}
}

int
syscalls_deny(unsigned int allowed)
{
	struct program		 p = { .n = 0 };
	struct sock_fprog	 prog;

	build(&p, allowed);
	prog.len = p.n;
	prog.filter = p.f;
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog) == 0 ||
	    errno == ENOSYS || errno == EINVAL)
		return 0;
	return -1;
}

#else

int
syscalls_deny(unsigned int allowed)
{
	(void)allowed;
	return 0;
}

#endif
