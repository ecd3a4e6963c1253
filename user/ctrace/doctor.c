/*
 * doctor.c - see doctor.h.
 */
#include "user/ctrace/doctor.h"

#include <sys/utsname.h>
#include <unistd.h>

#include "user/base/cleanup.h"
#include "user/base/clock.h"
#include "user/base/fd.h"
#include "user/base/table.h"
#include "user/ctrace/session.h"

struct finding {
	const struct tracer *tracer;
	const struct tracer_backend *backend;
	bool works, chosen;
	unsigned programs;
	uint64_t ready_ns;
	char reason[704];
};

#define MAX_FINDINGS 32

struct diagnosis {
	struct finding findings[MAX_FINDINGS];
	unsigned count;
	bool complete; /* every tracer has a backend that works */
};

static void try_backend(const struct tracer *tracer, const struct tracer_backend *backend,
			struct finding *f)
{
	const struct session_options options = { .filter = { .mode = FILTER_ALL } };
	struct session session;
	struct err reason = { 0 };
	uint64_t begun_ns = clock_ns(CLOCK_MONOTONIC);

	*f = (struct finding){ .tracer = tracer, .backend = backend };
	f->works = session_try(&session, tracer, backend, &options, &reason) == 0;
	f->ready_ns = clock_ns(CLOCK_MONOTONIC) - begun_ns;
	if (f->works) {
		f->programs = session.links_count;
		session_close(&session);
	} else {
		memcpy(f->reason, reason.message, sizeof(f->reason));
	}
}

static void examine(struct diagnosis *d)
{
	d->complete = true;
	for (const struct tracer *const *t = tracers; *t; t++) {
		bool found = false;

		for (const struct tracer_backend *const *b = (*t)->backends; *b; b++) {
			struct finding *f = &d->findings[d->count];

			if (d->count == MAX_FINDINGS)
				return;
			try_backend(*t, *b, f);
			f->chosen = f->works && !found;
			found |= f->works;
			d->count++;
		}
		d->complete &= found;
	}
}

static int print_json(const struct diagnosis *d, const struct utsname *uts, struct err *err)
{
	struct json_writer w = { .indent = 2 };
	int r;

	jw_object_begin(&w);
	jw_member_u64(&w, "schema", 1);
	jw_member_string(&w, "kernel", uts->release);
	jw_member_string(&w, "machine", uts->machine);
	jw_member_bool(&w, "root", geteuid() == 0);
	jw_member_bool(&w, "btf", access("/sys/kernel/btf/vmlinux", R_OK) == 0);
	jw_key(&w, "backends");
	jw_array_begin(&w);
	for (unsigned i = 0; i < d->count; i++) {
		const struct finding *f = &d->findings[i];

		jw_object_begin(&w);
		jw_member_string(&w, "tracer", f->tracer->name);
		jw_member_string(&w, "backend", f->backend->name);
		jw_member_bool(&w, "works", f->works);
		jw_member_bool(&w, "chosen", f->chosen);
		jw_member_u64(&w, "programs", f->programs);
		jw_member_u64(&w, "ready_ns", f->ready_ns);
		jw_member_string(&w, "reason", f->works ? NULL : f->reason);
		jw_member_string(&w, "needs", f->backend->needs);
		jw_object_end(&w);
	}
	jw_array_end(&w);
	jw_object_end(&w);
	strbuf_putc(&w.out, '\n');
	r = w.out.failed ? -ENOMEM : fd_write_all(STDOUT_FILENO, w.out.data, w.out.len);
	strbuf_free(&w.out);
	return r < 0 ? err_num(err, r, "write") : 0;
}

static int print_table(const struct diagnosis *d, const struct utsname *uts, struct err *err)
{
	static const char *const titles[] = { "TRACER", "BACKEND", "WORKS", "READY", "NOTE" };
	cleanup_strbuf struct strbuf head = { 0 };
	struct table table = { 0 };
	int r;

	strbuf_printf(&head, "Linux %s %s, %s, kernel BTF %s\n\n", uts->release, uts->machine,
		      geteuid() == 0 ? "root" : "not root",
		      access("/sys/kernel/btf/vmlinux", R_OK) == 0 ? "present" : "missing");
	for (size_t i = 0; i < ARRAY_LEN(titles); i++)
		table_column(&table, titles[i], false);
	for (unsigned i = 0; i < d->count; i++) {
		const struct finding *f = &d->findings[i];

		table_cell(&table, "%s", f->tracer->name);
		table_cell(&table, "%s", f->backend->name);
		table_cell(&table, "%s", f->chosen ? "yes, used" : f->works ? "yes" : "no");
		if (f->works) {
			table_cell(&table, "%llu ms", (unsigned long long)(f->ready_ns / 1000000));
			table_cell(&table, "%u programs", f->programs);
		} else {
			table_cell(&table, "-");
			table_cell(&table, "%s (needs %s)", f->reason, f->backend->needs);
		}
	}
	r = head.failed ? -ENOMEM : fd_write_all(STDOUT_FILENO, head.data, head.len);
	if (r == 0)
		r = table_print(&table, STDOUT_FILENO);
	table_free(&table);
	return r < 0 ? err_num(err, r, "write") : 0;
}

int doctor_run(bool json, struct err *err)
{
	struct diagnosis d = { 0 };
	struct utsname uts;
	int r;

	if (uname(&uts) < 0)
		return err_sys(err, "uname");
	examine(&d);
	r = json ? print_json(&d, &uts, err) : print_table(&d, &uts, err);
	if (r < 0)
		return r;
	return d.complete ? EXIT_OK : EXIT_UNSUPPORTED;
}
