/*
 * port_holder_test.c - naming the holder of a port.
 */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <string.h>
#include <sys/socket.h>

#include "runtime/net/port_holder.h"
#include "tests/unit/net/folder.h"

#define LINE                                                                           \
	"   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 " \
	"    0        0 77123 1 0000000000000000 100 0 0 10 0\n"

Test(port_holder, the_inode_of_a_listener_is_read)
{
	cr_assert_eq(port_holder_inode(LINE, 8080), 77123);
	cr_assert_eq(port_holder_inode(LINE, 8081), 0);
}

Test(port_holder, connections_and_cut_off_lines_are_passed_over)
{
	char line[] = LINE;

	memcpy(strstr(line, " 0A "), " 01 ", 4);
	cr_assert_eq(port_holder_inode(line, 8080), 0);
	for (size_t len = 0; len < 90; len++) {
		char cut[sizeof(LINE)] = LINE;

		cut[len] = '\0';
		cr_assert_eq(port_holder_inode(cut, 8080), 0, "%zu bytes", len);
	}
}

Test(port_holder, a_process_is_named_with_its_pid)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t size = sizeof(address);
	struct endpoint_port port = { .protocol = IPPROTO_TCP };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	char buf[128], pid[24];

	cr_assert_eq(bind(fd, (struct sockaddr *)&address, size), 0);
	cr_assert_eq(listen(fd, 1), 0);
	getsockname(fd, (struct sockaddr *)&address, &size);
	port.host_port = ntohs(address.sin_port);
	fmt_string(pid, sizeof(pid), "(pid %d)", getpid());
	cr_assert_not_null(strstr(port_holder(NULL, &port, buf, sizeof(buf)), pid), "%s", buf);
	close(fd);
	cr_assert_str_eq(port_holder(NULL, &port, buf, sizeof(buf)), "an unknown process");
}

Test(port_holder, a_container_is_named_before_any_process)
{
	TEST_FOLDER(folder);
	struct endpoint_port held = { .host_ip = { AF_INET, { 0 } },
				      .host_port = 8080,
				      .port = 80,
				      .protocol = IPPROTO_TCP };
	struct endpoint endpoint = { .id = "1", .name = "web", .ports = &held, .port_count = 1 };
	struct endpoint_port wanted = held;
	struct net_store store;
	char buf[128];

	cr_assert_eq(net_store_open(&store, folder.path, folder.path, NULL), 0);
	cr_assert_eq(endpoint_save(&store, &endpoint, NULL), 0);
	ip_parse("127.0.0.1", &wanted.host_ip);
	cr_assert_str_eq(port_holder(&store, &wanted, buf, sizeof(buf)), "container 'web'");
	net_store_close(&store);
}
