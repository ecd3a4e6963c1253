/*
 * signal_name.c - see signal_name.h.
 */
#include "runtime/linux/signal_name.h"

#include <signal.h>
#include <strings.h>

#include "user/base/cleanup.h"
#include "user/base/num.h"

/* The kernel's first real-time signal; libc's SIGRTMIN is what it left over for programs. */
#define LAST_SIGNAL 64

static const struct {
	char name[8];
	int number;
} names[] = {
	{ "HUP", SIGHUP },	 { "INT", SIGINT },	  { "QUIT", SIGQUIT },
	{ "ILL", SIGILL },	 { "TRAP", SIGTRAP },	  { "ABRT", SIGABRT },
	{ "IOT", SIGABRT },	 { "BUS", SIGBUS },	  { "FPE", SIGFPE },
	{ "KILL", SIGKILL },	 { "USR1", SIGUSR1 },	  { "SEGV", SIGSEGV },
	{ "USR2", SIGUSR2 },	 { "PIPE", SIGPIPE },	  { "ALRM", SIGALRM },
	{ "TERM", SIGTERM },	 { "STKFLT", SIGSTKFLT }, { "CHLD", SIGCHLD },
	{ "CLD", SIGCHLD },	 { "CONT", SIGCONT },	  { "STOP", SIGSTOP },
	{ "TSTP", SIGTSTP },	 { "TTIN", SIGTTIN },	  { "TTOU", SIGTTOU },
	{ "URG", SIGURG },	 { "XCPU", SIGXCPU },	  { "XFSZ", SIGXFSZ },
	{ "VTALRM", SIGVTALRM }, { "PROF", SIGPROF },	  { "WINCH", SIGWINCH },
	{ "IO", SIGIO },	 { "POLL", SIGIO },	  { "PWR", SIGPWR },
	{ "SYS", SIGSYS },
};

/* Real-time signals, as "RTMIN+n" and "RTMAX-n" count them. */
static int real_time(const char *text)
{
	int base = !strncasecmp(text, "RTMIN", 5) ? SIGRTMIN : SIGRTMAX;
	uint32_t offset = 0;

	if (strncasecmp(text, "RTM", 3) || (base == SIGRTMAX && strncasecmp(text, "RTMAX", 5)))
		return -1;
	if (text[5] && (text[5] != (base == SIGRTMIN ? '+' : '-') ||
			num_u32(text + 6, &offset) < 0 || offset > (uint32_t)(SIGRTMAX - SIGRTMIN)))
		return -1;
	return base == SIGRTMIN ? SIGRTMIN + (int)offset : SIGRTMAX - (int)offset;
}

int signal_number(const char *text)
{
	uint32_t number;

	if (num_u32(text, &number) == 0)
		return number <= LAST_SIGNAL ? (int)number : -1;
	if (!strncasecmp(text, "SIG", 3))
		text += 3;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (!strcasecmp(names[i].name, text))
			return names[i].number;
	return real_time(text);
}
