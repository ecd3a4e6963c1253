/*
 * dns_message.c - see dns_message.h.
 */
#include "runtime/net/dns_message.h"

#include <errno.h>
#include <string.h>

#include "user/base/num.h"
#include "user/base/str.h"

#define FLAG_RESPONSE 0x8000
#define FLAG_OPCODE 0x7800
#define FLAG_AUTHORITATIVE 0x0400
#define FLAG_TRUNCATED 0x0200
#define FLAG_RECURSION_DESIRED 0x0100
#define FLAG_RECURSION_AVAILABLE 0x0080

#define CLASS_IN 1
#define TTL_S 5 /* containers come and go */
#define POINTER_TO_QUESTION 0xc00c

static uint16_t get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static void put16(uint8_t *p, unsigned value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
}

static char lower(uint8_t c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

/*
 * Reads an uncompressed name at *offset and moves it behind. A label with a dot or a NUL in it
 * cannot be told from two labels in text, so such a name becomes "". 0 or -EBADMSG.
 */
static int read_name(const uint8_t *data, size_t len, size_t *offset, char *name)
{
	size_t at = *offset, out = 0;
	bool strange = false;

	for (;;) {
		size_t label;

		if (at >= len)
			return -EBADMSG;
		label = data[at++];
		if (label == 0)
			break;
		if (label > 63 || label > len - at || out + label + 1 >= DNS_NAME_SIZE)
			return -EBADMSG;
		if (out)
			name[out++] = '.';
		for (size_t i = 0; i < label; i++) {
			strange = strange || data[at + i] == '.' || data[at + i] == '\0';
			name[out++] = lower(data[at + i]);
		}
		at += label;
	}
	name[strange ? 0 : out] = '\0';
	*offset = at;
	return 0;
}

/* Looks for EDNS's OPT record behind the question; what else may be there is ignored. */
static void read_edns(const uint8_t *data, size_t len, size_t offset, struct dns_query *query)
{
	/* root name, type, class = UDP size, TTL, length */
	if (get16(data + 10) == 0 || len - offset < 11 || data[offset] != 0 ||
	    get16(data + offset + 1) != DNS_OPT)
		return;
	query->edns = true;
	query->udp_size = get16(data + offset + 3);
	if (query->udp_size < DNS_UDP_SIZE)
		query->udp_size = DNS_UDP_SIZE;
	if (query->udp_size > DNS_EDNS_SIZE)
		query->udp_size = DNS_EDNS_SIZE;
}

int dns_read_query(const uint8_t *data, size_t len, struct dns_query *query)
{
	size_t offset = DNS_HEADER_SIZE;

	memset(query, 0, sizeof(*query));
	query->udp_size = DNS_UDP_SIZE;
	if (len < DNS_HEADER_SIZE)
		return -EBADMSG;
	query->id = get16(data);
	query->flags = get16(data + 2);
	if (query->flags & FLAG_RESPONSE)
		return -EBADMSG;
	if (query->flags & FLAG_OPCODE)
		return DNS_NOT_IMPLEMENTED;
	if (get16(data + 4) != 1 || read_name(data, len, &offset, query->name) < 0 ||
	    len - offset < 4)
		return DNS_FORMAT_ERROR;
	query->type = get16(data + offset);
	if (get16(data + offset + 2) != CLASS_IN)
		query->name[0] = '\0'; /* nothing of ours; upstream may know other classes */
	offset += 4;
	query->question_len = offset - DNS_HEADER_SIZE;
	read_edns(data, len, offset, query);
	return 0;
}

/* An answer under construction. */
struct writer {
	uint8_t *data;
	size_t len, size;
	unsigned records;
	bool truncated;
};

static void write_head(struct writer *w, const uint8_t *query_data, const struct dns_query *query)
{
	size_t len = DNS_HEADER_SIZE + query->question_len;

	memset(w->data, 0, DNS_HEADER_SIZE);
	memcpy(w->data, query_data, len);
	w->len = len;
}

/* Header flags and counts, and our own OPT record when the client sent one. */
static size_t write_end(struct writer *w, const struct dns_query *query, enum dns_rcode rcode)
{
	static const uint8_t opt[11] = { 0, 0, DNS_OPT, DNS_EDNS_SIZE >> 8, DNS_EDNS_SIZE & 0xff };
	bool edns = query->edns && w->size - w->len >= sizeof(opt);

	put16(w->data + 2, FLAG_RESPONSE | FLAG_AUTHORITATIVE | FLAG_RECURSION_AVAILABLE |
				   (query->flags & (FLAG_OPCODE | FLAG_RECURSION_DESIRED)) |
				   (w->truncated ? FLAG_TRUNCATED : 0) | rcode);
	put16(w->data + 4, query->question_len ? 1 : 0);
	put16(w->data + 6, w->records);
	put16(w->data + 8, 0);
	put16(w->data + 10, edns);
	if (edns) {
		memcpy(w->data + w->len, opt, sizeof(opt));
		w->len += sizeof(opt);
	}
	return w->len;
}

static void write_record(struct writer *w, uint16_t type, const uint8_t *value, size_t len)
{
	uint8_t *p = w->data + w->len;

	if (w->size - w->len < 12 + len) {
		w->truncated = true;
		return;
	}
	put16(p, POINTER_TO_QUESTION);
	put16(p + 2, type);
	put16(p + 4, CLASS_IN);
	put16(p + 6, 0);
	put16(p + 8, TTL_S);
	put16(p + 10, (unsigned)len);
	memcpy(p + 12, value, len);
	w->len += 12 + len;
	w->records++;
}

size_t dns_write_addresses(const uint8_t *data, const struct dns_query *query, const struct ip *ips,
			   unsigned count, uint8_t *answer, size_t size)
{
	struct writer w = { .data = answer, .size = size };

	write_head(&w, data, query);
	for (unsigned i = 0; i < count; i++) {
		uint16_t type = ips[i].family == AF_INET6 ? DNS_AAAA : DNS_A;

		if (query->type == type || query->type == DNS_ANY)
			write_record(&w, type, ips[i].bytes, ip_size(&ips[i]));
	}
	return write_end(&w, query, DNS_OK);
}

size_t dns_write_name(const uint8_t *data, const struct dns_query *query, const char *name,
		      uint8_t *answer, size_t size)
{
	struct writer w = { .data = answer, .size = size };
	uint8_t value[DNS_NAME_SIZE + 1];
	size_t len = 0;

	while (*name && len < DNS_NAME_SIZE - 64) {
		size_t label = strcspn(name, ".");

		if (label == 0 || label > 63)
			break;
		value[len++] = (uint8_t)label;
		memcpy(value + len, name, label);
		len += label;
		name += label + (name[label] == '.');
	}
	value[len++] = 0;
	write_head(&w, data, query);
	if (query->type == DNS_PTR || query->type == DNS_ANY)
		write_record(&w, DNS_PTR, value, len);
	return write_end(&w, query, DNS_OK);
}

size_t dns_write_error(const uint8_t *data, const struct dns_query *query, enum dns_rcode rcode,
		       uint8_t *answer, size_t size)
{
	struct writer w = { .data = answer, .size = size };

	write_head(&w, data, query);
	return write_end(&w, query, rcode);
}

static int hex_value(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int dns_reverse_address(const char *name, struct ip *ip)
{
	struct ip value = { 0 };

	if (str_ends_with(name, ".in-addr.arpa")) {
		value.family = AF_INET;
		for (unsigned i = 4; i-- > 0;) {
			size_t len = strcspn(name, ".");
			char digits[4];
			uint32_t byte;

			if (len == 0 || len > 3)
				return -EINVAL;
			memcpy(digits, name, len);
			digits[len] = '\0';
			if (num_u32(digits, &byte) < 0 || byte > 255)
				return -EINVAL;
			value.bytes[i] = (uint8_t)byte;
			name += len + 1;
		}
		if (!str_eq(name, "in-addr.arpa"))
			return -EINVAL;
	} else {
		value.family = AF_INET6;
		for (unsigned i = 32; i-- > 0; name += 2) {
			int nibble = hex_value(name[0]);

			if (nibble < 0 || name[1] != '.')
				return -EINVAL;
			value.bytes[i / 2] |= (uint8_t)(nibble << (i % 2 ? 0 : 4));
		}
		if (!str_eq(name, "ip6.arpa"))
			return -EINVAL;
	}
	*ip = value;
	return 0;
}

bool dns_is_reply(const uint8_t *reply, size_t len, uint16_t id, const uint8_t *question,
		  size_t question_len)
{
	if (len < DNS_HEADER_SIZE + question_len || get16(reply) != id ||
	    !(get16(reply + 2) & FLAG_RESPONSE) || get16(reply + 4) != 1)
		return false;
	for (size_t i = 0; i < question_len; i++)
		if (lower(reply[DNS_HEADER_SIZE + i]) != lower(question[i]))
			return false;
	return true;
}
