/*
 * endpoint.c - records of containers on the network. See endpoint.h.
 */
#include "runtime/net/endpoint.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "user/base/cleanup.h"
#include "user/base/file.h"
#include "user/base/fmt.h"
#include "user/base/log.h"
#include "user/base/str.h"

#define FOLDER "endpoints"
#define MAX_FILE (4 * 1024 * 1024)
#define PATH_SIZE 192

const char *endpoint_protocol_name(uint8_t protocol)
{
	return protocol == IPPROTO_UDP ? "udp" : "tcp";
}

void endpoint_key(const char *id, char *key)
{
	fmt_string(key, ENDPOINT_KEY_SIZE, "%s", id);
}

static void write_link(const struct endpoint_link *link, struct json_writer *w)
{
	static const char *const address_keys[] = { "ipv4", "ipv6" };
	static const char *const gateway_keys[] = { "gateway4", "gateway6" };
	char text[PREFIX_TEXT_SIZE];

	jw_object_begin(w);
	jw_member_string(w, "network", link->network);
	jw_member_string(w, "bridge", link->bridge);
	jw_member_string(w, "veth", link->host_name);
	jw_member_string(w, "interface", link->name);
	jw_member_string(w, "mac", mac_format(&link->mac, text));
	for (unsigned i = 0; i < 2; i++) {
		if (!link->addresses[i].ip.family)
			continue;
		jw_member_string(w, address_keys[i], prefix_format(&link->addresses[i], text));
		jw_member_string(w, gateway_keys[i], ip_format(&link->gateways[i], text));
	}
	jw_member_bool(w, "internal", link->internal);
	jw_member_strings(w, "aliases", link->aliases);
	jw_object_end(w);
}

void endpoint_write_json(const struct endpoint *endpoint, struct json_writer *w)
{
	char text[IP_TEXT_SIZE];

	jw_object_begin(w);
	jw_member_u64(w, "schema", 1);
	jw_member_string(w, "id", endpoint->id);
	jw_member_string(w, "name", endpoint->name);
	if (endpoint->dns)
		jw_member_strings(w, "dns", endpoint->dns);
	jw_key(w, "links");
	jw_array_begin(w);
	for (unsigned i = 0; i < endpoint->link_count; i++)
		write_link(&endpoint->links[i], w);
	jw_array_end(w);
	jw_key(w, "ports");
	jw_array_begin(w);
	for (unsigned i = 0; i < endpoint->port_count; i++) {
		const struct endpoint_port *port = &endpoint->ports[i];

		jw_object_begin(w);
		jw_member_string(w, "host_ip", ip_format(&port->host_ip, text));
		jw_member_u64(w, "host_port", port->host_port);
		jw_member_u64(w, "port", port->port);
		jw_member_string(w, "protocol", endpoint_protocol_name(port->protocol));
		jw_object_end(w);
	}
	jw_array_end(w);
	jw_object_end(w);
}

static int read_device(const struct json *node, const char *key, char *buf, struct err *err)
{
	const char *text = "";

	if (json_get_string(node, key, &text, err) < 0)
		return -EINVAL;
	if (!*text || strlen(text) >= IFNAMSIZ || strchr(text, '/'))
		return json_err(node, err, "%s: '%s' is no interface name", key, text);
	memcpy(buf, text, strlen(text) + 1);
	return 0;
}

static int read_family(const struct json *node, unsigned i, struct endpoint_link *link,
		       struct err *err)
{
	const char *address = NULL, *gateway = NULL;
	int family = i == 0 ? AF_INET : AF_INET6;

	if (json_get_string(node, i == 0 ? "ipv4" : "ipv6", &address, err) < 0 ||
	    json_get_string(node, i == 0 ? "gateway4" : "gateway6", &gateway, err) < 0)
		return -EINVAL;
	if (!address)
		return 0;
	if (prefix_parse(address, &link->addresses[i]) < 0 ||
	    link->addresses[i].ip.family != family)
		return json_err(node, err, "'%s' is no address", address);
	if (gateway && *gateway && ip_parse(gateway, &link->gateways[i]) < 0)
		return json_err(node, err, "'%s' is no address", gateway);
	return 0;
}

static int read_link(struct arena *arena, const struct json *node, struct endpoint_link *link,
		     struct err *err)
{
	const char *mac = "", *network = "", *bridge = "";

	if (json_expect(node, JSON_OBJECT, err) < 0 ||
	    json_get_string(node, "network", &network, err) < 0 ||
	    json_get_string(node, "bridge", &bridge, err) < 0 ||
	    json_get_string(node, "mac", &mac, err) < 0 ||
	    json_get_bool(node, "internal", &link->internal, err) < 0 ||
	    json_get_strings(arena, node, "aliases", &link->aliases, err) < 0 ||
	    read_device(node, "veth", link->host_name, err) < 0 ||
	    read_device(node, "interface", link->name, err) < 0 ||
	    read_family(node, 0, link, err) < 0 || read_family(node, 1, link, err) < 0)
		return -EINVAL;
	if (mac_parse(mac, &link->mac) < 0)
		return json_err(node, err, "mac: '%s' is no hardware address", mac);
	link->network = network;
	link->bridge = bridge;
	return 0;
}

static int read_port(const struct json *node, struct endpoint_port *port, struct err *err)
{
	const char *host_ip = "", *protocol = "tcp";
	uint32_t host_port = 0, inner = 0;

	if (json_expect(node, JSON_OBJECT, err) < 0 ||
	    json_get_string(node, "host_ip", &host_ip, err) < 0 ||
	    json_get_string(node, "protocol", &protocol, err) < 0 ||
	    json_get_u32(node, "host_port", &host_port, err) < 0 ||
	    json_get_u32(node, "port", &inner, err) < 0)
		return -EINVAL;
	if (ip_parse(host_ip, &port->host_ip) < 0)
		return json_err(node, err, "host_ip: '%s' is no address", host_ip);
	if (!host_port || host_port > UINT16_MAX || !inner || inner > UINT16_MAX)
		return json_err(node, err, "a port is from 1 to 65535");
	port->host_port = (uint16_t)host_port;
	port->port = (uint16_t)inner;
	port->protocol = str_eq(protocol, "udp") ? IPPROTO_UDP : IPPROTO_TCP;
	return 0;
}

int endpoint_read_json(struct arena *arena, const struct json *root, struct endpoint *endpoint,
		       struct err *err)
{
	struct json *links = NULL, *ports = NULL;
	const char *id = NULL, *name = "";

	memset(endpoint, 0, sizeof(*endpoint));
	if (json_expect(root, JSON_OBJECT, err) < 0 || json_get_string(root, "id", &id, err) < 0 ||
	    json_get_string(root, "name", &name, err) < 0 ||
	    json_get_strings(arena, root, "dns", &endpoint->dns, err) < 0 ||
	    json_get_typed(root, "links", JSON_ARRAY, &links, err) < 0 ||
	    json_get_typed(root, "ports", JSON_ARRAY, &ports, err) < 0)
		return -EINVAL;
	if (!id)
		return json_err(root, err, "id is missing");
	endpoint->id = id;
	endpoint->name = name;
	json_for_each(item, links) {
		if (endpoint->link_count == ENDPOINT_MAX_NETWORKS)
			return json_err(item, err, "more than %d networks", ENDPOINT_MAX_NETWORKS);
		if (read_link(arena, item, &endpoint->links[endpoint->link_count++], err) < 0)
			return -EINVAL;
	}
	if (!ports || !ports->count)
		return 0;
	endpoint->ports = arena_calloc(arena, ports->count, sizeof(*endpoint->ports));
	if (!endpoint->ports)
		return err_sys(err, "read the record of '%s'", id);
	json_for_each(item, ports)
		if (read_port(item, &endpoint->ports[endpoint->port_count++], err) < 0)
			return -EINVAL;
	return 0;
}

static int record_path(const char *id, char *buf, struct err *err)
{
	char key[ENDPOINT_KEY_SIZE];

	endpoint_key(id, key);
	if (fmt_string(buf, PATH_SIZE, FOLDER "/%s.json", key) >= PATH_SIZE || strchr(key, '/'))
		return err_set(err, EINVAL, "'%s' is no container id", id);
	return 0;
}

int endpoint_save(const struct net_store *store, const struct endpoint *endpoint, struct err *err)
{
	struct json_writer w = { 0 };
	cleanup_strbuf struct strbuf text = { 0 };
	char path[PATH_SIZE];
	int r = record_path(endpoint->id, path, err);

	if (r < 0)
		return r;
	endpoint_write_json(endpoint, &w);
	text = w.out;
	if (text.failed)
		return err_num(err, ENOMEM, "write the network record of '%s'", endpoint->id);
	/* the folder is there on every call but the first */
	if (faccessat(store->run_fd, FOLDER, F_OK, 0) < 0 &&
	    mkdirat(store->run_fd, FOLDER, 0755) < 0 && errno != EEXIST)
		return err_sys(err, "create folder '%s'", FOLDER);
	return file_write_atomic(store->run_fd, path, text.data, text.len, 0644, FILE_VOLATILE,
				 err);
}

int endpoint_load(struct arena *arena, const struct net_store *store, const char *id,
		  struct endpoint *endpoint, struct err *err)
{
	cleanup_free char *heap = NULL;
	char path[PATH_SIZE], *text;
	struct json *root;
	ssize_t n;
	int r = record_path(id, path, err);

	if (r < 0)
		return r;
	n = file_read(store->run_fd, path, MAX_FILE, &heap, err);
	if (n < 0)
		return (int)n;
	text = arena_strndup(arena, heap, (size_t)n);
	if (!text)
		return err_sys(err, "read the network record of '%s'", id);
	if (json_parse(arena, text, (size_t)n, &root, err) < 0 ||
	    endpoint_read_json(arena, root, endpoint, err) < 0)
		return err_wrap(err, "network record '%s'", path);
	return 0;
}

int endpoint_forget(const struct net_store *store, const char *id, struct err *err)
{
	char path[PATH_SIZE];
	int r = record_path(id, path, err);

	if (r < 0)
		return r;
	if (unlinkat(store->run_fd, path, 0) < 0 && errno != ENOENT)
		return err_sys(err, "remove '%s'", path);
	return 0;
}

int endpoint_each(const struct net_store *store,
		  int (*each)(const struct endpoint *endpoint, void *context), void *context,
		  struct err *err)
{
	int fd = openat(store->run_fd, FOLDER, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cleanup_closedir DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!dir && errno == ENOENT)
		return 0;
	if (!dir)
		return err_sys(err, "open '%s'", FOLDER);
	while ((entry = readdir(dir))) {
		cleanup_arena struct arena arena = { 0 };
		struct endpoint endpoint;
		struct err broken = { 0 };
		char id[PATH_SIZE];
		int r;

		if (!str_ends_with(entry->d_name, ".json"))
			continue;
		fmt_string(id, sizeof(id), "%.*s", (int)strlen(entry->d_name) - 5, entry->d_name);
		r = endpoint_load(&arena, store, id, &endpoint, &broken);
		if (r < 0 && r != -ENOENT)
			log_warning("%s", broken.message);
		if (r < 0)
			continue;
		r = each(&endpoint, context);
		if (r < 0)
			return r;
	}
	return 0;
}
