/*
 * start_latency.c - `cbench start-latency`, `cbench table` and `cbench subjects`.
 *
 * Owns: their options and the order of things: workspace, probe, warn, measure, report. One run is
 * a start from nothing until a payload that proves itself has ended; for a VM, until it is ready.
 * Does not own: how anything of it is done.
 */
#include <stddef.h>
#include <sys/random.h>
#include <unistd.h>

#include "bench/cases/cases.h"
#include "bench/child.h"
#include "bench/export.h"
#include "bench/host.h"
#include "bench/report.h"
#include "bench/runner.h"
#include "bench/seed_table.h"
#include "bench/subjects.h"
#include "bench/vm_options.h"
#include "bench/warmup.h"
#include "bench/warnings.h"
#include "user/base/fd.h"
#include "user/base/log.h"
#include "user/base/str.h"

#define DEFAULT_RUNS 100
#define DEFAULT_VM_RUNS 7 /* the fewest are 6 for an interval; a boot takes seconds under TCG */
#define DEFAULT_TIMEOUT_NS 60000000000ULL
#define EXIT_INTERRUPTED 130

struct options {
	const char *runtimes, *vm, *kernel, *initrd, *json;
	uint32_t runs, vm_runs, warmup;
	uint64_t timeout_ns, seed;
	bool no_table;
};

#define VM_OPTIONS                                                                       \
	{ "vm",                                                                          \
	  0,                                                                             \
	  OPT_CHOICE,                                                                    \
	  offsetof(struct options, vm),                                                  \
	  "auto|kvm|tcg|none",                                                           \
	  "VM baseline and its accelerator (auto: KVM where it works, else TCG)" },      \
		{ "vm-kernel",                                                           \
		  0,                                                                     \
		  OPT_STRING,                                                            \
		  offsetof(struct options, kernel),                                      \
		  "FILE",                                                                \
		  "guest kernel (an ELF vmlinux; default: the one 'make guest-kernels' " \
		  "fetched)" },                                                          \
	{                                                                                \
		"vm-initrd", 0, OPT_STRING, offsetof(struct options, initrd), "FILE",    \
			"guest initramfs, which must print \"cbox-guest: ready\""        \
	}

#define RUN_OPTIONS                                                                                \
	{ "runs", 'n', OPT_U32, offsetof(struct options, runs), "N", "runs of each subject" },     \
		{ "vm-runs", 0,                                                                    \
		  OPT_U32,   offsetof(struct options, vm_runs),                                    \
		  "N",	     "runs of the VM baseline" },                                          \
		{ "warmup", 0,                                                                     \
		  OPT_U32,  offsetof(struct options, warmup),                                      \
		  "N",	    "runs of each before the first that counts (default: until warm)" },   \
		{ "timeout",	0,                                                                 \
		  OPT_DURATION, offsetof(struct options, timeout_ns),                              \
		  "TIME",	"kill a run after TIME and count it as timed out" },               \
		{ "seed",  0,                                                                      \
		  OPT_U64, offsetof(struct options, seed),                                         \
		  "N",	   "seed of the order and of the bootstrap (default: random, recorded)" }, \
	{                                                                                          \
		"json", 0, OPT_STRING, offsetof(struct options, json), "FILE",                     \
			"write samples and figures to FILE; - is stdout, without the tables"       \
	}

static const struct opt start_latency_opts[] = {
	{ "runtime", 0, OPT_STRING, offsetof(struct options, runtimes), "LIST",
	  "subjects, comma-separated: names or LABEL=PATH (default " SUBJECTS_DEFAULT ")" },
	VM_OPTIONS,
	RUN_OPTIONS,
	{ "no-table", 0, OPT_FLAG, offsetof(struct options, no_table), NULL,
	  "leave out the table of VM against container" },
	OPT_END
};

static const struct opt table_opts[] = {
	{ "runtime", 0, OPT_STRING, offsetof(struct options, runtimes), "LIST",
	  "container runtime to stand for containers (default cbox-oci)" },
	VM_OPTIONS,
	RUN_OPTIONS,
	OPT_END
};

static const struct opt subjects_opts[] = { VM_OPTIONS, OPT_END };

static void set_defaults(void *opts)
{
	*(struct options *)opts = (struct options){
		.vm = "auto",
		.runs = DEFAULT_RUNS,
		.vm_runs = DEFAULT_VM_RUNS,
		.warmup = WARMUP_AUTO,
		.timeout_ns = DEFAULT_TIMEOUT_NS,
	};
}

/* Fills the runner's subjects from the options. */
static int choose(const struct options *o, const char *default_list, struct runner *runner,
		  struct err *err)
{
	const char *list = o->runtimes ? o->runtimes : default_list;
	int r;

	if (!o->runs || !o->vm_runs || !o->timeout_ns) {
		err_set(err, EINVAL, "--runs, --vm-runs and --timeout must be more than 0");
		return err_status(err, EXIT_USAGE);
	}
	runner->warmup = o->warmup;
	runner->timeout_ns = o->timeout_ns;
	runner->seed = o->seed;
	/* 32 bits: a seed that people can type again */
	if (!runner->seed && getrandom(&runner->seed, sizeof(uint32_t), 0) < 0)
		return err_sys(err, "draw a seed");
	r = subjects_parse(list, o->runtimes, o->runs, runner->subjects, &runner->count, err);
	if (r < 0 || str_eq(o->vm, "none"))
		return r;
	vm_options.accel = o->vm;
	vm_options.kernel = o->kernel;
	vm_options.initrd = o->initrd;
	return subjects_add_vm(!str_eq(o->vm, "auto"), o->vm_runs, runner->subjects, &runner->count,
			       err);
}

static void print_warning(const char *text, void *arg)
{
	(void)arg;
	log_warning("%s", text);
}

/* 0, 1 when a subject never succeeded, 3 when one that was asked for is not to be had here. */
static int exit_status(const struct runner *runner)
{
	int status = EXIT_OK;

	if (runner->interrupted)
		return EXIT_INTERRUPTED;
	for (unsigned i = 0; i < runner->count; i++) {
		const struct subject *s = &runner->subjects[i];

		if (s->available && !s->summary.count)
			return EXIT_FAILED;
		if (!s->available && s->ex.named)
			status = EXIT_UNSUPPORTED;
	}
	return status;
}

static int show(const struct options *o, const struct runner *runner, const struct host *host,
		const struct seed_table *table, bool only_table, struct err *err)
{
	bool quiet = o->json && str_eq(o->json, "-");
	int r = 0;

	if (!quiet && !only_table)
		r = report_start_latency(runner, host, STDOUT_FILENO);
	if (r == 0 && !quiet && table) {
		if (!only_table)
			fd_write_all(STDOUT_FILENO, "\n", 1);
		r = seed_table_print(table, STDOUT_FILENO);
	}
	if (r < 0)
		return err_num(err, r, "write to stdout");
	if (o->json) {
		cleanup_strbuf struct strbuf json = { 0 };

		export_start_latency(&json, runner, host, table);
		r = export_write(&json, o->json, err);
	}
	return r;
}

static int measure(const struct options *o, struct runner *runner, struct workspace *ws,
		   bool only_table, struct err *err)
{
	struct seed_table table;
	bool want_table = only_table || !o->no_table;
	struct host host;
	int r;

	host_read(&host, ws);
	warnings_host(&host, print_warning, NULL);
	runner_probe(runner, ws);
	r = runner_measure(runner, ws, err);
	if (r < 0)
		return r;
	warnings_result(runner, print_warning, NULL);
	if (want_table && !runner->interrupted) {
		struct err why = { 0 };

		if (seed_table_make(&table, runner, ws, &host, &why) < 0)
			log_warning("memory of a container was not measured: %s", why.message);
		runner->interrupted = child_interrupted();
	} else {
		want_table = false;
	}
	r = show(o, runner, &host, want_table ? &table : NULL, only_table, err);
	return r < 0 ? r : exit_status(runner);
}

static int run(const struct options *o, const char *default_list, bool only_table, struct err *err)
{
	static struct subject subjects[SUBJECTS_MAX];
	struct runner runner = { .subjects = subjects };
	struct workspace ws;
	int r;

	r = choose(o, default_list, &runner, err);
	r = r < 0 ? r : child_init(err);
	r = r < 0 ? r : workspace_open(&ws, err);
	if (r < 0)
		return r;
	r = measure(o, &runner, &ws, only_table, err);
	runner_finish(&runner, &ws);
	workspace_close(&ws);
	return r;
}

static int run_start_latency(void *opts, int argc, char **argv, struct err *err)
{
	(void)argc;
	(void)argv;
	return run(opts, SUBJECTS_DEFAULT, false, err);
}

static int run_table(void *opts, int argc, char **argv, struct err *err)
{
	(void)argc;
	(void)argv;
	return run(opts, "cbox-oci", true, err);
}

static int run_subjects(void *opts, int argc, char **argv, struct err *err)
{
	static struct subject subjects[SUBJECTS_MAX];
	struct runner runner = { .subjects = subjects };
	struct workspace ws;
	int r;

	(void)argc;
	(void)argv;
	r = choose(opts, SUBJECTS_ALL, &runner, err);
	r = r < 0 ? r : child_init(err);
	r = r < 0 ? r : workspace_open(&ws, err);
	if (r < 0)
		return r;
	runner_probe(&runner, &ws);
	r = report_subjects(&runner, STDOUT_FILENO);
	runner_finish(&runner, &ws);
	workspace_close(&ws);
	return r;
}

const struct command case_start_latency = {
	.name = "start-latency",
	.summary = "time a start from nothing to a payload that ran",
	.details = "Every subject starts the same bundle (a VM: a kernel and one init), one\n"
		   "run after the other, interleaved in random blocks. A run counts only\n"
		   "when the payload proved that it ran; failures and timeouts are counted\n"
		   "and shown, never dropped. Ratios are to the first subject of the list.\n"
		   "\n"
		   "Exit status: 0; 1 when a subject never succeeded; 3 when a subject that\n"
		   "was named is not to be had here; 130 after Ctrl-C, with what was\n"
		   "measured so far.",
	.opts = start_latency_opts,
	.opts_size = sizeof(struct options),
	.defaults = set_defaults,
	.run = run_start_latency,
};

static void set_table_defaults(void *opts)
{
	set_defaults(opts);
	((struct options *)opts)->runs = 30;
}

const struct command case_table = {
	.name = "table",
	.summary = "VM against container: boot time, size, memory, kernel, isolation",
	.opts = table_opts,
	.opts_size = sizeof(struct options),
	.defaults = set_table_defaults,
	.run = run_table,
};

const struct command case_subjects = {
	.name = "subjects",
	.summary = "list what can be measured here, and what the rest lacks",
	.opts = subjects_opts,
	.opts_size = sizeof(struct options),
	.defaults = set_defaults,
	.run = run_subjects,
};
