/*
 * log_line.h - one line of a container's log file, as cbox-monitor writes it.
 *
 * Owns: taking "TIME STREAM F|P TEXT" apart. Does not own: files (logs.c) or writing (monitor/).
 */
#ifndef CBOX_CLI_LOG_LINE_H
#define CBOX_CLI_LOG_LINE_H

#include <stdbool.h>
#include <stddef.h>

struct log_line {
	const char *time, *text; /* into the line, not NUL-terminated */
	size_t time_len, text_len;
	bool is_stderr;
	bool partial; /* the program's line goes on in the next one */
};

/* line[0..len) without its newline. False for what no monitor wrote, e.g. a line cut off. */
bool log_line_parse(const char *line, size_t len, struct log_line *parsed);

#endif
