/*
 * cage: what a process that has been taken over cannot do any more
 *
 * If it breaks, a hole in the parser of SMTP is a hole in the machine: its
 * files, its other services, its programs.  The gate must still be able to do
 * its work: spool, and dial a backend again.
 */
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <netinet/in.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "cage.h"
#include "landlock.h"
#include "log.h"
#include "tap.h"

static char		 spool[] = "/tmp/t_cage.XXXXXX";
static struct config	 config;
static uint16_t		 backend;	/* ports with somebody behind */
static uint16_t		 stranger;
static pid_t		 parent;

/* Each try returns 0, or -1 with errno, and is made in a caged process. */

static int
try_read(void)
{
	return open("/etc/passwd", O_RDONLY);
}

static int
try_list(void)
{
	return opendir("/") == NULL ? -1 : 0;
}

static int
try_write(void)
{
	return open("/tmp/t_cage.outside", O_WRONLY | O_CREAT, 0600);
}

static int
try_spool(void)
{
	int	 fd = open(spool, O_TMPFILE | O_RDWR, 0600);

	return fd == -1 ? -1 : write(fd, "x", 1) == 1 ? 0 : -1;
}

static int
try_symlink(void)
{
	return symlink("/etc/passwd", "/tmp/t_cage.link");
}

static int
dial(uint16_t port)
{
	struct sockaddr_in	 sin = { .sin_family = AF_INET,
				    .sin_port = htons(port) };
	int			 fd = socket(AF_INET, SOCK_STREAM, 0);

	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd == -1)
		return -1;
	return connect(fd, (struct sockaddr *)&sin, sizeof(sin));
}

static int
try_backend(void)
{
	return dial(backend);
}

static int
try_stranger(void)
{
	return dial(stranger);
}

static int
try_listen(void)
{
	struct sockaddr_in	 sin = { .sin_family = AF_INET };
	int			 fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd == -1 || bind(fd, (struct sockaddr *)&sin, sizeof(sin)) == -1)
		return -1;
	return listen(fd, 1);
}

static int
try_udp(void)
{
	return socket(AF_INET, SOCK_DGRAM, 0);
}

static int
try_udp6(void)
{
	return socket(AF_INET6, SOCK_DGRAM, 0);
}

static int
try_raw(void)
{
	return socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
}

static int
try_netlink(void)
{
	return socket(AF_NETLINK, SOCK_RAW, 0);
}

static int
try_syslog(void)
{
	return socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

static int
try_exec(void)
{
	return execl("/bin/true", "true", (char *)NULL);
}

static int
try_fork(void)
{
	pid_t	 pid = fork();

	if (pid == 0)
		_exit(0);
	return pid == -1 ? -1 : 0;
}

static int
try_files(void)
{
	struct rlimit	 rl = { 1024, 1024 };

	return setrlimit(RLIMIT_NOFILE, &rl);
}

static int
try_size(void)
{
	struct rlimit	 rl = { RLIM_INFINITY, RLIM_INFINITY };

	return setrlimit(RLIMIT_FSIZE, &rl);
}

static int
try_kill(void)
{
	return kill(parent, 0);
}

static int
try_ptrace(void)
{
	return (int)ptrace(PTRACE_ATTACH, parent, NULL, NULL);
}

static int
try_mmap(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0;
}

static int
try_mprotect(void)
{
	void	*p = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? 0 :
	    mprotect(p, 4096, PROT_READ | PROT_EXEC);
}

static int
try_memory(void)
{
	free(malloc(1 << 20));
	return 0;
}

static int
try_root(void)
{
	return setuid(0);
}

static const struct try {
	int		(*make)(void);
	bool		 allowed;
	int		 abi;		/* of Landlock that it takes */
	const char	*what;
} tries[] = {
	{ try_read, false, 1, "reads a file" },
	{ try_list, false, 1, "lists a directory" },
	{ try_write, false, 1, "writes a file outside of the spool" },
	{ try_symlink, false, 1, "makes a link" },
	{ try_stranger, false, 4, "connects to a port that is not configured" },
	{ try_listen, false, 4, "listens" },
	{ try_udp, false, 0, "makes a UDP socket" },
	{ try_udp6, false, 0, "makes a UDP socket, IPv6" },
	{ try_raw, false, 0, "makes a raw socket" },
	{ try_netlink, false, 0, "makes a netlink socket" },
	{ try_exec, false, 0, "starts a program" },
	{ try_fork, false, 0, "forks" },
	{ try_files, false, 0, "raises its limit of descriptors" },
	{ try_size, false, 0, "raises its limit of file size" },
	{ try_kill, false, 0, "signals another process" },
	{ try_ptrace, false, 0, "traces another process" },
	{ try_mmap, false, 0, "gets memory to execute" },
	{ try_mprotect, false, 0, "makes memory executable" },
	{ try_root, false, 0, "becomes root" },
	{ try_spool, true, 0, "writes to the spool" },
	{ try_backend, true, 0, "connects to the backend" },
	{ try_syslog, true, 0, "makes a socket for syslog" },
	{ try_memory, true, 0, "gets memory" },
};

/* errno of the try in a caged process of the user nobody; 0 if it worked. */
static int
caged(const struct try *t)
{
	int	 status = -1;
	pid_t	 pid = fork();

	if (pid == 0) {
		if (geteuid() == 0 && (setgid(65534) == -1 ||
		    setuid(65534) == -1))
			_exit(255);
		if (cage_early(false) != NULL || cage_shut(&config) == -1)
			_exit(254);
		errno = 0;
		_exit(t->make() == -1 ? errno : 0);
	}
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

static uint16_t
listener(void)
{
	struct sockaddr_in	 sin = { .sin_family = AF_INET };
	socklen_t		 len = sizeof(sin);
	int			 fd = socket(AF_INET, SOCK_STREAM, 0);

	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd == -1 || bind(fd, (struct sockaddr *)&sin, len) == -1 ||
	    listen(fd, 64) == -1 ||
	    getsockname(fd, (struct sockaddr *)&sin, &len) == -1)
		exit(71);
	return ntohs(sin.sin_port);
}

static void
report(void *arg, bool error, const char *text)
{
	(void)arg;
	if (error)
		printf("# %s\n", text);
}

int
main(void)
{
	const struct try	*t;
	char			 file[64];
	FILE			*f;
	int			 got;

	parent = getpid();
	backend = listener();
	stranger = listener();
	if (mkdtemp(spool) == NULL || chmod(spool, 0777) == -1)
		return 71;
	(void)snprintf(file, sizeof(file), "%s/conf", spool);
	if ((f = fopen(file, "w")) == NULL)
		return 71;
	fprintf(f, "[Server]\nSpoolDir = %s\n[Backend]\n"
	    "Server0 = 127.0.0.1:%u\nIdentity = none\n", spool, backend);
	(void)fclose(f);
	is_int(config_load(&config, file, NULL, report, NULL), 0,
	    "the configuration");
	for (t = tries; t < tries + sizeof(tries) / sizeof(tries[0]); t++) {
		if (landlock_abi() < t->abi) {
			ok(true, "%s # SKIP this kernel's Landlock has ABI %d",
			    t->what, landlock_abi());
			continue;
		}
		got = caged(t);
		if (t->allowed)
			is_int(got, 0, "a caged process %s", t->what);
		else if (!ok(got > 0 && got < 250, "no caged process %s",
		    t->what))
			printf("# %d\n", got);
	}
	config_free(&config);
	(void)unlink(file);
	(void)rmdir(spool);
	return tap_end();
}
