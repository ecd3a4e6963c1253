/*
 * dns_message_test.c - the wire format: what a resolver sends, and what an attacker might.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "runtime/net/dns_message.h"

/* "web" A IN, recursion desired, with EDNS of 4096 bytes behind it when edns. */
static size_t make_query(uint8_t *data, uint16_t type, bool edns)
{
	static const uint8_t head[] = { 0x12, 0x34, 1, 0, 0,   1,   0,	 0, 0,
					0,    0,    0, 3, 'W', 'e', 'b', 0 };
	static const uint8_t opt[] = { 0, 0, 41, 0x10, 0, 0, 0, 0, 0, 0, 0 };
	size_t len = sizeof(head);

	memcpy(data, head, len);
	data[len++] = (uint8_t)(type >> 8);
	data[len++] = (uint8_t)type;
	data[len++] = 0;
	data[len++] = 1;
	if (edns) {
		data[11] = 1;
		memcpy(data + len, opt, sizeof(opt));
		len += sizeof(opt);
	}
	return len;
}

Test(dns_message, a_query_is_read)
{
	uint8_t data[64];
	size_t len = make_query(data, DNS_AAAA, true);
	struct dns_query query;

	cr_assert_eq(dns_read_query(data, len, &query), 0);
	cr_assert_eq(query.id, 0x1234);
	cr_assert_str_eq(query.name, "web", "lower case");
	cr_assert_eq(query.type, DNS_AAAA);
	cr_assert_eq(query.question_len, 9);
	cr_assert(query.edns);
	cr_assert_eq(query.udp_size, DNS_EDNS_SIZE, "no more than we send ourselves");
}

Test(dns_message, every_cut_off_query_is_refused)
{
	uint8_t data[64];
	size_t len = make_query(data, DNS_A, false);
	struct dns_query query;

	for (size_t cut = 0; cut < len; cut++) {
		uint8_t *copy = malloc(cut + 1); /* exact size: the sanitizer sees a step too far */

		memcpy(copy, data, cut);
		cr_assert_neq(dns_read_query(copy, cut, &query), 0, "%zu bytes", cut);
		free(copy);
	}
}

Test(dns_message, responses_compression_and_other_opcodes_are_no_queries)
{
	uint8_t data[64];
	size_t len = make_query(data, DNS_A, false);
	struct dns_query query;

	data[2] = 0x80;
	cr_assert_eq(dns_read_query(data, len, &query), -EBADMSG);
	data[2] = 0x28;
	cr_assert_eq(dns_read_query(data, len, &query), DNS_NOT_IMPLEMENTED);
	data[2] = 1;
	data[12] = 0xc0;
	cr_assert_eq(dns_read_query(data, len, &query), DNS_FORMAT_ERROR);
	data[12] = 3;
	data[5] = 2;
	cr_assert_eq(dns_read_query(data, len, &query), DNS_FORMAT_ERROR);
}

Test(dns_message, a_label_with_a_dot_in_it_is_no_host_name)
{
	uint8_t data[64];
	size_t len = make_query(data, DNS_A, false);
	struct dns_query query;

	data[14] = '.';
	cr_assert_eq(dns_read_query(data, len, &query), 0);
	cr_assert_str_eq(query.name, "");
}

Test(dns_message, an_answer_holds_the_addresses_of_the_asked_family)
{
	struct ip ips[2] = { { AF_INET, { 10, 0, 0, 2 } }, { AF_INET6, { 0xfd } } };
	uint8_t data[64], answer[512];
	size_t len = make_query(data, DNS_A, false), n;
	struct dns_query query;

	dns_read_query(data, len, &query);
	n = dns_write_addresses(data, &query, ips, 2, answer, sizeof(answer));
	cr_assert_eq(n, len + 16);
	cr_assert_eq(answer[7], 1, "one answer");
	cr_assert_eq(answer[3] & 0xf, DNS_OK);
	cr_assert_eq(memcmp(answer + n - 4, "\x0a\0\0\x02", 4), 0);
	cr_assert(dns_is_reply(answer, n, 0x1234, data + 12, query.question_len));
}

Test(dns_message, no_address_of_the_family_is_no_data)
{
	struct ip ip = { AF_INET, { 10, 0, 0, 2 } };
	uint8_t data[64], answer[512];
	size_t len = make_query(data, DNS_AAAA, false), n;
	struct dns_query query;

	dns_read_query(data, len, &query);
	n = dns_write_addresses(data, &query, &ip, 1, answer, sizeof(answer));
	cr_assert_eq(n, len);
	cr_assert_eq(answer[3] & 0xf, DNS_OK, "the name exists");
	cr_assert_eq(answer[7], 0);
}

Test(dns_message, what_does_not_fit_is_truncated_and_says_so)
{
	struct ip ips[32];
	uint8_t data[64], answer[512];
	size_t len = make_query(data, DNS_AAAA, true), n;
	struct dns_query query;

	for (unsigned i = 0; i < 32; i++)
		ips[i] = (struct ip){ AF_INET6, { 0xfd, (uint8_t)i } };
	dns_read_query(data, len, &query);
	n = dns_write_addresses(data, &query, ips, 32, answer, sizeof(answer));
	cr_assert_leq(n, sizeof(answer));
	cr_assert(answer[2] & 2, "the flag TC");
}

Test(dns_message, reverse_names_are_read_in_both_families)
{
	struct ip ip;
	char text[IP_TEXT_SIZE];

	cr_assert_eq(dns_reverse_address("5.0.88.10.in-addr.arpa", &ip), 0);
	cr_assert_str_eq(ip_format(&ip, text), "10.88.0.5");
	cr_assert_eq(dns_reverse_address("2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0."
					 "0.0.d.f.ip6.arpa",
					 &ip),
		     0);
	cr_assert_str_eq(ip_format(&ip, text), "fd00::2");
}

Test(dns_message, malformed_reverse_names_are_refused)
{
	static const char *const bad[] = {
		"in-addr.arpa",		  "1.in-addr.arpa",	   "256.0.0.10.in-addr.arpa",
		"1.2.3.4.5.in-addr.arpa", "a.0.0.10.in-addr.arpa", "ip6.arpa",
		"1.2.3.ip6.arpa",	  "1.2..4.in-addr.arpa"
	};
	struct ip ip;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_eq(dns_reverse_address(bad[i], &ip), -EINVAL, "'%s'", bad[i]);
}

Test(dns_message, a_name_is_answered_label_by_label)
{
	uint8_t data[64], answer[512];
	size_t len = make_query(data, DNS_PTR, false), n;
	struct dns_query query;

	dns_read_query(data, len, &query);
	n = dns_write_name(data, &query, "web.back", answer, sizeof(answer));
	cr_assert_eq(memcmp(answer + n - 10,
			    "\x03web\x04"
			    "back",
			    10),
		     0);
}

Test(dns_message, forged_replies_are_told_apart)
{
	uint8_t data[64], reply[64];
	size_t len = make_query(data, DNS_A, false);
	struct dns_query query;

	dns_read_query(data, len, &query);
	memcpy(reply, data, len);
	cr_assert_not(dns_is_reply(reply, len, 0x1234, data + 12, query.question_len), "a query");
	reply[2] |= 0x80;
	cr_assert(dns_is_reply(reply, len, 0x1234, data + 12, query.question_len));
	cr_assert_not(dns_is_reply(reply, len, 0x1235, data + 12, query.question_len), "its id");
	cr_assert_not(dns_is_reply(reply, len - 1, 0x1234, data + 12, query.question_len));
	reply[14] = 'x';
	cr_assert_not(dns_is_reply(reply, len, 0x1234, data + 12, query.question_len), "its name");
}
