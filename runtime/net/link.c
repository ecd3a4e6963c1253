/*
 * link.c - rtnetlink messages for interfaces. See link.h.
 */
#include "runtime/net/link.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "user/base/cleanup.h"
#include "user/base/fd.h"
#include "user/base/fmt.h"

#define VXLAN_PORT 4789

static void begin_link(struct nl *nl, const char *what, uint16_t type, uint16_t flags,
		       uint32_t index, const char *name)
{
	struct ifinfomsg header = { .ifi_family = AF_UNSPEC, .ifi_index = (int)index };

	nl_begin(nl, what, type, flags, &header, sizeof(header));
	if (name)
		nl_put_string(nl, IFLA_IFNAME, name);
}

/* One queue an end: each further one costs memory and registration time in both namespaces. */
static void put_one_queue(struct nl *nl)
{
	nl_put_u32(nl, IFLA_NUM_TX_QUEUES, 1);
	nl_put_u32(nl, IFLA_NUM_RX_QUEUES, 1);
}

void link_add_veth(struct nl *nl, const struct link_veth *veth)
{
	struct ifinfomsg peer_header = { .ifi_family = AF_UNSPEC };
	size_t info, data, peer;

	begin_link(nl, "create the veth pair", RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0,
		   veth->host_name);
	put_one_queue(nl);
	if (veth->mtu)
		nl_put_u32(nl, IFLA_MTU, veth->mtu);
	if (veth->master)
		nl_put_u32(nl, IFLA_MASTER, veth->master);
	info = nl_nest(nl, IFLA_LINKINFO);
	nl_put_string(nl, IFLA_INFO_KIND, "veth");
	data = nl_nest(nl, IFLA_INFO_DATA);
	peer = nl_nest(nl, VETH_INFO_PEER);
	nl_append(nl, &peer_header, sizeof(peer_header));
	nl_put_string(nl, IFLA_IFNAME, veth->peer_name);
	put_one_queue(nl);
	if (veth->mtu)
		nl_put_u32(nl, IFLA_MTU, veth->mtu);
	if (veth->mac)
		nl_put(nl, IFLA_ADDRESS, veth->mac->bytes, sizeof(veth->mac->bytes));
	if (veth->peer_netns >= 0)
		nl_put_u32(nl, IFLA_NET_NS_FD, (uint32_t)veth->peer_netns);
	nl_nest_end(nl, peer);
	nl_nest_end(nl, data);
	nl_nest_end(nl, info);
}

void link_add_bridge(struct nl *nl, const char *name, uint32_t mtu, const struct mac *mac)
{
	size_t info;

	begin_link(nl, "create the bridge", RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0, name);
	if (mtu)
		nl_put_u32(nl, IFLA_MTU, mtu);
	if (mac)
		nl_put(nl, IFLA_ADDRESS, mac->bytes, sizeof(mac->bytes));
	info = nl_nest(nl, IFLA_LINKINFO);
	nl_put_string(nl, IFLA_INFO_KIND, "bridge");
	nl_nest_end(nl, info);
}

void link_add_vxlan(struct nl *nl, const struct link_vxlan *vxlan)
{
	uint16_t port = htons(vxlan->port ? vxlan->port : VXLAN_PORT);
	size_t info, data;

	begin_link(nl, "create the VXLAN device", RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0,
		   vxlan->name);
	if (vxlan->mtu)
		nl_put_u32(nl, IFLA_MTU, vxlan->mtu);
	if (vxlan->master)
		nl_put_u32(nl, IFLA_MASTER, vxlan->master);
	info = nl_nest(nl, IFLA_LINKINFO);
	nl_put_string(nl, IFLA_INFO_KIND, "vxlan");
	data = nl_nest(nl, IFLA_INFO_DATA);
	nl_put_u32(nl, IFLA_VXLAN_ID, vxlan->vni);
	nl_put_u16(nl, IFLA_VXLAN_PORT, port);
	nl_put_u8(nl, IFLA_VXLAN_LEARNING, vxlan->learning);
	if (vxlan->local.family == AF_INET)
		nl_put(nl, IFLA_VXLAN_LOCAL, vxlan->local.bytes, 4);
	else if (vxlan->local.family == AF_INET6)
		nl_put(nl, IFLA_VXLAN_LOCAL6, vxlan->local.bytes, 16);
	nl_nest_end(nl, data);
	nl_nest_end(nl, info);
}

void link_add_vxlan_peer(struct nl *nl, uint32_t index, const struct mac *mac,
			 const struct ip *host)
{
	static const struct mac everybody;
	struct ndmsg header = { .ndm_family = AF_BRIDGE,
				.ndm_ifindex = (int)index,
				.ndm_state = NUD_PERMANENT | NUD_NOARP,
				.ndm_flags = NTF_SELF };

	nl_begin(nl, "add a VXLAN peer", RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_APPEND, &header,
		 sizeof(header));
	nl_put(nl, NDA_LLADDR, (mac ? mac : &everybody)->bytes, sizeof(everybody.bytes));
	nl_put(nl, NDA_DST, host->bytes, ip_size(host));
}

/* A message of its own: in one with IFF_UP the kernel brings the interface up first. */
static void set_bare_ipv6(struct nl *nl, const char *name)
{
	size_t families, inet6;

	begin_link(nl, "switch IPv6 address generation off", RTM_SETLINK, 0, 0, name);
	families = nl_nest(nl, IFLA_AF_SPEC);
	inet6 = nl_nest(nl, AF_INET6);
	nl_put_u8(nl, IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE);
	nl_nest_end(nl, inet6);
	nl_nest_end(nl, families);
}

void link_set_up(struct nl *nl, const char *name, enum link_ipv6 ipv6)
{
	struct ifinfomsg header = { .ifi_family = AF_UNSPEC,
				    .ifi_flags = IFF_UP,
				    .ifi_change = IFF_UP };

	if (ipv6 == LINK_IPV6_BARE)
		set_bare_ipv6(nl, name);
	nl_begin(nl, "bring an interface up", RTM_SETLINK, 0, &header, sizeof(header));
	nl_put_string(nl, IFLA_IFNAME, name);
}

void link_set_hairpin(struct nl *nl, const char *port)
{
	size_t info, data;

	begin_link(nl, "set the bridge port's hairpin mode", RTM_NEWLINK, 0, 0, port);
	info = nl_nest(nl, IFLA_LINKINFO);
	nl_put_string(nl, IFLA_INFO_SLAVE_KIND, "bridge");
	data = nl_nest(nl, IFLA_INFO_SLAVE_DATA);
	nl_put_u8(nl, IFLA_BRPORT_MODE, 1);
	nl_nest_end(nl, data);
	nl_nest_end(nl, info);
}

void link_set_name(struct nl *nl, uint32_t index, const char *name)
{
	begin_link(nl, "name an interface", RTM_SETLINK, 0, index, name);
}

void link_delete(struct nl *nl, const char *name)
{
	begin_link(nl, "delete an interface", RTM_DELLINK, 0, 0, name);
}

void link_add_address(struct nl *nl, uint32_t index, const struct prefix *address)
{
	struct ifaddrmsg header = { .ifa_family = address->ip.family,
				    .ifa_prefixlen = address->len,
				    .ifa_flags = address->ip.family == AF_INET6 ? IFA_F_NODAD : 0,
				    .ifa_index = index };
	size_t size = ip_size(&address->ip);

	nl_begin(nl, "add an address", RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, &header,
		 sizeof(header));
	nl_put(nl, IFA_LOCAL, address->ip.bytes, size);
	nl_put(nl, IFA_ADDRESS, address->ip.bytes, size);
	if (address->ip.family == AF_INET && address->len < 31) {
		struct prefix network = prefix_network(address);
		struct ip broadcast = prefix_nth(&network, prefix_count(&network) - 1);

		nl_put(nl, IFA_BROADCAST, broadcast.bytes, 4);
	}
}

void link_add_default_route(struct nl *nl, uint32_t index, const struct ip *gateway)
{
	struct rtmsg header = { .rtm_family = gateway->family,
				.rtm_table = RT_TABLE_MAIN,
				.rtm_protocol = RTPROT_BOOT,
				.rtm_scope = RT_SCOPE_UNIVERSE,
				.rtm_type = RTN_UNICAST };

	nl_begin(nl, "add the default route", RTM_NEWROUTE, NLM_F_CREATE, &header, sizeof(header));
	nl_put(nl, RTA_GATEWAY, gateway->bytes, ip_size(gateway));
	nl_put_u32(nl, RTA_OIF, index);
}

int link_index(const struct nl *nl, const char *name, uint32_t *index)
{
	struct ifreq request = { 0 };

	if (strlen(name) >= IFNAMSIZ)
		return -EINVAL;
	memcpy(request.ifr_name, name, strlen(name));
	if (ioctl(nl->fd, SIOCGIFINDEX, &request) < 0)
		return -errno;
	*index = (uint32_t)request.ifr_ifindex;
	return 0;
}

struct list_context {
	int (*each)(const struct link_info *link, void *context);
	void *context;
};

static int list_answer(const struct nlmsghdr *message, void *context)
{
	const struct nlattr *table[IFLA_MAX + 1], *info[IFLA_INFO_MAX + 1] = { 0 };
	const struct ifinfomsg *header = NLMSG_DATA(message);
	const struct list_context *list = context;
	struct link_info link = { .kind = "" };

	if (message->nlmsg_type != RTM_NEWLINK ||
	    message->nlmsg_len < NLMSG_LENGTH(sizeof(*header)))
		return 0;
	nl_attrs((const char *)header + NLMSG_ALIGN(sizeof(*header)),
		 message->nlmsg_len - (size_t)NLMSG_LENGTH(sizeof(*header)), table, IFLA_MAX);
	if (table[IFLA_LINKINFO])
		nl_attrs(nl_data(table[IFLA_LINKINFO]), nl_len(table[IFLA_LINKINFO]), info,
			 IFLA_INFO_MAX);
	if (!table[IFLA_IFNAME])
		return 0;
	link.name = nl_data(table[IFLA_IFNAME]);
	if (info[IFLA_INFO_KIND])
		link.kind = nl_data(info[IFLA_INFO_KIND]);
	link.index = (uint32_t)header->ifi_index;
	link.flags = header->ifi_flags;
	link.master = nl_u32(table[IFLA_MASTER]);
	link.mtu = nl_u32(table[IFLA_MTU]);
	if (table[IFLA_ADDRESS] && nl_len(table[IFLA_ADDRESS]) == sizeof(struct mac))
		link.mac = nl_data(table[IFLA_ADDRESS]);
	return list->each(&link, list->context);
}

int link_list(struct nl *nl, int (*each)(const struct link_info *link, void *context),
	      void *context, struct err *err)
{
	struct list_context list = { each, context };
	struct ifinfomsg header = { .ifi_family = AF_UNSPEC };

	nl_begin(nl, "list interfaces", RTM_GETLINK, NLM_F_DUMP, &header, sizeof(header));
	return nl_request(nl, list_answer, &list, err);
}

int link_sysctl(const char *path, const char *value)
{
	char full[128];
	cleanup_close int fd = -1;

	if (fmt_string(full, sizeof(full), "/proc/sys/net/%s", path) >= sizeof(full))
		return -ENAMETOOLONG;
	fd = open(full, O_WRONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd_write_all(fd, value, strlen(value));
}
