/*
 * term.h - what the terminal can do: width, colour, progress.
 *
 * Owns: the answers, NO_COLOR (https://no-color.org) included.
 * Does not own: tables (table.h) or a container's console (runtime/core/console).
 */
#ifndef CBOX_BASE_TERM_H
#define CBOX_BASE_TERM_H

#include <stdbool.h>
#include <stdint.h>

/* Columns of the terminal behind fd; COLUMNS, then 80 when fd is none. */
unsigned term_width(int fd);

/* True when colour may be written to fd: a terminal, NO_COLOR unset, TERM not "dumb". */
bool term_has_color(int fd);

enum term_color { TERM_RESET, TERM_BOLD, TERM_DIM, TERM_RED, TERM_GREEN, TERM_YELLOW, TERM_CYAN };

/* Escape sequence, or "" when fd must not get colour. */
const char *term_color(int fd, enum term_color color);

/* A progress line on stderr, drawn only on a terminal and once a second of work has passed. */
struct progress {
	const char *label;
	uint64_t total, started_ns, drawn_ns;
	bool visible;
};
void progress_begin(struct progress *progress, const char *label, uint64_t total);
/* Redraws at most ten times a second, with the time left. */
void progress_update(struct progress *progress, uint64_t done);
void progress_end(struct progress *progress);

#endif
