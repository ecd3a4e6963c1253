/*
 * config.h - small configs for the tests of runtime/spec, written with ' for ".
 */
#ifndef CBOX_TEST_SPEC_CONFIG_H
#define CBOX_TEST_SPEC_CONFIG_H

#include <criterion/criterion.h>
#include <string.h>

#include "runtime/spec/spec.h"
#include "user/base/fmt.h"

static struct arena arena;
static struct err err;

/* Quotes fixed, copied into the arena. */
static inline const char *json_text(const char *text)
{
	char *copy = arena_strdup(&arena, text);

	for (char *c = copy; *c; c++)
		if (*c == '\'')
			*c = '"';
	return copy;
}

/* The smallest valid config plus members. */
static inline int read_config(struct spec *spec, const char *members)
{
	const char *text = json_text(
		arena_printf(&arena, "{'ociVersion': '1.0.2', 'root': {'path': 'rootfs'}%s%s}",
			     *members ? ", " : "", members));

	return spec_read(&arena, text, strlen(text), spec, &err);
}

/* Expects a config with members to be refused with just this message. */
#define expect_refused(members, text)                                                     \
	do {                                                                              \
		struct spec refused_;                                                     \
		err_reset(&err);                                                          \
		cr_assert_eq(read_config(&refused_, members), -EINVAL, "%s was accepted", \
			     members);                                                    \
		cr_assert_str_eq(err.message, text);                                      \
	} while (0)

#define expect_accepted(spec, members)                                          \
	do {                                                                    \
		err_reset(&err);                                                \
		cr_assert_eq(read_config(spec, members), 0, "%s", err.message); \
	} while (0)

#endif
