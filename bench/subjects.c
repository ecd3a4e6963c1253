/*
 * subjects.c - see subjects.h.
 */
#include "bench/subjects.h"

#include <string.h>

#include "user/base/cleanup.h"
#include "user/base/fmt.h"
#include "user/base/path.h"
#include "user/base/str.h"

const struct executor_ops *subjects_kind(const char *name)
{
	static const struct {
		const char *name;
		const struct executor_ops *ops;
	} known[] = {
		{ "process", &exec_process }, { "floor", &exec_floor },
		{ "cbox", &exec_engine },     { "podman", &exec_engine },
		{ "docker", &exec_engine },   { SUBJECTS_VM_NAME, &exec_vm },
	};

	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (str_eq(known[i].name, name))
			return known[i].ops;
	return &exec_oci;
}

static int usage(struct err *err)
{
	return err_status(err, EXIT_USAGE);
}

static int add(const char *name, const char *program, const struct executor_ops *ops, bool named,
	       unsigned runs, struct subject *subjects, unsigned *count, struct err *err)
{
	struct subject *s = &subjects[*count];

	if (*count == SUBJECTS_MAX) {
		err_set(err, EINVAL, "more than %d subjects", SUBJECTS_MAX);
		return usage(err);
	}
	for (unsigned i = 0; i < *count; i++)
		if (str_eq(subjects[i].ex.name, name)) {
			err_set(err, EINVAL, "subject '%s' is there twice", name);
			err_hint(err, "two builds of one runtime: --runtime old=PATH,new=PATH");
			return usage(err);
		}
	if (!path_is_id(name) || strlen(name) >= sizeof(s->ex.name)) {
		err_set(err, EINVAL, "'%s' is no name for a subject", name);
		return usage(err);
	}
	*s = (struct subject){ .runs = runs };
	s->ex.ops = ops;
	s->ex.named = named;
	s->ex.accel = "none";
	fmt_string(s->ex.name, sizeof(s->ex.name), "%s", name);
	fmt_string(s->ex.program, sizeof(s->ex.program), "%s", program);
	++*count;
	return 0;
}

int subjects_parse(const char *list, bool named, unsigned runs, struct subject *subjects,
		   unsigned *count, struct err *err)
{
	while (*list) {
		size_t len = strcspn(list, ",");
		char item[PATH_MAX], *equals;
		const char *name = item;
		int r;

		fmt_string(item, sizeof(item), "%.*s", (int)len, list);
		list += len + (list[len] == ',');
		equals = strchr(item, '=');
		if (equals) {
			*equals = '\0';
			if (!equals[1]) {
				err_set(err, EINVAL, "'%s=' names no program", item);
				return usage(err);
			}
			r = add(item, equals + 1, &exec_oci, named, runs, subjects, count, err);
		} else if (strchr(item, '/')) {
			r = add(path_base(item), item, &exec_oci, named, runs, subjects, count,
				err);
		} else {
			r = add(name, "", subjects_kind(name), named, runs, subjects, count, err);
		}
		if (r < 0)
			return r;
	}
	return 0;
}

int subjects_add_vm(bool named, unsigned runs, struct subject *subjects, unsigned *count,
		    struct err *err)
{
	return add(SUBJECTS_VM_NAME, "", &exec_vm, named, runs, subjects, count, err);
}
