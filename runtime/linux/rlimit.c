/*
 * rlimit.c - see rlimit.h.
 */
#include "runtime/linux/rlimit.h"

#include "runtime/linux/sys.h"

struct kernel_rlimit {
	uint64_t soft, hard;
};

static int prlimit_self(int resource, const struct kernel_rlimit *set, struct kernel_rlimit *get)
{
	return (int)sys4(SYS_prlimit64, 0, resource, set, get);
}

int rlimit_set(int resource, uint64_t soft, uint64_t hard, struct err *err)
{
	struct kernel_rlimit want = { soft, hard }, now;
	int r = prlimit_self(resource, &want, NULL);

	if (r == -EPERM && prlimit_self(resource, NULL, &now) == 0) {
		want.hard = now.hard;
		want.soft = soft < now.hard ? soft : now.hard;
		r = prlimit_self(resource, &want, NULL);
	}
	return r < 0 ? err_num(err, r, "set resource limit %d", resource) : 0;
}
