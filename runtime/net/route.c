/*
 * route.c - see route.h.
 */
#include "runtime/net/route.h"

#include <linux/rtnetlink.h>
#include <string.h>

#include "runtime/net/netlink.h"
#include "user/base/num.h"
#include "user/base/str.h"

struct context {
	int (*each)(const struct prefix *prefix, void *context);
	void *context;
};

static int answer(const struct nlmsghdr *message, void *context)
{
	const struct rtmsg *route = NLMSG_DATA(message);
	const struct nlattr *table[RTA_MAX + 1];
	const struct context *c = context;
	struct prefix prefix = { 0 };

	if (message->nlmsg_type != RTM_NEWROUTE ||
	    message->nlmsg_len < NLMSG_LENGTH(sizeof(*route)))
		return 0;
	if (route->rtm_table != RT_TABLE_MAIN || route->rtm_dst_len == 0 ||
	    (route->rtm_family != AF_INET && route->rtm_family != AF_INET6))
		return 0;
	nl_attrs((const char *)route + NLMSG_ALIGN(sizeof(*route)),
		 message->nlmsg_len - (size_t)NLMSG_LENGTH(sizeof(*route)), table, RTA_MAX);
	prefix.ip.family = route->rtm_family;
	prefix.len = route->rtm_dst_len;
	if (!table[RTA_DST] || nl_len(table[RTA_DST]) != ip_size(&prefix.ip))
		return 0;
	memcpy(prefix.ip.bytes, nl_data(table[RTA_DST]), ip_size(&prefix.ip));
	return c->each(&prefix, c->context);
}

int route_list(int (*each)(const struct prefix *prefix, void *context), void *context,
	       struct err *err)
{
	struct context c = { each, context };
	struct rtmsg header = { .rtm_family = AF_UNSPEC };
	cleanup_nl struct nl nl;
	int r = nl_open(&nl, NETLINK_ROUTE, err);

	if (r < 0)
		return r;
	nl_begin(&nl, "list routes", RTM_GETROUTE, NLM_F_DUMP, &header, sizeof(header));
	return nl_request(&nl, answer, &c, err);
}

bool route_device_number(const char *device, uint32_t *n)
{
	return str_starts_with(device, "cbox") && num_u32(device + 4, n) == 0;
}
