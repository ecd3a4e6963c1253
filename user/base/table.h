/*
 * table.h - aligned columns that fit the terminal.
 *
 * Owns: column widths, cutting what does not fit (with …), header style.
 * Does not own: what is in the cells; cells are escaped here, so any text is safe to add.
 */
#ifndef CBOX_BASE_TABLE_H
#define CBOX_BASE_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#define TABLE_MAX_COLUMNS 16

struct table {
	const char *titles[TABLE_MAX_COLUMNS];
	bool right[TABLE_MAX_COLUMNS]; /* align right: numbers */
	unsigned columns;
	char **cells; /* row-major, heap */
	size_t count, capacity;
	bool failed;
};

/* Adds a column; title is borrowed. */
void table_column(struct table *table, const char *title, bool right);
/* Adds the next cell, row by row. */
void table_cell(struct table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));
/*
 * Writes the table to fd; on a terminal the widest left-aligned columns shrink until it fits.
 * In a pipe nothing is cut. Returns 0 or -errno.
 */
int table_print(const struct table *table, int fd);
void table_free(struct table *table);

#endif
