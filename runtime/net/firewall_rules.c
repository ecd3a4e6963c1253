/*
 * firewall_rules.c - the fixed part of our tables: sets, chains, rules. See firewall.h.
 *
 * Each rule is preceded by itself in nft's syntax.
 */
#include <arpa/inet.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/rtnetlink.h>

#include "runtime/net/firewall.h"

#define BRIDGE_PRE_ROUTING 0 /* NF_BR_PRE_ROUTING; its header clashes with <net/if.h> */

const struct nft_table firewall_inet = { NFPROTO_INET, "cbox" };
const struct nft_table firewall_bridge = { NFPROTO_BRIDGE, "cbox" };

/* Lengths in bytes of parts of keys, each padded to whole registers. */
enum { IFNAME = 16, MAC = 8, IPV4 = 4, IPV6 = 16, PROTOCOL = 4, PORT = 4 };

const struct firewall_sets firewall_sets = {
	.bridges = { "bridges", NFT_TYPE_IFNAME, IFNAME, 0, 0 },
	.internal = { "internal", NFT_TYPE_IFNAME, IFNAME, 0, 0 },
	.same = { "same", NFT_CONCAT2(NFT_TYPE_IFNAME, NFT_TYPE_IFNAME), 2 * IFNAME, 0, 0 },
	.ports4 = { "ports4", NFT_CONCAT3(NFT_TYPE_IPV4, NFT_TYPE_PROTOCOL, NFT_TYPE_PORT),
		    IPV4 + PROTOCOL + PORT, NFT_CONCAT2(NFT_TYPE_IPV4, NFT_TYPE_PORT),
		    IPV4 + PORT },
	.ports6 = { "ports6", NFT_CONCAT3(NFT_TYPE_IPV6, NFT_TYPE_PROTOCOL, NFT_TYPE_PORT),
		    IPV6 + PROTOCOL + PORT, NFT_CONCAT2(NFT_TYPE_IPV6, NFT_TYPE_PORT),
		    IPV6 + PORT },
	.any4 = { "any4", NFT_CONCAT2(NFT_TYPE_PROTOCOL, NFT_TYPE_PORT), PROTOCOL + PORT,
		  NFT_CONCAT2(NFT_TYPE_IPV4, NFT_TYPE_PORT), IPV4 + PORT },
	.any6 = { "any6", NFT_CONCAT2(NFT_TYPE_PROTOCOL, NFT_TYPE_PORT), PROTOCOL + PORT,
		  NFT_CONCAT2(NFT_TYPE_IPV6, NFT_TYPE_PORT), IPV6 + PORT },
	.self4 = { "self4", NFT_CONCAT2(NFT_TYPE_IPV4, NFT_TYPE_IPV4), 2 * IPV4, 0, 0 },
	.self6 = { "self6", NFT_CONCAT2(NFT_TYPE_IPV6, NFT_TYPE_IPV6), 2 * IPV6, 0, 0 },
	.legal4 = { "legal4", NFT_CONCAT3(NFT_TYPE_IFNAME, NFT_TYPE_ETHER, NFT_TYPE_IPV4),
		    IFNAME + MAC + IPV4, 0, 0 },
	.legal6 = { "legal6", NFT_CONCAT2(NFT_TYPE_IFNAME, NFT_TYPE_IPV6), IFNAME + IPV6, 0, 0 },
};

static void match_u8(struct nl *nl, enum nft_cmp_ops op, uint8_t value)
{
	nft_match(nl, 0, op, &value, sizeof(value));
}

static void match_be16(struct nl *nl, uint16_t value)
{
	uint16_t be = htons(value);

	nft_match(nl, 0, NFT_CMP_EQ, &be, sizeof(be));
}

static void match_family(struct nl *nl, uint8_t family)
{
	nft_load_meta(nl, NFT_META_NFPROTO, 0);
	match_u8(nl, NFT_CMP_EQ, family);
}

/* The first byte of the IPv4 address at offset of the header is (not) 127. */
static void match_loopback(struct nl *nl, uint32_t offset, enum nft_cmp_ops op)
{
	nft_load_payload(nl, NFT_PAYLOAD_NETWORK_HEADER, offset, 1, 0);
	match_u8(nl, op, 127);
}

static void match_interface(struct nl *nl, enum nft_meta_keys which, const struct nft_set *set,
			    bool invert)
{
	nft_load_meta(nl, which, 0);
	nft_match_set(nl, set, 0, invert);
}

/* meta l4proto . th dport into reg and the next one */
static void load_protocol_port(struct nl *nl, unsigned reg)
{
	nft_load_meta(nl, NFT_META_L4PROTO, reg);
	nft_load_payload(nl, NFT_PAYLOAD_TRANSPORT_HEADER, 2, 2, reg + 1);
}

#define IPV4_SOURCE 12
#define IPV4_DESTINATION 16
#define IPV6_SOURCE 8
#define IPV6_DESTINATION 24

/*
 * The rules of publishing, the same where packets come in and where the host sends its own:
 *   [ip daddr != 127.0.0.0/8] dnat ip to ip daddr . meta l4proto . th dport map @ports4
 *   fib daddr type local dnat ip to meta l4proto . th dport map @any4
 * and likewise for IPv6. The condition matters where packets come in: a neighbour can send a frame
 * for 127.0.0.1 to us, and translated before routing it would never be recognised as martian.
 */
static void put_publish(struct nl *nl, const char *chain, bool incoming)
{
	size_t rule = nft_rule_begin(nl, &firewall_inet, chain);

	match_family(nl, NFPROTO_IPV4);
	if (incoming)
		match_loopback(nl, IPV4_DESTINATION, NFT_CMP_NEQ);
	nft_load_payload(nl, NFT_PAYLOAD_NETWORK_HEADER, IPV4_DESTINATION, 4, 0);
	load_protocol_port(nl, 1);
	nft_map(nl, &firewall_sets.ports4, 0);
	nft_dnat(nl, AF_INET, 0);
	nft_rule_end(nl, rule);

	rule = nft_rule_begin(nl, &firewall_inet, chain);
	match_family(nl, NFPROTO_IPV6);
	nft_load_payload(nl, NFT_PAYLOAD_NETWORK_HEADER, IPV6_DESTINATION, 16, 0);
	load_protocol_port(nl, 4);
	nft_map(nl, &firewall_sets.ports6, 0);
	nft_dnat(nl, AF_INET6, 0);
	nft_rule_end(nl, rule);

	for (unsigned i = 0; i < 2; i++) {
		uint32_t local = RTN_LOCAL;

		rule = nft_rule_begin(nl, &firewall_inet, chain);
		match_family(nl, i == 0 ? NFPROTO_IPV4 : NFPROTO_IPV6);
		if (incoming && i == 0)
			match_loopback(nl, IPV4_DESTINATION, NFT_CMP_NEQ);
		nft_load_daddr_type(nl, 0);
		nft_match(nl, 0, NFT_CMP_EQ, &local, sizeof(local));
		load_protocol_port(nl, 0);
		nft_map(nl, i == 0 ? &firewall_sets.any4 : &firewall_sets.any6, 0);
		nft_dnat(nl, i == 0 ? AF_INET : AF_INET6, 0);
		nft_rule_end(nl, rule);
	}
}

static void put_masquerade(struct nl *nl)
{
	/* iifname @bridges oifname != @bridges masquerade: the way out */
	size_t rule = nft_rule_begin(nl, &firewall_inet, "masquerade");

	match_interface(nl, NFT_META_IIFNAME, &firewall_sets.bridges, false);
	match_interface(nl, NFT_META_OIFNAME, &firewall_sets.bridges, true);
	nft_masquerade(nl);
	nft_rule_end(nl, rule);

	/* iifname . oifname @same ct status dnat masquerade: a container and a published port of
	 * its own network; unmasqueraded, the answer would bypass the host and not be recognised */
	rule = nft_rule_begin(nl, &firewall_inet, "masquerade");
	nft_load_meta(nl, NFT_META_IIFNAME, 0);
	nft_load_meta(nl, NFT_META_OIFNAME, 4);
	nft_match_set(nl, &firewall_sets.same, 0, false);
	nft_load_ct(nl, NFT_CT_STATUS, 0);
	nft_match_bits(nl, 0, IPS_DST_NAT, NFT_CMP_NEQ, 0);
	nft_masquerade(nl);
	nft_rule_end(nl, rule);

	/* ip saddr . ip daddr @self4 masquerade, ip6 likewise: a container and a published port of
	 * its own, where br_netfilter translates a bridged frame and there is no iifname */
	for (unsigned i = 0; i < 2; i++) {
		rule = nft_rule_begin(nl, &firewall_inet, "masquerade");
		match_family(nl, i == 0 ? NFPROTO_IPV4 : NFPROTO_IPV6);
		/* source and destination are neighbours in both headers */
		nft_load_payload(nl, NFT_PAYLOAD_NETWORK_HEADER, i == 0 ? IPV4_SOURCE : IPV6_SOURCE,
				 i == 0 ? 2 * IPV4 : 2 * IPV6, 0);
		nft_match_set(nl, i == 0 ? &firewall_sets.self4 : &firewall_sets.self6, 0, false);
		nft_masquerade(nl);
		nft_rule_end(nl, rule);
	}

	/* ip saddr 127.0.0.0/8 oifname @bridges masquerade: the host's 127.0.0.1:PORT */
	rule = nft_rule_begin(nl, &firewall_inet, "masquerade");
	match_family(nl, NFPROTO_IPV4);
	match_loopback(nl, IPV4_SOURCE, NFT_CMP_EQ);
	match_interface(nl, NFT_META_OIFNAME, &firewall_sets.bridges, false);
	nft_masquerade(nl);
	nft_rule_end(nl, rule);
}

static void put_forward(struct nl *nl)
{
	static const enum nft_meta_keys directions[] = { NFT_META_IIFNAME, NFT_META_OIFNAME };
	/* ct state established,related accept */
	size_t rule = nft_rule_begin(nl, &firewall_inet, "forward");

	nft_load_ct(nl, NFT_CT_STATE, 0);
	nft_match_bits(nl, 0, NF_CT_STATE_BIT(IP_CT_ESTABLISHED) | NF_CT_STATE_BIT(IP_CT_RELATED),
		       NFT_CMP_NEQ, 0);
	nft_verdict(nl, NF_ACCEPT);
	nft_rule_end(nl, rule);

	/* iifname . oifname @same accept: bridged frames that br_netfilter shows to us, hairpins */
	rule = nft_rule_begin(nl, &firewall_inet, "forward");
	nft_load_meta(nl, NFT_META_IIFNAME, 0);
	nft_load_meta(nl, NFT_META_OIFNAME, 4);
	nft_match_set(nl, &firewall_sets.same, 0, false);
	nft_verdict(nl, NF_ACCEPT);
	nft_rule_end(nl, rule);

	/* iifname @internal drop; oifname @internal drop */
	for (size_t i = 0; i < 2; i++) {
		rule = nft_rule_begin(nl, &firewall_inet, "forward");
		match_interface(nl, directions[i], &firewall_sets.internal, false);
		nft_verdict(nl, NF_DROP);
		nft_rule_end(nl, rule);
	}

	/* oifname @bridges ct status ! dnat drop: only published ports, from wherever */
	rule = nft_rule_begin(nl, &firewall_inet, "forward");
	match_interface(nl, NFT_META_OIFNAME, &firewall_sets.bridges, false);
	nft_load_ct(nl, NFT_CT_STATUS, 0);
	nft_match_bits(nl, 0, IPS_DST_NAT, NFT_CMP_EQ, 0);
	nft_verdict(nl, NF_DROP);
	nft_rule_end(nl, rule);
}

/* ip daddr 127.0.0.0/8 iifname @bridges drop: our bridges have route_localnet set */
static void put_guard(struct nl *nl)
{
	size_t rule = nft_rule_begin(nl, &firewall_inet, "guard");

	match_family(nl, NFPROTO_IPV4);
	match_loopback(nl, IPV4_DESTINATION, NFT_CMP_EQ);
	match_interface(nl, NFT_META_IIFNAME, &firewall_sets.bridges, false);
	nft_verdict(nl, NF_DROP);
	nft_rule_end(nl, rule);
}

/* iifname "cv*": a bridge port that leads to a container */
static void match_container_port(struct nl *nl)
{
	nft_load_meta(nl, NFT_META_IIFNAME, 0);
	nft_match(nl, 0, NFT_CMP_EQ, "cv", 2);
}

/*
 * Nobody speaks ARP or neighbour discovery for an address that is not its own:
 *   meta protocol arp iifname "cv*" iifname . arp saddr ether . arp saddr ip != @legal4 drop
 *   meta protocol ip6 icmpv6 type 135-136 iifname "cv*" iifname . ip6 saddr != @legal6 drop
 *   … and for advertisements (136) likewise the target address.
 */
static void put_neighbour_guard(struct nl *nl)
{
	size_t rule = nft_rule_begin(nl, &firewall_bridge, "guard");

	nft_load_meta(nl, NFT_META_PROTOCOL, 0);
	match_be16(nl, 0x0806);
	match_container_port(nl);
	nft_load_payload(nl, NFT_PAYLOAD_NETWORK_HEADER, 8, 6, 4);
	nft_load_payload(nl, NFT_PAYLOAD_NETWORK_HEADER, 14, 4, 6);
	nft_match_set(nl, &firewall_sets.legal4, 0, true);
	nft_verdict(nl, NF_DROP);
	nft_rule_end(nl, rule);

	for (unsigned i = 0; i < 3; i++) {
		static const struct {
			uint8_t type;
			uint32_t address;
		} checks[] = { { 135, IPV6_SOURCE }, { 136, IPV6_SOURCE }, { 136, 40 + 8 } };

		rule = nft_rule_begin(nl, &firewall_bridge, "guard");
		nft_load_meta(nl, NFT_META_PROTOCOL, 0);
		match_be16(nl, 0x86dd);
		nft_load_payload(nl, NFT_PAYLOAD_NETWORK_HEADER, 6, 1, 0);
		match_u8(nl, NFT_CMP_EQ, IPPROTO_ICMPV6);
		nft_load_payload(nl, NFT_PAYLOAD_NETWORK_HEADER, 40, 1, 0);
		match_u8(nl, NFT_CMP_EQ, checks[i].type);
		match_container_port(nl);
		nft_load_payload(nl, NFT_PAYLOAD_NETWORK_HEADER, checks[i].address, 16, 4);
		nft_match_set(nl, &firewall_sets.legal6, 0, true);
		nft_verdict(nl, NF_DROP);
		nft_rule_end(nl, rule);
	}
}

/*
 * meta protocol ip6 ip6 nexthdr 0 @nh,320,8 58 @nh,384,8 143 iifname "cv*" drop: MLDv2 reports.
 * Every container sends some for its solicited-node groups, and the bridge passes each on to all
 * ports: with a thousand containers that is what a start costs. The groups are served anyway, as
 * the bridge floods multicast where there is no querier.
 */
static void put_report_guard(struct nl *nl)
{
	static const struct {
		uint32_t offset;
		uint8_t value;
	} bytes[] = { { 6, IPPROTO_HOPOPTS }, { 40, IPPROTO_ICMPV6 }, { 48, 143 } };
	size_t rule = nft_rule_begin(nl, &firewall_bridge, "guard");

	nft_load_meta(nl, NFT_META_PROTOCOL, 0);
	match_be16(nl, 0x86dd);
	for (size_t i = 0; i < sizeof(bytes) / sizeof(bytes[0]); i++) {
		nft_load_payload(nl, NFT_PAYLOAD_NETWORK_HEADER, bytes[i].offset, 1, 0);
		match_u8(nl, NFT_CMP_EQ, bytes[i].value);
	}
	match_container_port(nl);
	nft_verdict(nl, NF_DROP);
	nft_rule_end(nl, rule);
}

void firewall_put_rules(struct nl *nl)
{
	const struct nft_set *inet[] = { &firewall_sets.bridges, &firewall_sets.internal,
					 &firewall_sets.same,	 &firewall_sets.ports4,
					 &firewall_sets.ports6,	 &firewall_sets.any4,
					 &firewall_sets.any6,	 &firewall_sets.self4,
					 &firewall_sets.self6 };

	nft_add_table(nl, &firewall_inet);
	for (size_t i = 0; i < sizeof(inet) / sizeof(inet[0]); i++)
		nft_add_set(nl, &firewall_inet, inet[i]);
	nft_add_chain(nl, &firewall_inet, "guard", "filter", NF_INET_PRE_ROUTING, -300);
	nft_add_chain(nl, &firewall_inet, "publish", "nat", NF_INET_PRE_ROUTING, -100);
	nft_add_chain(nl, &firewall_inet, "publish_local", "nat", NF_INET_LOCAL_OUT, -100);
	nft_add_chain(nl, &firewall_inet, "masquerade", "nat", NF_INET_POST_ROUTING, 100);
	nft_add_chain(nl, &firewall_inet, "forward", "filter", NF_INET_FORWARD, 0);
	put_guard(nl);
	put_publish(nl, "publish", true);
	put_publish(nl, "publish_local", false);
	put_masquerade(nl);
	put_forward(nl);

	nft_add_table(nl, &firewall_bridge);
	nft_add_set(nl, &firewall_bridge, &firewall_sets.legal4);
	nft_add_set(nl, &firewall_bridge, &firewall_sets.legal6);
	nft_add_chain(nl, &firewall_bridge, "guard", "filter", BRIDGE_PRE_ROUTING, -300);
	put_neighbour_guard(nl);
	put_report_guard(nl);
}
