/*
 * port_test.c - published ports: what -p means, and that a held port is refused by name.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "runtime/net/port.h"
#include "tests/unit/net/folder.h"

/* The ports of one -p, written back and joined with blanks. */
static const char *meaning(const char *text)
{
	static char joined[1024];
	struct arena arena = { 0 };
	struct endpoint_port *ports = NULL;
	char buf[PORT_TEXT_SIZE];
	unsigned count = 0;
	size_t len = 0;

	if (port_parse(&arena, text, &ports, &count, NULL) < 0)
		return "refused";
	for (unsigned i = 0; i < count; i++)
		len += fmt_string(joined + len, sizeof(joined) - len, "%s%s", i ? " " : "",
				  port_format(&ports[i], buf));
	arena_free(&arena);
	return joined;
}

Test(port, every_form_means_what_it_says)
{
	cr_assert_str_eq(meaning("80"), "127.0.0.1:0->80/tcp");
	cr_assert_str_eq(meaning("8080:80"), "127.0.0.1:8080->80/tcp");
	cr_assert_str_eq(meaning("8080:80/udp"), "127.0.0.1:8080->80/udp");
	cr_assert_str_eq(meaning("0.0.0.0:8080:80"), "0.0.0.0:8080->80/tcp");
	cr_assert_str_eq(meaning("192.0.2.1::80"), "192.0.2.1:0->80/tcp");
	cr_assert_str_eq(meaning("[::]:8080:80"), "[::]:8080->80/tcp");
	cr_assert_str_eq(meaning("1-3:7-9"),
			 "127.0.0.1:1->7/tcp 127.0.0.1:2->8/tcp 127.0.0.1:3->9/tcp");
	cr_assert_str_eq(meaning("7-8"), "127.0.0.1:0->7/tcp 127.0.0.1:0->8/tcp");
}

Test(port, what_is_not_a_port_is_refused)
{
	static const char *const bad[] = {
		"",	      "0",	 "x",		"80/sctp",     "65536",
		"80:0",	      "80:",	 "1-2:3",	"1-2:3-5",     "9-8:1-2",
		"[::1:80:80", "::80:80", "1.2.3:80:80", "8080:80:tcp", "80 ",
		"0-1:1-2"
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_str_eq(meaning(bad[i]), "refused", "'%s' was taken", bad[i]);
}

Test(port, a_reserved_port_is_refused_to_the_next_and_all_of_its_ports_are_released)
{
	struct endpoint_port first[1] = {
		{ .host_ip = { AF_INET, { 127, 0, 0, 1 } }, .port = 80, .protocol = IPPROTO_TCP }
	};
	struct endpoint_port second[2];
	struct err err = { 0 };
	int fds[1], more[2];

	cr_assert_eq(port_reserve(NULL, first, 1, fds, &err), 0, "%s", err.message);
	cr_assert_neq(first[0].host_port, 0, "the kernel chose one");
	second[0] = second[1] = first[0];
	second[0].host_port = 0;
	memset(second[1].host_ip.bytes, 0, 4); /* every address, so this one too */
	cr_assert_eq(port_reserve(NULL, second, 2, more, &err), -EADDRINUSE);
	cr_assert_not_null(strstr(err.message, "in use by"), "%s", err.message);
	cr_assert_eq(port_reserve(NULL, second, 1, more, &err), 0, "the first was released");
	close(more[0]);
	close(fds[0]);
}
