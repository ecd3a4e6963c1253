/*
 * hosts_test.c - the two files that tell a container's resolver what it is.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "runtime/net/hosts.h"

static struct endpoint on_two_networks(void)
{
	struct endpoint endpoint = { .id = "1", .name = "web", .link_count = 2 };

	prefix_parse("10.0.0.2/24", &endpoint.links[0].addresses[0]);
	prefix_parse("fd00::2/64", &endpoint.links[0].addresses[1]);
	ip_parse("10.0.0.1", &endpoint.links[0].gateways[0]);
	prefix_parse("10.0.1.2/24", &endpoint.links[1].addresses[0]);
	ip_parse("10.0.1.1", &endpoint.links[1].gateways[0]);
	return endpoint;
}

Test(hosts, own_addresses_carry_hostname_and_name)
{
	static const char *const extra[] = { "db:192.0.2.7", "six:fd00::7", "gw:host-gateway",
					     NULL };
	struct endpoint endpoint = on_two_networks();
	cleanup_strbuf struct strbuf out = { 0 };

	cr_assert_eq(hosts_write(&out, &endpoint, "node1", extra, NULL), 0);
	cr_assert_not_null(strstr(out.data, "127.0.0.1\tlocalhost\n"));
	cr_assert_not_null(strstr(out.data, "\n10.0.0.2\tnode1 web\n"));
	cr_assert_not_null(strstr(out.data, "\nfd00::2\tnode1 web\n"));
	cr_assert_not_null(strstr(out.data, "\n10.0.1.2\tnode1 web\n"));
	cr_assert_not_null(strstr(out.data, "\n10.0.0.1\thost.docker.internal "));
	cr_assert_not_null(strstr(out.data, "\n192.0.2.7\tdb\n"));
	cr_assert_not_null(strstr(out.data, "\nfd00::7\tsix\n"));
	cr_assert_not_null(strstr(out.data, "\n10.0.0.1\tgw\n"));
}

Test(hosts, an_extra_host_that_is_none_is_refused)
{
	static const char *const bad[] = {
		"x", ":1.2.3.4", "x:", "x:y", "a b:1.2.3.4", "a\nb:1.2.3.4", "x:host-gateway"
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const char *const extra[] = { bad[i], NULL };
		cleanup_strbuf struct strbuf out = { 0 };

		cr_assert_eq(hosts_write(&out, NULL, "h", extra, NULL), -EINVAL, "'%s'", bad[i]);
	}
}

Test(hosts, a_network_answers_names_itself)
{
	struct endpoint endpoint = on_two_networks();
	struct resolv_options options = { .host_text = "nameserver 192.0.2.53\nsearch corp\n" };
	cleanup_strbuf struct strbuf out = { 0 };

	resolv_write(&out, &endpoint, &options);
	cr_assert_str_eq(out.data, "nameserver 10.0.0.1\nnameserver 10.0.1.1\nsearch corp\n"
				   "options ndots:0\n");
}

Test(hosts, without_a_network_the_hosts_or_the_users_resolver_is_used)
{
	static const char *const servers[] = { "9.9.9.9", NULL }, *const search[] = { "a", "b",
										      NULL };
	struct resolv_options options = { .host_text =
						  "# x\nnameserver 192.0.2.53\noptions rotate" };
	cleanup_strbuf struct strbuf host = { 0 }, own = { 0 };

	resolv_write(&host, NULL, &options);
	cr_assert_str_eq(host.data, "nameserver 192.0.2.53\noptions rotate\n");
	options.servers = servers;
	options.search = search;
	resolv_write(&own, NULL, &options);
	cr_assert_str_eq(own.data, "nameserver 9.9.9.9\nsearch a b\noptions rotate\n");
}
