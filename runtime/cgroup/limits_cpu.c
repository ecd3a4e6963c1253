/*
 * limits_cpu.c - linux.resources.cpu, cpuset included.
 *
 * See: scheduler/sched-bwc.rst, cgroup-v1/cpusets.rst; cgroup-v2.rst "CPU", "Cpuset". v2 has one
 * file for quota and period, so an update that names only one of them reads the other first.
 */
#include <string.h>

#include "runtime/cgroup/convert.h"
#include "runtime/cgroup/limits.h"
#include "user/base/fmt.h"

#define JSON(name) "linux.resources.cpu." name

static bool wanted(const struct spec_i64 *limit)
{
	return limit->set && limit->value != 0;
}

static void write_shares(struct limits *limits, const struct spec_cpu *cpu)
{
	struct cgroup_hierarchy *h;
	uint64_t shares = (uint64_t)cpu->shares.value;

	if (!wanted(&cpu->shares))
		return;
	h = limits_place(limits, CG_CPU, JSON("shares"));
	if (h)
		limits_write_i64(limits, h, JSON("shares"), h->v2 ? "cpu.weight" : "cpu.shares",
				 (int64_t)(h->v2 ? cg_weight_of_shares(shares) : shares));
}

static void bandwidth_v1(struct limits *limits, const struct cgroup_hierarchy *h,
			 const struct spec_cpu *cpu)
{
	if (wanted(&cpu->period_us))
		limits_write_i64(limits, h, JSON("period"), "cpu.cfs_period_us",
				 cpu->period_us.value);
	if (wanted(&cpu->quota_us))
		limits_write_i64(limits, h, JSON("quota"), "cpu.cfs_quota_us", cpu->quota_us.value);
	if (cpu->burst_us.set)
		limits_write_i64(limits, h, JSON("burst"), "cpu.cfs_burst_us", cpu->burst_us.value);
}

/* cpu.max is "QUOTA PERIOD"; what the spec leaves out stays as it is. */
static void bandwidth_v2(struct limits *limits, const struct cgroup_hierarchy *h,
			 const struct spec_cpu *cpu)
{
	bool quota = wanted(&cpu->quota_us), period = wanted(&cpu->period_us);
	char now[64] = "max 100000", number[24], value[80];
	const char *quota_text = now, *period_text = "100000";
	char *blank;

	if (cpu->burst_us.set)
		limits_write_i64(limits, h, JSON("burst"), "cpu.max.burst", cpu->burst_us.value);
	if (!quota && !period)
		return;
	if (!limits->cg->fresh && quota != period)
		(void)cg_read(limits->cg, h, "cpu.max", now, sizeof(now));
	blank = strchr(now, ' ');
	if (blank) {
		*blank = '\0';
		period_text = blank + 1;
	}
	fmt_string(number, sizeof(number), "%lld", (long long)cpu->quota_us.value);
	if (quota)
		quota_text = cpu->quota_us.value < 0 ? "max" : number;
	if (period)
		fmt_string(value, sizeof(value), "%s %lld", quota_text,
			   (long long)cpu->period_us.value);
	else
		fmt_string(value, sizeof(value), "%s %s", quota_text, period_text);
	limits_write(limits, h, quota ? JSON("quota") : JSON("period"), "cpu.max", value);
}

static void write_bandwidth(struct limits *limits, const struct spec_cpu *cpu)
{
	struct cgroup_hierarchy *h;

	if (!wanted(&cpu->quota_us) && !wanted(&cpu->period_us) && !cpu->burst_us.set)
		return;
	h = limits_place(limits, CG_CPU, wanted(&cpu->quota_us) ? JSON("quota") : JSON("period"));
	if (!h)
		return;
	if (h->v2)
		bandwidth_v2(limits, h, cpu);
	else
		bandwidth_v1(limits, h, cpu);
}

static void write_realtime(struct limits *limits, const struct spec_i64 *value, const char *json,
			   const char *file)
{
	struct cgroup_hierarchy *h;

	if (!wanted(value))
		return;
	h = limits_place(limits, CG_CPU, json);
	if (h && h->v2)
		limits_unsupported(limits, json, "cgroup v2 has no such limit");
	else
		limits_write_i64(limits, h, json, file, value->value);
}

/* "" comes from callers without optional strings. */
static void write_set(struct limits *limits, const char *value, const char *json, const char *file)
{
	if (value && *value)
		limits_write(limits, limits_place(limits, CG_CPUSET, json), json, file, value);
}

void limits_cpu(struct limits *limits, const struct spec_cpu *cpu)
{
	write_shares(limits, cpu);
	write_bandwidth(limits, cpu);
	write_realtime(limits, &cpu->realtime_period_us, JSON("realtimePeriod"),
		       "cpu.rt_period_us");
	write_realtime(limits, &cpu->realtime_runtime_us, JSON("realtimeRuntime"),
		       "cpu.rt_runtime_us");
	if (cpu->idle.set)
		limits_write_i64(limits, limits_place(limits, CG_CPU, JSON("idle")), JSON("idle"),
				 "cpu.idle", cpu->idle.value);
	write_set(limits, cpu->cpus, JSON("cpus"), "cpuset.cpus");
	write_set(limits, cpu->mems, JSON("mems"), "cpuset.mems");
	limits_settle(limits);
}
