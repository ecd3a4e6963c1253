/*
 * networking_test.c - which network options go together, and how a container's networks are shown.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "runtime/cli/networking.h"

static int check(struct config config, struct err *err)
{
	struct arena arena = { 0 };
	int r;

	if (!config.network)
		config.network = "bridge";
	r = networking_check(&arena, &config, err);
	arena_free(&arena);
	return r;
}

Test(networking, modes_go_alone_and_without_ports)
{
	static const char *const more[] = { "host", NULL }, *const ports[] = { "80", NULL };
	struct err err = { 0 };

	cr_assert_eq(check((struct config){ .networks = more }, &err), -EINVAL);
	cr_assert_eq(check((struct config){ .network = "none", .ports = ports }, &err), -EINVAL);
	cr_assert_eq(check((struct config){ .network = "container:x", .ports = ports }, &err),
		     -EINVAL);
	cr_assert_eq(check((struct config){ .ports = ports }, &err), 0, "%s", err.message);
	cr_assert_eq(check((struct config){ .network = "none" }, &err), 0);
}

Test(networking, addresses_of_the_wrong_family_are_refused)
{
	struct err err = { 0 };

	cr_assert_eq(check((struct config){ .ip = "fd00::1" }, &err), -EINVAL);
	cr_assert_eq(check((struct config){ .ip6 = "10.0.0.1" }, &err), -EINVAL);
	cr_assert_eq(check((struct config){ .mac_address = "01:00:00:00:00:00" }, &err), -EINVAL);
	cr_assert_eq(check((struct config){ .ip = "10.0.0.1", .ip6 = "fd00::1" }, &err), 0);
}

Test(networking, the_spec_gets_the_namespace_and_three_files)
{
	struct networking networking = NETWORKING_NONE;
	struct spec_mount one = { .destination = "/proc" };
	struct spec spec = { .mounts = &one, .mount_count = 1 };
	struct arena arena = { 0 };

	networking.ns_path = "/proc/self/fd/9";
	networking.files = "/x";
	cr_assert_eq(networking_apply(&arena, &networking, &spec, NULL), 0);
	cr_assert_str_eq(spec.linux_.namespaces[SPEC_NS_NET].path, "/proc/self/fd/9");
	cr_assert_eq(spec.mount_count, 4);
	cr_assert_str_eq(spec.mounts[0].destination, "/proc");
	cr_assert_str_eq(spec.mounts[1].source, "/x/hosts");
	cr_assert_str_eq(spec.mounts[2].destination, "/etc/resolv.conf");
	arena_free(&arena);
}

Test(networking, ports_and_addresses_are_shown_in_dockers_words)
{
	struct endpoint_port port = { .host_ip = { AF_INET, { 127, 0, 0, 1 } },
				      .host_port = 8080,
				      .port = 80,
				      .protocol = IPPROTO_TCP };
	struct endpoint endpoint = { .link_count = 1, .ports = &port, .port_count = 1 };
	struct config config = { .network = "back" };
	struct json_writer w = { 0 };
	struct strbuf text = { 0 };

	endpoint.links[0].network = "back";
	prefix_parse("10.0.0.2/24", &endpoint.links[0].addresses[0]);
	jw_object_begin(&w);
	networking_write_json(&w, &config, &endpoint);
	jw_object_end(&w);
	cr_assert_not_null(strstr(w.out.data, "\"IPAddress\":\"10.0.0.2\",\"IPPrefixLen\":24"));
	cr_assert_not_null(strstr(w.out.data, "\"80/tcp\":[{\"HostIp\":\"127.0.0.1\","
					      "\"HostPort\":\"8080\"}]"));
	cr_assert_not_null(strstr(w.out.data, "\"Networks\":{\"back\":{"));
	networking_write_ports(&text, &endpoint);
	cr_assert_str_eq(text.data, "127.0.0.1:8080->80/tcp");
	strbuf_free(&w.out);
	strbuf_free(&text);
}
