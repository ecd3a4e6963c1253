/*
 * address.h - IPv4, IPv6 and hardware addresses as values.
 *
 * Owns: parsing and writing addresses and prefixes, arithmetic inside a prefix.
 * Does not own: which address a container gets (ipam.h).
 *
 * See: RFC 4291 and RFC 5952 (text forms), RFC 4193 (unique local addresses).
 */
#ifndef CBOX_NET_ADDRESS_H
#define CBOX_NET_ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* family 0: no address. bytes are in network order; IPv4 fills the first four. */
struct ip {
	uint8_t family; /* AF_INET, AF_INET6 or 0 */
	uint8_t bytes[16];
};

struct prefix {
	struct ip ip;
	uint8_t len; /* bits */
};

struct mac {
	uint8_t bytes[6];
};

#define IP_TEXT_SIZE INET6_ADDRSTRLEN
#define PREFIX_TEXT_SIZE (IP_TEXT_SIZE + 4)
#define MAC_TEXT_SIZE 18

/* Either family, strict text forms. 0 or -EINVAL. */
int ip_parse(const char *text, struct ip *ip);
/* Returns buf, which needs IP_TEXT_SIZE; "" for no address. */
char *ip_format(const struct ip *ip, char *buf);
size_t ip_size(const struct ip *ip); /* 4 or 16 bytes */
bool ip_equal(const struct ip *a, const struct ip *b);
bool ip_is_any(const struct ip *ip);
bool ip_is_loopback(const struct ip *ip);

/* "10.1.2.0/24"; a bare address is a full-length prefix. Host bits are kept. 0 or -EINVAL. */
int prefix_parse(const char *text, struct prefix *prefix);
char *prefix_format(const struct prefix *prefix, char *buf);
bool prefix_contains(const struct prefix *prefix, const struct ip *ip);
bool prefix_overlap(const struct prefix *a, const struct prefix *b);
/* The prefix with all host bits cleared. */
struct prefix prefix_network(const struct prefix *prefix);
/* Address number n of the prefix, counted from its network address. */
struct ip prefix_nth(const struct prefix *prefix, uint32_t n);
/* Position of ip in the prefix (its low 32 bits of host part). */
uint32_t prefix_index(const struct prefix *prefix, const struct ip *ip);
/* Addresses in the prefix, UINT32_MAX when there are more. */
uint32_t prefix_count(const struct prefix *prefix);

int mac_parse(const char *text, struct mac *mac);
char *mac_format(const struct mac *mac, char *buf);
/*
 * A locally administered unicast address made of ip. The same address always gets the same MAC,
 * so no neighbour entry of an earlier holder can be stale.
 */
struct mac mac_from_ip(const struct ip *ip);

#endif
