/*
 * run_options.c - see run_options.h.
 */
#include "runtime/cli/run_options.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "runtime/cli/env.h"
#include "runtime/cli/names.h"
#include "runtime/cli/networking.h"
#include "runtime/cli/spec_build.h"
#include "user/base/cleanup.h"
#include "user/base/num.h"
#include "user/base/path.h"
#include "user/base/str.h"

#define MIN_MEMORY (6u << 20)
#define DEFAULT_PATH "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

#define AT(field) offsetof(struct run_options, field)

const struct opt run_option_table[] = {
	{ "add-host", 0, OPT_LIST, AT(add_host), "NAME:ADDRESS",
	  "a line for /etc/hosts; host-gateway stands for the host" },
	{ "cap-add", 0, OPT_LIST, AT(cap_add), "CAP", "add a capability (or ALL)" },
	{ "cap-drop", 0, OPT_LIST, AT(cap_drop), "CAP", "take a capability away (or ALL)" },
	{ "cpu-shares", 'c', OPT_U64, AT(cpu_shares), "N", "relative weight, 1024 is usual" },
	{ "cpus", 0, OPT_NANO, AT(nano_cpus), "N", "CPUs it may use, e.g. 1.5" },
	{ "detach", 'd', OPT_FLAG, AT(detach), NULL, "run in the background and print the id" },
	{ "dns", 0, OPT_LIST, AT(dns), "ADDRESS", "ask this name server for names of others" },
	{ "dns-search", 0, OPT_LIST, AT(dns_search), "DOMAIN", "search domain" },
	{ "dry-run", 0, OPT_FLAG, AT(dry_run), NULL, "print the steps a start takes and do none" },
	{ "entrypoint", 0, OPT_STRING, AT(entrypoint), "PROGRAM",
	  "use this instead of the image's entrypoint" },
	{ "env", 'e', OPT_LIST, AT(env), "NAME[=VALUE]",
	  "set a variable; without a value, take the caller's" },
	{ "env-file", 0, OPT_LIST, AT(env_file), "FILE", "read variables from a file" },
	{ "hostname", 'h', OPT_STRING, AT(hostname), "NAME", "its host name" },
	{ "interactive", 'i', OPT_FLAG, AT(interactive), NULL, "connect standard input" },
	{ "ip", 0, OPT_STRING, AT(ip), "ADDRESS", "its IPv4 address on its first network" },
	{ "ip6", 0, OPT_STRING, AT(ip6), "ADDRESS", "its IPv6 address on its first network" },
	{ "mac-address", 0, OPT_STRING, AT(mac_address), "MAC", "its hardware address" },
	{ "memory", 'm', OPT_SIZE, AT(memory_bytes), "BYTES", "memory limit, e.g. 64m" },
	{ "memory-swap", 0, OPT_STRING, AT(memory_swap), "BYTES",
	  "limit of memory and swap together; -1: no limit" },
	{ "name", 0, OPT_STRING, AT(name), "NAME", "its name; made up when none is given" },
	{ "network", 0, OPT_LIST, AT(network), "NAME",
	  "a network, e.g. bridge; or none (default), host, container:NAME" },
	{ "network-alias", 0, OPT_LIST, AT(network_alias), "NAME",
	  "one more name on its first network" },
	{ "pids-limit", 0, OPT_I64, AT(pids_limit), "N", "processes it may have; -1: no limit" },
	{ "privileged", 0, OPT_FLAG, AT(privileged), NULL,
	  "all capabilities and devices, nothing masked, no seccomp filter" },
	{ "publish", 'p', OPT_LIST, AT(publish), "[IP:][HOST:]PORT[/udp]",
	  "publish a port, or a range, on the host; on 127.0.0.1 if no address is named" },
	{ "read-only", 0, OPT_FLAG, AT(read_only), NULL, "make the root file system read-only" },
	{ "rm", 0, OPT_FLAG, AT(remove), NULL, "remove the container when it ends" },
	{ "tmpfs", 0, OPT_LIST, AT(tmpfs), "DST[:OPTIONS]", "mount a tmpfs" },
	{ "tty", 't', OPT_FLAG, AT(tty), NULL, "give it a terminal" },
	{ "user", 'u', OPT_STRING, AT(user), "USER[:GROUP]", "names or numbers" },
	{ "volume", 'v', OPT_LIST, AT(volume), "SRC:DST[:ro]",
	  "bind a folder or file of the host" },
	{ "workdir", 'w', OPT_STRING, AT(workdir), "DIR", "working directory" },
	OPT_END
};

static int usage(struct err *err)
{
	return err_status(err, EXIT_USAGE);
}

static const char *const *copy_list(struct arena *arena, const struct opt_list *list)
{
	const char **copy;

	if (list->count == 0)
		return NULL;
	copy = arena_calloc(arena, list->count + 1, sizeof(*copy));
	for (unsigned i = 0; copy && i < list->count; i++)
		copy[i] = list->items[i];
	return copy;
}

static int apply_limits(const struct run_options *o, struct config *config, struct err *err)
{
	uint64_t swap;

	if (o->memory_bytes && o->memory_bytes < MIN_MEMORY) {
		err_set(err, EINVAL, "Minimum memory limit allowed is 6MB");
		return usage(err);
	}
	if (o->nano_cpus && o->nano_cpus < 10000000) {
		err_set(err, EINVAL, "--cpus: the least is 0.01");
		return usage(err);
	}
	config->memory_bytes = o->memory_bytes;
	config->nano_cpus = o->nano_cpus;
	config->cpu_shares = o->cpu_shares;
	config->pids_limit = o->pids_limit < 0 ? 0 : o->pids_limit;
	if (!o->memory_swap)
		return 0;
	if (str_eq(o->memory_swap, "-1")) {
		config->memory_swap_bytes = -1;
		return 0;
	}
	if (num_size(o->memory_swap, &swap) < 0 || swap > INT64_MAX || swap < o->memory_bytes ||
	    !o->memory_bytes) {
		err_set(err, EINVAL,
			"--memory-swap: expected -1 or a size not below --memory, "
			"got \"%.60s\"",
			o->memory_swap);
		return usage(err);
	}
	config->memory_swap_bytes = (int64_t)swap;
	return 0;
}

/* What can be refused before anything is made, in the order a user reads the options. */
static int check(struct arena *arena, const struct run_options *o, struct err *err)
{
	uint64_t caps;

	if (o->name && names_check(o->name, err) < 0)
		return -err->number;
	if (o->workdir && o->workdir[0] != '/') {
		err_set(err, EINVAL,
			"the working directory '%.100s' is invalid, it needs to be an "
			"absolute path",
			o->workdir);
		return usage(err);
	}
	if (spec_build_caps(copy_list(arena, &o->cap_add), copy_list(arena, &o->cap_drop), false,
			    &caps, err) < 0)
		return usage(err);
	for (unsigned i = 0; i < o->volume.count; i++) {
		const char *source, *destination;
		bool read_only;

		if (spec_parse_volume(arena, o->volume.items[i], &source, &destination, &read_only,
				      err) < 0)
			return usage(err);
		if (access(source, F_OK) < 0) {
			err_sys(err, "--volume: '%s'", source);
			return err_hint(err, "create it first");
		}
	}
	return 0;
}

static int build_env(struct arena *arena, const struct run_options *o, const struct json *image,
		     struct config *config, struct err *err)
{
	struct env env = { .arena = arena };
	const char *const *given = NULL;
	char *hostname = arena_printf(arena, "HOSTNAME=%s", config->hostname);

	if (!hostname)
		return err_sys(err, "set the environment");
	if (env_set(&env, DEFAULT_PATH, err) < 0 || env_set(&env, hostname, err) < 0 ||
	    (o->tty && env_set(&env, "TERM=xterm", err) < 0) ||
	    json_get_strings(arena, image, "Env", &given, err) < 0)
		return -err->number;
	for (; given && *given; given++)
		if (strchr(*given, '=') && env_set(&env, *given, err) < 0)
			return -err->number;
	for (unsigned i = 0; i < o->env_file.count; i++)
		if (env_read_file(&env, o->env_file.items[i], err) < 0)
			return -err->number;
	for (unsigned i = 0; i < o->env.count; i++)
		if (env_set_or_inherit(&env, o->env.items[i], err) < 0)
			return usage(err);
	config->env = env.items;
	return 0;
}

static unsigned length(const char *const *list)
{
	unsigned n = 0;

	while (list && list[n])
		n++;
	return n;
}

/* Entrypoint and command; --entrypoint takes the image's command away too, as Docker's does. */
static int build_args(struct arena *arena, const struct run_options *o, const struct json *image,
		      int argc, char **argv, struct config *config, struct err *err)
{
	const char **args;
	unsigned n = 0;

	if (json_get_strings(arena, image, "Entrypoint", &config->entrypoint, err) < 0 ||
	    json_get_strings(arena, image, "Cmd", &config->cmd, err) < 0)
		return -err->number;
	if (o->entrypoint) {
		const char **one = arena_calloc(arena, 2, sizeof(*one));

		if (!one)
			return err_sys(err, "run");
		one[0] = *o->entrypoint ? o->entrypoint : NULL;
		config->entrypoint = one;
		config->cmd = NULL;
	}
	if (argc > 0) {
		const char **rest = arena_calloc(arena, (size_t)argc + 1, sizeof(*rest));

		if (!rest)
			return err_sys(err, "run");
		memcpy(rest, argv, (size_t)argc * sizeof(*rest));
		config->cmd = rest;
	}
	args = arena_calloc(arena, length(config->entrypoint) + length(config->cmd) + 1,
			    sizeof(*args));
	if (!args)
		return err_sys(err, "run");
	for (const char *const *e = config->entrypoint; e && *e; e++)
		args[n++] = *e;
	for (const char *const *c = config->cmd; c && *c; c++)
		args[n++] = *c;
	if (n == 0) {
		err_set(err, EINVAL, "No command specified: the image has none");
		return err_hint(err, "name one after the image: cbox run IMAGE COMMAND");
	}
	config->args = args;
	return 0;
}

static void apply_network(struct arena *arena, const struct run_options *o, struct config *config)
{
	struct opt_list more = { o->network.items + 1,
				 o->network.count ? o->network.count - 1 : 0 };

	config->network = o->network.count ? o->network.items[0] : "none";
	config->networks = copy_list(arena, &more);
	config->ports = copy_list(arena, &o->publish);
	config->network_aliases = copy_list(arena, &o->network_alias);
	config->add_hosts = copy_list(arena, &o->add_host);
	config->dns = copy_list(arena, &o->dns);
	config->dns_search = copy_list(arena, &o->dns_search);
	config->ip = o->ip;
	config->ip6 = o->ip6;
	config->mac_address = o->mac_address;
}

int run_options_apply(struct arena *arena, const struct run_options *o, const struct image *image,
		      const char *image_name, int argc, char **argv, struct config *config,
		      struct err *err)
{
	const struct json *labels = json_get(image->config, "Labels");

	config->name = o->name;
	config->image = image_name;
	config->image_id = image->id;
	config->lower = image->lower;
	config->tty = o->tty;
	config->stdin_open = o->interactive;
	config->detached = o->detach;
	config->auto_remove = o->remove;
	config->privileged = o->privileged;
	config->read_only = o->read_only;
	apply_network(arena, o, config);
	config->hostname = o->hostname ? o->hostname : arena_strndup(arena, config->id, 12);
	config->volumes = copy_list(arena, &o->volume);
	config->tmpfs = copy_list(arena, &o->tmpfs);
	config->cap_add = copy_list(arena, &o->cap_add);
	config->cap_drop = copy_list(arena, &o->cap_drop);
	if (labels)
		config->labels = arena_strndup(arena, labels->source, labels->source_len);
	if (networking_check(arena, config, err) < 0)
		return usage(err);
	if (check(arena, o, err) < 0 || apply_limits(o, config, err) < 0 ||
	    json_get_string(image->config, "WorkingDir", &config->cwd, err) < 0 ||
	    json_get_string(image->config, "User", &config->user, err) < 0 ||
	    json_get_string(image->config, "StopSignal", &config->stop_signal, err) < 0)
		return -err->number;
	if (o->workdir)
		config->cwd = o->workdir;
	if (o->user)
		config->user = o->user;
	if (config->cwd && !*config->cwd)
		config->cwd = NULL;
	if (build_args(arena, o, image->config, argc, argv, config, err) < 0)
		return -err->number;
	return build_env(arena, o, image->config, config, err);
}
