/*
 * netlink_test.c - how messages are laid out, and that the kernel's errors reach the caller.
 * The kernel's rtnetlink answers dumps and refuses changes without any privilege.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "runtime/net/netlink.h"

Test(netlink, attributes_are_padded_and_nests_know_their_length)
{
	struct nl nl;
	const struct nlattr *outer;
	size_t nest;

	nl_use(&nl, -1);
	nl_begin(&nl, "test", 77, NLM_F_CREATE, "abcd", 4);
	nest = nl_nest(&nl, 5);
	nl_put_u8(&nl, 1, 9);
	nl_put_string(&nl, 2, "xyz");
	nl_nest_end(&nl, nest);
	outer = (const void *)(nl.data + nest);
	cr_assert_eq(nest, NLMSG_HDRLEN + 4);
	cr_assert_eq(outer->nla_type, 5 | NLA_F_NESTED);
	cr_assert_eq(outer->nla_len, 4 + 8 + 8);
	cr_assert_eq(nl.len, nest + 20);
	nl_close(&nl);
}

Test(netlink, attributes_longer_than_the_data_are_not_followed)
{
	struct nlattr broken = { .nla_len = 400, .nla_type = 1 };
	const struct nlattr *table[4];

	nl_attrs(&broken, sizeof(broken), table, 3);
	cr_assert_null(table[1]);
	broken.nla_len = 3;
	nl_attrs(&broken, sizeof(broken), table, 3);
	cr_assert_null(table[1]);
}

Test(netlink, an_attribute_over_64_kib_fails_the_batch)
{
	static char big[70000];
	struct err err = { 0 };
	struct nl nl;

	nl_use(&nl, -1);
	nl_begin(&nl, "test", 77, 0, "abcd", 4);
	nl_put(&nl, 1, big, sizeof(big));
	cr_assert(nl.failed);
	cr_assert_eq(nl_commit(&nl, &err), -ENOMEM);
	nl_close(&nl);
}

static int count_links(const struct nlmsghdr *message, void *context)
{
	*(int *)context += message->nlmsg_type == RTM_NEWLINK;
	return 0;
}

Test(netlink, a_dump_passes_every_answer)
{
	struct ifinfomsg header = { .ifi_family = AF_UNSPEC };
	struct err err = { 0 };
	struct nl nl;
	int links = 0;

	cr_assert_eq(nl_open(&nl, NETLINK_ROUTE, &err), 0, "%s", err.message);
	nl_begin(&nl, "list", RTM_GETLINK, NLM_F_DUMP, &header, sizeof(header));
	cr_assert_eq(nl_request(&nl, count_links, &links, &err), 0, "%s", err.message);
	cr_assert_geq(links, 1);
	nl_close(&nl);
}

Test(netlink, the_first_error_of_a_batch_names_its_message)
{
	struct ifinfomsg header = { .ifi_family = AF_UNSPEC, .ifi_index = 0x7ffffff0 };
	struct err err = { 0 };
	struct nl nl;

	cr_assert_eq(nl_open(&nl, NETLINK_ROUTE, &err), 0, "%s", err.message);
	nl_begin(&nl, "first", RTM_GETLINK, 0, &header, sizeof(header));
	nl_begin(&nl, "second", RTM_GETLINK, 0, &header, sizeof(header));
	cr_assert_eq(nl_commit(&nl, &err), -ENODEV);
	cr_assert(strncmp(err.message, "first: ", 7) == 0, "%s", err.message);
	/* and what is left of the old batch is not taken for the answer to the next one */
	header.ifi_index = 1;
	nl_begin(&nl, "third", RTM_GETLINK, 0, &header, sizeof(header));
	cr_assert_eq(nl_commit(&nl, &err), 0, "%s", err.message);
	nl_close(&nl);
}
