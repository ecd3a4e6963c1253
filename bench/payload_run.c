/*
 * payload_run.c - see payload_run.h.
 */
#include "bench/payload_run.h"

#include "bench/child.h"

int payload_run(const char *const *argv, struct workspace *ws, uint64_t timeout_ns,
		struct sample *sample, struct err *why)
{
	struct child_streams streams = { .in = -1, .out = ws->out, .err = ws->err };
	char words[200];
	int exit_code, r;

	workspace_rewind(ws);
	r = child_run(argv, streams, timeout_ns, CHILD_SETTLE_NS, sample, &exit_code, why);
	if (r < 0)
		return r;
	if (sample->outcome == OUTCOME_TIMEOUT) {
		err_set(why, ETIMEDOUT, "killed after %llu ms",
			(unsigned long long)(timeout_ns / 1000000));
		return 0;
	}
	if (sample->outcome != OUTCOME_OK || (exit_code == 0 && workspace_token_seen(ws)))
		return 0;
	sample->outcome = OUTCOME_FAILED;
	workspace_last_words(ws, words, sizeof(words));
	if (exit_code == 0)
		err_set(why, EPROTO, "exit code 0, but the payload did not run%s%s",
			words[0] ? ": " : "", words);
	else
		err_set(why, EPROTO, "exit code %d%s%s", exit_code, words[0] ? ": " : "", words);
	return 0;
}
