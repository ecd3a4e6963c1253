/*
 * stats_test.c - reading counters of both versions, and which processes are inside.
 */
#include "folder.h"

#include <signal.h>
#include <sys/wait.h>

TestSuite(stats, .fini = remove_root);

Test(stats, v1_counters)
{
	struct cgroup_stats s;

	fake_v1(V1_ALL);
	create();
	put_file("memory/a/b/memory.usage_in_bytes", "4096\n");
	put_file("memory/a/b/memory.memsw.usage_in_bytes", "5096\n");
	put_file("memory/a/b/memory.max_usage_in_bytes", "8192\n");
	put_file("memory/a/b/memory.limit_in_bytes", "9223372036854771712\n");
	put_file("memory/a/b/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n");
	put_file("cpu,cpuacct/a/b/cpuacct.usage", "123456789\n");
	put_file("cpu,cpuacct/a/b/cpu.stat", "nr_periods 5\nnr_throttled 2\nthrottled_time 77\n");
	put_file("pids/a/b/pids.current", "4\n");
	put_file("pids/a/b/pids.max", "max\n");
	cr_assert_eq(cg.ops->stats(&cg, &s, &err), 0, "%s", err.message);
	cr_assert_eq(s.memory_usage_bytes, 4096);
	cr_assert_eq(s.swap_usage_bytes, 1000);
	cr_assert_eq(s.memory_peak_bytes, 8192);
	cr_assert_eq(s.memory_limit_bytes, CGROUP_UNLIMITED);
	cr_assert_eq(s.oom_kills, 3);
	cr_assert_eq(s.cpu_usage_ns, 123456789);
	cr_assert_eq(s.cpu_throttled_ns, 77);
	cr_assert_eq(s.pids_current, 4);
	cr_assert_eq(s.pids_limit, CGROUP_UNLIMITED);
}

Test(stats, v2_counters_are_turned_into_nanoseconds)
{
	struct cgroup_stats s;

	fake_v2("cpu memory pids");
	create();
	put_file("a/b/memory.current", "4096\n");
	put_file("a/b/memory.max", "max\n");
	put_file("a/b/memory.events", "low 0\noom 9\noom_kill 2\noom_group_kill 0\n");
	put_file("a/b/cpu.stat", "usage_usec 10\nuser_usec 7\nsystem_usec 3\nnr_periods 1\n"
				 "nr_throttled 1\nthrottled_usec 5\n");
	cr_assert_eq(cg.ops->stats(&cg, &s, &err), 0);
	cr_assert_eq(s.memory_limit_bytes, CGROUP_UNLIMITED);
	cr_assert_eq(s.oom_kills, 2);
	cr_assert_eq(s.cpu_usage_ns, 10000);
	cr_assert_eq(s.cpu_throttled_ns, 5000);
	cr_assert_eq(s.pids_current, 0);
}

Test(stats, a_cgroup_that_is_gone_is_an_error)
{
	struct cgroup_stats s;

	fake_v2("cpu");
	cr_assert_eq(cg.ops->stats(&cg, &s, &err), -ENOENT);
}

Test(stats, keys_match_whole_words_at_the_start_of_a_line)
{
	uint64_t value = 0;

	cr_assert(cg_keyed_u64("oom 1\noom_kill 2", "oom_kill", &value));
	cr_assert_eq(value, 2);
	cr_assert_not(cg_keyed_u64("xoom_kill 2\noom_kill_x 3\noom_kill", "oom_kill", &value));
	cr_assert_not(cg_keyed_u64("oom_kill max\n", "oom_kill", &value));
}

Test(stats, pids_are_collected_from_cgroups_below_without_ourselves)
{
	char text[64];
	pid_t *pids;
	size_t count;

	fake_v2("pids");
	create();
	fmt_string(text, sizeof(text), "4711\n0\n%d\n", getpid());
	put_file("a/b/cgroup.procs", text);
	make_dir("a/b/c");
	put_file("a/b/c/cgroup.procs", "4712\n");
	cr_assert_eq(cg.ops->pids(&cg, &pids, &count, &err), 0, "%s", err.message);
	cr_assert_eq(count, 2);
	cr_assert_eq(pids[0], 4711);
	cr_assert_eq(pids[1], 4712);
	free(pids);
}

Test(stats, a_signal_reaches_the_processes_inside, .timeout = 20)
{
	char text[64];
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		pause();
		_exit(0);
	}
	fake_v2("pids");
	create();
	fmt_string(text, sizeof(text), "%d\n", pid);
	put_file("a/b/cgroup.procs", text);
	cr_assert_eq(cg.ops->signal(&cg, SIGTERM, &err), 0, "%s", err.message);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
}
