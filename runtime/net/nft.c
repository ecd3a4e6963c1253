/*
 * nft.c - nf_tables messages. See nft.h.
 */
#include "runtime/net/nft.h"

#include <arpa/inet.h>
#include <linux/netfilter/nfnetlink.h>
#include <string.h>
#include <sys/socket.h>

static void begin(struct nl *nl, const char *what, unsigned message, uint16_t flags,
		  const struct nft_table *table)
{
	struct nfgenmsg header = { .nfgen_family = table->family, .version = NFNETLINK_V0 };

	nl_begin(nl, what, (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | message), flags, &header,
		 sizeof(header));
}

void nft_add_table(struct nl *nl, const struct nft_table *table)
{
	begin(nl, "add the firewall table", NFT_MSG_NEWTABLE, NLM_F_CREATE, table);
	nl_put_string(nl, NFTA_TABLE_NAME, table->name);
}

void nft_delete_table(struct nl *nl, const struct nft_table *table)
{
	begin(nl, "delete the firewall table", NFT_MSG_DELTABLE, 0, table);
	nl_put_string(nl, NFTA_TABLE_NAME, table->name);
}

void nft_add_chain(struct nl *nl, const struct nft_table *table, const char *chain,
		   const char *type, uint32_t hook, int32_t priority)
{
	size_t nest;

	begin(nl, "add a firewall chain", NFT_MSG_NEWCHAIN, NLM_F_CREATE, table);
	nl_put_string(nl, NFTA_CHAIN_TABLE, table->name);
	nl_put_string(nl, NFTA_CHAIN_NAME, chain);
	nl_put_string(nl, NFTA_CHAIN_TYPE, type);
	nest = nl_nest(nl, NFTA_CHAIN_HOOK);
	nl_put_be32(nl, NFTA_HOOK_HOOKNUM, hook);
	nl_put_be32(nl, NFTA_HOOK_PRIORITY, (uint32_t)priority);
	nl_nest_end(nl, nest);
}

void nft_add_set(struct nl *nl, const struct nft_table *table, const struct nft_set *set)
{
	/* for nft's listing: type 0 (byte order of keys), 4 bytes, 1 (host) */
	static const uint8_t host_order[] = { 0, 4, 1, 0, 0, 0 };

	begin(nl, "add a firewall set", NFT_MSG_NEWSET, NLM_F_CREATE, table);
	nl_put_string(nl, NFTA_SET_TABLE, table->name);
	nl_put_string(nl, NFTA_SET_NAME, set->name);
	/* the id only has to be unique within the transaction */
	nl_put_be32(nl, NFTA_SET_ID, nl->count);
	nl_put_be32(nl, NFTA_SET_FLAGS, set->data_len ? NFT_SET_MAP : 0);
	nl_put_be32(nl, NFTA_SET_KEY_TYPE, set->key_type);
	nl_put_be32(nl, NFTA_SET_KEY_LEN, set->key_len);
	if (set->key_type == NFT_TYPE_IFNAME)
		nl_put(nl, NFTA_SET_USERDATA, host_order, sizeof(host_order));
	if (set->data_len) {
		nl_put_be32(nl, NFTA_SET_DATA_TYPE, set->data_type);
		nl_put_be32(nl, NFTA_SET_DATA_LEN, set->data_len);
	}
}

static void put_value(struct nl *nl, uint16_t attr, const void *value, size_t len)
{
	size_t nest = nl_nest(nl, attr);

	nl_put(nl, NFTA_DATA_VALUE, value, len);
	nl_nest_end(nl, nest);
}

void nft_change_element(struct nl *nl, const struct nft_table *table, const struct nft_set *set,
			enum nft_element_change change, const void *key, const void *data)
{
	size_t list, element;

	if (change == NFT_ELEMENT_ADD)
		begin(nl, "add a firewall element", NFT_MSG_NEWSETELEM, NLM_F_CREATE, table);
	else
		begin(nl, "delete a firewall element", NFT_MSG_DELSETELEM, 0, table);
	nl_put_string(nl, NFTA_SET_ELEM_LIST_TABLE, table->name);
	nl_put_string(nl, NFTA_SET_ELEM_LIST_SET, set->name);
	list = nl_nest(nl, NFTA_SET_ELEM_LIST_ELEMENTS);
	element = nl_nest(nl, NFTA_LIST_ELEM);
	put_value(nl, NFTA_SET_ELEM_KEY, key, set->key_len);
	if (data && change == NFT_ELEMENT_ADD)
		put_value(nl, NFTA_SET_ELEM_DATA, data, set->data_len);
	nl_nest_end(nl, element);
	nl_nest_end(nl, list);
}

size_t nft_rule_begin(struct nl *nl, const struct nft_table *table, const char *chain)
{
	begin(nl, "add a firewall rule", NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND, table);
	nl_put_string(nl, NFTA_RULE_TABLE, table->name);
	nl_put_string(nl, NFTA_RULE_CHAIN, chain);
	return nl_nest(nl, NFTA_RULE_EXPRESSIONS);
}

void nft_rule_end(struct nl *nl, size_t rule)
{
	nl_nest_end(nl, rule);
}

struct expression {
	size_t element, data;
};

static struct expression expression_begin(struct nl *nl, const char *name)
{
	struct expression e;

	e.element = nl_nest(nl, NFTA_LIST_ELEM);
	nl_put_string(nl, NFTA_EXPR_NAME, name);
	e.data = nl_nest(nl, NFTA_EXPR_DATA);
	return e;
}

static void expression_end(struct nl *nl, struct expression e)
{
	nl_nest_end(nl, e.data);
	nl_nest_end(nl, e.element);
}

static uint32_t word(unsigned reg)
{
	return NFT_REG32_00 + reg;
}

void nft_load_meta(struct nl *nl, enum nft_meta_keys key, unsigned reg)
{
	struct expression e = expression_begin(nl, "meta");

	nl_put_be32(nl, NFTA_META_DREG, word(reg));
	nl_put_be32(nl, NFTA_META_KEY, key);
	expression_end(nl, e);
}

void nft_load_ct(struct nl *nl, enum nft_ct_keys key, unsigned reg)
{
	struct expression e = expression_begin(nl, "ct");

	nl_put_be32(nl, NFTA_CT_DREG, word(reg));
	nl_put_be32(nl, NFTA_CT_KEY, key);
	expression_end(nl, e);
}

void nft_load_payload(struct nl *nl, enum nft_payload_bases base, uint32_t offset, uint32_t len,
		      unsigned reg)
{
	struct expression e = expression_begin(nl, "payload");

	nl_put_be32(nl, NFTA_PAYLOAD_DREG, word(reg));
	nl_put_be32(nl, NFTA_PAYLOAD_BASE, base);
	nl_put_be32(nl, NFTA_PAYLOAD_OFFSET, offset);
	nl_put_be32(nl, NFTA_PAYLOAD_LEN, len);
	expression_end(nl, e);
}

void nft_load_daddr_type(struct nl *nl, unsigned reg)
{
	struct expression e = expression_begin(nl, "fib");

	nl_put_be32(nl, NFTA_FIB_DREG, word(reg));
	nl_put_be32(nl, NFTA_FIB_RESULT, NFT_FIB_RESULT_ADDRTYPE);
	nl_put_be32(nl, NFTA_FIB_FLAGS, NFTA_FIB_F_DADDR);
	expression_end(nl, e);
}

void nft_match(struct nl *nl, unsigned reg, enum nft_cmp_ops op, const void *value, size_t len)
{
	struct expression e = expression_begin(nl, "cmp");

	nl_put_be32(nl, NFTA_CMP_SREG, word(reg));
	nl_put_be32(nl, NFTA_CMP_OP, op);
	put_value(nl, NFTA_CMP_DATA, value, len);
	expression_end(nl, e);
}

void nft_match_bits(struct nl *nl, unsigned reg, uint32_t mask, enum nft_cmp_ops op, uint32_t value)
{
	static const uint32_t zero;
	struct expression e = expression_begin(nl, "bitwise");

	nl_put_be32(nl, NFTA_BITWISE_SREG, word(reg));
	nl_put_be32(nl, NFTA_BITWISE_DREG, word(reg));
	nl_put_be32(nl, NFTA_BITWISE_LEN, sizeof(mask));
	put_value(nl, NFTA_BITWISE_MASK, &mask, sizeof(mask));
	put_value(nl, NFTA_BITWISE_XOR, &zero, sizeof(zero));
	expression_end(nl, e);
	nft_match(nl, reg, op, &value, sizeof(value));
}

static void lookup(struct nl *nl, const char *set, unsigned reg, bool map, bool invert)
{
	struct expression e = expression_begin(nl, "lookup");

	nl_put_string(nl, NFTA_LOOKUP_SET, set);
	nl_put_be32(nl, NFTA_LOOKUP_SREG, word(reg));
	if (map)
		nl_put_be32(nl, NFTA_LOOKUP_DREG, word(reg));
	if (invert)
		nl_put_be32(nl, NFTA_LOOKUP_FLAGS, NFT_LOOKUP_F_INV);
	expression_end(nl, e);
}

void nft_match_set(struct nl *nl, const struct nft_set *set, unsigned reg, bool invert)
{
	lookup(nl, set->name, reg, false, invert);
}

void nft_map(struct nl *nl, const struct nft_set *map, unsigned reg)
{
	lookup(nl, map->name, reg, true, false);
}

void nft_dnat(struct nl *nl, uint8_t family, unsigned reg)
{
	struct expression e = expression_begin(nl, "nat");

	nl_put_be32(nl, NFTA_NAT_TYPE, NFT_NAT_DNAT);
	nl_put_be32(nl, NFTA_NAT_FAMILY, family);
	nl_put_be32(nl, NFTA_NAT_REG_ADDR_MIN, word(reg));
	nl_put_be32(nl, NFTA_NAT_REG_PROTO_MIN, word(reg + (family == AF_INET ? 1 : 4)));
	expression_end(nl, e);
}

void nft_masquerade(struct nl *nl)
{
	expression_end(nl, expression_begin(nl, "masq"));
}

void nft_verdict(struct nl *nl, uint32_t verdict)
{
	struct expression e = expression_begin(nl, "immediate");
	size_t data, code;

	nl_put_be32(nl, NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
	data = nl_nest(nl, NFTA_IMMEDIATE_DATA);
	code = nl_nest(nl, NFTA_DATA_VERDICT);
	nl_put_be32(nl, NFTA_VERDICT_CODE, verdict);
	nl_nest_end(nl, code);
	nl_nest_end(nl, data);
	expression_end(nl, e);
}
