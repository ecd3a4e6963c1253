/*
 * copyup_record_test.c - from an event's bytes to a record, and its text and JSON.
 */
#include "tests/unit/ctrace/copyup_fixture.h"
#include "tests/unit/ctrace/golden.h"
#include "user/ctrace/copyup_record.h"

static struct naming naming;
static struct copyup_event event;
static struct copyup_record record;

static void setup(void)
{
	naming_init(&naming, "/nonexistent-cbox");
	naming.monotonic_to_epoch_ns = 1767225600000000000LL;
	naming.fixed_name = "web";
	naming.fixed_id = "aa11";
}

static void teardown(void)
{
	naming_free(&naming);
}

TestSuite(copyup_record, .init = setup, .fini = teardown);

static bool decode(const char *names, size_t size)
{
	size_t whole = make_event(&event, names, size);

	return copyup_decode(&naming, &event, whole, &record);
}

#define DECODE(names) decode(names, sizeof(names))

static char *json(void)
{
	struct json_writer w = { 0 };

	jw_object_begin(&w);
	copyup_json(&record, &w);
	jw_object_end(&w);
	strbuf_putc(&w.out, '\n');
	return strbuf_take(&w.out);
}

Test(copyup_record, names_become_a_path_from_the_root)
{
	cr_assert(DECODE("passwd\0etc"));
	cr_assert_str_eq(record.path, "/etc/passwd");
	cr_assert_eq(record.ts_ns, 1767225605000000000ULL);
	cr_assert_eq(record.pid, 4242);
	cr_assert_str_eq(record.container, "web");
}

Test(copyup_record, no_names_are_the_root_itself)
{
	cr_assert(decode("", 0));
	cr_assert_str_eq(record.path, "/");
}

Test(copyup_record, a_path_that_was_cut_says_so)
{
	size_t whole = make_event(&event, "c\0b", 4);

	event.flags |= COPYUP_NAMES_CUT;
	cr_assert(copyup_decode(&naming, &event, whole, &record));
	cr_assert_str_eq(record.path, "/…/b/c");
}

Test(copyup_record, the_longest_path_the_kernel_side_sends_fits)
{
	static char names[COPYUP_NAMES_SIZE];

	memset(names, 'n', sizeof(names));
	for (size_t i = 255; i < sizeof(names); i += 256)
		names[i] = '\0';
	cr_assert(decode(names, sizeof(names)));
	cr_assert_eq(strlen(record.path), sizeof(names));
	memset(names, 'n', sizeof(names));
	for (size_t i = 1; i < sizeof(names); i += 2)
		names[i] = '\0';
	cr_assert(decode(names, sizeof(names)));
	cr_assert_eq(strlen(record.path), sizeof(names));
}

Test(copyup_record, torn_events_are_refused)
{
	size_t whole = make_event(&event, "a", 2);

	for (size_t size = 0; size < whole; size++)
		cr_assert_not(copyup_decode(&naming, &event, size, &record), "%zu bytes", size);
	event.kind = 3;
	cr_assert_not(copyup_decode(&naming, &event, whole, &record));
	event.kind = COPYUP_DATA;
	event.names[1] = 'x';
	cr_assert_not(copyup_decode(&naming, &event, whole, &record), "no NUL at the end");
}

Test(copyup_record, json_has_the_fields_in_their_order)
{
	cleanup_free char *text = NULL;

	cr_assert(DECODE("data.bin\0srv"));
	strncpy(record.syscall, "openat", sizeof(record.syscall) - 1);
	text = json();
	assert_golden("ctrace-copyup.json", text);
}

Test(copyup_record, json_says_null_for_what_is_not_known)
{
	cleanup_free char *text = NULL;

	naming.fixed_name = NULL;
	cr_assert(DECODE("f"));
	record.fsync_unknown = true;
	text = json();
	cr_assert_not_null(strstr(text, "\"container\":null,\"container_id\":null"));
	cr_assert_not_null(strstr(text, "\"fsync_ns\":null"));
}

Test(copyup_record, json_stays_json_whatever_the_names_hold)
{
	cleanup_free char *text = NULL;

	cr_assert(DECODE("q\"\\\n\xff\0dir"));
	text = json();
	cr_assert_not_null(strstr(text, "\"path\":\"/dir/q\\\"\\\\\\n\\ufffd\""), "%s", text);
}

Test(copyup_record, text_cannot_act_on_a_terminal)
{
	cleanup_strbuf struct strbuf out = { 0 };

	cr_assert(DECODE("x\033[2Jy\0a\nb"));
	strncpy(record.comm, "\033]0;t\a", sizeof(record.comm) - 1);
	copyup_text(&record, &out);
	for (size_t i = 0; i + 1 < out.len; i++)
		cr_assert_geq((unsigned char)out.data[i], ' ', "byte %zu of %s", i, out.data);
	cr_assert_not_null(strstr(out.data, "/a\\x0ab/x\\x1b[2Jy\n"), "%s", out.data);
}

Test(copyup_record, origins_that_are_no_system_call_have_names)
{
	size_t whole = make_event(&event, "f", 2);

	event.syscall = COPYUP_BY_IO_URING;
	cr_assert(copyup_decode(&naming, &event, whole, &record));
	cr_assert_str_eq(record.syscall, "io_uring");
	event.syscall = COPYUP_BY_KERNEL;
	cr_assert(copyup_decode(&naming, &event, whole, &record));
	cr_assert_str_eq(record.syscall, "kernel");
	event.syscall = 9999;
	cr_assert(copyup_decode(&naming, &event, whole, &record));
	cr_assert_str_eq(record.syscall, "syscall_9999");
}
