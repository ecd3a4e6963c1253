/*
 * limits.c - the run of writes behind cgroup_ops.apply. See limits.h.
 */
#include "runtime/cgroup/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "user/base/fmt.h"
#include "user/base/str.h"

void limits_fail(struct limits *limits, int number, const char *json, const char *format, ...)
{
	char text[256];
	va_list args;

	if (limits->result < 0)
		return;
	va_start(args, format);
	fmt_stringv(text, sizeof(text), format, args);
	va_end(args);
	limits->result = err_set(limits->err, number, "%s: %s", json, text);
}

void limits_unsupported(struct limits *limits, const char *json, const char *format, ...)
{
	char text[256];
	va_list args;

	if (limits->result < 0)
		return;
	va_start(args, format);
	fmt_stringv(text, sizeof(text), format, args);
	va_end(args);
	limits_fail(limits, ENOTSUP, json, "%s", text);
	err_status(limits->err, EXIT_UNSUPPORTED);
}

struct cgroup_hierarchy *limits_place(struct limits *limits, enum cgroup_controller controller,
				      const char *json)
{
	struct cgroup_hierarchy *h, *v2;

	if (limits->result < 0)
		return NULL;
	h = cg_find(limits->cg, controller);
	v2 = cg_find_v2(limits->cg);
	if (!h && v2 && !limits->cg->fake) {
		/* a hybrid host keeps a few controllers on v2; create() left them alone */
		cg_enable_v2(limits->cg, v2);
		h = cg_find(limits->cg, controller);
	}
	if (h)
		return h;
	limits_unsupported(limits, json, "the %s controller is not available for cgroup '%s'",
			   cg_controller_name(controller, limits->cg->mode == CGROUP_MODE_V2),
			   limits->cg->path);
	if (limits->cg->mode == CGROUP_MODE_V2)
		err_hint(limits->err,
			 "every cgroup above must have it in cgroup.subtree_control, which the "
			 "kernel refuses while processes are inside");
	return NULL;
}

bool limits_has_file(const struct limits *limits, const struct cgroup_hierarchy *h,
		     const char *file)
{
	char path[CG_PATH_SIZE];

	return cg_file_path(h, limits->cg->path, file, path) == 0 &&
	       faccessat(limits->cg->root_fd, path, F_OK, 0) == 0;
}

static void report(struct limits *limits, int number, const struct cgroup_hierarchy *h,
		   const char *json, const char *file, const char *value)
{
	if (number == -ENOENT || number == -ENOTSUP) {
		limits_unsupported(limits, json, "this kernel has no %s", file);
		return;
	}
	limits_fail(limits, number, json, "write '%s' to %s%s%s/%s: %s", value,
		    *h->mount == '/' ? "" : "/sys/fs/cgroup/",
		    str_eq(h->mount, ".") ? "" : h->mount,
		    limits->cg->path + (str_eq(h->mount, ".") ? 1 : 0), file, err_reason(-number));
	if (number == -EPERM || number == -EACCES || number == -EROFS)
		err_status(limits->err, EXIT_UNSUPPORTED);
}

void limits_write(struct limits *limits, const struct cgroup_hierarchy *h, const char *json,
		  const char *file, const char *value)
{
	struct pending_limit *kept;
	int r;

	if (limits->result < 0 || !h)
		return;
	r = cg_write(limits->cg, h, file, value);
	if (r == 0)
		return;
	if (r != -EINVAL || limits->pending_count == LIMITS_MAX_PENDING ||
	    strlen(value) >= sizeof(kept->value) || strlen(file) >= sizeof(kept->file)) {
		report(limits, r, h, json, file, value);
		return;
	}
	kept = &limits->pending[limits->pending_count++];
	kept->hierarchy = h;
	kept->json = json;
	memcpy(kept->file, file, strlen(file) + 1);
	memcpy(kept->value, value, strlen(value) + 1);
}

void limits_write_i64(struct limits *limits, const struct cgroup_hierarchy *h, const char *json,
		      const char *file, int64_t value)
{
	char text[24];

	if (!h)
		return;
	if (value < 0)
		fmt_string(text, sizeof(text), "%s", h->v2 ? "max" : "-1");
	else
		fmt_string(text, sizeof(text), "%lld", (long long)value);
	limits_write(limits, h, json, file, text);
}

void limits_settle(struct limits *limits)
{
	unsigned before;

	do {
		before = limits->pending_count;
		limits->pending_count = 0;
		for (unsigned i = 0; i < before && limits->result == 0; i++) {
			struct pending_limit p = limits->pending[i];

			limits_write(limits, p.hierarchy, p.json, p.file, p.value);
		}
	} while (limits->result == 0 && limits->pending_count && limits->pending_count < before);
	if (limits->pending_count && limits->result == 0)
		report(limits, -EINVAL, limits->pending[0].hierarchy, limits->pending[0].json,
		       limits->pending[0].file, limits->pending[0].value);
	limits->pending_count = 0;
}

int cg_apply(struct cgroup *cg, const struct spec_resources *res, struct err *err)
{
	struct limits limits = { .cg = cg, .err = err };

	if (cg->fresh || res->device_count)
		limits_devices(&limits, res);
	limits_cpu(&limits, &res->cpu);
	limits_memory(&limits, &res->memory);
	limits_io(&limits, &res->block_io);
	limits_misc(&limits, res);
	return limits.result;
}
