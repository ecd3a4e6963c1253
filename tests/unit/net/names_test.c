/*
 * names_test.c - the folder tree that the name server answers from.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "runtime/net/names.h"
#include "tests/unit/net/folder.h"

Test(names, canonical_lowers_and_drops_the_final_dot)
{
	char buf[NAMES_NAME_SIZE];

	cr_assert(names_canonical("Web_1.Example.", buf));
	cr_assert_str_eq(buf, "web_1.example");
}

Test(names, what_cannot_be_a_host_name_is_refused)
{
	static const char *const bad[] = { "",	  ".",	 "..",	     "a..b",	 ".a",
					   "a/b", "a b", "\xc3\xa4", "../../etc" };
	char buf[NAMES_NAME_SIZE], label[70];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_not(names_canonical(bad[i], buf), "'%s' was taken", bad[i]);
	memset(label, 'a', 64);
	label[64] = '\0';
	cr_assert_not(names_canonical(label, buf));
	label[63] = '\0';
	cr_assert(names_canonical(label, buf));
}

static void pair(const char *four, const char *six, struct ip ips[2])
{
	memset(ips, 0, 2 * sizeof(*ips));
	if (four)
		cr_assert_eq(ip_parse(four, &ips[0]), 0);
	if (six)
		cr_assert_eq(ip_parse(six, &ips[1]), 0);
}

Test(names, a_name_has_all_its_addresses)
{
	TEST_FOLDER(folder);
	struct ip one[2], two[2], three[2], found[NAMES_MAX_ADDRESSES];

	pair("10.0.0.2", "fd00::2", one);
	pair("10.0.0.3", NULL, two);
	pair(NULL, "fd00::4", three);
	cr_assert_eq(names_add(folder.fd, "Web", one, "a"), 0);
	cr_assert_eq(names_add(folder.fd, "web", two, "b"), 0);
	cr_assert_eq(names_add(folder.fd, "web", three, "c"), 0);
	cr_assert_eq(names_add(folder.fd, "web", three, "c"), 0, "twice is no error");
	cr_assert_eq(names_addresses(folder.fd, "WEB.", found), 4);
	cr_assert_eq(names_addresses(folder.fd, "other", found), -ENOENT);
	cr_assert_eq(names_addresses(folder.fd, "../x", found), -ENOENT);
}

Test(names, more_addresses_than_fit_are_left_out)
{
	TEST_FOLDER(folder);
	struct ip ips[2], found[NAMES_MAX_ADDRESSES];
	char four[IP_TEXT_SIZE];

	for (int i = 0; i < 40; i++) {
		fmt_string(four, sizeof(four), "10.0.0.%d", i + 2);
		pair(four, "fd00::1", ips);
		cr_assert_eq(names_add(folder.fd, "many", ips, "a"), 0);
	}
	cr_assert_eq(names_addresses(folder.fd, "many", found), NAMES_MAX_ADDRESSES);
}

Test(names, the_last_address_takes_the_name_along)
{
	TEST_FOLDER(folder);
	struct ip one[2], found[NAMES_MAX_ADDRESSES];
	struct stat st;

	pair("10.0.0.2", NULL, one);
	cr_assert_eq(names_add(folder.fd, "web", one, "a"), 0);
	cr_assert_eq(names_remove(folder.fd, "web", one, "somebody-else"), 0);
	cr_assert_eq(names_addresses(folder.fd, "web", found), 1, "not theirs to remove");
	cr_assert_eq(names_remove(folder.fd, "web", one, "a"), 0);
	cr_assert_eq(fstatat(folder.fd, "web", &st, 0), -1);
	cr_assert_eq(names_remove(folder.fd, "web", one, "a"), 0, "a second time is success");
}

static bool is_dead(const char *owner, void *context)
{
	(void)context;
	return strcmp(owner, "dead") == 0;
}

Test(names, sweep_removes_the_entries_of_the_dead)
{
	TEST_FOLDER(folder);
	struct ip one[2], two[2], found[NAMES_MAX_ADDRESSES];

	pair("10.0.0.2", "fd00::2", one);
	pair("10.0.0.3", NULL, two);
	names_add(folder.fd, "web", one, "dead");
	names_add(folder.fd, "web", two, "alive");
	names_add(folder.fd, "db", one, "dead");
	cr_assert_eq(names_sweep(folder.fd, is_dead, NULL), 2);
	cr_assert_eq(names_addresses(folder.fd, "web", found), 1);
	cr_assert_eq(names_addresses(folder.fd, "db", found), -ENOENT);
}
