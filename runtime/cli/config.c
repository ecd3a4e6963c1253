/*
 * config.c - see config.h. One table describes every member, for writing and for reading.
 */
#include "runtime/cli/config.h"

#include <stddef.h>

#include "user/base/cleanup.h"
#include "user/base/json_write.h"

enum member_type { TEXT, LIST, NUMBER, SIGNED, FLAG };

static const struct member {
	const char *key;
	enum member_type type;
	size_t offset;
} members[] = {
	{ "id", TEXT, offsetof(struct config, id) },
	{ "name", TEXT, offsetof(struct config, name) },
	{ "created_ns", NUMBER, offsetof(struct config, created_ns) },
	{ "image", TEXT, offsetof(struct config, image) },
	{ "image_id", TEXT, offsetof(struct config, image_id) },
	{ "lower", LIST, offsetof(struct config, lower) },
	{ "args", LIST, offsetof(struct config, args) },
	{ "entrypoint", LIST, offsetof(struct config, entrypoint) },
	{ "cmd", LIST, offsetof(struct config, cmd) },
	{ "env", LIST, offsetof(struct config, env) },
	{ "cwd", TEXT, offsetof(struct config, cwd) },
	{ "user", TEXT, offsetof(struct config, user) },
	{ "hostname", TEXT, offsetof(struct config, hostname) },
	{ "stop_signal", TEXT, offsetof(struct config, stop_signal) },
	{ "tty", FLAG, offsetof(struct config, tty) },
	{ "stdin_open", FLAG, offsetof(struct config, stdin_open) },
	{ "detached", FLAG, offsetof(struct config, detached) },
	{ "auto_remove", FLAG, offsetof(struct config, auto_remove) },
	{ "privileged", FLAG, offsetof(struct config, privileged) },
	{ "read_only", FLAG, offsetof(struct config, read_only) },
	{ "network", TEXT, offsetof(struct config, network) },
	{ "networks", LIST, offsetof(struct config, networks) },
	{ "ports", LIST, offsetof(struct config, ports) },
	{ "network_aliases", LIST, offsetof(struct config, network_aliases) },
	{ "add_hosts", LIST, offsetof(struct config, add_hosts) },
	{ "dns", LIST, offsetof(struct config, dns) },
	{ "dns_search", LIST, offsetof(struct config, dns_search) },
	{ "ip", TEXT, offsetof(struct config, ip) },
	{ "ip6", TEXT, offsetof(struct config, ip6) },
	{ "mac_address", TEXT, offsetof(struct config, mac_address) },
	{ "memory_bytes", NUMBER, offsetof(struct config, memory_bytes) },
	{ "memory_swap_bytes", SIGNED, offsetof(struct config, memory_swap_bytes) },
	{ "nano_cpus", NUMBER, offsetof(struct config, nano_cpus) },
	{ "cpu_shares", NUMBER, offsetof(struct config, cpu_shares) },
	{ "pids_limit", SIGNED, offsetof(struct config, pids_limit) },
	{ "volumes", LIST, offsetof(struct config, volumes) },
	{ "tmpfs", LIST, offsetof(struct config, tmpfs) },
	{ "cap_add", LIST, offsetof(struct config, cap_add) },
	{ "cap_drop", LIST, offsetof(struct config, cap_drop) },
	{ "labels", TEXT, offsetof(struct config, labels) },
};

/* Members at their zero value are left out. */
static void write_member(struct json_writer *w, const struct member *m, const void *at)
{
	switch (m->type) {
	case TEXT:
		if (*(const char *const *)at)
			jw_member_string(w, m->key, *(const char *const *)at);
		break;
	case LIST:
		if (*(const char *const *const *)at)
			jw_member_strings(w, m->key, *(const char *const *const *)at);
		break;
	case NUMBER:
		if (*(const uint64_t *)at)
			jw_member_u64(w, m->key, *(const uint64_t *)at);
		break;
	case SIGNED:
		if (*(const int64_t *)at)
			jw_member_i64(w, m->key, *(const int64_t *)at);
		break;
	case FLAG:
		if (*(const bool *)at)
			jw_member_bool(w, m->key, true);
		break;
	}
}

void config_write(const struct config *config, struct strbuf *out)
{
	struct json_writer w = { .out = *out };

	jw_object_begin(&w);
	jw_member_u64(&w, "schema", 1);
	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		write_member(&w, &members[i], (const char *)config + members[i].offset);
	jw_object_end(&w);
	*out = w.out;
}

int config_read(struct arena *arena, const char *text, size_t len, struct config *config,
		struct err *err)
{
	char *copy = arena_strndup(arena, text, len);
	struct json *root;
	int r = copy ? json_parse(arena, copy, len, &root, err) : err_sys(err, "read a container");

	*config = (struct config){ 0 };
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(members); i++) {
		void *at = (char *)config + members[i].offset;

		switch (members[i].type) {
		case TEXT:
			r = json_get_string(root, members[i].key, at, err);
			break;
		case LIST:
			r = json_get_strings(arena, root, members[i].key, at, err);
			break;
		case NUMBER:
			r = json_get_u64(root, members[i].key, at, err);
			break;
		case SIGNED:
			r = json_get_i64(root, members[i].key, at, err);
			break;
		case FLAG:
			r = json_get_bool(root, members[i].key, at, err);
			break;
		}
	}
	if (r < 0)
		return r;
	if (!config->id || !config->name || !config->lower || !config->args || !config->image_id)
		return err_set(err, EINVAL, "the container's record is incomplete");
	if (!config->network)
		config->network = "none";
	return 0;
}
