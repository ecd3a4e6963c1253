/*
 * exec_oci.c - any OCI runtime by name or path: runc, crun, youki, cbox-oci.
 *
 * Owns: the command lines every OCI runtime understands (run, delete, kill), a state folder of its
 * own on the workspace's tmpfs, so that no runtime pays for a disk that another does not, and
 * removal of what a failed run left.
 * Does not own: the bundle (bundle.h) and what counts as success (payload_run.h).
 *
 * See: opencontainers/runc man/runc.8; the options are the ones all runtimes copied from it.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/child.h"
#include "bench/disk_usage.h"
#include "bench/executor.h"
#include "bench/payload_run.h"
#include "user/base/cleanup.h"
#include "user/base/file.h"
#include "user/base/fmt.h"
#include "user/base/num.h"
#include "user/base/path.h"
#include "user/base/proc.h"

#define ID_SIZE 64
#define HOLD_TIMEOUT_NS 10000000000ULL

struct oci {
	char root[192]; /* --root of this runtime */
};

static int find(struct executor *ex, const struct workspace *ws, struct err *err)
{
	static const char *const places[] = { ".", NULL };
	char wanted[PATH_MAX];

	fmt_string(wanted, sizeof(wanted), "%s", ex->program[0] ? ex->program : ex->name);
	if (!strchr(wanted, '/') &&
	    workspace_find(ws, places, wanted, ex->program, sizeof(ex->program)) == 0)
		return 0;
	if (workspace_which(wanted, ex->program, sizeof(ex->program)) == 0)
		return 0;
	err_set(err, ENOENT, "'%s' is not installed", wanted);
	if (!strcmp(wanted, "cbox-oci"))
		return err_hint(err, "'make' builds it beside cbench");
	return err_hint(err, "apt-get install %s, or give its path: --runtime NAME=/path/to/it",
			path_base(wanted));
}

static int probe(struct executor *ex, struct workspace *ws, struct err *err)
{
	struct oci *oci;
	char text[256];
	int r;

	r = find(ex, ws, err);
	if (r < 0)
		return r;
	if (!ws->private_mounts) {
		err_set(err, EPERM, "needs the privilege to make namespaces");
		return err_hint(err, "run as root");
	}
	const char *const argv[] = { ex->program, "--version", NULL };
	r = child_capture(argv, text, sizeof(text), err);
	if (r)
		return r < 0 ? r : err_set(err, EPROTO, "'--version' ended with %d", r);
	text[strcspn(text, "\n")] = '\0';
	fmt_string(ex->version, sizeof(ex->version), "%s", text);
	oci = calloc(1, sizeof(*oci));
	if (!oci)
		return err_sys(err, "prepare '%s'", ex->name);
	fmt_string(oci->root, sizeof(oci->root), "%s/state-%s", ws->dir, ex->name);
	ex->state = oci;
	return file_mkdir_all(AT_FDCWD, oci->root, 0700, err);
}

static void make_id(const struct executor *ex, unsigned sequence, char *id)
{
	fmt_string(id, ID_SIZE, "cbench-%d-%.24s-%u", getpid(), ex->name, sequence);
}

static int run(struct executor *ex, struct workspace *ws, uint64_t timeout_ns,
	       struct sample *sample, struct err *why)
{
	struct oci *oci = ex->state;
	char id[ID_SIZE];
	const char *const argv[] = { ex->program, "--root",   oci->root, "run",
				     "--bundle",  ws->bundle, id,	 NULL };

	make_id(ex, ++ex->sequence, id);
	return payload_run(argv, ws, timeout_ns, sample, why);
}

static void delete (const struct executor *ex, const char *id)
{
	const struct oci *oci = ex->state;
	const char *const argv[] = {
		ex->program, "--root", oci->root, "delete", "--force", id, NULL
	};
	struct err ignored = { 0 };
	char text[256];

	child_capture(argv, text, sizeof(text), &ignored);
}

static void cleanup(struct executor *ex, struct workspace *ws, const struct sample *sample)
{
	const struct oci *oci = ex->state;
	char id[ID_SIZE], path[320];

	(void)ws;
	make_id(ex, ex->sequence, id);
	fmt_string(path, sizeof(path), "%s/%s", oci->root, id);
	/* `run` deletes its container itself; state that is still there needs help. */
	if (sample->outcome != OUTCOME_OK || access(path, F_OK) == 0)
		delete (ex, id);
}

static int read_pid(const char *path, pid_t *pid, struct err *err)
{
	cleanup_free char *text = NULL;
	uint32_t value;

	if (file_read(AT_FDCWD, path, 64, &text, err) < 0)
		return -err->number;
	text[strcspn(text, "\n")] = '\0';
	if (num_u32(text, &value) < 0)
		return err_set(err, EPROTO, "'%s' holds no pid: '%s'", path, text);
	*pid = (pid_t)value;
	return 0;
}

static int hold(struct executor *ex, struct workspace *ws, struct instance *instance,
		struct err *err)
{
	struct oci *oci = ex->state;
	char pid_file[256], state[320];
	const char *const argv[] = { ex->program,     "--root",	    oci->root,
				     "run",	      "--detach",   "--bundle",
				     ws->idle_bundle, "--pid-file", pid_file,
				     instance->id,    NULL };
	struct child_streams streams = { -1, -1, ws->err };
	struct sample sample = { 0 };
	int exit_code, r;

	workspace_rewind(ws);
	make_id(ex, ++ex->sequence, instance->id);
	fmt_string(pid_file, sizeof(pid_file), "%s/pid", ws->dir);
	r = child_run(argv, streams, HOLD_TIMEOUT_NS, 0, &sample, &exit_code, err);
	if (r < 0)
		return r;
	if (sample.outcome != OUTCOME_OK || exit_code) {
		char words[200];

		delete (ex, instance->id);
		if (sample.outcome == OUTCOME_INTERRUPTED)
			return err_num(err, EINTR, "start an instance");
		workspace_last_words(ws, words, sizeof(words));
		return err_set(err, EPROTO, "'%s run --detach' ended with %d: %s", ex->name,
			       exit_code, words);
	}
	r = read_pid(pid_file, &instance->pid, err);
	if (r < 0) {
		delete (ex, instance->id);
		return r;
	}
	fmt_string(state, sizeof(state), "%s/%s", oci->root, instance->id);
	instance->disk_bytes = disk_usage(state);
	instance->start_ns = sample.wall_ns;
	return 0;
}

static void release(struct executor *ex, struct workspace *ws, struct instance *instance)
{
	(void)ws;
	delete (ex, instance->id);
}

static void finish(struct executor *ex, struct workspace *ws)
{
	(void)ws;
	free(ex->state);
	ex->state = NULL;
}

const struct executor_ops exec_oci = {
	.kind = "oci",
	.probe = probe,
	.run = run,
	.cleanup = cleanup,
	.hold = hold,
	.release = release,
	.finish = finish,
};
