/*
 * network.c - `cbox network`: create, ls, inspect, rm, prune, reload.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "runtime/cli/cli.h"
#include "runtime/cli/networking.h"
#include "runtime/net/firewall.h"
#include "user/base/cleanup.h"
#include "user/base/fd.h"
#include "user/base/fmt.h"
#include "user/base/log.h"
#include "user/base/str.h"
#include "user/base/table.h"

struct network_options {
	struct opt_list subnet, gateway, peer;
	const char *driver, *ip_range, *local;
	bool internal, quiet, no_ipv6, no_dns;
	uint32_t mtu, vni;
};

#define AT(field) offsetof(struct network_options, field)

static const struct opt network_table[] = {
	{ "driver", 'd', OPT_CHOICE, AT(driver), "bridge|overlay",
	  "create: a bridge on this host (default), or one over several hosts by VXLAN" },
	{ "gateway", 0, OPT_LIST, AT(gateway), "ADDRESS", "create: the host's address in it" },
	{ "internal", 0, OPT_FLAG, AT(internal), NULL, "create: no way out and no way in" },
	{ "ip-range", 0, OPT_STRING, AT(ip_range), "SUBNET",
	  "create: choose IPv4 addresses from this part of the subnet only" },
	{ "local", 0, OPT_STRING, AT(local), "ADDRESS",
	  "create: this host's address among the peers of an overlay" },
	{ "mtu", 0, OPT_U32, AT(mtu), "BYTES", "create: the largest packet" },
	{ "no-dns", 0, OPT_FLAG, AT(no_dns), NULL, "create: run no name server" },
	{ "no-ipv6", 0, OPT_FLAG, AT(no_ipv6), NULL, "create: IPv4 only" },
	{ "peer", 0, OPT_LIST, AT(peer), "ADDRESS", "create: another host of the overlay" },
	{ "quiet", 'q', OPT_FLAG, AT(quiet), NULL, "ls: names only" },
	{ "subnet", 0, OPT_LIST, AT(subnet), "SUBNET", "create: an IPv4 or IPv6 subnet" },
	{ "vni", 0, OPT_U32, AT(vni), "N", "create: the overlay's VXLAN number" },
	OPT_END
};

static int usage(struct err *err)
{
	return err_status(err, EXIT_USAGE);
}

static int set_pools(const struct network_options *o, struct network *network, struct err *err)
{
	for (unsigned i = 0; i < o->subnet.count; i++) {
		struct prefix prefix;

		if (prefix_parse(o->subnet.items[i], &prefix) < 0)
			return err_set(err, EINVAL, "--subnet: '%.60s' is no subnet",
				       o->subnet.items[i]);
		network->pools[prefix.ip.family == AF_INET6].subnet = prefix_network(&prefix);
	}
	for (unsigned i = 0; i < o->gateway.count; i++) {
		struct ipam_pool *pool;
		struct ip ip;

		if (ip_parse(o->gateway.items[i], &ip) < 0)
			return err_set(err, EINVAL, "--gateway: '%.60s' is no address",
				       o->gateway.items[i]);
		pool = &network->pools[ip.family == AF_INET6];
		if (!pool->subnet.ip.family || !prefix_contains(&pool->subnet, &ip))
			return err_set(err, EINVAL, "--gateway: '%s' is in no --subnet",
				       o->gateway.items[i]);
		pool->gateway = ip;
	}
	if (o->ip_range &&
	    (prefix_parse(o->ip_range, &network->pools[0].range) < 0 ||
	     !prefix_contains(&network->pools[0].subnet, &network->pools[0].range.ip)))
		return err_set(err, EINVAL, "--ip-range: '%.60s' is no part of the --subnet",
			       o->ip_range);
	return 0;
}

static int set_overlay(const struct network_options *o, struct network *network, struct err *err)
{
	if (!o->driver || !str_eq(o->driver, "overlay")) {
		if (o->vni || o->peer.count || o->local)
			return err_set(err, EINVAL, "--vni, --peer and --local need -d overlay");
		return 0;
	}
	if (o->vni == 0 || o->vni >= 1u << 24)
		return err_set(err, EINVAL, "an overlay needs --vni, from 1 to 16777215");
	if (!o->subnet.count)
		return err_set(err, EINVAL,
			       "an overlay needs --subnet, the same one on every host");
	if (o->peer.count > NETWORK_MAX_PEERS)
		return err_set(err, EINVAL, "more than %d peers", NETWORK_MAX_PEERS);
	network->driver = NETWORK_OVERLAY;
	network->vni = o->vni;
	if (o->local && ip_parse(o->local, &network->vxlan_local) < 0)
		return err_set(err, EINVAL, "--local: '%.60s' is no address", o->local);
	for (unsigned i = 0; i < o->peer.count; i++)
		if (ip_parse(o->peer.items[i], &network->peers[network->peer_count++]) < 0)
			return err_set(err, EINVAL, "--peer: '%.60s' is no address",
				       o->peer.items[i]);
	return 0;
}

static int run_create(const struct net_store *store, const struct network_options *o,
		      const char *name, struct err *err)
{
	struct network network = { .internal = o->internal, .mtu = o->mtu, .no_dns = o->no_dns };
	cleanup_close int lock = -1;

	if (strlen(name) >= sizeof(network.name) || !network_name_is_valid(name)) {
		err_set(err, EINVAL, "'%.80s' is no network name", name);
		return usage(err);
	}
	fmt_string(network.name, sizeof(network.name), "%s", name);
	if (set_pools(o, &network, err) < 0 || set_overlay(o, &network, err) < 0)
		return usage(err);
	lock = net_store_lock(store, err);
	if (lock < 0)
		return lock;
	/* an overlay's IPv6 subnet has to be the same on every host, so it is never made up */
	if (network_create(store, &network, !o->no_ipv6 && network.driver == NETWORK_BRIDGE, err) <
	    0)
		return -err->number;
	printf("%s\n", name);
	return EXIT_OK;
}

static int run_ls(const struct net_store *store, const struct network_options *o, struct err *err)
{
	static const char *const titles[] = { "NAME", "DRIVER", "BRIDGE", "SUBNETS", "INTERNAL" };
	cleanup_arena struct arena arena = { 0 };
	struct table table = { 0 };
	const char **names;
	int r = network_list(&arena, store, &names, err);

	for (size_t i = 0; i < ARRAY_LEN(titles); i++)
		table_column(&table, titles[i], false);
	for (; r == 0 && *names; names++) {
		char text[2][PREFIX_TEXT_SIZE] = { "", "" };
		struct network network;

		if (o->quiet) {
			printf("%s\n", *names);
			continue;
		}
		r = network_load(store, *names, &network, err);
		if (r < 0)
			break;
		for (unsigned i = 0; i < 2; i++)
			if (network.pools[i].subnet.ip.family)
				prefix_format(&network.pools[i].subnet, text[i]);
		table_cell(&table, "%s", network.name);
		table_cell(&table, "%s", network.driver == NETWORK_OVERLAY ? "overlay" : "bridge");
		table_cell(&table, "%s", network.bridge);
		table_cell(&table, "%s %s", text[0], text[1]);
		table_cell(&table, "%s", network.internal ? "yes" : "no");
	}
	if (r == 0 && !o->quiet)
		r = table_print(&table, STDOUT_FILENO);
	table_free(&table);
	return r < 0 ? r : EXIT_OK;
}

static int run_inspect(const struct net_store *store, int argc, char **argv, struct err *err)
{
	struct json_writer w = { .indent = 4 };
	int r = 0;

	jw_array_begin(&w);
	for (int i = 0; i < argc && r == 0; i++) {
		struct network network;

		r = network_load(store, argv[i], &network, err);
		if (r == 0)
			network_write_json(&network, &w);
	}
	jw_array_end(&w);
	strbuf_putc(&w.out, '\n');
	if (r == 0)
		r = fd_write_all(STDOUT_FILENO, w.out.data, w.out.len);
	strbuf_free(&w.out);
	return r < 0 ? r : EXIT_OK;
}

static int run_rm(const struct net_store *store, int argc, char **argv, struct err *err)
{
	int status = EXIT_OK;

	(void)err;
	for (int i = 0; i < argc; i++) {
		struct err one = { 0 };

		if (net_remove(store, argv[i], &one) < 0)
			status = log_err(&one);
		else
			printf("%s\n", argv[i]);
	}
	return status;
}

static int run_prune(const struct net_store *store, struct err *err)
{
	cleanup_arena struct arena arena = { 0 };
	const char **names;
	int r = network_list(&arena, store, &names, err);

	for (; r == 0 && *names; names++) {
		struct err in_use = { 0 };
		int removed;

		if (str_eq(*names, NETWORK_DEFAULT))
			continue;
		removed = net_remove(store, *names, &in_use);
		if (removed == 0)
			printf("%s\n", *names);
		else if (removed != -EBUSY)
			r = err_set(err, removed, "%s", in_use.message);
	}
	return r < 0 ? r : EXIT_OK;
}

static int run_reload(const struct net_store *store, struct err *err)
{
	cleanup_close int lock = net_store_lock(store, err);
	int r = lock < 0 ? lock : firewall_rebuild(store, err);

	return r < 0 ? r : EXIT_OK;
}

static int run_network(void *opts, int argc, char **argv, struct err *err)
{
	static const struct {
		const char *name;
		int min, max;
	} verbs[] = { { "create", 1, 1 }, { "ls", 0, 0 },    { "inspect", 1, 1000 },
		      { "rm", 1, 1000 },  { "prune", 0, 0 }, { "reload", 0, 0 } };
	cleanup_net_store struct net_store store = NET_STORE_NONE;
	cleanup_places struct places places = PLACES_NONE;
	size_t verb = 0;

	while (verb < ARRAY_LEN(verbs) && !str_eq(argv[0], verbs[verb].name))
		verb++;
	argc--;
	argv++;
	if (verb == ARRAY_LEN(verbs) || argc < verbs[verb].min || argc > verbs[verb].max) {
		err_set(err, EINVAL,
			"expected create NAME, ls, inspect NAME, rm NAME, prune or "
			"reload");
		return usage(err);
	}
	if (places_open(&places, err) < 0 ||
	    net_store_open(&store, places.root, places.run, err) < 0)
		return -err->number;
	switch (verb) {
	case 0:
		return run_create(&store, opts, argv[0], err);
	case 1:
		return run_ls(&store, opts, err);
	case 2:
		return run_inspect(&store, argc, argv, err);
	case 3:
		return run_rm(&store, argc, argv, err);
	case 4:
		return run_prune(&store, err);
	default:
		return run_reload(&store, err);
	}
}

const struct command cli_network = {
	.name = "network",
	.args = "create NAME | ls | inspect NAME... | rm NAME... | prune | reload",
	.summary = "networks of containers",
	.details = "The network 'bridge' is there from the start. reload puts our firewall tables "
		   "back when somebody has flushed them.",
	.opts = network_table,
	.opts_size = sizeof(struct network_options),
	.min_args = 1,
	.max_args = -1,
	.run = run_network,
};
