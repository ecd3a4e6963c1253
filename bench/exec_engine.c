/*
 * exec_engine.c - whole container engines: cbox, podman, docker.
 *
 * Owns: their command lines for importing the bundle's root file system as an image and for
 * `run --rm --network none`, which is the smallest thing all of them do. Image and containers of
 * ours carry cbench's pid in their name and are removed at the end.
 * Does not own: a daemon. docker's dockerd must already run, and its CPU time is not in cpu_ns,
 * because it is no child of the measured process; that is why CPU is shown beside wall time.
 *
 * See: podman-run(1), docker-run(1), docs/cbox.md.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/child.h"
#include "bench/executor.h"
#include "bench/payload_run.h"
#include "user/base/cleanup.h"
#include "user/base/fmt.h"
#include "user/base/str.h"

#define MAX_ARGS 32

struct engine {
	const char *name;
	const char *const *globals; /* between program and verb */
	const char *const *ready;   /* verb that succeeds only when the engine can work */
	const char *const *import;  /* verb; the archive and the image name follow */
	const char *const *remove;  /* verb; the image name follows */
};

static const char *const none[] = { NULL };
static const char *const podman_globals[] = { "--cgroup-manager=cgroupfs", "--events-backend=file",
					      NULL };
static const char *const info[] = { "info", NULL };
static const char *const version[] = { "version", NULL };
static const char *const images[] = { "images", NULL };
static const char *const import[] = { "import", NULL };
static const char *const rmi[] = { "rmi", "--force", NULL };

static const struct engine engines[] = {
	{ "cbox", none, images, import, rmi },
	{ "podman", podman_globals, info, import, rmi },
	{ "docker", none, version, import, rmi },
};

struct state {
	const struct engine *engine;
	char image[64];
};

/* A growing argv with a bound; the texts are borrowed. */
struct args {
	const char *items[MAX_ARGS];
	unsigned count;
};

static void add(struct args *args, const char *text)
{
	if (args->count + 1 < MAX_ARGS)
		args->items[args->count++] = text;
	args->items[args->count] = NULL;
}

static void begin(struct args *args, const struct executor *ex, const struct engine *engine,
		  const char *const *verb)
{
	*args = (struct args){ 0 };
	add(args, ex->program);
	for (const char *const *global = engine->globals; *global; global++)
		add(args, *global);
	for (; *verb; verb++)
		add(args, *verb);
}

/* Runs a verb that must succeed. */
static int must(const struct args *args, struct err *err)
{
	char text[2048], *line;
	int r = child_capture(args->items, text, sizeof(text), err);
	size_t len = strlen(text);

	if (r <= 0)
		return r;
	while (len && text[len - 1] == '\n') /* what went wrong is said last */
		text[--len] = '\0';
	line = strrchr(text, '\n');
	return err_set(err, EPROTO, "'%s' ended with %d: %s", args->items[0], r,
		       line ? line + 1 : text);
}

static int find(struct executor *ex, const struct workspace *ws, struct err *err)
{
	static const char *const places[] = { ".", NULL };

	if (str_eq(ex->name, "cbox") &&
	    workspace_find(ws, places, ex->name, ex->program, sizeof(ex->program)) == 0)
		return 0;
	if (workspace_which(ex->name, ex->program, sizeof(ex->program)) == 0)
		return 0;
	err_set(err, ENOENT, "'%s' is not installed", ex->name);
	if (str_eq(ex->name, "cbox"))
		return err_hint(err, "'make' builds it beside cbench");
	return err_hint(err, "apt-get install %s",
			str_eq(ex->name, "docker") ? "docker.io" : ex->name);
}

static int probe(struct executor *ex, struct workspace *ws, struct err *err)
{
	const struct engine *engine = NULL;
	struct state *state;
	struct args args;
	char text[256];
	int r;

	for (size_t i = 0; i < ARRAY_LEN(engines); i++)
		if (str_eq(engines[i].name, ex->name))
			engine = &engines[i];
	r = find(ex, ws, err);
	if (r < 0)
		return r;
	if (!ws->private_mounts) {
		err_set(err, EPERM, "needs the privilege to make namespaces");
		return err_hint(err, "run as root");
	}
	const char *const argv[] = { ex->program, "--version", NULL };
	r = child_capture(argv, text, sizeof(text), err);
	if (r < 0)
		return r;
	text[strcspn(text, "\n")] = '\0';
	fmt_string(ex->version, sizeof(ex->version), "%s", text);
	begin(&args, ex, engine, engine->ready);
	r = must(&args, err);
	if (r < 0)
		return r;
	state = calloc(1, sizeof(*state));
	if (!state)
		return err_sys(err, "prepare '%s'", ex->name);
	state->engine = engine;
	fmt_string(state->image, sizeof(state->image), "cbench-%d", getpid());
	ex->state = state;
	return 0;
}

static int prepare(struct executor *ex, struct workspace *ws, struct err *err)
{
	const struct state *state = ex->state;
	char archive[192], tar[PATH_MAX];
	const char *const argv[] = { tar, "-C", ws->rootfs, "-cf", archive, ".", NULL };
	struct args args;
	char text[256];
	int r;

	fmt_string(archive, sizeof(archive), "%s/image.tar", ws->dir);
	if (workspace_which("tar", tar, sizeof(tar)) < 0)
		return err_set(err, ENOENT, "'tar' is not installed");
	if (access(archive, F_OK) < 0) {
		r = child_capture(argv, text, sizeof(text), err);
		if (r)
			return r < 0 ? r : err_set(err, EPROTO, "tar: %s", text);
	}
	begin(&args, ex, state->engine, state->engine->import);
	add(&args, archive);
	add(&args, state->image);
	return must(&args, err);
}

static int run(struct executor *ex, struct workspace *ws, uint64_t timeout_ns,
	       struct sample *sample, struct err *why)
{
	static const char *const verb[] = { "run", "--rm", "--network", "none", "--name", NULL };
	const struct state *state = ex->state;
	struct args args;
	char name[64];

	fmt_string(name, sizeof(name), "cbench-%d-%u", getpid(), ++ex->sequence);
	begin(&args, ex, state->engine, verb);
	add(&args, name);
	add(&args, state->image);
	for (const char *const *arg = ws->payload; *arg; arg++)
		add(&args, *arg);
	return payload_run(args.items, ws, timeout_ns, sample, why);
}

static void cleanup(struct executor *ex, struct workspace *ws, const struct sample *sample)
{
	static const char *const verb[] = { "rm", "--force", NULL };
	const struct state *state = ex->state;
	struct err ignored = { 0 };
	struct args args;
	char name[64];

	(void)ws;
	if (sample->outcome == OUTCOME_OK)
		return;
	fmt_string(name, sizeof(name), "cbench-%d-%u", getpid(), ex->sequence);
	begin(&args, ex, state->engine, verb);
	add(&args, name);
	must(&args, &ignored);
}

static void finish(struct executor *ex, struct workspace *ws)
{
	struct state *state = ex->state;
	struct err ignored = { 0 };
	struct args args;

	(void)ws;
	if (state) {
		begin(&args, ex, state->engine, state->engine->remove);
		add(&args, state->image);
		must(&args, &ignored);
	}
	free(state);
	ex->state = NULL;
}

const struct executor_ops exec_engine = {
	.kind = "engine",
	.probe = probe,
	.prepare = prepare,
	.run = run,
	.cleanup = cleanup,
	.finish = finish,
};
