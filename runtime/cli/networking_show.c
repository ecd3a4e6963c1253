/*
 * networking_show.c - a container's networks in Docker's words. See networking.h.
 */
#include "runtime/cli/networking.h"
#include "runtime/net/port.h"
#include "user/base/fmt.h"

static void write_network(struct json_writer *w, const struct endpoint_link *link)
{
	static const char *const keys[2][3] = {
		{ "IPAddress", "IPPrefixLen", "Gateway" },
		{ "GlobalIPv6Address", "GlobalIPv6PrefixLen", "IPv6Gateway" },
	};
	char text[PREFIX_TEXT_SIZE];

	for (unsigned i = 0; i < 2; i++) {
		jw_member_string(w, keys[i][0], ip_format(&link->addresses[i].ip, text));
		jw_member_u64(w, keys[i][1], link->addresses[i].len);
		jw_member_string(w, keys[i][2], ip_format(&link->gateways[i], text));
	}
	jw_member_string(w, "MacAddress", mac_format(&link->mac, text));
}

static void write_ports(struct json_writer *w, const struct endpoint *endpoint)
{
	char text[IP_TEXT_SIZE];

	jw_key(w, "Ports");
	jw_object_begin(w);
	for (unsigned i = 0; i < endpoint->port_count; i++) {
		const struct endpoint_port *port = &endpoint->ports[i];

		fmt_string(text, sizeof(text), "%u/%s", port->port,
			   endpoint_protocol_name(port->protocol));
		jw_key(w, text);
		jw_array_begin(w);
		jw_object_begin(w);
		jw_member_string(w, "HostIp", ip_format(&port->host_ip, text));
		fmt_string(text, sizeof(text), "%u", port->host_port);
		jw_member_string(w, "HostPort", text);
		jw_object_end(w);
		jw_array_end(w);
	}
	jw_object_end(w);
}

void networking_write_json(struct json_writer *w, const struct config *config,
			   const struct endpoint *endpoint)
{
	static const struct endpoint none;

	if (!endpoint)
		endpoint = &none;
	jw_key(w, "NetworkSettings");
	jw_object_begin(w);
	if (endpoint->link_count)
		write_network(w, &endpoint->links[0]);
	else
		jw_member_string(w, "IPAddress", "");
	write_ports(w, endpoint);
	jw_key(w, "Networks");
	jw_object_begin(w);
	for (unsigned i = 0; i < endpoint->link_count; i++) {
		jw_key(w, endpoint->links[i].network);
		jw_object_begin(w);
		write_network(w, &endpoint->links[i]);
		jw_member_strings(w, "Aliases", endpoint->links[i].aliases);
		jw_object_end(w);
	}
	if (!endpoint->link_count) {
		jw_key(w, config->network);
		jw_object_begin(w);
		jw_member_string(w, "IPAddress", "");
		jw_object_end(w);
	}
	jw_object_end(w);
	jw_object_end(w);
}

void networking_write_ports(struct strbuf *out, const struct endpoint *endpoint)
{
	char text[PORT_TEXT_SIZE];

	for (unsigned i = 0; i < endpoint->port_count; i++)
		strbuf_printf(out, "%s%s", i ? ", " : "", port_format(&endpoint->ports[i], text));
}
