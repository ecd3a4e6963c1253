/*
 * caps.c - see caps.h. capabilities(7), capset(2), prctl(2).
 */
#include "runtime/linux/caps.h"

#include <linux/capability.h>
#include <sys/prctl.h>

#include "runtime/linux/sys.h"

int caps_limit_bounding(uint64_t keep, struct err *err)
{
	for (unsigned long cap = 0; cap < 64; cap++) {
		int r;

		if (keep & (1ULL << cap))
			continue;
		r = sys_prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
		if (r == -EINVAL) /* the first number this kernel has no capability for */
			return 0;
		if (r < 0)
			return err_num(err, r, "drop capability %lu from the bounding set", cap);
	}
	return 0;
}

int caps_get(uint64_t *effective, uint64_t *permitted, uint64_t *inheritable)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];
	int r = (int)sys2(SYS_capget, &header, data);

	if (r < 0)
		return r;
	*effective = data[0].effective | (uint64_t)data[1].effective << 32;
	*permitted = data[0].permitted | (uint64_t)data[1].permitted << 32;
	*inheritable = data[0].inheritable | (uint64_t)data[1].inheritable << 32;
	return 0;
}

int caps_set(uint64_t effective, uint64_t permitted, uint64_t inheritable, struct err *err)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = {
		{ (uint32_t)effective, (uint32_t)permitted, (uint32_t)inheritable },
		{ (uint32_t)(effective >> 32), (uint32_t)(permitted >> 32),
		  (uint32_t)(inheritable >> 32) },
	};
	int r = (int)sys2(SYS_capset, &header, data);

	return r < 0 ? err_num(err, r, "set capabilities") : 0;
}

int caps_set_ambient(uint64_t ambient, struct err *err)
{
	int r = sys_prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);

	for (unsigned long cap = 0; cap < 64 && r == 0; cap++)
		if (ambient & (1ULL << cap))
			r = sys_prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0);
	return r < 0 ? err_num(err, r, "set ambient capabilities") : 0;
}
