/*
 * nft_test.c - encoding of nf_tables messages; the kernel's view of them is tested as root.
 */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <string.h>

#include "runtime/net/firewall.h"

static const struct nft_table table = { NFPROTO_INET, "t" };

/* Walks the batch; every message must be whole, and attributes must fill it exactly. */
static unsigned check_messages(const struct nl *nl, unsigned type)
{
	unsigned found = 0;
	size_t at = 0;

	while (at < nl->len) {
		const struct nlmsghdr *m = (const void *)(nl->data + at);
		size_t len = m->nlmsg_len ? m->nlmsg_len : nl->len - at; /* the open one */
		size_t a = NLMSG_HDRLEN + sizeof(struct nfgenmsg);

		while (a < len) {
			const struct nlattr *attr = (const void *)(nl->data + at + a);

			cr_assert_geq(attr->nla_len, NLA_HDRLEN);
			a += NLA_ALIGN((size_t)attr->nla_len);
		}
		cr_assert_eq(a, len);
		found += m->nlmsg_type == (NFNL_SUBSYS_NFTABLES << 8 | type);
		at += NLMSG_ALIGN(len);
	}
	cr_assert_eq(at, nl->len);
	return found;
}

Test(nft, the_acknowledgement_is_asked_of_the_last_message_before_the_end)
{
	const struct nlmsghdr *m;
	struct nl nl;

	nl_use(&nl, -1);
	nl_transaction_begin(&nl);
	nft_add_table(&nl, &table);
	nft_delete_table(&nl, &table);
	nl_transaction_end(&nl);
	m = (const void *)nl.data;
	cr_assert_eq(m->nlmsg_type, NFNL_MSG_BATCH_BEGIN);
	m = (const void *)((const char *)m + m->nlmsg_len);
	cr_assert_not(m->nlmsg_flags & NLM_F_ACK);
	m = (const void *)((const char *)m + m->nlmsg_len);
	cr_assert(m->nlmsg_flags & NLM_F_ACK);
	m = (const void *)((const char *)m + m->nlmsg_len);
	cr_assert_eq(m->nlmsg_type, NFNL_MSG_BATCH_END);
	nl_close(&nl);
}

Test(nft, an_element_carries_its_data_only_when_it_is_added)
{
	static const struct nft_set map = { "m", NFT_TYPE_PORT, 4, NFT_TYPE_IPV4, 4 };
	struct nl nl;
	size_t added;

	nl_use(&nl, -1);
	nft_change_element(&nl, &table, &map, NFT_ELEMENT_ADD, "kkkk", "dddd");
	added = nl.len;
	nft_change_element(&nl, &table, &map, NFT_ELEMENT_DELETE, "kkkk", "dddd");
	cr_assert_eq(nl.len - added, added - 12, "data is one nested attribute of 12 bytes");
	cr_assert_eq(check_messages(&nl, NFT_MSG_NEWSETELEM), 1);
	nl_close(&nl);
}

Test(nft, the_ruleset_is_well_formed)
{
	struct nl nl;

	nl_use(&nl, -1);
	firewall_put_rules(&nl);
	cr_assert_not(nl.failed);
	cr_assert_eq(check_messages(&nl, NFT_MSG_NEWTABLE), 2);
	cr_assert_eq(check_messages(&nl, NFT_MSG_NEWCHAIN), 6);
	cr_assert_eq(check_messages(&nl, NFT_MSG_NEWSET), 11);
	cr_assert_eq(check_messages(&nl, NFT_MSG_NEWRULE), 24);
	nl_close(&nl);
}

Test(nft, keys_of_sets_are_whole_registers)
{
	const struct nft_set *sets = &firewall_sets.bridges;

	for (size_t i = 0; i < sizeof(firewall_sets) / sizeof(*sets); i++) {
		cr_assert_eq(sets[i].key_len % 4, 0);
		cr_assert_leq(sets[i].key_len, 64, "a key has 16 registers at most");
	}
}
