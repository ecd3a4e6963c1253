/*
 * limits_test.c - what is written where, on both versions; and that nothing else is.
 */
#include "folder.h"

TestSuite(limits, .fini = remove_root);

static void refuse(const struct spec_resources *res, const char *message)
{
	err_reset(&err);
	cr_assert_lt(cg.ops->apply(&cg, res, &err), 0);
	cr_assert_str_eq(err.message, message);
}

Test(limits, an_empty_spec_writes_no_limit)
{
	struct spec_resources res = { 0 };

	fake_v1(V1_ALL);
	create();
	apply(&res);
	cr_assert_null(content("memory/a/b/memory.limit_in_bytes"));
	cr_assert_null(content("cpu,cpuacct/a/b/cpu.shares"));
	cr_assert_null(content("pids/a/b/pids.max"));
}

Test(limits, zero_leaves_a_limit_alone)
{
	struct spec_resources res = {
		.memory = { .limit_bytes = SET(0), .swap_bytes = SET(0), .swappiness = SET(0) },
		.cpu = { .shares = SET(0), .quota_us = SET(0), .period_us = SET(0), .cpus = "" },
		.pids_limit = SET(0),
		.block_io = { .weight = SET(0) },
	};

	fake_v1(V1_ALL);
	create();
	apply(&res);
	cr_assert_null(content("memory/a/b/memory.limit_in_bytes"));
	expect_content("memory/a/b/memory.swappiness", "0");
	cr_assert_null(content("cpu,cpuacct/a/b/cpu.shares"));
	cr_assert_null(content("pids/a/b/pids.max"));
	expect_content("cpuset/a/b/cpuset.cpus", "0-3");
}

Test(limits, v1_takes_memory_and_swap_as_they_are)
{
	struct spec_resources res = {
		.memory = { .limit_bytes = SET(4096),
			    .swap_bytes = SET(8192),
			    .reservation_bytes = SET(2048),
			    .disable_oom_killer = true },
	};

	fake_v1(V1_ALL);
	create();
	apply(&res);
	expect_content("memory/a/b/memory.limit_in_bytes", "4096");
	expect_content("memory/a/b/memory.memsw.limit_in_bytes", "8192");
	expect_content("memory/a/b/memory.soft_limit_in_bytes", "2048");
	expect_content("memory/a/b/memory.oom_control", "1");
}

Test(limits, v2_takes_swap_alone)
{
	struct spec_resources res = {
		.memory = { .limit_bytes = SET(4096),
			    .swap_bytes = SET(8192),
			    .reservation_bytes = SET(2048) },
	};

	fake_v2("memory");
	create();
	apply(&res);
	expect_content("a/b/memory.max", "4096");
	expect_content("a/b/memory.swap.max", "4096");
	expect_content("a/b/memory.low", "2048");
	res.memory.swap_bytes.value = 100;
	refuse(&res, "linux.resources.memory.swap: memory plus swap, so it must be at least "
		     "linux.resources.memory.limit");
	cr_assert_eq(err.status, EXIT_OK, "bad input is no lack of the kernel");
}

Test(limits, no_limit_is_spelled_for_each_version)
{
	struct spec_resources res = {
		.memory = { .limit_bytes = SET(-1) },
		.cpu = { .quota_us = SET(-1) },
		.pids_limit = SET(-1),
	};

	fake_v1(V1_ALL);
	create();
	apply(&res);
	expect_content("memory/a/b/memory.limit_in_bytes", "-1");
	expect_content("cpu,cpuacct/a/b/cpu.cfs_quota_us", "-1");
	expect_content("pids/a/b/pids.max", "max");
	remove_root();
	fake_v2("memory cpu pids");
	create();
	apply(&res);
	expect_content("a/b/memory.max", "max");
	expect_content("a/b/cpu.max", "max 100000");
	expect_content("a/b/pids.max", "max");
}

Test(limits, cpu_in_both_dialects)
{
	struct spec_resources res = {
		.cpu = { .shares = SET(1024),
			 .quota_us = SET(50000),
			 .period_us = SET(200000),
			 .burst_us = SET(1000),
			 .idle = SET(1),
			 .cpus = "0-1",
			 .mems = "0" },
	};

	fake_v1(V1_ALL);
	create();
	apply(&res);
	expect_content("cpu,cpuacct/a/b/cpu.shares", "1024");
	expect_content("cpu,cpuacct/a/b/cpu.cfs_quota_us", "50000");
	expect_content("cpu,cpuacct/a/b/cpu.cfs_period_us", "200000");
	expect_content("cpu,cpuacct/a/b/cpu.cfs_burst_us", "1000");
	expect_content("cpu,cpuacct/a/b/cpu.idle", "1");
	expect_content("cpuset/a/b/cpuset.cpus", "0-1");
	remove_root();
	fake_v2("cpu cpuset");
	create();
	apply(&res);
	expect_content("a/b/cpu.weight", "100");
	expect_content("a/b/cpu.max", "50000 200000");
	expect_content("a/b/cpu.max.burst", "1000");
	expect_content("a/b/cpuset.mems", "0");
}

Test(limits, an_update_of_the_quota_keeps_the_period)
{
	struct spec_resources quota = { .cpu = { .quota_us = SET(50000) } };
	struct spec_resources period = { .cpu = { .period_us = SET(30000) } };

	fake_v2("cpu");
	create();
	cg.fresh = false;
	put_file("a/b/cpu.max", "max 200000\n");
	apply(&quota);
	expect_content("a/b/cpu.max", "50000 200000");
	apply(&period);
	expect_content("a/b/cpu.max", "50000 30000");
}

Test(limits, a_new_limit_below_usage_is_checked_when_asked)
{
	struct spec_resources res = {
		.memory = { .limit_bytes = SET(4096), .check_before_update = true },
	};

	fake_v2("memory");
	create();
	cg.fresh = false;
	put_file("a/b/memory.current", "5000\n");
	refuse(&res, "linux.resources.memory.limit: 4096 is below the present usage of 5000");
	cr_assert_null(content("a/b/memory.max"));
}

Test(limits, what_v2_lacks_is_unsupported_and_named)
{
	struct spec_resources swappiness = { .memory = { .swappiness = SET(0) } };
	struct spec_resources oom = { .memory = { .disable_oom_killer = true } };
	struct spec_resources tcp = { .memory = { .kernel_tcp_bytes = SET(1) } };
	struct spec_resources rt = { .cpu = { .realtime_runtime_us = SET(1) } };

	fake_v2("memory cpu");
	create();
	refuse(&swappiness, "linux.resources.memory.swappiness: cgroup v2 has no such limit");
	cr_assert_eq(err.status, EXIT_UNSUPPORTED);
	refuse(&oom, "linux.resources.memory.disableOOMKiller: cgroup v2 cannot disable it");
	refuse(&tcp, "linux.resources.memory.kernelTCP: cgroup v2 has no such limit");
	refuse(&rt, "linux.resources.cpu.realtimeRuntime: cgroup v2 has no such limit");
}

Test(limits, a_missing_controller_is_unsupported_and_named)
{
	struct spec_resources res = { .pids_limit = SET(5) };

	fake_v1("memory");
	create();
	refuse(&res, "linux.resources.pids.limit: the pids controller is not available for "
		     "cgroup '/a/b'");
	cr_assert_eq(err.status, EXIT_UNSUPPORTED);
}

Test(limits, block_io_throttles_and_weights)
{
	struct spec_throttle_device device = { 8, 16, 1048576 }, none = { 8, 16, 0 };
	struct spec_resources res = {
		.block_io = { .weight = SET(500),
			      .read_bps = { &device, 1 },
			      .write_iops = { &device, 1 } },
	};

	fake_v1(V1_ALL);
	create();
	apply(&res);
	expect_content("blkio/a/b/blkio.weight", "500");
	expect_content("blkio/a/b/blkio.throttle.read_bps_device", "8:16 1048576");
	expect_content("blkio/a/b/blkio.throttle.write_iops_device", "8:16 1048576");
	remove_root();
	fake_v2("io");
	create();
	apply(&res);
	expect_content("a/b/io.weight", "4950");
	expect_content("a/b/io.max", "8:16 wiops=1048576");
	put_file("a/b/io.bfq.weight", "");
	res.block_io.write_iops.items = &none;
	apply(&res);
	expect_content("a/b/io.bfq.weight", "500");
	expect_content("a/b/io.max", "8:16 wiops=max");
}

Test(limits, hugepages_go_to_the_hierarchy_that_has_them)
{
	struct spec_hugepage_limit limit = { "2MB", 4194304 };
	struct spec_resources res = { .hugepages = &limit, .hugepage_count = 1 };

	new_root();
	make_dir("memory");
	make_dir("unified");
	put_file("unified/cgroup.controllers", "hugetlb\n");
	cr_assert_eq(cgroup_open_fake(&cg, root, "/x", &err), 0);
	create();
	apply(&res);
	expect_content("unified/x/hugetlb.2MB.max", "4194304");
}

Test(limits, network_and_rdma)
{
	struct spec_if_priority priority = { "eth0", 5 };
	struct spec_rdma_limit rdma = { "mlx5_1", SET(3), { 0 } };
	struct spec_resources res = {
		.network_class_id = SET(0x100001),
		.network_priorities = &priority,
		.network_priority_count = 1,
		.rdma = &rdma,
		.rdma_count = 1,
	};

	fake_v1(V1_ALL " rdma");
	create();
	apply(&res);
	expect_content("net_cls,net_prio/a/b/net_cls.classid", "1048577");
	expect_content("net_cls,net_prio/a/b/net_prio.ifpriomap", "eth0 5");
	expect_content("rdma/a/b/rdma.max", "mlx5_1 hca_handle=3");
}

Test(limits, unified_is_for_v2_alone)
{
	struct spec_unified high = { "memory.high", "1000" };
	struct spec_resources res = { .unified = &high, .unified_count = 1 };

	fake_v2("memory");
	create();
	apply(&res);
	expect_content("a/b/memory.high", "1000");
	remove_root();
	fake_v1("memory");
	create();
	refuse(&res, "linux.resources.unified: names files of cgroup v2, and this host uses v1");
}

Test(limits, devices_are_denied_except_the_standard_ones)
{
	struct spec_device_rule rules[] = {
		{ .allow = false, .type = 'a', .major = -1, .minor = -1 },
		{ .allow = true, .type = 'b', .major = 8, .minor = -1, .read = true },
	};
	struct spec_resources res = { .devices = rules, .device_count = 2 };

	fake_v1("devices");
	create();
	apply(&res);
	expect_content("devices/a/b/devices.deny", "aa");
	cr_assert(str_starts_with(content("devices/a/b/devices.allow"),
				  "b 8:* rc *:* mb *:* mc 1:3 rwmc 1:5 rwm"));
}

Test(limits, an_update_without_device_rules_leaves_devices_alone)
{
	struct spec_resources res = { 0 };

	fake_v1("devices");
	create();
	cg.fresh = false;
	apply(&res);
	cr_assert_null(content("devices/a/b/devices.allow"));
}

Test(limits, freezing_writes_the_state)
{
	fake_v1("freezer");
	create();
	put_file("freezer/a/b/freezer.state", "");
	cr_assert_eq(cg.ops->freeze(&cg, true, &err), 0, "%s", err.message);
	expect_content("freezer/a/b/freezer.state", "FROZEN");
	cr_assert_eq(cg.ops->freeze(&cg, false, &err), 0);
	expect_content("freezer/a/b/freezer.state", "THAWED");
}
