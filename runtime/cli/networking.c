/*
 * networking.c - see networking.h; the JSON and text forms are in networking_show.c.
 */
#include "runtime/cli/networking.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "runtime/cli/owner.h"
#include "runtime/cli/status.h"
#include "runtime/net/hosts.h"
#include "runtime/net/port.h"
#include "user/base/cleanup.h"
#include "user/base/file.h"
#include "user/base/fmt.h"
#include "user/base/str.h"

#define MAX_RESOLV_CONF (64 * 1024)

bool networking_is_mode(const char *network)
{
	return str_eq(network, "none") || str_eq(network, "host") ||
	       str_starts_with(network, "container:");
}

static int parse_ports(struct arena *arena, const struct config *config,
		       struct endpoint_port **ports, unsigned *count, struct err *err)
{
	*ports = NULL;
	*count = 0;
	for (const char *const *p = config->ports; p && *p; p++)
		if (port_parse(arena, *p, ports, count, err) < 0)
			return -EINVAL;
	return 0;
}

/* The wanted addresses belong to the first network. */
static int parse_wishes(const struct config *config, struct net_request *request, struct err *err)
{
	const char *const texts[] = { config->ip, config->ip6 };

	for (unsigned i = 0; i < 2; i++)
		if (texts[i] && (ip_parse(texts[i], &request->ips[i]) < 0 ||
				 request->ips[i].family != (i == 0 ? AF_INET : AF_INET6)))
			return err_set(err, EINVAL, "'%.60s' is no IPv%u address", texts[i],
				       i == 0 ? 4 : 6);
	if (config->mac_address) {
		if (mac_parse(config->mac_address, &request->mac) < 0)
			return err_set(err, EINVAL, "'%.60s' is no hardware address",
				       config->mac_address);
		request->has_mac = true;
	}
	request->aliases = config->network_aliases;
	return 0;
}

int networking_check(struct arena *arena, const struct config *config, struct err *err)
{
	struct net_request request = { 0 };
	struct endpoint_port *ports;
	unsigned count;

	for (const char *const *n = config->networks; n && *n; n++)
		if (networking_is_mode(*n))
			return err_set(err, EINVAL, "--network %s goes with no other network", *n);
	if (parse_ports(arena, config, &ports, &count, err) < 0 ||
	    parse_wishes(config, &request, err) < 0)
		return -EINVAL;
	if (networking_is_mode(config->network) &&
	    (count || config->ip || config->ip6 || config->mac_address || config->network_aliases))
		return err_set(err, EINVAL,
			       "ports, addresses and aliases need a network: --network bridge");
	return 0;
}

static int write_file(int folder, const char *name, const struct strbuf *text, struct err *err)
{
	if (text->failed)
		return err_num(err, ENOMEM, "write the container's %s", name);
	return file_write_atomic(folder, name, text->data ? text->data : "", text->len, 0644,
				 FILE_VOLATILE, err);
}

static int write_files(int folder, const struct config *config, const struct endpoint *endpoint,
		       struct err *err)
{
	cleanup_strbuf struct strbuf hosts = { 0 }, resolv = { 0 }, hostname = { 0 };
	cleanup_free char *host_text = NULL;
	struct resolv_options options = { .servers = config->dns, .search = config->dns_search };
	int r = hosts_write(&hosts, endpoint, config->hostname, config->add_hosts, err);

	if (r < 0)
		return r;
	if (file_read(AT_FDCWD, "/etc/resolv.conf", MAX_RESOLV_CONF, &host_text, NULL) >= 0)
		options.host_text = host_text;
	resolv_write(&resolv, endpoint, &options);
	strbuf_printf(&hostname, "%s\n", config->hostname);
	r = write_file(folder, "hosts", &hosts, err);
	if (r == 0)
		r = write_file(folder, "resolv.conf", &resolv, err);
	return r == 0 ? write_file(folder, "hostname", &hostname, err) : r;
}

static int open_store(const struct places *places, struct net_store *store, struct err *err)
{
	return net_store_open(store, places->root, places->run, err);
}

static int attach(struct arena *arena, const struct places *places, const struct config *config,
		  struct networking *n, struct endpoint *endpoint, struct err *err)
{
	cleanup_net_store struct net_store store = NET_STORE_NONE;
	struct net_request requests[ENDPOINT_MAX_NETWORKS] = { 0 };
	struct net_options options = {
		.id = config->id, .name = config->name, .requests = requests, .dns = config->dns
	};

	if (parse_wishes(config, &requests[0], err) < 0 ||
	    parse_ports(arena, config, &options.ports, &options.port_count, err) < 0)
		return -EINVAL;
	requests[options.request_count++].network = config->network;
	for (const char *const *more = config->networks; more && *more; more++) {
		if (options.request_count == ENDPOINT_MAX_NETWORKS)
			return err_set(err, E2BIG, "more than %d networks", ENDPOINT_MAX_NETWORKS);
		requests[options.request_count++].network = *more;
	}
	n->port_fds = arena_calloc(arena, options.port_count + 1, sizeof(int));
	if (!n->port_fds)
		return err_sys(err, "publish ports");
	if (open_store(places, &store, err) < 0 || netns_create(&n->ns, err) < 0 ||
	    net_attach(&store, &n->ns, &options, arena, endpoint, n->port_fds, err) < 0)
		return -err->number;
	n->port_count = options.port_count;
	return 0;
}

/* container:X: its namespace and its files, as long as it runs. */
static int join(struct arena *arena, const struct places *places, const char *other,
		struct networking *n, struct err *err)
{
	struct container_info info;
	int r = status_find(arena, places, other, &info, err);

	if (r < 0)
		return r;
	if (info.status != STATUS_RUNNING)
		return err_set(err, EINVAL, "cannot join the network of container '%s': it is %s",
			       other, status_name(info.status));
	n->ns_path = arena_printf(arena, "/proc/%d/ns/net", info.pid);
	if (!networking_is_mode(info.config.network))
		n->files = arena_printf(arena, "%s/containers/%s", places->root, info.config.id);
	return n->ns_path ? 0 : err_sys(err, "join the network of '%s'", other);
}

int networking_start(struct arena *arena, const struct places *places, const struct config *config,
		     struct networking *n, struct err *err)
{
	cleanup_close int folder = -1;
	struct endpoint endpoint;
	int r;

	if (str_starts_with(config->network, "container:"))
		return join(arena, places, config->network + strlen("container:"), n, err);
	if (networking_is_mode(config->network))
		return 0;
	r = attach(arena, places, config, n, &endpoint, err);
	if (r < 0)
		return r;
	n->ns_path = arena_printf(arena, "/proc/self/fd/%d", n->ns.fd);
	n->files = arena_printf(arena, "%s/containers/%s", places->root, config->id);
	if (!n->ns_path || !n->files)
		return err_sys(err, "attach the container");
	folder = open(n->files, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return err_sys(err, "open '%s'", n->files);
	return write_files(folder, config, &endpoint, err);
}

int networking_apply(struct arena *arena, const struct networking *n, struct spec *spec,
		     struct err *err)
{
	static const char *const names[] = { "hosts", "resolv.conf", "hostname" };
	static const char *const options[] = { "bind", "rprivate", "nosuid", "nodev", NULL };
	struct spec_mount *mounts;

	spec->linux_.namespaces[SPEC_NS_NET].path = n->ns_path;
	if (!n->files)
		return 0;
	mounts = arena_calloc(arena, spec->mount_count + ARRAY_LEN(names), sizeof(*mounts));
	if (!mounts)
		return err_sys(err, "add mounts");
	memcpy(mounts, spec->mounts, spec->mount_count * sizeof(*mounts));
	spec->mounts = mounts;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct spec_mount *m = &mounts[spec->mount_count++];

		m->source = arena_printf(arena, "%s/%s", n->files, names[i]);
		m->destination = arena_printf(arena, "/etc/%s", names[i]);
		m->type = "bind";
		m->options = options;
		if (!m->source || !m->destination)
			return err_sys(err, "add mounts");
	}
	return 0;
}

void networking_started(struct networking *n, bool over_exec)
{
	netns_close(&n->ns);
	for (unsigned i = 0; over_exec && i < n->port_count; i++)
		fcntl(n->port_fds[i], F_SETFD, 0);
}

int networking_load(struct arena *arena, const struct places *places, const char *id,
		    struct endpoint *endpoint)
{
	struct net_store store = NET_STORE_NONE;
	int r;

	store.run_fd = openat(places->run_fd, "net", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (store.run_fd < 0)
		return -ENOENT;
	r = endpoint_load(arena, &store, id, endpoint, NULL);
	net_store_close(&store);
	return r;
}

int networking_stop(const struct places *places, const char *id, struct err *err)
{
	cleanup_net_store struct net_store store = NET_STORE_NONE;
	char path[96];
	int r;

	/* most containers have no network; finding that out is one call */
	fmt_string(path, sizeof(path), "net/endpoints/%.32s.json", id);
	if (faccessat(places->run_fd, path, F_OK, 0) < 0)
		return 0;
	r = open_store(places, &store, err);
	return r < 0 ? r : net_detach(&store, id, NET_DETACH_NAMESPACE_DIES, err);
}

/* A lease or name is dead when nobody answers for its container any more. */
static bool has_no_owner(const char *key, void *context)
{
	const struct places *places = context;
	cleanup_arena struct arena arena = { 0 };
	const char **ids;

	if (places_list(&arena, places->run_fd, "owners", &ids, NULL) < 0)
		return false; /* not known, so hands off */
	for (; *ids; ids++)
		if (str_starts_with(*ids, key))
			return false;
	return true;
}

int networking_recover(const struct places *places, struct err *err)
{
	cleanup_net_store struct net_store store = NET_STORE_NONE;
	struct net_recovered recovered;
	struct places copy = *places;
	int r;

	if (faccessat(places->run_fd, "net", F_OK, 0) < 0)
		return 0;
	r = open_store(places, &store, err);
	return r < 0 ? r : net_recover(&store, has_no_owner, &copy, &recovered, err);
}
