/*
 * term.c - see term.h.
 */
#include "user/base/term.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "user/base/clock.h"
#include "user/base/fd.h"
#include "user/base/fmt.h"
#include "user/base/num.h"

#define SECOND_NS 1000000000ULL
#define REDRAW_NS (SECOND_NS / 10)

unsigned term_width(int fd)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	uint32_t width;

	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col)
		return size.ws_col;
	if (columns && num_u32(columns, &width) == 0 && width >= 20)
		return width;
	return 80;
}

bool term_has_color(int fd)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(fd) && !(no_color && *no_color) && !(term && !strcmp(term, "dumb"));
}

const char *term_color(int fd, enum term_color color)
{
	static const char *const codes[] = {
		[TERM_RESET] = "\033[0m", [TERM_BOLD] = "\033[1m",   [TERM_DIM] = "\033[2m",
		[TERM_RED] = "\033[31m",  [TERM_GREEN] = "\033[32m", [TERM_YELLOW] = "\033[33m",
		[TERM_CYAN] = "\033[36m",
	};

	return term_has_color(fd) ? codes[color] : "";
}

void progress_begin(struct progress *progress, const char *label, uint64_t total)
{
	*progress = (struct progress){ .label = label,
				       .total = total,
				       .started_ns = clock_ns(CLOCK_MONOTONIC) };
}

void progress_update(struct progress *progress, uint64_t done)
{
	uint64_t now = clock_ns(CLOCK_MONOTONIC), elapsed = now - progress->started_ns;
	unsigned percent, left;
	char line[128];
	size_t len;

	if (elapsed < SECOND_NS || now - progress->drawn_ns < REDRAW_NS || !progress->total ||
	    !isatty(STDERR_FILENO))
		return;
	if (done > progress->total)
		done = progress->total;
	percent = (unsigned)(done * 100 / progress->total);
	left = done ? (unsigned)(elapsed / SECOND_NS * (progress->total - done) / done) : 0;
	len = fmt_string(line, sizeof(line), "\r%s %u%% (%lu/%lu), %us left \033[K",
			 progress->label, percent, (unsigned long)done,
			 (unsigned long)progress->total, left);
	fd_write_all(STDERR_FILENO, line, len < sizeof(line) ? len : sizeof(line) - 1);
	progress->drawn_ns = now;
	progress->visible = true;
}

void progress_end(struct progress *progress)
{
	if (progress->visible)
		fd_write_all(STDERR_FILENO, "\r\033[K", 4);
	progress->visible = false;
}
