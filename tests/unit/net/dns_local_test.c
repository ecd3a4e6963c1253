/*
 * dns_local_test.c - what the name server answers by itself, over a folder tree like a network's.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "runtime/net/dns_server.h"
#include "runtime/net/endpoint.h"
#include "runtime/net/names.h"
#include "tests/unit/net/folder.h"

/* A network "net" in folder, as a store would lay it out. */
static struct dns_server server_in(const struct folder *folder)
{
	struct dns_server server = { 0 };

	cr_assert_eq(net_store_open(&server.store, folder->path, folder->path, NULL), 0);
	close(net_store_open_dir(&server.store, "back", "leases", true));
	server.names_fd = net_store_open_dir(&server.store, "back", "names", true);
	server.network_fd = net_store_open_dir(&server.store, "back", ".", false);
	cr_assert_geq(server.names_fd, 0);
	cr_assert_geq(server.network_fd, 0);
	return server;
}

static void server_close(struct dns_server *server)
{
	close(server->names_fd);
	close(server->network_fd);
	net_store_close(&server->store);
}

/* Container "Web" holds 10.0.0.2; dns may be NULL. */
static void add_container(struct dns_server *server, const char *const *dns)
{
	struct endpoint endpoint = { .id = "0123", .name = "Web", .dns = dns };

	cr_assert_eq(endpoint_save(&server->store, &endpoint, NULL), 0);
	cr_assert_eq(symlinkat("0123", server->network_fd, "leases/10.0.0.2"), 0);
}

static struct dns_query asking(const char *name, uint16_t type)
{
	struct dns_query query = { .type = type, .udp_size = 512 };

	fmt_string(query.name, sizeof(query.name), "%s", name);
	return query;
}

static const uint8_t no_data[512];

Test(dns_local, several_addresses_take_turns)
{
	TEST_FOLDER(folder);
	struct dns_server server = server_in(&folder);
	struct dns_query query = asking("web", DNS_A);
	struct ip one[2] = { { AF_INET, { 10, 0, 0, 2 } } };
	struct ip two[2] = { { AF_INET, { 10, 0, 0, 3 } } };
	uint8_t first[512], second[512];

	names_add(server.names_fd, "web", one, "a");
	names_add(server.names_fd, "web", two, "b");
	cr_assert_eq(dns_answer_local(&server, no_data, &query, first, sizeof(first)), 12 + 32);
	dns_answer_local(&server, no_data, &query, second, sizeof(second));
	cr_assert_neq(memcmp(first + 12, second + 12, 16), 0);
	server_close(&server);
}

Test(dns_local, names_of_nobody_and_odd_names_are_left_to_others)
{
	TEST_FOLDER(folder);
	struct dns_server server = server_in(&folder);
	static const char *const names[] = { "", "nobody", "..", "a/b", "1.0.0.10.in-addr.arpa" };
	uint8_t answer[512];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct dns_query query = asking(names[i], DNS_A);

		cr_assert_eq(dns_answer_local(&server, no_data, &query, answer, sizeof(answer)), 0);
	}
	server_close(&server);
}

Test(dns_local, an_address_has_a_name)
{
	TEST_FOLDER(folder);
	struct dns_server server = server_in(&folder);
	struct dns_query query = asking("2.0.0.10.in-addr.arpa", DNS_PTR);
	uint8_t answer[512];

	add_container(&server, NULL);
	cr_assert_eq(dns_answer_local(&server, no_data, &query, answer, sizeof(answer)),
		     12 + 12 + 5);
	server_close(&server);
}

Test(dns_local, name_servers_come_from_the_container_first_and_then_the_host)
{
	TEST_FOLDER(folder);
	struct dns_server server = server_in(&folder);
	static const char conf[] = "# nameserver 1.1.1.1\nsearch x\nnameserver\t192.0.2.53 # y\n"
				   "nameserver nonsense\nnameserver fd00::53\nnameserver 9.9.9.9";
	static const char *const dns[] = { "9.9.9.9", NULL };
	struct ip client = { AF_INET, { 10, 0, 0, 2 } }, servers[2];
	char path[96], text[IP_TEXT_SIZE];

	cr_assert_eq(file_write_atomic(folder.fd, "resolv", conf, sizeof(conf) - 1, 0644,
				       FILE_VOLATILE, NULL),
		     0);
	fmt_string(path, sizeof(path), "%s/resolv", folder.path);
	server.resolv_conf = path;
	cr_assert_eq(dns_upstream(&server, &client, servers, 2), 2);
	cr_assert_str_eq(ip_format(&servers[0], text), "192.0.2.53");
	cr_assert_str_eq(ip_format(&servers[1], text), "fd00::53");
	add_container(&server, dns);
	cr_assert_eq(dns_upstream(&server, &client, servers, 2), 1);
	cr_assert_str_eq(ip_format(&servers[0], text), "9.9.9.9");
	server_close(&server);
}
