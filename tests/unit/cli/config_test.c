/*
 * config_test.c - a container's record comes back as it was written.
 */
#include "runtime/cli/config.h"

#include <criterion/criterion.h>
#include <string.h>

static const char *const lower[] = { "b", "a", NULL };
static const char *const args[] = { "sh", "-c", "echo \"x\"\n", NULL };

Test(config, what_is_written_is_read_back)
{
	struct config out = { .id = "i",
			      .name = "n",
			      .created_ns = UINT64_MAX,
			      .image = "demo",
			      .image_id = "img",
			      .lower = lower,
			      .args = args,
			      .tty = true,
			      .memory_swap_bytes = -1,
			      .pids_limit = 7,
			      .network = "host",
			      .labels = "{\"a\":\"b\"}" };
	struct config in;
	struct arena arena = { 0 };
	struct strbuf text = { 0 };
	struct err err = { 0 };

	config_write(&out, &text);
	cr_assert_eq(config_read(&arena, text.data, text.len, &in, &err), 0, "%s", err.message);
	cr_assert_str_eq(in.name, "n");
	cr_assert(in.created_ns == UINT64_MAX && in.tty && !in.privileged);
	cr_assert(in.memory_swap_bytes == -1 && in.pids_limit == 7);
	cr_assert_str_eq(in.args[2], args[2]);
	cr_assert_null(in.args[3]);
	cr_assert_str_eq(in.lower[1], "a");
	cr_assert_str_eq(in.network, "host");
	cr_assert_null(in.env);
	strbuf_free(&text);
	arena_free(&arena);
}

Test(config, a_record_that_was_cut_off_is_refused)
{
	struct config out = {
		.id = "i", .name = "n", .image_id = "img", .lower = lower, .args = args
	};
	struct config in;
	struct strbuf text = { 0 };

	config_write(&out, &text);
	for (size_t len = 0; len < text.len; len++) {
		struct arena arena = { 0 };
		struct err err = { 0 };

		cr_assert_lt(config_read(&arena, text.data, len, &in, &err), 0, "%zu bytes", len);
		arena_free(&arena);
	}
	strbuf_free(&text);
}
