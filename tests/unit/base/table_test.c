/*
 * table_test.c - columns in a pipe: aligned, never cut, safe.
 */
#include <criterion/criterion.h>
#include <unistd.h>

#include "user/base/fd.h"
#include "user/base/table.h"

static void expect(struct table *table, const char *text)
{
	char out[1024];
	int fds[2];
	ssize_t n;

	cr_assert_eq(pipe(fds), 0);
	cr_assert_eq(table_print(table, fds[1]), 0);
	close(fds[1]);
	n = fd_read_full(fds[0], out, sizeof(out) - 1);
	close(fds[0]);
	cr_assert_geq(n, 0);
	out[n] = '\0';
	cr_assert_str_eq(out, text);
	table_free(table);
}

Test(table, columns_are_as_wide_as_their_widest_cell)
{
	struct table table = { 0 };

	table_column(&table, "NAME", false);
	table_column(&table, "SIZE", true);
	table_column(&table, "IMAGE", false);
	table_cell(&table, "%s", "a");
	table_cell(&table, "%d", 12345);
	table_cell(&table, "x");
	table_cell(&table, "longer");
	table_cell(&table, "%d", 7);
	table_cell(&table, "y");
	expect(&table, "NAME     SIZE  IMAGE\n"
		       "a       12345  x\n"
		       "longer      7  y\n");
}

Test(table, no_trailing_blanks_and_no_rows_is_a_header)
{
	struct table table = { 0 };

	table_column(&table, "A", false);
	table_column(&table, "B", false);
	expect(&table, "A  B\n");
}

Test(table, width_counts_characters_not_bytes)
{
	struct table table = { 0 };

	table_column(&table, "N", false);
	table_column(&table, "X", false);
	table_cell(&table, "\xc3\xa9\xc3\xa9");
	table_cell(&table, "1");
	expect(&table, "N   X\n\xc3\xa9\xc3\xa9  1\n");
}

Test(table, cells_are_made_safe_for_the_terminal)
{
	struct table table = { 0 };

	table_column(&table, "N", false);
	table_cell(&table, "%s", "a\x1b[2J\nb");
	expect(&table, "N\na\\x1b[2J\\x0ab\n");
}

Test(table, without_columns_nothing_is_printed)
{
	struct table table = { 0 };

	expect(&table, "");
}
