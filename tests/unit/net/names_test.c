/*
 * names_test.c - the folder tree that the name server answers from.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "runtime/net/names.h"
#include "tests/unit/net/folder.h"

static struct ip ip_of(const char *text)
{
	struct ip ip;

	cr_assert_eq(ip_parse(text, &ip), 0);
	return ip;
}

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

Test(names, a_name_has_all_its_addresses)
{
	TEST_FOLDER(folder);
	struct ip one = ip_of("10.0.0.2"), two = ip_of("fd00::2"), found[NAMES_MAX_ADDRESSES];

	cr_assert_eq(names_add(folder.fd, "Web", &one, "a"), 0);
	cr_assert_eq(names_add(folder.fd, "web", &two, "b"), 0);
	cr_assert_eq(names_add(folder.fd, "web", &two, "b"), 0, "twice is no error");
	cr_assert_eq(names_lookup(folder.fd, "WEB.", found), 2);
	cr_assert_eq(names_lookup(folder.fd, "other", found), -ENOENT);
	cr_assert_eq(names_lookup(folder.fd, "../x", found), -ENOENT);
}

Test(names, the_last_address_takes_the_name_along)
{
	TEST_FOLDER(folder);
	struct ip one = ip_of("10.0.0.2"), found[NAMES_MAX_ADDRESSES];
	struct stat st;

	cr_assert_eq(names_add(folder.fd, "web", &one, "a"), 0);
	cr_assert_eq(names_remove(folder.fd, "web", &one, "somebody-else"), 0);
	cr_assert_eq(names_lookup(folder.fd, "web", found), 1, "not theirs to remove");
	cr_assert_eq(names_remove(folder.fd, "web", &one, "a"), 0);
	cr_assert_eq(fstatat(folder.fd, "web", &st, 0), -1);
	cr_assert_eq(names_remove(folder.fd, "web", &one, "a"), 0, "a second time is success");
}

static bool is_dead(const char *owner, void *context)
{
	(void)context;
	return strcmp(owner, "dead") == 0;
}

Test(names, sweep_removes_the_entries_of_the_dead)
{
	TEST_FOLDER(folder);
	struct ip one = ip_of("10.0.0.2"), two = ip_of("10.0.0.3"), found[NAMES_MAX_ADDRESSES];

	names_add(folder.fd, "web", &one, "dead");
	names_add(folder.fd, "web", &two, "alive");
	names_add(folder.fd, "db", &one, "dead");
	cr_assert_eq(names_sweep(folder.fd, is_dead, NULL), 2);
	cr_assert_eq(names_lookup(folder.fd, "web", found), 1);
	cr_assert_eq(names_lookup(folder.fd, "db", found), -ENOENT);
}

Test(names, by_address_replaces_and_removes)
{
	TEST_FOLDER(folder);
	struct ip one = ip_of("10.0.0.2");
	char text[32] = { 0 };

	cr_assert_eq(names_set_by_address(folder.fd, &one, "first"), 0);
	cr_assert_eq(names_set_by_address(folder.fd, &one, "second"), 0);
	cr_assert_eq(readlinkat(folder.fd, "10.0.0.2", text, sizeof(text) - 1), 6);
	cr_assert_str_eq(text, "second");
	cr_assert_eq(names_set_by_address(folder.fd, &one, ""), 0);
	cr_assert_eq(names_set_by_address(folder.fd, &one, ""), 0);
	cr_assert_eq(readlinkat(folder.fd, "10.0.0.2", text, sizeof(text) - 1), -1);
}

Test(names, by_address_without_a_lease_is_swept)
{
	TEST_FOLDER(folder);
	TEST_FOLDER(leases);
	struct ip one = ip_of("10.0.0.2"), two = ip_of("10.0.0.3");

	names_set_by_address(folder.fd, &one, "leased");
	names_set_by_address(folder.fd, &two, "left over");
	cr_assert_eq(symlinkat("owner", leases.fd, "10.0.0.2"), 0);
	cr_assert_eq(names_sweep_by_address(folder.fd, leases.fd), 1);
	cr_assert_eq(names_sweep_by_address(folder.fd, leases.fd), 0);
}
