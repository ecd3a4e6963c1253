/*
 * bridge.c - making a declared network exist on the host, and removing it. See network.h.
 *
 * The file <CBOX_RUN>/net/<name>/ready is made last, once bridge, firewall and name server are
 * there. A crash half-way leaves none, and the next container completes the network.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/net/link.h"
#include "runtime/net/network.h"
#include "user/base/cleanup.h"
#include "user/base/fd.h"
#include "user/base/file.h"
#include "user/base/fmt.h"
#include "user/base/log.h"

#define VXLAN_OVERHEAD 50 /* outer Ethernet, IPv4, UDP and VXLAN headers */

bool network_host_has_ipv6(void)
{
	cleanup_close int fd = open("/proc/sys/net/ipv6/conf/all/disable_ipv6",
				    O_RDONLY | O_CLOEXEC);
	char value = '1';

	return fd >= 0 && read(fd, &value, 1) == 1 && value == '0';
}

static void bridge_sysctl(const char *family, const char *bridge, const char *key,
			  const char *value)
{
	char path[96];
	int r;

	fmt_string(path, sizeof(path), "%s/conf/%s/%s", family, bridge, key);
	r = link_sysctl(path, value);
	if (r < 0)
		log_debug("set %s to %s: %s", path, value, err_reason(-r));
}

static void forward_ipv4(void)
{
	int r = link_sysctl("ipv4/ip_forward", "1");

	if (r < 0)
		log_warning("containers cannot reach other networks: set ip_forward: %s",
			    err_reason(-r));
}

/*
 * Forwarding makes the kernel ignore router advertisements on interfaces with accept_ra 1, which
 * would cost a host its IPv6 default route a few minutes later: 2 means "even when forwarding".
 */
static int keep_router_advertisements(const struct link_info *link, void *context)
{
	char path[128], value = 0;
	cleanup_close int fd = -1;

	(void)context;
	fmt_string(path, sizeof(path), "/proc/sys/net/ipv6/conf/%s/accept_ra", link->name);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd >= 0 && pread(fd, &value, 1, 0) == 1 && value == '1' && pwrite(fd, "2", 1, 0) < 0)
		log_warning("%s may lose its IPv6 default route: %s", link->name,
			    err_reason(errno));
	return 0;
}

static void forward_ipv6(struct nl *nl)
{
	cleanup_close int fd = open("/proc/sys/net/ipv6/conf/all/forwarding", O_RDWR | O_CLOEXEC);
	char value = 0;

	if (fd < 0 || pread(fd, &value, 1, 0) != 1 || value == '1')
		return;
	link_list(nl, keep_router_advertisements, NULL, NULL);
	if (pwrite(fd, "1", 1, 0) < 0)
		log_warning("containers cannot reach other IPv6 networks: %s", err_reason(errno));
}

/* Makes run folders; they are what tells recovery which networks are on the host. */
static int make_folders(const struct net_store *store, const char *network, struct err *err)
{
	static const char *const folders[] = { "leases", "names" };

	for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
		cleanup_close int fd = net_store_open_dir(store, network, folders[i], true);

		if (fd < 0)
			return err_num(err, fd, "create the folders of network '%s'", network);
	}
	return 0;
}

static int add_vxlan(struct nl *nl, const struct network *network, struct err *err)
{
	struct link_vxlan vxlan = { .vni = network->vni,
				    .local = network->vxlan_local,
				    .port = network->vxlan_port,
				    .master = network->bridge_index,
				    .mtu = network->mtu,
				    .learning = true };
	char name[IFNAMSIZ];
	uint32_t index;
	int r;

	fmt_string(name, sizeof(name), "%sv", network->bridge);
	vxlan.name = name;
	r = link_index(nl, name, &index);
	if (r == -ENODEV) {
		link_add_vxlan(nl, &vxlan);
		link_set_up(nl, name, LINK_IPV6_BARE);
		r = nl_commit(nl, err);
		if (r == 0)
			r = link_index(nl, name, &index);
	}
	if (r < 0)
		return r;
	for (unsigned i = 0; i < network->peer_count; i++)
		link_add_vxlan_peer(nl, index, NULL, &network->peers[i]);
	r = nl_commit(nl, err);
	return r == -EEXIST ? 0 : r;
}

static int make_bridge(struct nl *nl, struct network *network, bool ipv6, struct err *err)
{
	struct mac mac = mac_from_ip(&network->pools[0].gateway);
	int r;

	if (link_index(nl, network->bridge, &network->bridge_index) == -ENODEV) {
		link_add_bridge(nl, network->bridge, network->mtu, &mac);
		r = nl_commit(nl, err);
		if (r == 0)
			r = link_index(nl, network->bridge, &network->bridge_index);
		if (r < 0)
			return err_wrap(err, "bridge '%s'", network->bridge);
	}
	/*
	 * route_localnet lets the host's 127.0.0.1:PORT reach a container. It is set on our bridge
	 * only, where the firewall drops what claims to go to 127.0.0.0/8 (firewall_rules.c).
	 */
	bridge_sysctl("ipv4", network->bridge, "route_localnet", "1");
	bridge_sysctl("ipv6", network->bridge, "accept_ra", "0");
	bridge_sysctl("ipv6", network->bridge, "autoconf", "0");
	for (unsigned i = 0; i < 2; i++) {
		struct prefix address = { network->pools[i].gateway, network->pools[i].subnet.len };

		if (address.ip.family && (i == 0 || ipv6))
			link_add_address(nl, network->bridge_index, &address);
	}
	link_set_up(nl, network->bridge, LINK_IPV6_BARE);
	r = nl_commit(nl, err);
	return r < 0 ? err_wrap(err, "bridge '%s'", network->bridge) : 0;
}

int network_activate(const struct net_store *store, struct nl *nl, struct network *network,
		     struct err *err)
{
	bool ipv6 = network->pools[1].subnet.ip.family && network_host_has_ipv6();
	int r = make_folders(store, network->name, err);

	if (network->driver == NETWORK_OVERLAY && !network->mtu)
		network->mtu = 1500 - VXLAN_OVERHEAD;
	if (r == 0)
		r = make_bridge(nl, network, ipv6, err);
	if (r < 0)
		return r;
	if (network->driver == NETWORK_OVERLAY) {
		r = add_vxlan(nl, network, err);
		if (r < 0)
			return err_wrap(err, "network '%s'", network->name);
	}
	if (!network->internal) {
		forward_ipv4();
		if (ipv6)
			forward_ipv6(nl);
	}
	return 0;
}

static void ready_path(const struct network *network, char *buf)
{
	fmt_string(buf, NET_NAME_SIZE + 8, "%s/ready", network->name);
}

bool network_is_ready(const struct net_store *store, const struct nl *nl, struct network *network)
{
	char path[NET_NAME_SIZE + 8];

	ready_path(network, path);
	return faccessat(store->run_fd, path, F_OK, 0) == 0 &&
	       link_index(nl, network->bridge, &network->bridge_index) == 0;
}

int network_set_ready(const struct net_store *store, const struct network *network, struct err *err)
{
	char path[NET_NAME_SIZE + 8];

	ready_path(network, path);
	return file_write_atomic(store->run_fd, path, "", 0, 0644, FILE_VOLATILE, err);
}

int network_deactivate(const struct net_store *store, struct nl *nl, const struct network *network,
		       struct err *err)
{
	char vxlan[IFNAMSIZ];
	const char *devices[] = { vxlan, network->bridge };
	uint32_t index;

	fmt_string(vxlan, sizeof(vxlan), "%sv", network->bridge);
	for (size_t i = 0; i < ARRAY_LEN(devices); i++) {
		int r;

		if (link_index(nl, devices[i], &index) < 0)
			continue;
		link_delete(nl, devices[i]);
		r = nl_commit(nl, err);
		if (r < 0 && r != -ENODEV)
			return err_wrap(err, "'%s'", devices[i]);
	}
	return file_remove_all(store->run_fd, network->name, err);
}
