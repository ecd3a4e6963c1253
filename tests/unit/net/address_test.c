/*
 * address_test.c - addresses: text forms that are refused, arithmetic at the edges of a prefix.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "runtime/net/address.h"

static struct prefix prefix_of(const char *text)
{
	struct prefix prefix;

	cr_assert_eq(prefix_parse(text, &prefix), 0, "'%s' was refused", text);
	return prefix;
}

static struct ip ip_of(const char *text)
{
	struct ip ip;

	cr_assert_eq(ip_parse(text, &ip), 0, "'%s' was refused", text);
	return ip;
}

Test(address, text_goes_through_a_round)
{
	static const char *const texts[] = { "10.1.2.3", "255.255.255.255", "::", "fd00::1:2" };
	char buf[IP_TEXT_SIZE];

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct ip ip = ip_of(texts[i]);

		cr_assert_str_eq(ip_format(&ip, buf), texts[i]);
	}
}

Test(address, malformed_addresses_are_refused)
{
	static const char *const bad[] = { "",	      "10.1.2",	      "10.1.2.256", "10.1.2.3 ",
					   "fd00:::", "fe80::1%eth0", "localhost",  "0x7f.0.0.1" };
	struct ip ip;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_eq(ip_parse(bad[i], &ip), -EINVAL, "'%s' was read", bad[i]);
}

Test(address, malformed_prefixes_are_refused)
{
	static const char *const bad[] = { "10.0.0.0/33", "10.0.0.0/",	"10.0.0.0/-1",
					   "/8",	  "fd00::/129", "10.0.0.0/8/8" };
	struct prefix prefix;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_eq(prefix_parse(bad[i], &prefix), -EINVAL, "'%s' was read", bad[i]);
}

Test(address, bare_address_is_a_prefix_of_full_length)
{
	cr_assert_eq(prefix_of("10.0.0.1").len, 32);
	cr_assert_eq(prefix_of("fd00::1").len, 128);
}

Test(address, prefix_contains_its_first_and_last_address_only)
{
	struct prefix prefix = prefix_of("10.1.4.0/22");
	struct ip first = ip_of("10.1.4.0"), last = ip_of("10.1.7.255"), next = ip_of("10.1.8.0");
	struct ip other_family = ip_of("fd00::1");

	cr_assert(prefix_contains(&prefix, &first));
	cr_assert(prefix_contains(&prefix, &last));
	cr_assert_not(prefix_contains(&prefix, &next));
	cr_assert_not(prefix_contains(&prefix, &other_family));
}

Test(address, overlap_is_symmetric_and_needs_one_family)
{
	struct prefix wide = prefix_of("10.0.0.0/8"), narrow = prefix_of("10.9.0.0/16");
	struct prefix apart = prefix_of("11.0.0.0/16"), six = prefix_of("::/0");

	cr_assert(prefix_overlap(&wide, &narrow));
	cr_assert(prefix_overlap(&narrow, &wide));
	cr_assert_not(prefix_overlap(&wide, &apart));
	cr_assert_not(prefix_overlap(&wide, &six));
}

Test(address, nth_and_index_are_inverse)
{
	struct prefix four = prefix_of("10.88.3.7/16"), six = prefix_of("fd00:1::/64");
	char buf[IP_TEXT_SIZE];
	struct ip ip;

	ip = prefix_nth(&four, 513);
	cr_assert_str_eq(ip_format(&ip, buf), "10.88.2.1");
	cr_assert_eq(prefix_index(&four, &ip), 513);
	ip = prefix_nth(&six, 65535);
	cr_assert_str_eq(ip_format(&ip, buf), "fd00:1::ffff");
	cr_assert_eq(prefix_index(&six, &ip), 65535);
}

Test(address, count_saturates)
{
	struct prefix single = prefix_of("10.0.0.1/32"), half = prefix_of("10.0.0.0/9");
	struct prefix six = prefix_of("fd00::/64");

	cr_assert_eq(prefix_count(&single), 1);
	cr_assert_eq(prefix_count(&half), 1u << 23);
	cr_assert_eq(prefix_count(&six), UINT32_MAX);
}

Test(address, network_clears_host_bits)
{
	struct prefix prefix = prefix_of("192.168.77.9/20");
	char buf[PREFIX_TEXT_SIZE];

	prefix = prefix_network(&prefix);
	cr_assert_str_eq(prefix_format(&prefix, buf), "192.168.64.0/20");
}

Test(address, mac_of_an_address_is_local_and_unicast)
{
	struct ip ip = ip_of("10.88.0.5");
	struct mac mac = mac_from_ip(&ip), same;
	char buf[MAC_TEXT_SIZE];

	cr_assert_eq(mac.bytes[0] & 3, 2);
	cr_assert_str_eq(mac_format(&mac, buf), "02:cb:0a:58:00:05");
	cr_assert_eq(mac_parse(buf, &same), 0);
	cr_assert_eq(memcmp(&mac, &same, sizeof(mac)), 0);
}

Test(address, malformed_and_group_macs_are_refused)
{
	static const char *const bad[] = { "", "02:cb:0a:58:00", "02:cb:0a:58:00:0g",
					   "02-cb-0a-58-00-05", "01:00:5e:00:00:01" };
	struct mac mac;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_eq(mac_parse(bad[i], &mac), -EINVAL, "'%s' was read", bad[i]);
}
