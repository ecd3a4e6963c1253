/*
 * exec_floor.c - the kernel's own cost of a container: libexec/cbench-floor.
 *
 * Owns: finding and running it. Does not own: what it does (bench/floor/floor.c).
 */
#include <unistd.h>

#include "bench/bundle.h"
#include "bench/executor.h"
#include "bench/payload_run.h"
#include "user/base/fmt.h"

static int probe(struct executor *ex, struct workspace *ws, struct err *err)
{
	static const char *const places[] = { "../libexec/cbox", "../libexec", NULL };

	if (!ws->private_mounts) {
		err_set(err, EPERM, "needs the privilege to make namespaces");
		return err_hint(err, "run as root");
	}
	if (workspace_find(ws, places, "cbench-floor", ex->program, sizeof(ex->program)) < 0)
		return err_set(err, ENOENT, "'cbench-floor' is not installed beside this program");
	fmt_string(ex->version, sizeof(ex->version), "%s", CBOX_VERSION);
	return 0;
}

static int run(struct executor *ex, struct workspace *ws, uint64_t timeout_ns,
	       struct sample *sample, struct err *why)
{
	const char *const argv[] = { ex->program, ws->rootfs, ws->payload[0], ws->payload[1],
				     NULL };

	return payload_run(argv, ws, timeout_ns, sample, why);
}

const struct executor_ops exec_floor = {
	.kind = "floor",
	.probe = probe,
	.run = run,
};
