/*
 * hosts.c - see hosts.h.
 */
#include "runtime/net/hosts.h"

#include <errno.h>
#include <string.h>

static void add_line(struct strbuf *out, const struct ip *ip, const char *first, const char *second)
{
	char text[IP_TEXT_SIZE];
	bool both = *first && *second && !str_eq(first, second);

	if (ip->family && (*first || *second))
		strbuf_printf(out, "%s\t%s%s%s\n", ip_format(ip, text), *first ? first : second,
			      both ? " " : "", both ? second : "");
}

/* "NAME:ADDRESS"; an IPv6 address has colons of its own, so the first one divides. */
static int add_extra(struct strbuf *out, const char *text, const struct ip *gateway,
		     struct err *err)
{
	const char *colon = strchr(text, ':');
	struct ip ip;
	char address[IP_TEXT_SIZE];

	if (!colon || colon == text || strcspn(text, " \t\n#") < (size_t)(colon - text))
		return err_set(err, EINVAL, "--add-host '%s': expected NAME:ADDRESS", text);
	if (str_eq(colon + 1, "host-gateway")) {
		if (!gateway || !gateway->family)
			return err_set(err, EINVAL, "--add-host '%s': the container has no gateway",
				       text);
		ip = *gateway;
	} else if (ip_parse(colon + 1, &ip) < 0) {
		return err_set(err, EINVAL, "--add-host '%s': '%s' is no address", text, colon + 1);
	}
	strbuf_printf(out, "%s\t%.*s\n", ip_format(&ip, address), (int)(colon - text), text);
	return 0;
}

int hosts_write(struct strbuf *out, const struct endpoint *endpoint, const char *hostname,
		const char *const *extra, struct err *err)
{
	const struct ip *gateway = NULL;

	strbuf_puts(out, "127.0.0.1\tlocalhost\n"
			 "::1\tlocalhost ip6-localhost ip6-loopback\n"
			 "ff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n");
	for (unsigned i = 0; endpoint && i < endpoint->link_count; i++) {
		const struct endpoint_link *link = &endpoint->links[i];

		if (!gateway && link->gateways[0].family)
			gateway = &link->gateways[0];
		for (unsigned k = 0; k < 2; k++)
			add_line(out, &link->addresses[k].ip, hostname ? hostname : "",
				 endpoint->name);
	}
	if (gateway)
		add_line(out, gateway, "host.docker.internal", "host.containers.internal");
	for (; extra && *extra; extra++) {
		int r = add_extra(out, *extra, gateway, err);

		if (r < 0)
			return r;
	}
	return 0;
}

/* Copies the host's lines that start with keyword. */
static void copy_lines(struct strbuf *out, const char *text, const char *keyword)
{
	size_t word = strlen(keyword);

	while (text && *text) {
		size_t len = strcspn(text, "\n");

		if (strncmp(text, keyword, word) == 0 &&
		    (text[word] == ' ' || text[word] == '\t')) {
			strbuf_append(out, text, len);
			strbuf_putc(out, '\n');
		}
		text += len + (text[len] == '\n');
	}
}

static void add_words(struct strbuf *out, const char *keyword, const char *const *words)
{
	strbuf_puts(out, keyword);
	for (; *words; words++)
		strbuf_printf(out, " %s", *words);
	strbuf_putc(out, '\n');
}

void resolv_write(struct strbuf *out, const struct endpoint *endpoint,
		  const struct resolv_options *options)
{
	bool networked = endpoint && endpoint->link_count;

	for (unsigned i = 0; networked && i < endpoint->link_count; i++) {
		char text[IP_TEXT_SIZE];

		if (endpoint->links[i].gateways[0].family)
			strbuf_printf(out, "nameserver %s\n",
				      ip_format(&endpoint->links[i].gateways[0], text));
	}
	if (!networked && options->servers)
		for (const char *const *server = options->servers; *server; server++)
			strbuf_printf(out, "nameserver %s\n", *server);
	else if (!networked)
		copy_lines(out, options->host_text, "nameserver");
	if (options->search && *options->search)
		add_words(out, "search", options->search);
	else
		copy_lines(out, options->host_text, "search");
	if (options->options && *options->options)
		add_words(out, "options", options->options);
	else if (networked) /* "web" is a whole name here */
		strbuf_puts(out, "options ndots:0\n");
	else
		copy_lines(out, options->host_text, "options");
}
