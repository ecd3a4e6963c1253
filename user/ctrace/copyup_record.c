/*
 * copyup_record.c - see copyup_record.h.
 */
#include "user/ctrace/copyup_record.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "bpf/abi/copyup.h"
#include "user/base/cleanup.h"
#include "user/base/fmt.h"
#include "user/base/hist.h"
#include "user/ctrace/syscall_name.h"

/* Names come leaf first; a path is written root first. false: names are not NUL-terminated. */
static bool join_names(const struct copyup_event *event, char *path, size_t size)
{
	size_t len = event->names_len, at = len, used = 0;

	if (len && event->names[len - 1] != '\0')
		return false;
	if (event->flags & COPYUP_NAMES_CUT)
		used = fmt_string(path, size, "/…");
	while (at > 0) {
		size_t begin = at - 1;

		while (begin > 0 && event->names[begin - 1] != '\0')
			begin--;
		used += fmt_string(path + used, size - used, "/%s", event->names + begin);
		if (used >= size)
			return false;
		at = begin;
	}
	if (!used)
		fmt_string(path, size, "/");
	return true;
}

static bool put_path(struct naming *naming, const struct copyup_event *event,
		     struct copyup_record *r)
{
	cleanup_strbuf struct strbuf whole = { 0 };

	if (!join_names(event, r->path, sizeof(r->path)))
		return false;
	if (event->flags & COPYUP_AT_PROCESS_ROOT)
		return true;
	naming_path(naming, event->mntns, event->device, (pid_t)event->tgid, r->path, &whole);
	if (!whole.failed && whole.len)
		fmt_string(r->path, sizeof(r->path), "%s", whole.data);
	return true;
}

static void put_syscall(const struct copyup_event *event, struct copyup_record *r)
{
	const char *name = syscall_name(event->syscall);

	if (event->syscall == COPYUP_BY_IO_URING)
		name = "io_uring";
	else if (event->syscall == COPYUP_BY_KERNEL)
		name = "kernel";
	if (name)
		fmt_string(r->syscall, sizeof(r->syscall), "%s", name);
	else
		fmt_string(r->syscall, sizeof(r->syscall), "syscall_%d", event->syscall);
}

bool copyup_decode(struct naming *naming, const void *data, size_t size, void *record)
{
	static const char *const kinds[] = { "data", "meta", "dir" };
	const struct copyup_event *event = data;
	struct copyup_record *r = record;

	if (size < offsetof(struct copyup_event, names) ||
	    size < offsetof(struct copyup_event, names) + event->names_len ||
	    event->names_len > sizeof(event->names) || event->kind >= ARRAY_LEN(kinds))
		return false;
	r->ts_ns = event->end_ns + (uint64_t)naming->monotonic_to_epoch_ns;
	r->pid = event->tgid;
	memcpy(r->comm, event->comm, sizeof(event->comm));
	r->comm[sizeof(event->comm)] = '\0';
	r->kind = kinds[event->kind];
	r->size_bytes = event->size_bytes;
	r->copied_bytes = event->copied_bytes;
	r->copy_ns = event->copy_ns;
	r->fsync_ns = event->fsync_ns;
	r->fsync_unknown = event->flags & COPYUP_FSYNC_UNKNOWN;
	put_syscall(event, r);
	naming_container(naming, event->mntns, &r->container, &r->container_id);
	return put_path(naming, event, r);
}

void copyup_text_header(struct strbuf *out)
{
	strbuf_printf(out, "%-12s %-16s %7s %-15s %-4s %9s %9s %8s %8s %-12s %s\n", "TIME",
		      "CONTAINER", "PID", "COMM", "KIND", "SIZE", "COPIED", "COPY", "FSYNC",
		      "SYSCALL", "PATH");
}

static void put_time(uint64_t ts_ns, struct strbuf *out)
{
	time_t seconds = (time_t)(ts_ns / 1000000000);
	struct tm tm;
	char text[16];

	localtime_r(&seconds, &tm);
	strftime(text, sizeof(text), "%H:%M:%S", &tm);
	strbuf_printf(out, "%s.%03u ", text, (unsigned)(ts_ns / 1000000 % 1000));
}

/* Pads to width what may grow by escaping. */
static void put_padded(struct strbuf *out, const char *text, size_t width)
{
	size_t begin = out->len;

	strbuf_puts_escaped(out, text, strlen(text));
	while (!out->failed && out->len - begin < width)
		strbuf_putc(out, ' ');
	strbuf_putc(out, ' ');
}

void copyup_text(const void *record, struct strbuf *out)
{
	const struct copyup_record *r = record;
	char size[HIST_VALUE_SIZE], copied[HIST_VALUE_SIZE], copy[HIST_VALUE_SIZE],
		fsync[HIST_VALUE_SIZE];

	put_time(r->ts_ns, out);
	put_padded(out, r->container ? r->container : "-", 16);
	strbuf_printf(out, "%7u ", r->pid);
	put_padded(out, r->comm, 15);
	strbuf_printf(out, "%-4s %9s %9s %8s %8s %-12s ", r->kind,
		      hist_value(r->size_bytes, HIST_BYTES, size),
		      hist_value(r->copied_bytes, HIST_BYTES, copied),
		      hist_value(r->copy_ns, HIST_NS, copy),
		      r->fsync_unknown ? "?" : hist_value(r->fsync_ns, HIST_NS, fsync), r->syscall);
	strbuf_puts_escaped(out, r->path, strlen(r->path));
	strbuf_putc(out, '\n');
}

void copyup_json(const void *record, struct json_writer *w)
{
	const struct copyup_record *r = record;

	jw_member_u64(w, "ts_ns", r->ts_ns);
	jw_member_string(w, "container", r->container);
	jw_member_string(w, "container_id", r->container_id);
	jw_member_u64(w, "pid", r->pid);
	jw_member_string(w, "comm", r->comm);
	jw_member_string(w, "path", r->path);
	jw_member_string(w, "kind", r->kind);
	jw_member_u64(w, "size_bytes", r->size_bytes);
	jw_member_u64(w, "copied_bytes", r->copied_bytes);
	jw_member_u64(w, "copy_ns", r->copy_ns);
	jw_key(w, "fsync_ns");
	if (r->fsync_unknown)
		jw_null(w);
	else
		jw_u64(w, r->fsync_ns);
	jw_member_string(w, "syscall", r->syscall);
}
