/*
 * table.c - see table.h.
 */
#include "user/base/table.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include "user/base/fd.h"
#include "user/base/fmt.h"
#include "user/base/str.h"
#include "user/base/term.h"

#define GAP 2
#define MIN_WIDTH 8

void table_column(struct table *table, const char *title, bool right)
{
	if (table->columns == TABLE_MAX_COLUMNS)
		return;
	table->titles[table->columns] = title;
	table->right[table->columns++] = right;
}

void table_cell(struct table *table, const char *format, ...)
{
	struct strbuf shown = { 0 };
	char text[1024];
	va_list args;

	va_start(args, format);
	fmt_stringv(text, sizeof(text), format, args);
	va_end(args);
	strbuf_puts_escaped(&shown, text, strlen(text));
	if (table->count == table->capacity) {
		size_t capacity = table->capacity ? table->capacity * 2 : 64;
		char **cells = realloc(table->cells, capacity * sizeof(*cells));

		if (!cells) {
			table->failed = true;
			strbuf_free(&shown);
			return;
		}
		table->cells = cells;
		table->capacity = capacity;
	}
	table->cells[table->count] = strbuf_take(&shown);
	if (table->cells[table->count])
		table->count++;
	else
		table->failed = true;
}

/* Columns a UTF-8 text takes on the terminal, counting every code point as one. */
static size_t width_of(const char *text)
{
	size_t width = 0;

	for (; *text; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}

static void measure(const struct table *table, size_t *widths)
{
	for (unsigned c = 0; c < table->columns; c++)
		widths[c] = width_of(table->titles[c]);
	for (size_t i = 0; i < table->count; i++) {
		size_t width = width_of(table->cells[i]);

		if (width > widths[i % table->columns])
			widths[i % table->columns] = width;
	}
}

static void shrink(const struct table *table, size_t *widths, size_t limit)
{
	for (;;) {
		size_t total = GAP * (table->columns - 1);
		int widest = -1;

		for (unsigned c = 0; c < table->columns; c++) {
			total += widths[c];
			if (!table->right[c] && widths[c] > MIN_WIDTH &&
			    (widest < 0 || widths[c] > widths[widest]))
				widest = (int)c;
		}
		if (total <= limit || widest < 0)
			return;
		widths[widest]--;
	}
}

static void put_cell(struct strbuf *out, const char *text, size_t width, bool right, bool last)
{
	size_t have = width_of(text), shown = have > width ? width - 1 : have;

	for (size_t pad = have; right && pad < width; pad++)
		strbuf_putc(out, ' ');
	for (size_t n = 0; *text; text++) {
		n += ((unsigned char)*text & 0xc0) != 0x80;
		if (n > shown)
			break;
		strbuf_putc(out, *text);
	}
	if (have > width)
		strbuf_puts(out, "…");
	for (size_t pad = have; !right && !last && pad < width; pad++)
		strbuf_putc(out, ' ');
	for (int i = 0; !last && i < GAP; i++)
		strbuf_putc(out, ' ');
}

int table_print(const struct table *table, int fd)
{
	size_t widths[TABLE_MAX_COLUMNS] = { 0 };
	struct strbuf out = { 0 };
	unsigned columns = table->columns;
	int r;

	if (!columns)
		return 0;
	measure(table, widths);
	if (isatty(fd))
		shrink(table, widths, term_width(fd));
	strbuf_puts(&out, term_color(fd, TERM_BOLD));
	for (unsigned c = 0; c < columns; c++)
		put_cell(&out, table->titles[c], widths[c], table->right[c], c + 1 == columns);
	strbuf_puts(&out, term_color(fd, TERM_RESET));
	strbuf_putc(&out, '\n');
	for (size_t i = 0; i < table->count; i++) {
		unsigned c = (unsigned)(i % columns);

		put_cell(&out, table->cells[i], widths[c], table->right[c], c + 1 == columns);
		if (c + 1 == columns)
			strbuf_putc(&out, '\n');
	}
	r = table->failed || out.failed ? -ENOMEM : fd_write_all(fd, out.data, out.len);
	strbuf_free(&out);
	return r;
}

void table_free(struct table *table)
{
	for (size_t i = 0; i < table->count; i++)
		free(table->cells[i]);
	free(table->cells);
	*table = (struct table){ 0 };
}
