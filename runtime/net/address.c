/*
 * address.c - addresses as values. See address.h.
 */
#include "runtime/net/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "user/base/fmt.h"
#include "user/base/num.h"

int ip_parse(const char *text, struct ip *ip)
{
	struct ip value = { .family = strchr(text, ':') ? AF_INET6 : AF_INET };

	if (inet_pton(value.family, text, value.bytes) != 1)
		return -EINVAL;
	*ip = value;
	return 0;
}

char *ip_format(const struct ip *ip, char *buf)
{
	buf[0] = '\0';
	if (ip->family)
		inet_ntop(ip->family, ip->bytes, buf, IP_TEXT_SIZE);
	return buf;
}

size_t ip_size(const struct ip *ip)
{
	return ip->family == AF_INET ? 4 : 16;
}

bool ip_equal(const struct ip *a, const struct ip *b)
{
	return a->family == b->family && memcmp(a->bytes, b->bytes, ip_size(a)) == 0;
}

bool ip_is_any(const struct ip *ip)
{
	static const uint8_t zero[16];

	return memcmp(ip->bytes, zero, ip_size(ip)) == 0;
}

bool ip_is_loopback(const struct ip *ip)
{
	static const uint8_t loopback6[16] = { [15] = 1 };

	return ip->family == AF_INET ? ip->bytes[0] == 127
				     : memcmp(ip->bytes, loopback6, sizeof(loopback6)) == 0;
}

static uint8_t full_length(const struct ip *ip)
{
	return (uint8_t)(8 * ip_size(ip));
}

int prefix_parse(const char *text, struct prefix *prefix)
{
	const char *slash = strchr(text, '/');
	size_t len = slash ? (size_t)(slash - text) : strlen(text);
	char address[IP_TEXT_SIZE];
	struct prefix value;
	uint32_t bits;

	if (len >= sizeof(address))
		return -EINVAL;
	memcpy(address, text, len);
	address[len] = '\0';
	if (ip_parse(address, &value.ip) < 0)
		return -EINVAL;
	bits = full_length(&value.ip);
	if (slash && (num_u32(slash + 1, &bits) < 0 || bits > full_length(&value.ip)))
		return -EINVAL;
	value.len = (uint8_t)bits;
	*prefix = value;
	return 0;
}

char *prefix_format(const struct prefix *prefix, char *buf)
{
	ip_format(&prefix->ip, buf);
	fmt_string(buf + strlen(buf), PREFIX_TEXT_SIZE - strlen(buf), "/%u", prefix->len);
	return buf;
}

static bool bits_equal(const uint8_t *a, const uint8_t *b, unsigned bits)
{
	unsigned rest = bits % 8;

	if (memcmp(a, b, bits / 8) != 0)
		return false;
	return rest == 0 || ((a[bits / 8] ^ b[bits / 8]) >> (8 - rest)) == 0;
}

bool prefix_contains(const struct prefix *prefix, const struct ip *ip)
{
	return prefix->ip.family == ip->family &&
	       bits_equal(prefix->ip.bytes, ip->bytes, prefix->len);
}

bool prefix_overlap(const struct prefix *a, const struct prefix *b)
{
	return a->ip.family == b->ip.family &&
	       bits_equal(a->ip.bytes, b->ip.bytes, a->len < b->len ? a->len : b->len);
}

struct prefix prefix_network(const struct prefix *prefix)
{
	struct prefix network = *prefix;

	for (unsigned bit = prefix->len; bit < full_length(&prefix->ip); bit++)
		network.ip.bytes[bit / 8] &= (uint8_t) ~(0x80 >> bit % 8);
	return network;
}

struct ip prefix_nth(const struct prefix *prefix, uint32_t n)
{
	struct ip ip = prefix_network(prefix).ip;

	for (size_t i = ip_size(&ip); i-- > 0 && n; n >>= 8)
		ip.bytes[i] |= (uint8_t)n;
	return ip;
}

uint32_t prefix_index(const struct prefix *prefix, const struct ip *ip)
{
	size_t size = ip_size(ip);
	unsigned host_bits = (unsigned)(8 * size) - prefix->len;
	uint32_t low = 0;

	for (size_t i = size - 4; i < size; i++)
		low = low << 8 | ip->bytes[i];
	return host_bits >= 32 ? low : low & ((1u << host_bits) - 1);
}

uint32_t prefix_count(const struct prefix *prefix)
{
	unsigned host_bits = (unsigned)full_length(&prefix->ip) - prefix->len;

	return host_bits >= 32 ? UINT32_MAX : 1u << host_bits;
}

static int hex_digit(char c)
{
	return c >= '0' && c <= '9'			? c - '0'
	       : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
							: -1;
}

int mac_parse(const char *text, struct mac *mac)
{
	struct mac value;

	if (strlen(text) != MAC_TEXT_SIZE - 1)
		return -EINVAL;
	for (size_t i = 0; i < sizeof(value.bytes); i++) {
		int high = hex_digit(text[3 * i]), low = hex_digit(text[3 * i + 1]);

		if (high < 0 || low < 0 || (i < 5 && text[3 * i + 2] != ':'))
			return -EINVAL;
		value.bytes[i] = (uint8_t)(high << 4 | low);
	}
	if (value.bytes[0] & 1) /* a group address cannot be an interface's */
		return -EINVAL;
	*mac = value;
	return 0;
}

char *mac_format(const struct mac *mac, char *buf)
{
	const uint8_t *b = mac->bytes;

	fmt_string(buf, MAC_TEXT_SIZE, "%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3],
		   b[4], b[5]);
	return buf;
}

struct mac mac_from_ip(const struct ip *ip)
{
	struct mac mac = { { 0x02, 0xcb } };

	memcpy(mac.bytes + 2, ip->bytes + ip_size(ip) - 4, 4);
	return mac;
}
