/*
 * log.c - see log.h.
 */
#include "user/base/log.h"

#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "user/base/clock.h"
#include "user/base/fd.h"
#include "user/base/fmt.h"
#include "user/base/json_write.h"
#include "user/base/str.h"
#include "user/base/term.h"

static struct {
	const char *program, *command;
	enum log_level level;
	int fd;
	bool json;
} state = { .program = "cbox", .level = LOG_WARNING, .fd = -1 };

void log_name(const char *program, const char *command)
{
	state.program = program;
	state.command = command;
}

void log_set_level(enum log_level level)
{
	state.level = level;
}

void log_to_file(int fd, bool json)
{
	if (state.fd >= 0)
		close(state.fd);
	state.fd = fd;
	state.json = json;
}

static void write_file(enum log_level level, const char *text)
{
	static const char *const names[] = { "error", "warning", "info", "debug" };
	char time[CLOCK_RFC3339_SIZE];
	struct json_writer w = { 0 };

	clock_rfc3339(clock_ns(CLOCK_REALTIME), time);
	if (state.json) {
		jw_object_begin(&w);
		jw_member_string(&w, "level", names[level]);
		jw_member_string(&w, "msg", text);
		jw_member_string(&w, "time", time);
		jw_object_end(&w);
	} else {
		strbuf_printf(&w.out, "time=\"%s\" level=%s msg=", time, names[level]);
		jw_string(&w, text);
	}
	strbuf_putc(&w.out, '\n');
	if (!w.out.failed)
		(void)fd_write_all(state.fd, w.out.data, w.out.len);
	strbuf_free(&w.out);
}

static void write_stderr(const char *label, enum term_color color, const char *text)
{
	struct strbuf line = { 0 };

	strbuf_printf(&line, "%s: ", state.program);
	if (state.command)
		strbuf_printf(&line, "%s: ", state.command);
	strbuf_puts(&line, term_color(STDERR_FILENO, color));
	strbuf_puts(&line, label);
	strbuf_puts_escaped(&line, text, strlen(text));
	strbuf_puts(&line, term_color(STDERR_FILENO, TERM_RESET));
	strbuf_putc(&line, '\n');
	if (!line.failed)
		(void)fd_write_all(STDERR_FILENO, line.data, line.len);
	strbuf_free(&line);
}

void log_message(enum log_level level, const char *format, ...)
{
	char text[1024];
	va_list args;

	if (level > state.level)
		return;
	va_start(args, format);
	fmt_stringv(text, sizeof(text), format, args);
	va_end(args);
	write_stderr(level == LOG_WARNING ? "warning: " : "",
		     level == LOG_WARNING ? TERM_YELLOW : TERM_RESET, text);
	if (state.fd >= 0)
		write_file(level, text);
}

int log_err(const struct err *err)
{
	struct strbuf hint = { 0 };

	write_stderr("", TERM_RED, err->message);
	if (err->hint[0]) {
		strbuf_puts(&hint, "hint: ");
		strbuf_puts_escaped(&hint, err->hint, strlen(err->hint));
		strbuf_putc(&hint, '\n');
		if (!hint.failed)
			(void)fd_write_all(STDERR_FILENO, hint.data, hint.len);
		strbuf_free(&hint);
	}
	if (state.fd >= 0)
		write_file(LOG_ERROR, err->message);
	return err->status ? err->status : EXIT_FAILED;
}
