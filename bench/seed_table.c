/*
 * seed_table.c - see seed_table.h.
 */
#include "bench/seed_table.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bench/child.h"
#include "bench/disk_usage.h"
#include "bench/memory.h"
#include "bench/text.h"
#include "bench/vm_options.h"
#include "user/base/cleanup.h"
#include "user/base/fmt.h"
#include "user/base/str.h"
#include "user/base/table.h"

#define INSTANCES 20
#define ROUNDS 3
/* Namespaces are torn down by a kernel worker: wait until its memory has come back. */
#define DRAIN_STEP_MS 50
#define DRAIN_STEPS 40
#define DRAIN_STILL_BYTES (64 * 1024)

static void drain(void)
{
	struct timespec step = { .tv_nsec = DRAIN_STEP_MS * 1000000L };
	uint64_t before = memory_kernel(), now;

	for (int i = 0; i < DRAIN_STEPS; i++) {
		nanosleep(&step, NULL);
		now = memory_kernel();
		if (now + DRAIN_STILL_BYTES >= before)
			return;
		before = now;
	}
}

/* One round: bytes per instance, 0 or -errno. each_bytes gets what one instance put on disk. */
static int measure_round(struct executor *ex, struct workspace *ws, uint64_t *bytes,
			 uint64_t *each_bytes, struct err *err)
{
	struct instance held[INSTANCES] = { 0 };
	uint64_t before, after, processes = 0;
	unsigned count = 0;
	int r = 0;

	before = memory_kernel();
	for (; count < INSTANCES && !child_interrupted(); count++) {
		r = ex->ops->hold(ex, ws, &held[count], err);
		if (r < 0)
			break;
	}
	after = memory_kernel();
	for (unsigned i = 0; i < count; i++)
		processes += memory_pss(held[i].pid);
	if (count) {
		*each_bytes = held[0].disk_bytes;
		*bytes = (processes + (after > before ? after - before : 0)) / count;
	}
	for (unsigned i = 0; i < count; i++)
		ex->ops->release(ex, ws, &held[i]);
	return r < 0 ? r : count < INSTANCES ? -EINTR : 0;
}

static int measure_container(struct seed_row *row, struct executor *ex, struct workspace *ws,
			     struct err *err)
{
	uint64_t rounds[ROUNDS];
	int r;

	row->shared_bytes = disk_usage(ws->rootfs);
	for (int i = 0; i < ROUNDS; i++) {
		r = measure_round(ex, ws, &rounds[i], &row->each_bytes, err);
		if (r < 0)
			return r;
		drain();
	}
	stats_sort(rounds, ROUNDS);
	row->memory_bytes = stats_median(rounds, ROUNDS);
	row->memory_range = (struct stats_interval){ (double)rounds[0], (double)rounds[ROUNDS - 1],
						     true };
	return 0;
}

static struct subject *first_with(struct runner *runner, bool vm)
{
	for (unsigned i = 0; i < runner->count; i++) {
		struct subject *s = &runner->subjects[i];
		bool is_vm = s->ex.ops == &exec_vm;

		if (s->available && is_vm == vm && (vm || s->ex.ops->hold))
			return s;
	}
	return NULL;
}

static void explain_missing(struct seed_row *row, const struct runner *runner, bool vm)
{
	fmt_string(row->missing, sizeof(row->missing), "not among the subjects");
	for (unsigned i = 0; i < runner->count; i++) {
		const struct subject *s = &runner->subjects[i];

		if ((s->ex.ops == &exec_vm) != vm || s->available)
			continue;
		fmt_string(row->missing, sizeof(row->missing), "%s%s%s", s->unavailable.message,
			   s->unavailable.hint[0] ? "; " : "", s->unavailable.hint);
		return;
	}
}

/* "own 6.1", "shared 6.18": whose, and the release as far as the second dot. */
static void name_kernel(struct seed_row *row, const char *whose, const char *release)
{
	size_t len = strcspn(release, ".");

	if (release[len])
		len += 1 + strcspn(release + len + 1, ".-");
	fmt_string(row->kernel, sizeof(row->kernel), "%s %.*s", whose, (int)len, release);
}

static void fill_vm(struct seed_row *row, const struct subject *s)
{
	const char *kernel = strstr(s->ex.version, "Linux ");

	fmt_string(row->subject, sizeof(row->subject), "%s", s->ex.name);
	fmt_string(row->accel, sizeof(row->accel), "%s",
		   str_eq(s->ex.accel, "kvm") ? "KVM" : "TCG");
	row->boot_ns = s->summary.median_ns;
	row->memory_bytes = s->summary.memory_bytes;
	row->shared_bytes = vm_image_bytes(&s->ex);
	row->memory_method = "PSS of QEMU when the guest is ready";
	name_kernel(row, "own", kernel ? kernel + strlen("Linux ") : "");
	fmt_string(row->isolation, sizeof(row->isolation), "hypervisor");
}

int seed_table_make(struct seed_table *table, struct runner *runner, struct workspace *ws,
		    const struct host *host, struct err *err)
{
	struct subject *vm = first_with(runner, true), *container = first_with(runner, false);
	struct seed_row *row = &table->container;

	*table = (struct seed_table){ 0 };
	if (vm)
		fill_vm(&table->vm, vm);
	else
		explain_missing(&table->vm, runner, true);
	if (!container) {
		explain_missing(row, runner, false);
		return 0;
	}
	fmt_string(row->subject, sizeof(row->subject), "%s", container->ex.name);
	row->boot_ns = container->summary.median_ns;
	row->memory_method = "PSS of the container's processes + growth of slab, page tables, "
			     "kernel stacks and per-CPU memory, 20 idle containers, median of 3";
	name_kernel(row, "shared", host->kernel);
	fmt_string(row->isolation, sizeof(row->isolation), "namespaces");
	return measure_container(row, &container->ex, ws, err);
}

static void put_heading(struct table *t, const char *who)
{
	table_cell(t, "%s", who);
	for (unsigned i = 1; i < t->columns; i++)
		table_cell(t, "%s", "");
}

static void put_measured(struct table *t, const struct seed_row *row)
{
	char boot[32], size[48], memory[32], each[32];

	text_duration(row->boot_ns, boot, sizeof(boot));
	text_bytes((double)row->shared_bytes, size, sizeof(size));
	if (row->each_bytes) {
		text_bytes((double)row->each_bytes, each, sizeof(each));
		fmt_string(size + strlen(size), sizeof(size) - strlen(size), "+%s", each);
	}
	text_bytes(row->memory_bytes, memory, sizeof(memory));
	table_cell(t, "  measured");
	table_cell(t, "%s", row->boot_ns > 0 ? boot : "-");
	table_cell(t, "%s", row->subject[0] ? size : "-");
	table_cell(t, "%s", row->memory_bytes > 0 ? memory : "-");
	table_cell(t, "%s", row->subject[0] ? row->kernel : "-");
	table_cell(t, "%s", row->subject[0] ? row->isolation : "-");
}

static void put_claimed(struct table *t, const char *boot, const char *size, const char *density,
			const char *kernel, const char *isolation)
{
	const char *const cells[] = { "  claimed", boot, size, density, kernel, isolation };

	for (size_t i = 0; i < ARRAY_LEN(cells); i++)
		table_cell(t, "%s", cells[i]);
}

static void print_notes(const struct seed_table *table, int fd)
{
	const struct seed_row *vm = &table->vm, *c = &table->container;

	if (vm->subject[0])
		dprintf(fd,
			"VM: %s, accelerator %s%s;\n  size = kernel + initramfs, without a guest "
			"OS; memory = PSS of QEMU.\n",
			vm->subject, vm->accel,
			str_eq(vm->accel, "TCG") ? " (software emulation, slower than KVM)" : "");
	else
		dprintf(fd, "VM: not measured: %s\n", vm->missing);
	if (c->subject[0])
		dprintf(fd,
			"container: %s; size = shared image + state of each;\n"
			"  memory = PSS + kernel memory of %d idle ones, median of %d rounds.\n",
			c->subject, INSTANCES, ROUNDS);
	else
		dprintf(fd, "container: not measured: %s\n", c->missing);
	dprintf(fd, "claimed: the figures usually quoted; \"a host\" = instances a host.\n");
}

int seed_table_print(const struct seed_table *table, int fd)
{
	struct table t = { 0 };
	char vm[32];
	int r;

	table_column(&t, "", false);
	table_column(&t, "BOOT TIME", true);
	table_column(&t, "SIZE OVERHEAD", true);
	table_column(&t, "MEMORY EACH", true);
	table_column(&t, "KERNEL", false);
	table_column(&t, "ISOLATION", false);
	fmt_string(vm, sizeof(vm), "VM%s%s%s", table->vm.accel[0] ? " (" : "", table->vm.accel,
		   table->vm.accel[0] ? ")" : "");
	put_heading(&t, vm);
	put_measured(&t, &table->vm);
	put_claimed(&t, "30-60 s", "1-5 GB", "~10 a host", "own", "hypervisor");
	put_heading(&t, "container");
	put_measured(&t, &table->container);
	put_claimed(&t, "<1 s", "5-200 MB", "~100+ a host", "shared", "namespaces");
	r = table_print(&t, fd);
	table_free(&t);
	if (r == 0)
		print_notes(table, fd);
	return r;
}
