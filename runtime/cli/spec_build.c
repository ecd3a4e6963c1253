/*
 * spec_build.c - see spec_build.h; fixed tables are in spec_defaults.c.
 */
#include "runtime/cli/spec_build.h"

#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "runtime/cli/passwd.h"
#include "runtime/cli/seccomp_default.h"
#include "runtime/cli/spec_defaults.h"
#include "runtime/linux/paths.h"
#include "runtime/spec/names.h"
#include "user/base/cleanup.h"
#include "user/base/fd.h"
#include "user/base/fmt.h"
#include "user/base/str.h"

#define MAX_PASSWD (1u << 20)

static int cap_mask(const char *name, uint64_t *mask, struct err *err)
{
	char full[64];
	int number;

	if (!strcasecmp(name, "ALL")) {
		*mask = SPEC_ALL_CAPS;
		return 0;
	}
	fmt_string(full, sizeof(full), "%s%s", strncasecmp(name, "CAP_", 4) ? "CAP_" : "", name);
	for (char *c = full; *c; c++)
		*c = (char)(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
	number = spec_cap_number(full);
	if (number < 0)
		return err_set(err, EINVAL, "invalid capability: \"%.60s\"", name);
	*mask = UINT64_C(1) << number;
	return 0;
}

int spec_build_caps(const char *const *add, const char *const *drop, bool privileged,
		    uint64_t *caps, struct err *err)
{
	uint64_t result = SPEC_DEFAULT_CAPS, mask;

	/* "ALL" first, so that --cap-drop ALL --cap-add X means X alone */
	for (const char *const *d = drop; d && *d; d++) {
		if (cap_mask(*d, &mask, err) < 0)
			return -err->number;
		result &= ~mask;
	}
	for (const char *const *a = add; a && *a; a++) {
		if (cap_mask(*a, &mask, err) < 0)
			return -err->number;
		result |= mask;
	}
	for (const char *const *d = drop; d && *d; d++)
		if (strcasecmp(*d, "ALL") && cap_mask(*d, &mask, err) == 0)
			result &= ~mask;
	*caps = privileged ? SPEC_ALL_CAPS : result;
	return 0;
}

int spec_parse_volume(struct arena *arena, const char *text, const char **source,
		      const char **destination, bool *read_only, struct err *err)
{
	char *copy = arena_strdup(arena, text), *dst, *options;

	if (!copy)
		return err_sys(err, "read a volume");
	*read_only = false;
	dst = strchr(copy, ':');
	if (!dst)
		return err_set(err, EINVAL, "invalid volume \"%.200s\": expected SRC:DST[:ro]",
			       text);
	*dst++ = '\0';
	options = strchr(dst, ':');
	if (options) {
		*options++ = '\0';
		*read_only = str_eq(options, "ro");
		if (!*read_only && !str_eq(options, "rw"))
			return err_set(err, EINVAL,
				       "invalid volume option \"%.100s\": expected ro or rw",
				       options);
	}
	if (copy[0] != '/') {
		err_set(err, EINVAL,
			"invalid volume \"%.200s\": the source must be an absolute path", text);
		return err_hint(err, "named volumes do not exist yet");
	}
	if (dst[0] != '/' || str_eq(dst, "/"))
		return err_set(
			err, EINVAL,
			"invalid volume \"%.200s\": the target must be an absolute path, not /",
			text);
	*source = copy;
	*destination = dst;
	return 0;
}

/* A text file of the container into *text (heap); absent is NULL. */
static int read_inside(int root_fd, const char *path, char **text, struct err *err)
{
	cleanup_close int fd = paths_open(root_fd, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
	ssize_t n;

	if (fd == -ENOENT)
		return 0;
	n = fd < 0 ? fd : fd_read_all(fd, MAX_PASSWD, text);
	return n < 0 ? err_num(err, (int)n, "read the container's %s", path) : 0;
}

static int set_user(struct arena *arena, const char *user, int root_fd, struct spec_user *out,
		    struct err *err)
{
	cleanup_free char *passwd = NULL, *group = NULL;

	if (!user || !*user)
		return 0;
	if (root_fd >= 0 && (read_inside(root_fd, "etc/passwd", &passwd, err) < 0 ||
			     read_inside(root_fd, "etc/group", &group, err) < 0))
		return -err->number;
	return passwd_resolve(arena, user, passwd, group, out, err);
}

static int set_process(struct arena *arena, const struct config *config, uint64_t caps,
		       const char *user, int root_fd, struct spec_process *process, struct err *err)
{
	process->caps = (struct spec_caps){
		.present = true, .bounding = caps, .effective = caps, .permitted = caps
	};
	process->terminal = config->tty;
	process->args = config->args;
	process->env = config->env;
	process->cwd = config->cwd ? config->cwd : "/";
	return set_user(arena, user, root_fd, &process->user, err);
}

static const char *const *list(struct arena *arena, const char *a, const char *b, const char *c,
			       const char *d, const char *e)
{
	const char *const given[] = { a, b, c, d, e };
	const char **options = arena_calloc(arena, 6, sizeof(*options));
	unsigned n = 0;

	for (unsigned i = 0; options && i < ARRAY_LEN(given); i++)
		if (given[i])
			options[n++] = given[i];
	return options;
}

static int add_volumes(struct arena *arena, const struct config *config, struct spec *spec,
		       struct err *err)
{
	for (const char *const *v = config->volumes; v && *v; v++) {
		struct spec_mount *m = &spec->mounts[spec->mount_count++];
		bool read_only;

		if (spec_parse_volume(arena, *v, &m->source, &m->destination, &read_only, err) < 0)
			return -err->number;
		m->type = "bind";
		m->options = list(arena, "rbind", "rprivate", read_only ? "ro" : NULL, NULL, NULL);
		if (!m->options)
			return err_sys(err, "add volumes");
	}
	return 0;
}

/* DST[:OPTION,OPTION…] */
static int add_tmpfs(struct arena *arena, const struct config *config, struct spec *spec,
		     struct err *err)
{
	for (const char *const *t = config->tmpfs; t && *t; t++) {
		struct spec_mount *m = &spec->mounts[spec->mount_count++];
		char *text = arena_strdup(arena, *t), *options;
		const char **vector = arena_calloc(arena, strlen(*t) + 5, sizeof(*vector));
		unsigned n = 0;

		if (!text || !vector)
			return err_sys(err, "add a tmpfs");
		if (text[0] != '/' || text[1] == ':' || text[1] == '\0')
			return err_set(err, EINVAL,
				       "invalid tmpfs \"%.200s\": expected /PATH[:OPTIONS]", *t);
		options = strchr(text, ':');
		if (options)
			*options++ = '\0';
		vector[n++] = "nosuid";
		vector[n++] = "nodev";
		vector[n++] = "noexec";
		for (char *o = options; o && *o;) {
			char *comma = strchr(o, ',');

			if (comma)
				*comma++ = '\0';
			vector[n++] = o;
			o = comma;
		}
		*m = (struct spec_mount){ text, "tmpfs", "tmpfs", vector, { 0 }, { 0 } };
	}
	return 0;
}

static unsigned length(const char *const *vector)
{
	unsigned n = 0;

	while (vector && vector[n])
		n++;
	return n;
}

/* With the host's network, its resolver and its names are the right ones. */
static void add_host_files(struct spec *spec)
{
	static const char *const files[] = { "/etc/resolv.conf", "/etc/hosts" };
	static const char *const options[] = { "bind", "ro", "nosuid", "nodev", NULL };

	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		if (access(files[i], R_OK) == 0)
			spec->mounts[spec->mount_count++] = (struct spec_mount){ files[i], "bind",
										 files[i], options,
										 { 0 },	   { 0 } };
}

static int set_mounts(struct arena *arena, const struct config *config, struct spec *spec,
		      struct err *err)
{
	const struct spec_mount *defaults;
	size_t count = spec_default_mounts(config->privileged, &defaults);

	spec->mounts = arena_calloc(arena,
				    count + length(config->volumes) + length(config->tmpfs) + 2,
				    sizeof(*spec->mounts));
	if (!spec->mounts)
		return err_sys(err, "add mounts");
	memcpy(spec->mounts, defaults, count * sizeof(*defaults));
	spec->mount_count = count;
	if (str_eq(config->network, "host"))
		add_host_files(spec);
	if (add_tmpfs(arena, config, spec, err) < 0)
		return -err->number;
	return add_volumes(arena, config, spec, err);
}

static void set_limits(const struct config *config, struct spec_resources *resources)
{
	resources->present = true;
	if (config->memory_bytes)
		resources->memory.limit_bytes = (struct spec_i64){ true,
								   (int64_t)config->memory_bytes };
	if (config->memory_swap_bytes)
		resources->memory.swap_bytes = (struct spec_i64){ true, config->memory_swap_bytes };
	if (config->nano_cpus) {
		resources->cpu.period_us = (struct spec_i64){ true, 100000 };
		resources->cpu.quota_us = (struct spec_i64){ true,
							     (int64_t)(config->nano_cpus / 10000) };
	}
	if (config->cpu_shares)
		resources->cpu.shares = (struct spec_i64){ true, (int64_t)config->cpu_shares };
	if (config->pids_limit)
		resources->pids_limit = (struct spec_i64){ true, config->pids_limit };
	spec_default_devices(config->privileged, resources);
}

static void set_namespaces(const struct config *config, struct spec_linux *l)
{
	static const enum spec_ns always[] = { SPEC_NS_IPC, SPEC_NS_UTS, SPEC_NS_PID, SPEC_NS_MOUNT,
					       SPEC_NS_CGROUP };

	for (size_t i = 0; i < ARRAY_LEN(always); i++)
		l->namespaces[always[i]].present = true;
	l->namespaces[SPEC_NS_NET].present = !str_eq(config->network, "host");
}

int spec_build(struct arena *arena, const struct config *config, int root_fd, struct spec *spec,
	       struct err *err)
{
	uint64_t caps;

	*spec = (struct spec){ .version = "1.0.2", .has_process = true };
	spec->hostname = config->hostname;
	spec->root_readonly = config->read_only;
	if (spec_build_caps(config->cap_add, config->cap_drop, config->privileged, &caps, err) <
		    0 ||
	    set_process(arena, config, caps, config->user, root_fd, &spec->process, err) < 0 ||
	    set_mounts(arena, config, spec, err) < 0)
		return -err->number;
	set_namespaces(config, &spec->linux_);
	set_limits(config, &spec->linux_.resources);
	spec->linux_.cgroups_path = arena_printf(arena, "/cbox/%s", config->id);
	if (!spec->linux_.cgroups_path)
		return err_sys(err, "build the container");
	if (config->privileged)
		return 0;
	spec->linux_.masked_paths = spec_masked_paths;
	spec->linux_.readonly_paths = spec_readonly_paths;
	return seccomp_default(arena, caps, &spec->linux_.seccomp, err);
}

int spec_build_exec(struct arena *arena, const struct config *config,
		    const struct exec_request *request, int root_fd, struct spec_process *process,
		    struct err *err)
{
	uint64_t caps;

	*process = (struct spec_process){ 0 };
	if (spec_build_caps(config->cap_add, config->cap_drop,
			    config->privileged || request->privileged, &caps, err) < 0 ||
	    set_process(arena, config, caps, request->user ? request->user : config->user, root_fd,
			process, err) < 0)
		return -err->number;
	process->terminal = request->tty;
	process->args = request->args;
	process->env = request->env;
	if (request->cwd)
		process->cwd = request->cwd;
	return 0;
}
