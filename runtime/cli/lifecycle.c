/*
 * lifecycle.c - see lifecycle.h.
 */
#include "runtime/cli/lifecycle.h"

#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/cgroup/cgroup.h"
#include "runtime/cli/names.h"
#include "runtime/cli/networking.h"
#include "runtime/cli/owner.h"
#include "runtime/cli/spec_build.h"
#include "runtime/cli/status.h"
#include "runtime/cli/undo.h"
#include "runtime/core/container.h"
#include "runtime/linux/overlay.h"
#include "user/base/cleanup.h"
#include "user/base/clock.h"
#include "user/base/fd.h"
#include "user/base/fmt.h"
#include "user/base/proc.h"

#define PATH_SIZE 256

const char *lifecycle_new_id(struct arena *arena)
{
	unsigned char random[CONFIG_ID / 2];
	char *id = arena_alloc(arena, CONFIG_ID + 1);

	if (!id || getrandom(random, sizeof(random), 0) != sizeof(random))
		return NULL;
	for (size_t i = 0; i < sizeof(random); i++) {
		id[2 * i] = "0123456789abcdef"[random[i] >> 4];
		id[2 * i + 1] = "0123456789abcdef"[random[i] & 15];
	}
	return id;
}

static int make_folders(const struct places *places, const struct config *config, struct err *err)
{
	static const char *const parts[] = { "", "/upper", "/work" };
	static const mode_t modes[] = { 0710, 0755, 0700 };
	char path[PATH_SIZE];

	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		fmt_string(path, sizeof(path), "containers/%s%s", config->id, parts[i]);
		if (mkdirat(places->root_fd, path, modes[i]) < 0)
			return err_sys(err, "create '%s/%s'", places->root, path);
	}
	return 0;
}

/* The folder is new and ours, so no reader can see half of another version of the file. */
static int store_config(const struct places *places, const struct config *config, struct err *err)
{
	cleanup_strbuf struct strbuf text = { 0 };
	cleanup_close int fd = -1;
	char path[PATH_SIZE];
	int r;

	config_write(config, &text);
	if (text.failed)
		return err_num(err, ENOMEM, "record the container");
	fmt_string(path, sizeof(path), "containers/%s/config.json", config->id);
	fd = openat(places->root_fd, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_sys(err, "create '%s/%s'", places->root, path);
	r = fd_write_all(fd, text.data, text.len);
	return r < 0 ? err_num(err, r, "write '%s/%s'", places->root, path) : 0;
}

int lifecycle_create(struct arena *arena, struct places *places, struct config *config,
		     struct err *err)
{
	const char *asked = config->name;
	struct err ignored = { 0 };
	int r = owner_write(places->run_fd, config->id, asked ? asked : "", config->auto_remove,
			    err);

	if (r == 0)
		r = names_claim(arena, places, asked, config->id, &config->name, err);
	/* a made-up name is known only now; until it is recorded, names_claim() sees it as stale */
	if (r == 0 && !asked)
		r = owner_write(places->run_fd, config->id, config->name, config->auto_remove, err);
	if (r == 0)
		r = make_folders(places, config, err);
	if (r == 0)
		r = store_config(places, config, err);
	places_release(places);
	if (r < 0)
		undo_container(places, config->id, config->name ? config->name : "", false,
			       &ignored);
	return r;
}

int lifecycle_mount(struct arena *arena, const struct places *places, const struct config *config,
		    struct err *err)
{
	struct overlay_folders folders = { 0 };
	unsigned count = 0;
	const char **lower;

	while (config->lower[count])
		count++;
	lower = arena_calloc(arena, count + 1, sizeof(*lower));
	folders.upper = arena_printf(arena, "%s/containers/%s/upper", places->root, config->id);
	folders.work = arena_printf(arena, "%s/containers/%s/work", places->root, config->id);
	for (unsigned i = 0; lower && i < count; i++)
		lower[i] = arena_printf(arena, "%s/layers/%s/diff", places->root, config->lower[i]);
	if (!lower || !folders.upper || !folders.work || !lower[count - 1])
		return err_sys(err, "mount the container's root");
	folders.lower = lower;
	return overlay_mount(&folders, err);
}

struct live_context {
	const struct places *places;
	const struct config *config;
	const char *cgroup;
};

static int write_live(void *context, pid_t pid, struct err *err)
{
	const struct live_context *live = context;

	return status_write_live(live->places, live->config, pid, live->cgroup, err);
}

int lifecycle_start(struct arena *arena, const struct places *places, const struct config *config,
		    const struct lifecycle_io *io, pid_t *pid, struct err *err)
{
	cleanup_close int root_fd = lifecycle_mount(arena, places, config, err);
	struct live_context live = { places, config, NULL };
	struct container_options options = {
		.state_root = places->core,
		.id = config->id,
		.bundle = places->root,
		.console_fd = io->console_fd,
		.rootfs_fd = root_fd,
		.before_start = write_live,
		.before_start_context = &live,
	};
	struct networking networking = NETWORKING_NONE;
	struct spec spec;
	int r;

	if (root_fd < 0)
		return root_fd;
	r = networking_start(arena, places, config, &networking, err);
	if (r < 0)
		return r;
	memcpy(options.stdio, io->stdio, sizeof(options.stdio));
	r = spec_build(arena, config, root_fd, &spec, err);
	live.cgroup = spec.linux_.cgroups_path;
	if (r == 0)
		r = networking_apply(arena, &networking, &spec, err);
	if (r == 0)
		r = container_run(&spec, &options, pid, err);
	networking_started(&networking, config->detached);
	return r;
}

/*
 * Reads the OOM killer's count while the cgroup still stands. Asked for only when it can matter:
 * the files of five hierarchies would cost every container's end.
 */
static bool was_oom_killed(const struct config *config, int wait_status)
{
	struct cgroup_stats stats = { 0 };
	struct cgroup cg;
	char path[PATH_SIZE];
	struct err ignored = { 0 };
	bool killed = false;

	if (!config->memory_bytes && proc_exit_code(wait_status) != 128 + 9)
		return false;
	fmt_string(path, sizeof(path), "/cbox/%s", config->id);
	if (cgroup_open(&cg, path, false, &ignored) < 0)
		return false;
	killed = cg.ops->stats(&cg, &stats, &ignored) == 0 && stats.oom_kills > 0;
	cgroup_close(&cg);
	return killed;
}

static uint64_t read_started(const struct places *places, const struct config *config)
{
	cleanup_arena struct arena arena = { 0 };
	struct err ignored = { 0 };
	struct container_info info;

	return status_load(&arena, places, config->id, &info, &ignored) == 0 ? info.started_ns : 0;
}

int lifecycle_finish(const struct places *places, const struct config *config, int wait_status,
		     int *exit_code, struct err *err)
{
	struct ending ending = { .exit_code = proc_exit_code(wait_status) };

	*exit_code = ending.exit_code;
	if (config->detached)
		owner_write_exit(places->run_fd, config->id, ending.exit_code);
	if (config->auto_remove)
		return undo_container(places, config->id, config->name, false, err);
	ending.oom_killed = was_oom_killed(config, wait_status);
	ending.started_ns = read_started(places, config);
	ending.finished_ns = clock_ns(CLOCK_REALTIME);
	if (status_write_ending(places, config->id, &ending, err) < 0 ||
	    undo_process(places, config->id, err) < 0)
		return -err->number;
	return owner_remove(places->run_fd, config->id, err);
}
