/*
 * prisoner - what a confined process could do if somebody had taken it over
 *
 * Loaded into spsmtpgate-tls with LD_PRELOAD.  At SIGUSR2 it tries what such a
 * one would want, and writes a word to descriptor 2 for each thing that worked,
 * then "tried".  The files and the address are in PRISONER, PRISONER_PORT.
 */
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char			 path[4096];
static struct sockaddr_in	 sin;

static void
worked(const char *what)
{
	(void)!write(STDERR_FILENO, what, strlen(what));
}

static void
try(int sig)
{
	static char	*argv[] = { path, NULL };
	int		 fd;
	pid_t		 pid;

	(void)sig;
	if ((fd = open(path, O_RDONLY)) != -1)
		worked("open\n");
	if ((fd = open("/proc/self/mem", O_RDWR)) != -1)
		worked("memory\n");
	/* As if there were descriptors to be had. */
	close(STDIN_FILENO);
	if ((fd = open(path, O_RDONLY)) != -1)
		worked("open\n");
	if ((fd = open("/tmp", O_RDONLY | O_DIRECTORY)) != -1)
		worked("directory\n");
	fd = socket(AF_INET, SOCK_STREAM, 0);
	if (fd != -1 && connect(fd, (struct sockaddr *)&sin, sizeof(sin)) == 0)
		worked("connect\n");
	if (fd != -1)
		close(fd);
	if (socket(AF_INET, SOCK_DGRAM, 0) != -1)
		worked("datagram\n");
	if (kill(getppid(), 0) == 0)
		worked("signal\n");
	if (ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) == 0)
		worked("trace\n");
	if ((pid = fork()) == 0)
		_exit(0);
	if (pid != -1)
		worked("fork\n");
	(void)execv(path, argv);
	worked("tried\n");
}

__attribute__((constructor))
static void
begin(void)
{
	const char	*name = getenv("PRISONER");
	const char	*port = getenv("PRISONER_PORT");

	if (name == NULL || port == NULL)
		return;
	strncpy(path, name, sizeof(path) - 1);
	sin.sin_family = AF_INET;
	sin.sin_port = htons((unsigned short)atoi(port));
	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	signal(SIGUSR2, try);
}
