/*
 * network_json.c - the JSON form of a network. See network.h.
 */
#include <errno.h>
#include <string.h>

#include "runtime/net/network.h"

void network_write_json(const struct network *network, struct json_writer *w)
{
	char text[PREFIX_TEXT_SIZE];

	jw_object_begin(w);
	jw_member_u64(w, "schema", 1);
	jw_member_string(w, "name", network->name);
	jw_member_string(w, "driver", network->driver == NETWORK_OVERLAY ? "overlay" : "bridge");
	jw_member_string(w, "bridge", network->bridge);
	jw_key(w, "subnets");
	jw_array_begin(w);
	for (unsigned i = 0; i < 2; i++) {
		const struct ipam_pool *pool = &network->pools[i];

		if (!pool->subnet.ip.family)
			continue;
		jw_object_begin(w);
		jw_member_string(w, "subnet", prefix_format(&pool->subnet, text));
		jw_member_string(w, "gateway", ip_format(&pool->gateway, text));
		if (pool->range.ip.family)
			jw_member_string(w, "range", prefix_format(&pool->range, text));
		jw_object_end(w);
	}
	jw_array_end(w);
	jw_member_u64(w, "mtu", network->mtu);
	jw_member_bool(w, "internal", network->internal);
	jw_member_bool(w, "dns", !network->no_dns);
	jw_member_u64(w, "created_ns", network->created_ns);
	if (network->driver == NETWORK_OVERLAY) {
		jw_member_u64(w, "vni", network->vni);
		jw_member_u64(w, "vxlan_port", network->vxlan_port);
		jw_member_string(w, "vxlan_local", ip_format(&network->vxlan_local, text));
		jw_key(w, "peers");
		jw_array_begin(w);
		for (unsigned i = 0; i < network->peer_count; i++)
			jw_string(w, ip_format(&network->peers[i], text));
		jw_array_end(w);
	}
	jw_object_end(w);
}

static int get_name(const struct json *root, const char *key, char *buf, size_t size,
		    struct err *err)
{
	const char *text = "";

	if (json_get_string(root, key, &text, err) < 0)
		return -EINVAL;
	if (strlen(text) >= size)
		return json_err(json_get(root, key), err, "too long");
	strncpy(buf, text, size - 1);
	return 0;
}

static int get_ip(const struct json *node, const char *key, struct ip *ip, struct err *err)
{
	const char *text = "";

	if (json_get_string(node, key, &text, err) < 0)
		return -EINVAL;
	if (*text && ip_parse(text, ip) < 0)
		return json_err(json_get(node, key), err, "'%s' is no address", text);
	return 0;
}

static int get_prefix(const struct json *node, const char *key, struct prefix *prefix,
		      struct err *err)
{
	const char *text = "";

	if (json_get_string(node, key, &text, err) < 0)
		return -EINVAL;
	if (*text && prefix_parse(text, prefix) < 0)
		return json_err(json_get(node, key), err, "'%s' is no subnet", text);
	return 0;
}

static int read_subnets(const struct json *root, struct network *network, struct err *err)
{
	struct json *subnets = NULL;

	if (json_get_typed(root, "subnets", JSON_ARRAY, &subnets, err) < 0)
		return -EINVAL;
	json_for_each(item, subnets) {
		struct ipam_pool pool = { 0 };

		if (get_prefix(item, "subnet", &pool.subnet, err) < 0 ||
		    get_prefix(item, "range", &pool.range, err) < 0 ||
		    get_ip(item, "gateway", &pool.gateway, err) < 0)
			return -EINVAL;
		if (!pool.subnet.ip.family || !prefix_contains(&pool.subnet, &pool.gateway))
			return json_err(item, err, "a subnet needs a gateway that is in it");
		network->pools[pool.subnet.ip.family == AF_INET6] = pool;
	}
	return 0;
}

static int read_overlay(const struct json *root, struct network *network, struct err *err)
{
	struct json *peers = NULL;
	uint32_t port = 0;

	if (json_get_u32(root, "vni", &network->vni, err) < 0 ||
	    json_get_u32(root, "vxlan_port", &port, err) < 0 ||
	    get_ip(root, "vxlan_local", &network->vxlan_local, err) < 0 ||
	    json_get_typed(root, "peers", JSON_ARRAY, &peers, err) < 0)
		return -EINVAL;
	network->vxlan_port = (uint16_t)port;
	json_for_each(item, peers) {
		const char *text;

		if (json_string(item, &text, err) < 0)
			return -EINVAL;
		if (network->peer_count == NETWORK_MAX_PEERS ||
		    ip_parse(text, &network->peers[network->peer_count++]) < 0)
			return json_err(item, err, "'%s' is no address", text);
	}
	return 0;
}

int network_read_json(const struct json *root, struct network *network, struct err *err)
{
	const char *driver = "bridge";
	bool dns = true;

	memset(network, 0, sizeof(*network));
	if (json_expect(root, JSON_OBJECT, err) < 0 ||
	    get_name(root, "name", network->name, sizeof(network->name), err) < 0 ||
	    get_name(root, "bridge", network->bridge, sizeof(network->bridge), err) < 0 ||
	    json_get_string(root, "driver", &driver, err) < 0 ||
	    json_get_u32(root, "mtu", &network->mtu, err) < 0 ||
	    json_get_bool(root, "internal", &network->internal, err) < 0 ||
	    json_get_bool(root, "dns", &dns, err) < 0 ||
	    json_get_u64(root, "created_ns", &network->created_ns, err) < 0 ||
	    read_subnets(root, network, err) < 0)
		return -EINVAL;
	if (!network_name_is_valid(network->name) || !network->bridge[0])
		return err_set(err, EINVAL, "a network needs a name and a bridge");
	network->no_dns = !dns;
	if (!strcmp(driver, "overlay"))
		network->driver = NETWORK_OVERLAY;
	else if (strcmp(driver, "bridge") != 0)
		return json_err(json_get(root, "driver"), err, "'%s' is no driver", driver);
	return network->driver == NETWORK_OVERLAY ? read_overlay(root, network, err) : 0;
}
