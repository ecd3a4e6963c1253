/*
 * endpoint_test.c - records: all of it reads back, and damage is reported, not followed.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "runtime/net/endpoint.h"
#include "tests/unit/net/folder.h"

static struct endpoint_port one_port = {
	.host_ip = { AF_INET, { 127, 0, 0, 1 } }, .host_port = 8080, .port = 80, .protocol = 17
};

static struct endpoint example(void)
{
	static const char *const aliases[] = { "db", NULL };
	struct endpoint endpoint = {
		.id = "abc", .name = "web", .link_count = 1, .ports = &one_port, .port_count = 1
	};
	struct endpoint_link *link = &endpoint.links[0];

	link->network = "back";
	link->bridge = "cbox1";
	link->aliases = aliases;
	link->internal = true;
	fmt_string(link->host_name, IFNAMSIZ, "cvabc0");
	fmt_string(link->name, IFNAMSIZ, "eth0");
	prefix_parse("10.0.0.2/24", &link->addresses[0]);
	prefix_parse("fd00::2/64", &link->addresses[1]);
	ip_parse("10.0.0.1", &link->gateways[0]);
	link->mac = mac_from_ip(&link->addresses[0].ip);
	return endpoint;
}

static struct net_store store_in(const struct folder *folder)
{
	struct net_store store;

	cr_assert_eq(net_store_open(&store, folder->path, folder->path, NULL), 0);
	return store;
}

Test(endpoint, a_record_reads_back)
{
	TEST_FOLDER(folder);
	struct net_store store = store_in(&folder);
	struct endpoint made = example(), read;
	struct arena arena = { 0 };
	struct err err = { 0 };

	cr_assert_eq(endpoint_save(&store, &made, &err), 0, "%s", err.message);
	cr_assert_eq(endpoint_load(&arena, &store, "abc", &read, &err), 0, "%s", err.message);
	cr_assert_str_eq(read.id, "abc");
	cr_assert_str_eq(read.name, "web");
	cr_assert_eq(read.link_count, 1);
	cr_assert_str_eq(read.links[0].network, "back");
	cr_assert_str_eq(read.links[0].bridge, "cbox1");
	cr_assert_str_eq(read.links[0].host_name, "cvabc0");
	cr_assert_str_eq(read.links[0].aliases[0], "db");
	cr_assert(read.links[0].internal);
	cr_assert_eq(read.links[0].addresses[1].len, 64);
	cr_assert(ip_equal(&read.links[0].gateways[0], &made.links[0].gateways[0]));
	cr_assert_eq(memcmp(&read.links[0].mac, &made.links[0].mac, sizeof(struct mac)), 0);
	cr_assert_eq(read.port_count, 1);
	cr_assert_eq(read.ports[0].host_port, 8080);
	cr_assert_eq(read.ports[0].port, 80);
	cr_assert_eq(read.ports[0].protocol, 17);
	cr_assert_eq(endpoint_forget(&store, "abc", &err), 0);
	cr_assert_eq(endpoint_load(&arena, &store, "abc", &read, &err), -ENOENT);
	arena_free(&arena);
	net_store_close(&store);
}

static int count(const struct endpoint *endpoint, void *context)
{
	(void)endpoint;
	++*(int *)context;
	return 0;
}

Test(endpoint, a_damaged_record_does_not_hide_the_others)
{
	TEST_FOLDER(folder);
	struct net_store store = store_in(&folder);
	struct endpoint made = example();
	int seen = 0;

	cr_assert_eq(endpoint_each(&store, count, &seen, NULL), 0, "none is no error");
	cr_assert_eq(endpoint_save(&store, &made, NULL), 0);
	cr_assert_eq(file_write_atomic(store.run_fd, "endpoints/bad.json", "{", 1, 0644,
				       FILE_VOLATILE, NULL),
		     0);
	cr_assert_eq(endpoint_each(&store, count, &seen, NULL), 0);
	cr_assert_eq(seen, 1);
	net_store_close(&store);
}

static int read_text(const char *text, struct err *err)
{
	struct arena arena = { 0 };
	struct endpoint endpoint;
	struct json *root;
	int r = json_parse(&arena, text, strlen(text), &root, err);

	if (r == 0)
		r = endpoint_read_json(&arena, root, &endpoint, err);
	arena_free(&arena);
	return r;
}

Test(endpoint, values_out_of_range_are_refused_with_their_path)
{
	struct err err = { 0 };

	cr_assert_eq(read_text("{\"name\":\"x\"}", &err), -EINVAL);
	cr_assert_eq(read_text("{\"id\":\"x\",\"ports\":[{\"host_ip\":\"1.2.3.4\",\"host_port\":"
			       "65536,\"port\":1}]}",
			       &err),
		     -EINVAL);
	cr_assert_not_null(strstr(err.message, "ports[0]"), "%s", err.message);
	cr_assert_eq(read_text("{\"id\":\"x\",\"links\":[{\"veth\":\"../../x\",\"interface\":"
			       "\"eth0\",\"mac\":\"02:00:00:00:00:01\"}]}",
			       &err),
		     -EINVAL);
}

Test(endpoint, an_id_that_is_a_path_is_refused)
{
	TEST_FOLDER(folder);
	struct net_store store = store_in(&folder);
	struct endpoint endpoint = { .id = "../x", .name = "" };

	cr_assert_eq(endpoint_save(&store, &endpoint, NULL), -EINVAL);
	net_store_close(&store);
}
