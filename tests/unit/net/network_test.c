/*
 * network_test.c - declarations: what is filled in, what is refused, and that a file reads back.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "runtime/net/network.h"
#include "tests/unit/net/folder.h"

static struct net_store store_in(const struct folder *folder)
{
	struct net_store store;
	struct err err = { 0 };

	cr_assert_eq(net_store_open(&store, folder->path, folder->path, &err), 0, "%s",
		     err.message);
	return store;
}

static struct network named(const char *name)
{
	struct network network = { 0 };

	fmt_string(network.name, sizeof(network.name), "%s", name);
	return network;
}

Test(network, names_of_modes_and_of_our_own_files_are_refused)
{
	static const char *const bad[] = { "",	   "host", "none", "container", "endpoints",
					   "lock", "-x",   ".x",   "a/b",	"a b" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_not(network_name_is_valid(bad[i]), "'%s' was taken", bad[i]);
	cr_assert(network_name_is_valid("back-end_2.test"));
}

Test(network, subnets_are_chosen_apart_from_each_other)
{
	TEST_FOLDER(folder);
	struct net_store store = store_in(&folder);
	struct network one = named("one"), two = named("two");
	struct err err = { 0 };

	cr_assert_eq(network_create(&store, &one, true, &err), 0, "%s", err.message);
	cr_assert_eq(network_create(&store, &two, true, &err), 0, "%s", err.message);
	for (unsigned i = 0; i < 2; i++)
		cr_assert_not(prefix_overlap(&one.pools[i].subnet, &two.pools[i].subnet));
	cr_assert_eq(one.pools[1].subnet.ip.bytes[0], 0xfd);
	cr_assert_str_eq(one.bridge, "cbox1", "cbox0 is the default network's");
	cr_assert_str_eq(two.bridge, "cbox2");
	net_store_close(&store);
}

Test(network, a_name_or_a_subnet_in_use_is_refused)
{
	TEST_FOLDER(folder);
	struct net_store store = store_in(&folder);
	struct network one = named("one"), two = named("two");
	struct err err = { 0 };

	prefix_parse("10.200.0.0/16", &one.pools[0].subnet);
	prefix_parse("10.200.7.0/24", &two.pools[0].subnet);
	cr_assert_eq(network_create(&store, &one, false, &err), 0, "%s", err.message);
	cr_assert_eq(network_create(&store, &one, false, &err), -EEXIST);
	cr_assert_eq(network_create(&store, &two, false, &err), -EEXIST);
	cr_assert_not_null(strstr(err.message, "10.200.7.0/24"), "%s", err.message);
	net_store_close(&store);
}

Test(network, the_default_network_is_declared_on_first_use_only)
{
	TEST_FOLDER(folder);
	struct net_store store = store_in(&folder);
	struct network first, second;
	struct err err = { 0 };

	cr_assert_eq(network_load_default(&store, &first, &err), 0, "%s", err.message);
	cr_assert_eq(network_load_default(&store, &second, &err), 0, "%s", err.message);
	cr_assert_str_eq(first.bridge, "cbox0");
	cr_assert(ip_equal(&first.pools[1].gateway, &second.pools[1].gateway));
	net_store_close(&store);
}

Test(network, every_member_survives_the_file)
{
	TEST_FOLDER(folder);
	struct net_store store = store_in(&folder);
	struct network made = named("all"), read;
	struct err err = { 0 };

	made.driver = NETWORK_OVERLAY;
	made.mtu = 1400;
	made.internal = made.no_dns = true;
	made.vni = 42;
	made.vxlan_port = 8472;
	ip_parse("192.0.2.1", &made.vxlan_local);
	ip_parse("192.0.2.7", &made.peers[made.peer_count++]);
	prefix_parse("10.7.0.0/16", &made.pools[0].subnet);
	prefix_parse("10.7.9.0/24", &made.pools[0].range);
	cr_assert_eq(network_create(&store, &made, true, &err), 0, "%s", err.message);
	cr_assert_eq(network_load(&store, "all", &read, &err), 0, "%s", err.message);
	cr_assert_eq(read.driver, NETWORK_OVERLAY);
	cr_assert_eq(read.mtu, 1400);
	cr_assert(read.internal && read.no_dns);
	cr_assert_eq(read.vni, 42);
	cr_assert_eq(read.vxlan_port, 8472);
	cr_assert(ip_equal(&read.vxlan_local, &made.vxlan_local));
	cr_assert_eq(read.peer_count, 1);
	cr_assert(ip_equal(&read.peers[0], &made.peers[0]));
	cr_assert_eq(read.pools[0].range.len, 24);
	cr_assert(ip_equal(&read.pools[1].gateway, &made.pools[1].gateway));
	cr_assert_eq(read.created_ns, made.created_ns);
	net_store_close(&store);
}

Test(network, a_damaged_file_names_the_member)
{
	TEST_FOLDER(folder);
	struct net_store store = store_in(&folder);
	static const char text[] = "{\"name\":\"x\",\"bridge\":\"cbox9\",\"subnets\":[{\"subnet\":"
				   "\"10.0.0.0/24\",\"gateway\":\"10.0.1.1\"}]}";
	struct network network;
	struct err err = { 0 };

	cr_assert_eq(file_write_atomic(store.config_fd, "x.json", text, sizeof(text) - 1, 0644,
				       FILE_VOLATILE, &err),
		     0);
	cr_assert_eq(network_load(&store, "x", &network, &err), -EINVAL);
	cr_assert_not_null(strstr(err.message, "subnets[0]"), "%s", err.message);
	cr_assert_eq(network_load(&store, "absent", &network, &err), -ENOENT);
	net_store_close(&store);
}

Test(network, list_is_sorted_and_forget_removes)
{
	TEST_FOLDER(folder);
	struct net_store store = store_in(&folder);
	struct network b = named("b"), a = named("a");
	struct arena arena = { 0 };
	const char **names;

	network_create(&store, &b, false, NULL);
	network_create(&store, &a, false, NULL);
	cr_assert_eq(network_list(&arena, &store, &names, NULL), 0);
	cr_assert_str_eq(names[0], "a");
	cr_assert_str_eq(names[1], "b");
	cr_assert_null(names[2]);
	cr_assert_eq(network_forget(&store, "a", NULL), 0);
	cr_assert_eq(network_forget(&store, "a", NULL), 0);
	cr_assert_eq(network_list(&arena, &store, &names, NULL), 0);
	cr_assert_str_eq(names[0], "b");
	arena_free(&arena);
	net_store_close(&store);
}
