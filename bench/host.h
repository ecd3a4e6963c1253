/*
 * host.h - the facts about the machine that decide whether two results may be compared.
 *
 * Owns: reading kernel, CPU, memory, load, pressure (PSI), steal, cgroup mode, frequency governor.
 * Does not own: judging them (warnings.h).
 *
 * See: uname(2), proc(5), Documentation/accounting/psi.rst,
 * Documentation/admin-guide/pm/cpufreq.rst.
 */
#ifndef CBOX_BENCH_HOST_H
#define CBOX_BENCH_HOST_H

#include <stdbool.h>
#include <stdint.h>

struct workspace;

struct host {
	char kernel[128], machine[32];
	char cpu[128];
	unsigned cores;	      /* online CPUs */
	char hypervisor[32];  /* "yes", "none": the CPU's hypervisor flag */
	char governor[32];    /* of CPU 0; "none" when the kernel shows no cpufreq */
	char cgroup_mode[24]; /* "v2", "hybrid", "v1", "none" */
	char cgroup_seen[24]; /* what the subjects saw, when cbench hid a part */
	uint64_t memory_bytes;
	double load[3];			    /* 1, 5, 15 minutes */
	double psi_cpu, psi_io, psi_memory; /* "some avg10", per cent; -1 without PSI */
	uint64_t time_s;		    /* of the measurement, epoch */
};

/* Fills what can be read; the rest is "" or 0. Never fails. ws may be NULL. */
void host_read(struct host *host, const struct workspace *ws);

/* Counters whose differences say how disturbed an interval was; 0 when the kernel has none. */
struct disturbance {
	uint64_t cpu_stall_ns; /* PSI: total time some task waited for a CPU */
	uint64_t steal_ns;     /* time of our CPUs given to others, all CPUs */
};
void host_disturbance(struct disturbance *now);

#endif
