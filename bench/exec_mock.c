/*
 * exec_mock.c - see exec_mock.h.
 */
#include "bench/exec_mock.h"

#include "user/base/fmt.h"

static int probe(struct executor *ex, struct workspace *ws, struct err *err)
{
	const struct mock_script *script = ex->state;

	(void)ws;
	if (script->missing)
		return err_set(err, ENOENT, "%s", script->missing);
	fmt_string(ex->version, sizeof(ex->version), "mock 1");
	return 0;
}

static int run(struct executor *ex, struct workspace *ws, uint64_t timeout_ns,
	       struct sample *sample, struct err *why)
{
	struct mock_script *script = ex->state;
	const struct sample *played = &script->samples[script->played++ % script->count];
	unsigned block = sample->block;

	(void)ws;
	(void)timeout_ns;
	*sample = *played;
	sample->block = block;
	if (script->order)
		script->order[(*script->order_count)++] = script->letter;
	if (sample->outcome != OUTCOME_OK)
		err_set(why, EPROTO, "%s", script->error);
	return 0;
}

static void cleanup(struct executor *ex, struct workspace *ws, const struct sample *sample)
{
	struct mock_script *script = ex->state;

	(void)ws;
	(void)sample;
	script->cleaned++;
}

const struct executor_ops exec_mock = {
	.kind = "mock",
	.probe = probe,
	.run = run,
	.cleanup = cleanup,
};
