/*
 * ipam_test.c - leases: never the same address twice, also when a hundred are taken at once.
 */
#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/wait.h>

#include "runtime/net/ipam.h"
#include "tests/unit/net/folder.h"

static struct ipam_pool pool_of(const char *subnet)
{
	struct ipam_pool pool = { 0 };

	cr_assert_eq(prefix_parse(subnet, &pool.subnet), 0);
	pool.gateway = prefix_nth(&pool.subnet, 1);
	return pool;
}

static int count_entries(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	int count = 0;

	cr_assert_not_null(dir);
	while ((entry = readdir(dir)))
		count += entry->d_name[0] != '.';
	closedir(dir);
	return count;
}

Test(ipam, a_small_subnet_is_used_up_without_network_gateway_and_broadcast)
{
	TEST_FOLDER(folder);
	struct ipam_pool pool = pool_of("10.0.0.0/29");
	struct err err = { 0 };
	struct ip ip;
	char owner[16];

	for (int i = 0; i < 5; i++) {
		fmt_string(owner, sizeof(owner), "owner%d", i);
		cr_assert_eq(ipam_lease(folder.fd, &pool, NULL, owner, &ip, &err), 0);
		cr_assert_geq(prefix_index(&pool.subnet, &ip), 2);
		cr_assert_leq(prefix_index(&pool.subnet, &ip), 6);
	}
	cr_assert_eq(ipam_lease(folder.fd, &pool, NULL, "late", &ip, &err), -ENOSPC);
	cr_assert_eq(count_entries(folder.path), 5);
}

Test(ipam, a_wanted_address_that_is_taken_names_its_holder)
{
	TEST_FOLDER(folder);
	struct ipam_pool pool = pool_of("10.0.0.0/24");
	struct ip wanted = prefix_nth(&pool.subnet, 7), ip;
	struct err err = { 0 };

	cr_assert_eq(ipam_lease(folder.fd, &pool, &wanted, "first", &ip, &err), 0);
	cr_assert(ip_equal(&ip, &wanted));
	cr_assert_eq(ipam_lease(folder.fd, &pool, &wanted, "second", &ip, &err), -EADDRINUSE);
	cr_assert_not_null(strstr(err.message, "first"), "%s", err.message);
}

Test(ipam, addresses_that_are_not_for_containers_are_refused)
{
	TEST_FOLDER(folder);
	struct ipam_pool pool = pool_of("10.0.0.0/24"), other = pool_of("10.1.0.0/24");
	struct ip bad[] = { prefix_nth(&pool.subnet, 0), prefix_nth(&pool.subnet, 1),
			    prefix_nth(&pool.subnet, 255), prefix_nth(&other.subnet, 9) };
	struct err err = { 0 };
	struct ip ip;

	for (size_t i = 0; i < 4; i++)
		cr_assert_eq(ipam_lease(folder.fd, &pool, &bad[i], "x", &ip, &err), -EINVAL);
}

Test(ipam, only_the_owner_releases)
{
	TEST_FOLDER(folder);
	struct ipam_pool pool = pool_of("fd00::/64");
	struct err err = { 0 };
	struct ip ip;

	cr_assert_eq(ipam_lease(folder.fd, &pool, NULL, "me", &ip, &err), 0, "%s", err.message);
	cr_assert_eq(ipam_release(folder.fd, &ip, "you"), -EPERM);
	cr_assert_eq(ipam_release(folder.fd, &ip, "me"), 0);
	cr_assert_eq(ipam_release(folder.fd, &ip, "me"), 0, "a second release is success");
}

Test(ipam, a_range_is_kept_to)
{
	TEST_FOLDER(folder);
	struct ipam_pool pool = pool_of("10.0.0.0/16");
	struct err err = { 0 };
	struct ip ip;

	cr_assert_eq(prefix_parse("10.0.9.0/30", &pool.range), 0);
	for (int i = 0; i < 4; i++) {
		cr_assert_eq(ipam_lease(folder.fd, &pool, NULL, "x", &ip, &err), 0);
		cr_assert(prefix_contains(&pool.range, &ip));
	}
	cr_assert_eq(ipam_lease(folder.fd, &pool, NULL, "x", &ip, &err), -ENOSPC);
}

Test(ipam, a_hundred_at_once_get_a_hundred_addresses)
{
	TEST_FOLDER(folder);
	struct ipam_pool pool = pool_of("10.0.0.0/25");
	pid_t pids[100];

	for (int i = 0; i < 100; i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			struct ip ip;

			/* one owner: everybody starts at the same place */
			_exit(ipam_lease(folder.fd, &pool, NULL, "same", &ip, NULL) == 0 ? 0 : 1);
		}
	}
	for (int i = 0; i < 100; i++) {
		int status = -1;

		cr_assert_eq(waitpid(pids[i], &status, 0), pids[i]);
		cr_assert_eq(status, 0);
	}
	cr_assert_eq(count_entries(folder.path), 100);
}

static bool is_dead(const char *owner, void *context)
{
	(void)context;
	return strcmp(owner, "dead") == 0;
}

Test(ipam, sweep_releases_what_the_dead_held)
{
	TEST_FOLDER(folder);
	struct ipam_pool pool = pool_of("10.0.0.0/24");
	struct ip ip, kept;

	cr_assert_eq(ipam_lease(folder.fd, &pool, NULL, "alive", &kept, NULL), 0);
	cr_assert_eq(ipam_lease(folder.fd, &pool, NULL, "dead", &ip, NULL), 0);
	cr_assert_eq(ipam_lease(folder.fd, &pool, NULL, "dead", &ip, NULL), 0);
	cr_assert_eq(ipam_sweep(folder.fd, is_dead, NULL), 2);
	cr_assert_eq(count_entries(folder.path), 1);
}
