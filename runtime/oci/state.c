/*
 * state.c - `cbox-oci state`: the container's state as JSON (runtime.md, "State").
 */
#include <unistd.h>

#include "runtime/core/state.h"
#include "runtime/oci/oci.h"
#include "user/base/fd.h"

static int run(void *opts, int argc, char **argv, struct err *err)
{
	cleanup_strbuf struct strbuf text = { 0 };
	struct container container;
	int r = container_load(oci_arena(), oci_globals.root, argv[0], &container, err);

	(void)opts;
	(void)argc;
	if (r < 0)
		return r;
	state_print(&container, &text, 2);
	strbuf_putc(&text, '\n');
	if (text.failed)
		return err_num(err, ENOMEM, "print the state");
	r = fd_write_all(STDOUT_FILENO, text.data, text.len);
	return r < 0 ? err_num(err, r, "print the state") : 0;
}

const struct command oci_state = {
	.name = "state",
	.args = "ID",
	.summary = "print the state of a container as JSON",
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
