/*
 * dns_message.h - the DNS wire format, as far as a responder for containers needs it.
 *
 * Owns: reading a query, writing answers with A, AAAA and PTR records, telling whether a reply
 * belongs to a query. Input comes from containers and from the Internet: every byte is hostile.
 * Does not own: sockets and who answers what (dns_server.h).
 *
 * See: RFC 1035 section 4, RFC 6891 (EDNS), RFC 2308 (no data), RFC 5452 (forged answers).
 */
#ifndef CBOX_NET_DNS_MESSAGE_H
#define CBOX_NET_DNS_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/net/address.h"

#define DNS_HEADER_SIZE 12
#define DNS_NAME_SIZE 256  /* text form of 255 bytes on the wire, with NUL */
#define DNS_UDP_SIZE 512   /* without EDNS */
#define DNS_EDNS_SIZE 1232 /* what we offer and accept: fits every path without fragments */
#define DNS_MAX_SIZE 65535

enum dns_type { DNS_A = 1, DNS_PTR = 12, DNS_AAAA = 28, DNS_OPT = 41, DNS_ANY = 255 };
enum dns_rcode {
	DNS_OK = 0,
	DNS_FORMAT_ERROR = 1,
	DNS_SERVER_FAILURE = 2,
	DNS_NO_SUCH_NAME = 3,
	DNS_NOT_IMPLEMENTED = 4,
};

struct dns_query {
	uint16_t id, flags;
	char name
		[DNS_NAME_SIZE]; /* lower case, no final dot; "" if it holds bytes no host name has */
	uint16_t type;
	size_t question_len; /* of the question section, which starts behind the header */
	size_t udp_size;     /* the largest answer the client takes over UDP */
	bool edns;
};

/*
 * Reads a query. 0; DNS_FORMAT_ERROR or DNS_NOT_IMPLEMENTED, which is to be answered with
 * dns_write_error(); or -EBADMSG: not a query at all, to be ignored.
 */
int dns_read_query(const uint8_t *data, size_t len, struct dns_query *query);

/*
 * Writes the answer to the query read from data: one record an address of the asked family. None
 * is "no data". If not all fit into size the truncation flag is set. Returns the length.
 */
size_t dns_write_addresses(const uint8_t *data, const struct dns_query *query, const struct ip *ips,
			   unsigned count, uint8_t *answer, size_t size);

/* Answer to a PTR query: the host name, which must be a valid one. */
size_t dns_write_name(const uint8_t *data, const struct dns_query *query, const char *name,
		      uint8_t *answer, size_t size);

/* Answer without records. query may be zeroed when dns_read_query() failed. */
size_t dns_write_error(const uint8_t *data, const struct dns_query *query, enum dns_rcode rcode,
		       uint8_t *answer, size_t size);

/* The address a reverse name ("5.0.88.10.in-addr.arpa") stands for. 0 or -EINVAL. */
int dns_reverse_address(const char *name, struct ip *ip);

/* Does reply answer the query with this id and question? Anything else is forged or late. */
bool dns_is_reply(const uint8_t *reply, size_t len, uint16_t id, const uint8_t *question,
		  size_t question_len);

#endif
