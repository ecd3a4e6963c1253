/*
 * subjects_test.c - names on the command line.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "bench/subjects.h"

static struct subject subjects[SUBJECTS_MAX];

Test(subjects, names_paths_and_labels_become_executors)
{
	struct err err = { 0 };
	unsigned count = 0;

	cr_assert_eq(subjects_parse("floor,runc,/opt/bin/crun,new=/tmp/cbox-oci,podman", true, 9,
				    subjects, &count, &err),
		     0);
	cr_assert_eq(count, 5);
	cr_assert_eq(subjects[0].ex.ops, &exec_floor);
	cr_assert_eq(subjects[1].ex.ops, &exec_oci);
	cr_assert_str_eq(subjects[1].ex.program, "");
	cr_assert_str_eq(subjects[2].ex.name, "crun");
	cr_assert_str_eq(subjects[2].ex.program, "/opt/bin/crun");
	cr_assert_str_eq(subjects[3].ex.name, "new");
	cr_assert_str_eq(subjects[3].ex.program, "/tmp/cbox-oci");
	cr_assert_eq(subjects[4].ex.ops, &exec_engine);
	cr_assert_eq(subjects[4].runs, 9);
	cr_assert(subjects[4].ex.named);
}

Test(subjects, the_same_name_twice_is_refused_with_the_way_out)
{
	struct err err = { 0 };
	unsigned count = 0;

	cr_assert_eq(subjects_parse("runc,runc", true, 1, subjects, &count, &err), -EINVAL);
	cr_assert_eq(err.status, EXIT_USAGE);
	cr_assert_not_null(strstr(err.hint, "old=PATH,new=PATH"));
}

Test(subjects, a_name_that_could_not_be_a_container_id_is_refused)
{
	static const char *const bad[] = { "-x", "a b", "x=", "..", "=/bin/runc", "a/" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err err = { 0 };
		unsigned count = 0;
		int r = subjects_parse(bad[i], true, 1, subjects, &count, &err);

		cr_assert_eq(r, -EINVAL, "'%s' was taken", bad[i]);
	}
}
