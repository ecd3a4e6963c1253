/*
 * dns_fuzz.c - bytes a container or a name server might send, through every reader of them.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "runtime/net/dns_message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ip ips[2] = { { AF_INET, { 10, 0, 0, 2 } }, { AF_INET6, { 0xfd } } };
	uint8_t answer[DNS_EDNS_SIZE];
	struct dns_query query;
	struct ip ip;

	if (size > DNS_EDNS_SIZE || dns_read_query(data, size, &query) != 0)
		return 0;
	if (strlen(query.name) >= DNS_NAME_SIZE || query.question_len > size - DNS_HEADER_SIZE)
		__builtin_trap();
	dns_reverse_address(query.name, &ip);
	if (dns_write_addresses(data, &query, ips, 2, answer, query.udp_size) > query.udp_size ||
	    dns_write_name(data, &query, query.name, answer, query.udp_size) > query.udp_size ||
	    dns_write_error(data, &query, DNS_NO_SUCH_NAME, answer, query.udp_size) >
		    query.udp_size)
		__builtin_trap();
	dns_is_reply(data, size, query.id, data + DNS_HEADER_SIZE, query.question_len);
	return 0;
}
