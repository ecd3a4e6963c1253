/*
 * inspect.c - `cbox inspect`: a container (or an image) in Docker's words.
 *
 * Keys are Docker's, so that jq filters and tools written for it work; what Docker does not say
 * and tracers need is added at the top level: CgroupPath, MntNs, NetNs (inode numbers).
 * MergedDir of a running container is /proc/PID/root: the overlay is a detached mount that has no
 * path on the host. Of a stopped one it is where the engine would mount it.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "runtime/cli/cli.h"
#include "runtime/cli/networking.h"
#include "runtime/cli/spec_build.h"
#include "runtime/image/store.h"
#include "user/base/cleanup.h"
#include "user/base/clock.h"
#include "user/base/fd.h"
#include "user/base/fmt.h"
#include "user/base/json_write.h"
#include "user/base/log.h"
#include "user/base/str.h"

static void member_time(struct json_writer *w, const char *key, uint64_t ns)
{
	char text[CLOCK_RFC3339_SIZE];

	jw_member_string(w, key, ns ? clock_rfc3339(ns, text) : "0001-01-01T00:00:00Z");
}

static void write_state(struct json_writer *w, const struct container_info *info)
{
	bool running = info->status == STATUS_RUNNING;

	jw_key(w, "State");
	jw_object_begin(w);
	jw_member_string(w, "Status", status_name(info->status));
	jw_member_bool(w, "Running", running);
	jw_member_bool(w, "Paused", false);
	jw_member_bool(w, "Restarting", false);
	jw_member_bool(w, "OOMKilled", info->oom_killed);
	jw_member_bool(w, "Dead", info->status == STATUS_DEAD);
	jw_member_i64(w, "Pid", running ? info->pid : 0);
	jw_member_i64(w, "ExitCode", info->exit_code);
	jw_member_string(w, "Error", info->error);
	member_time(w, "StartedAt", info->started_ns);
	member_time(w, "FinishedAt", info->finished_ns);
	jw_object_end(w);
}

static void write_config(struct json_writer *w, const struct config *c)
{
	jw_key(w, "Config");
	jw_object_begin(w);
	jw_member_string(w, "Hostname", c->hostname);
	jw_member_string(w, "User", c->user ? c->user : "");
	jw_member_bool(w, "Tty", c->tty);
	jw_member_bool(w, "OpenStdin", c->stdin_open);
	jw_member_strings(w, "Env", c->env);
	jw_key(w, "Cmd");
	if (c->cmd) {
		jw_array_begin(w);
		for (const char *const *a = c->cmd; *a; a++)
			jw_string(w, *a);
		jw_array_end(w);
	} else {
		jw_null(w);
	}
	jw_member_string(w, "Image", c->image);
	jw_member_string(w, "WorkingDir", c->cwd ? c->cwd : "");
	jw_key(w, "Entrypoint");
	if (c->entrypoint && c->entrypoint[0]) {
		jw_array_begin(w);
		for (const char *const *a = c->entrypoint; *a; a++)
			jw_string(w, *a);
		jw_array_end(w);
	} else {
		jw_null(w);
	}
	jw_key(w, "Labels");
	jw_raw(w, c->labels ? c->labels : "{}");
	if (c->stop_signal)
		jw_member_string(w, "StopSignal", c->stop_signal);
	jw_object_end(w);
}

static void write_host_config(struct json_writer *w, const struct config *c)
{
	jw_key(w, "HostConfig");
	jw_object_begin(w);
	jw_member_strings(w, "Binds", c->volumes);
	jw_member_string(w, "NetworkMode", c->network);
	jw_member_bool(w, "AutoRemove", c->auto_remove);
	jw_member_bool(w, "Privileged", c->privileged);
	jw_member_bool(w, "ReadonlyRootfs", c->read_only);
	jw_member_u64(w, "Memory", c->memory_bytes);
	jw_member_i64(w, "MemorySwap", c->memory_swap_bytes);
	jw_member_u64(w, "NanoCpus", c->nano_cpus);
	jw_member_u64(w, "CpuShares", c->cpu_shares);
	jw_member_i64(w, "PidsLimit", c->pids_limit);
	jw_member_strings(w, "CapAdd", c->cap_add);
	jw_member_strings(w, "CapDrop", c->cap_drop);
	jw_key(w, "Tmpfs");
	jw_object_begin(w);
	for (const char *const *t = c->tmpfs; t && *t; t++) {
		size_t len = strcspn(*t, ":");
		char path[4096];

		fmt_string(path, sizeof(path), "%.*s", (int)len, *t);
		jw_member_string(w, path, (*t)[len] ? *t + len + 1 : "");
	}
	jw_object_end(w);
	jw_object_end(w);
}

static void write_graph_driver(struct json_writer *w, const struct places *places,
			       const struct container_info *info)
{
	cleanup_strbuf struct strbuf lower = { 0 };
	char path[4300];

	for (const char *const *l = info->config.lower; *l; l++)
		strbuf_printf(&lower, "%s%s/layers/%s/diff", lower.len ? ":" : "", places->root,
			      *l);
	jw_key(w, "GraphDriver");
	jw_object_begin(w);
	jw_member_string(w, "Name", "overlay2");
	jw_key(w, "Data");
	jw_object_begin(w);
	jw_member_string(w, "LowerDir", lower.data);
	fmt_string(path, sizeof(path), "%s/containers/%s/upper", places->root, info->config.id);
	jw_member_string(w, "UpperDir", path);
	fmt_string(path, sizeof(path), "%s/containers/%s/work", places->root, info->config.id);
	jw_member_string(w, "WorkDir", path);
	if (info->status == STATUS_RUNNING)
		fmt_string(path, sizeof(path), "/proc/%d/root", info->pid);
	else
		fmt_string(path, sizeof(path), "%s/containers/%s/merged", places->root,
			   info->config.id);
	jw_member_string(w, "MergedDir", path);
	jw_object_end(w);
	jw_object_end(w);
}

static void write_mounts(struct json_writer *w, struct arena *arena, const struct config *c)
{
	jw_key(w, "Mounts");
	jw_array_begin(w);
	for (const char *const *v = c->volumes; v && *v; v++) {
		const char *source, *destination;
		bool read_only;

		if (spec_parse_volume(arena, *v, &source, &destination, &read_only, NULL) < 0)
			continue;
		jw_object_begin(w);
		jw_member_string(w, "Type", "bind");
		jw_member_string(w, "Source", source);
		jw_member_string(w, "Destination", destination);
		jw_member_string(w, "Mode", read_only ? "ro" : "");
		jw_member_bool(w, "RW", !read_only);
		jw_member_string(w, "Propagation", "rprivate");
		jw_object_end(w);
	}
	jw_array_end(w);
}

static void write_container(struct json_writer *w, struct arena *arena, const struct places *places,
			    const struct container_info *info)
{
	const struct config *c = &info->config;
	struct endpoint endpoint;
	char text[4400];

	jw_object_begin(w);
	jw_member_string(w, "Id", c->id);
	member_time(w, "Created", c->created_ns);
	jw_member_string(w, "Path", c->args[0]);
	jw_member_strings(w, "Args", c->args + 1);
	write_state(w, info);
	fmt_string(text, sizeof(text), "sha256:%s", c->image_id);
	jw_member_string(w, "Image", text);
	fmt_string(text, sizeof(text), "%s/containers/%s/log", places->root, c->id);
	jw_member_string(w, "LogPath", c->detached ? text : "");
	fmt_string(text, sizeof(text), "/%s", c->name);
	jw_member_string(w, "Name", text);
	jw_member_string(w, "Driver", "overlay2");
	jw_member_string(w, "Platform", "linux");
	fmt_string(text, sizeof(text), "/cbox/%s", c->id);
	jw_member_string(w, "CgroupPath", text);
	jw_member_u64(w, "MntNs", info->mntns);
	jw_member_u64(w, "NetNs", info->netns);
	write_host_config(w, c);
	write_graph_driver(w, places, info);
	write_mounts(w, arena, c);
	write_config(w, c);
	networking_write_json(
		w, c, networking_load(arena, places, c->id, &endpoint) == 0 ? &endpoint : NULL);
	jw_object_end(w);
}

static void write_image(struct json_writer *w, const struct places *places,
			const struct image *image, const struct image_name *names, size_t count)
{
	cleanup_free char *config = NULL;
	cleanup_strbuf struct strbuf lower = { 0 };
	char text[80];

	if (image->config)
		config = strndup(image->config->source, image->config->source_len);
	for (unsigned i = 0; i < image->lower_count; i++)
		strbuf_printf(&lower, "%s%s/layers/%s/diff", i ? ":" : "", places->root,
			      image->lower[i]);
	jw_object_begin(w);
	fmt_string(text, sizeof(text), "sha256:%s", image->id);
	jw_member_string(w, "Id", text);
	jw_key(w, "RepoTags");
	jw_array_begin(w);
	for (size_t i = 0; i < count; i++)
		if (!strcmp(names[i].id, image->id))
			jw_string(w, names[i].ref.text);
	jw_array_end(w);
	jw_member_string(w, "Created", image->created ? image->created : "");
	jw_member_u64(w, "Size", image->size_bytes);
	jw_key(w, "Config");
	jw_raw(w, config ? config : "{}");
	jw_key(w, "GraphDriver");
	jw_object_begin(w);
	jw_member_string(w, "Name", "overlay2");
	jw_key(w, "Data");
	jw_object_begin(w);
	jw_member_string(w, "LowerDir", lower.data);
	jw_object_end(w);
	jw_object_end(w);
	jw_object_end(w);
}

struct inspect_options {
	const char *type;
};

static const struct opt inspect_table[] = { { "type", 0, OPT_CHOICE,
					      offsetof(struct inspect_options, type),
					      "container|image", "look for this kind only" },
					    OPT_END };

static int inspect_one(struct json_writer *w, const struct places *places, const char *text,
		       const char *type, struct err *err)
{
	cleanup_arena struct arena arena = { 0 };
	cleanup_free struct image_name *names = NULL;
	struct err ignored = { 0 };
	struct container_info info;
	struct image image;
	size_t count;

	if (!type || str_eq(type, "container")) {
		int r = status_find(&arena, places, text, &info, type ? err : &ignored);

		if (r == 0)
			write_container(w, &arena, places, &info);
		if (r == 0 || type)
			return r;
	}
	if (image_find(&arena, places->root_fd, text, &image, &ignored) == 0) {
		if (image_names(places->root_fd, &names, &count, err) < 0)
			return -err->number;
		write_image(w, places, &image, names, count);
		return 0;
	}
	return err_set(err, ENOENT, "No such %s: %.140s", type ? "image" : "object", text);
}

static int run_inspect(void *opts, int argc, char **argv, struct err *err)
{
	const struct inspect_options *o = opts;
	cleanup_places struct places places = PLACES_NONE;
	struct json_writer w = { .indent = 4 };
	int failed = EXIT_OK, r;

	if (places_open(&places, err) < 0)
		return -err->number;
	jw_array_begin(&w);
	for (int i = 0; i < argc; i++) {
		struct err one = { 0 };

		if (inspect_one(&w, &places, argv[i], o->type, &one) < 0)
			failed = log_err(&one);
	}
	jw_array_end(&w);
	strbuf_putc(&w.out, '\n');
	r = w.out.failed ? -ENOMEM : fd_write_all(STDOUT_FILENO, w.out.data, w.out.len);
	strbuf_free(&w.out);
	return r < 0 ? err_num(err, r, "print") : failed;
}

const struct command cli_inspect = {
	.name = "inspect",
	.args = "CONTAINER|IMAGE...",
	.summary = "everything known of a container or image, as JSON",
	.details = "The keys are Docker's; CgroupPath, MntNs and NetNs are added. MergedDir of a "
		   "running container is /proc/PID/root, as its overlay is mounted nowhere else.",
	.opts = inspect_table,
	.opts_size = sizeof(struct inspect_options),
	.min_args = 1,
	.max_args = -1,
	.run = run_inspect,
};
