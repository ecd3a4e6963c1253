/*
 * store_test.c - folders appear when they are needed, and not before.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "runtime/net/store.h"
#include "tests/unit/net/folder.h"

Test(store, opening_makes_both_folders)
{
	TEST_FOLDER(folder);
	struct net_store store;
	struct err err = { 0 };
	char root[96];

	fmt_string(root, sizeof(root), "%s/a/b", folder.path);
	cr_assert_eq(net_store_open(&store, root, folder.path, &err), 0, "%s", err.message);
	cr_assert_eq(faccessat(folder.fd, "a/b/networks", F_OK, 0), 0);
	cr_assert_eq(faccessat(folder.fd, "net", F_OK, 0), 0);
	net_store_close(&store);
	cr_assert_eq(store.run_fd, -1);
}

Test(store, a_folder_of_a_network_is_made_only_on_request)
{
	TEST_FOLDER(folder);
	struct net_store store;
	int fd;

	cr_assert_eq(net_store_open(&store, folder.path, folder.path, NULL), 0);
	cr_assert_eq(net_store_open_dir(&store, "x", "leases", false), -ENOENT);
	fd = net_store_open_dir(&store, "x", "leases", true);
	cr_assert_geq(fd, 0);
	close(fd);
	net_store_close(&store);
}

Test(store, a_path_that_is_a_file_is_an_error_that_names_it)
{
	TEST_FOLDER(folder);
	struct net_store store;
	struct err err = { 0 };

	close(openat(folder.fd, "net", O_CREAT | O_WRONLY, 0600));
	cr_assert_eq(net_store_open(&store, folder.path, folder.path, &err), -ENOTDIR);
	cr_assert_not_null(strstr(err.message, "/net"), "%s", err.message);
}
