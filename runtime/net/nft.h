/*
 * nft.h - nf_tables objects and expressions as messages of a transaction.
 *
 * Owns: the netlink encoding of tables, chains, sets, maps, elements, rules and the handful of
 * expressions our rules are made of.
 * Does not own: which rules there are (firewall_rules.c).
 *
 * A library would do this too, but the start path adds one element a published port, and a few
 * hundred lines in the same static program cost fewer page faults than loading one.
 *
 * Registers are counted in 32-bit words, 0 to 15; a value wider than a word takes the next ones.
 *
 * See: nft(8), include/uapi/linux/netfilter/nf_tables.h.
 */
#ifndef CBOX_NET_NFT_H
#define CBOX_NET_NFT_H

#include <netinet/in.h> /* before the kernel's headers, which then leave its types alone */

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <stdbool.h>
#include <stdint.h>

#include "runtime/net/netlink.h"

/* A table of ours, and the family it is in (NFPROTO_INET, NFPROTO_BRIDGE). */
struct nft_table {
	uint8_t family;
	const char *name;
};

void nft_add_table(struct nl *nl, const struct nft_table *table);
void nft_delete_table(struct nl *nl, const struct nft_table *table);

/* A base chain; its policy is accept. type is "nat" or "filter". */
void nft_add_chain(struct nl *nl, const struct nft_table *table, const char *chain,
		   const char *type, uint32_t hook, int32_t priority);

/* nft's numbers for types of keys, and for concatenations of them: what `nft list` prints. */
enum nft_type {
	NFT_TYPE_IPV4 = 7,
	NFT_TYPE_IPV6 = 8,
	NFT_TYPE_ETHER = 9,
	NFT_TYPE_PROTOCOL = 12,
	NFT_TYPE_PORT = 13,
	NFT_TYPE_IFNAME = 41,
};
#define NFT_CONCAT2(a, b) ((uint32_t)(a) << 6 | (uint32_t)(b))
#define NFT_CONCAT3(a, b, c) (NFT_CONCAT2(a, b) << 6 | (uint32_t)(c))

struct nft_set {
	const char *name;
	uint32_t key_type, key_len;   /* len in bytes, each part padded to 4 */
	uint32_t data_type, data_len; /* of a map; 0 for a set */
};
void nft_add_set(struct nl *nl, const struct nft_table *table, const struct nft_set *set);

enum nft_element_change { NFT_ELEMENT_ADD, NFT_ELEMENT_DELETE };
/* One element; data is NULL for a set. Adding what is there already is no error. */
void nft_change_element(struct nl *nl, const struct nft_table *table, const struct nft_set *set,
			enum nft_element_change change, const void *key, const void *data);

/* A rule at the end of chain: expressions between begin and end. */
size_t nft_rule_begin(struct nl *nl, const struct nft_table *table, const char *chain);
void nft_rule_end(struct nl *nl, size_t rule);

/* Expressions. Loads write registers, matches end the rule when they do not hold. */
void nft_load_meta(struct nl *nl, enum nft_meta_keys key, unsigned reg);
void nft_load_ct(struct nl *nl, enum nft_ct_keys key, unsigned reg);
void nft_load_payload(struct nl *nl, enum nft_payload_bases base, uint32_t offset, uint32_t len,
		      unsigned reg);
void nft_load_daddr_type(struct nl *nl, unsigned reg);
void nft_match(struct nl *nl, unsigned reg, enum nft_cmp_ops op, const void *value, size_t len);
/* (register & mask) op value */
void nft_match_bits(struct nl *nl, unsigned reg, uint32_t mask, enum nft_cmp_ops op,
		    uint32_t value);
/* The key in reg is (or with invert: is not) in set. */
void nft_match_set(struct nl *nl, const struct nft_set *set, unsigned reg, bool invert);
/* The value map has for the key in reg goes to the same registers; no value, no match. */
void nft_map(struct nl *nl, const struct nft_set *map, unsigned reg);
/* Destination NAT to the address at reg and the port behind it. */
void nft_dnat(struct nl *nl, uint8_t family, unsigned reg);
void nft_masquerade(struct nl *nl);
void nft_verdict(struct nl *nl, uint32_t verdict);

#endif
