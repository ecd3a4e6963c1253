/*
 * exec_process.c - the plain process: what starting the payload costs without any container.
 *
 * Owns: posix_spawn of the bundle's busybox on the host, the lower end of every comparison.
 * Does not own: the clock; child.c starts and times all subjects alike.
 */
#include <string.h>

#include "bench/child.h"
#include "bench/executor.h"
#include "bench/payload_run.h"
#include "user/base/fmt.h"

static int probe(struct executor *ex, struct workspace *ws, struct err *err)
{
	const char *const argv[] = { "/bin/busybox", "--help", NULL };
	char text[256] = "";

	fmt_string(ex->program, sizeof(ex->program), "%s%s", ws->rootfs, ws->payload[0]);
	if (child_capture(argv, text, sizeof(text), err) < 0)
		return err_wrap(err, "find the version of busybox");
	text[strcspn(text, "\n")] = '\0';
	fmt_string(ex->version, sizeof(ex->version), "%.*s", (int)strcspn(text, "("), text);
	return 0;
}

static int run(struct executor *ex, struct workspace *ws, uint64_t timeout_ns,
	       struct sample *sample, struct err *why)
{
	const char *const argv[] = { ex->program, ws->payload[1], NULL };

	return payload_run(argv, ws, timeout_ns, sample, why);
}

const struct executor_ops exec_process = {
	.kind = "process",
	.probe = probe,
	.run = run,
};
