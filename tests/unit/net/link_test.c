/*
 * link_test.c - interface messages, checked by reading them back as the kernel would.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <string.h>

#include "runtime/net/link.h"

/* Attributes of message number n of the batch, behind a fixed header of header_len. */
static const struct nlmsghdr *message_attrs(const struct nl *nl, unsigned n, size_t header_len,
					    const struct nlattr **table, unsigned max)
{
	const struct nlmsghdr *m = (const void *)nl->data;
	size_t left;

	while (n--)
		m = (const void *)((const char *)m + NLMSG_ALIGN(m->nlmsg_len));
	left = m->nlmsg_len ? m->nlmsg_len
			    : (size_t)(nl->data + nl->len - (const char *)m); /* the open one */
	nl_attrs((const char *)m + NLMSG_HDRLEN + header_len, left - NLMSG_HDRLEN - header_len,
		 table, max);
	return m;
}

Test(link, veth_carries_the_peers_namespace_inside_the_peer)
{
	const struct nlattr *link[IFLA_MAX + 1], *info[IFLA_INFO_MAX + 1];
	const struct nlattr *data[VETH_INFO_MAX + 1], *peer[IFLA_MAX + 1];
	struct mac mac = { { 2, 1, 2, 3, 4, 5 } };
	struct nl nl;

	nl_use(&nl, -1);
	link_add_veth(&nl, &(struct link_veth){ .host_name = "cbtest",
						.peer_name = "eth0",
						.peer_netns = 42,
						.master = 7,
						.mtu = 1400,
						.mac = &mac });
	message_attrs(&nl, 0, sizeof(struct ifinfomsg), link, IFLA_MAX);
	cr_assert_str_eq(nl_data(link[IFLA_IFNAME]), "cbtest");
	cr_assert_eq(nl_u32(link[IFLA_MASTER]), 7);
	cr_assert_null(link[IFLA_NET_NS_FD]);
	nl_attrs(nl_data(link[IFLA_LINKINFO]), nl_len(link[IFLA_LINKINFO]), info, IFLA_INFO_MAX);
	nl_attrs(nl_data(info[IFLA_INFO_DATA]), nl_len(info[IFLA_INFO_DATA]), data, VETH_INFO_MAX);
	nl_attrs((const char *)nl_data(data[VETH_INFO_PEER]) + sizeof(struct ifinfomsg),
		 nl_len(data[VETH_INFO_PEER]) - sizeof(struct ifinfomsg), peer, IFLA_MAX);
	cr_assert_str_eq(nl_data(peer[IFLA_IFNAME]), "eth0");
	cr_assert_eq(nl_u32(peer[IFLA_NET_NS_FD]), 42);
	cr_assert_eq(nl_u32(peer[IFLA_MTU]), 1400);
	cr_assert_eq(memcmp(nl_data(peer[IFLA_ADDRESS]), &mac, 6), 0);
	nl_close(&nl);
}

Test(link, ipv6_addresses_skip_duplicate_detection_and_ipv4_knows_its_broadcast)
{
	const struct nlattr *table[IFA_MAX + 1];
	const struct nlmsghdr *message;
	struct prefix four, six;
	struct nl nl;

	cr_assert_eq(prefix_parse("10.1.2.3/20", &four), 0);
	cr_assert_eq(prefix_parse("fd00::3/64", &six), 0);
	nl_use(&nl, -1);
	link_add_address(&nl, 5, &four);
	link_add_address(&nl, 5, &six);
	message_attrs(&nl, 0, sizeof(struct ifaddrmsg), table, IFA_MAX);
	cr_assert_eq(memcmp(nl_data(table[IFA_BROADCAST]), "\x0a\x01\x0f\xff", 4), 0);
	message = message_attrs(&nl, 1, sizeof(struct ifaddrmsg), table, IFA_MAX);
	cr_assert_null(table[IFA_BROADCAST]);
	cr_assert(((const struct ifaddrmsg *)NLMSG_DATA(message))->ifa_flags & IFA_F_NODAD);
	nl_close(&nl);
}

static int find_loopback(const struct link_info *link, void *context)
{
	if (!strcmp(link->name, "lo"))
		*(uint32_t *)context = link->index;
	return 0;
}

Test(link, list_and_index_agree_on_the_loopback_interface)
{
	struct err err = { 0 };
	uint32_t listed = 0, asked = 0;
	struct nl nl;

	cr_assert_eq(nl_open(&nl, NETLINK_ROUTE, &err), 0, "%s", err.message);
	cr_assert_eq(link_list(&nl, find_loopback, &listed, &err), 0, "%s", err.message);
	cr_assert_eq(link_index(&nl, "lo", &asked), 0);
	cr_assert_eq(listed, asked);
	cr_assert_eq(link_index(&nl, "cbox-test-none", &asked), -ENODEV);
	cr_assert_eq(link_index(&nl, "a-name-that-is-too-long", &asked), -EINVAL);
	nl_close(&nl);
}

Test(link, sysctl_reports_what_the_kernel_says)
{
	cr_assert_eq(link_sysctl("ipv4/conf/cbox-test-none/forwarding", "1"), -ENOENT);
}
