/*
 * result_test.c - the golden document is read back; others are refused by the path of the fault.
 */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "bench/result.h"
#include "user/base/file.h"

static int read_text(const char *text, struct result *result, struct arena *arena, struct err *err)
{
	char path[] = "/tmp/cbox-test-result-XXXXXX";
	int fd = mkstemp(path), r;

	cr_assert(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
	r = result_read(result, path, arena, err);
	unlink(path);
	return r;
}

Test(result, reads_what_export_writes)
{
	cleanup_arena struct arena arena = { 0 };
	const struct result_subject *s;
	struct result result;
	struct err err = { 0 };

	cr_assert_eq(result_read(&result, "tests/golden/cbench-start-latency.json", &arena, &err),
		     0, "%s", err.message);
	cr_assert_str_eq(result.kernel, "6.12.0");
	cr_assert_eq(result.count, 3);
	s = result_find(&result, "shaky");
	cr_assert_not_null(s);
	cr_assert_eq(s->count, 4);
	cr_assert_eq(s->samples_ns[1], 21000000);
	cr_assert_eq(s->failures, 2);
	cr_assert_eq(s->minor_faults, 401);
	cr_assert_null(result_find(&result, "nobody"));
	cr_assert_eq(result_find(&result, "gone")->count, 0);
}

Test(result, refuses_other_documents)
{
	cleanup_arena struct arena arena = { 0 };
	struct result result;
	struct err err = { 0 };

	cr_assert_eq(read_text("{\"schema\":1,\"case\":\"density\"}", &result, &arena, &err),
		     -EINVAL);
	cr_assert_eq(read_text("{\"schema\":2,\"case\":\"start-latency\"}", &result, &arena, &err),
		     -EINVAL);
	cr_assert_eq(read_text("[]", &result, &arena, &err), -EINVAL);
}

Test(result, names_the_member_that_is_wrong)
{
	cleanup_arena struct arena arena = { 0 };
	struct result result;
	struct err err = { 0 };

	cr_assert_eq(read_text("{\"schema\":1,\"case\":\"start-latency\",\"subjects\":["
			       "{\"name\":\"a\",\"samples_ns\":[1,\"x\"]}]}",
			       &result, &arena, &err),
		     -EINVAL);
	cr_assert_not_null(strstr(err.message, "subjects[0].samples_ns[1]"), "%s", err.message);
}
