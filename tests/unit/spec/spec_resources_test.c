/*
 * spec_resources_test.c - limits, devices and blockIO: ranges and paths in messages.
 */
#include "config.h"

#define RES(members) "'linux': {'resources': {" members "}}"

Test(resources, wrong_types_name_the_path)
{
	expect_refused(RES("'memory': {'limit': '1g'}"),
		       "linux.resources.memory.limit: expected an integer, got \"1g\"");
	expect_refused(RES("'memory': {'limit': -2}"),
		       "linux.resources.memory.limit: expected an integer of -1 or more, got -2");
	expect_refused(RES("'memory': {'swappiness': 101}"),
		       "linux.resources.memory.swappiness: expected an integer from 0 to 100, "
		       "got 101");
	expect_refused(RES("'memory': {'disableOOMKiller': 1}"),
		       "linux.resources.memory.disableOOMKiller: expected true or false, got 1");
	expect_refused(RES("'cpu': {'shares': 1.5}"),
		       "linux.resources.cpu.shares: expected an integer, got a number with a "
		       "fraction or exponent");
	expect_refused(RES("'pids': {'limit': 99999999999999999999}"),
		       "linux.resources.pids.limit: expected an integer, got a number with a "
		       "fraction or exponent");
}

Test(resources, absent_and_zero_are_told_apart)
{
	struct spec spec;

	expect_accepted(&spec, RES("'memory': {'swappiness': 0}, 'cpu': {}"));
	cr_assert(spec.linux_.resources.memory.swappiness.set);
	cr_assert_not(spec.linux_.resources.memory.limit_bytes.set);
	cr_assert_not(spec.linux_.resources.cpu.shares.set);
}

Test(resources, device_rules_default_to_everything)
{
	struct spec spec;
	const struct spec_device_rule *rule;

	expect_accepted(&spec, RES("'devices': [{'allow': false}, {'allow': true, 'type': 'c', "
				   "'major': 1, 'access': 'rm'}]"));
	rule = spec.linux_.resources.devices;
	cr_assert(rule->type == 'a' && rule->major == -1 && rule->minor == -1);
	cr_assert(rule->read && rule->write && rule->mknod && !rule->allow);
	rule++;
	cr_assert(rule->allow && rule->type == 'c' && rule->major == 1 && rule->minor == -1);
	cr_assert(rule->read && !rule->write && rule->mknod);
	expect_refused(RES("'devices': [{'access': 'r'}]"),
		       "linux.resources.devices[0].allow: missing");
	expect_refused(RES("'devices': [{'allow': true, 'access': 'rwx'}]"),
		       "linux.resources.devices[0].access: expected letters out of rwm, "
		       "got \"rwx\"");
	expect_refused(RES("'devices': [{'allow': true, 'major': -2}]"),
		       "linux.resources.devices[0].major: expected an integer from -1 to "
		       "4294967295, got -2");
}

Test(resources, block_io_is_read)
{
	struct spec spec;
	const struct spec_block_io *io = &spec.linux_.resources.block_io;

	expect_accepted(&spec, RES("'blockIO': {'weight': 10, 'weightDevice': [{'major': 8, "
				   "'minor': 0, 'weight': 500}], 'throttleReadBpsDevice': "
				   "[{'major': 8, 'minor': 16, 'rate': 18446744073709551615}]}"));
	cr_assert_eq(io->weight.value, 10);
	cr_assert_eq(io->weight_devices[0].weight.value, 500);
	cr_assert_eq(io->read_bps.items[0].rate, UINT64_MAX);
	cr_assert_eq(io->write_iops.count, 0);
	expect_refused(RES("'blockIO': {'weight': 1001}"),
		       "linux.resources.blockIO.weight: expected an integer from 0 to 1000, "
		       "got 1001");
	expect_refused(RES("'blockIO': {'throttleWriteIOPSDevice': [{'major': 8, 'minor': 0}]}"),
		       "linux.resources.blockIO.throttleWriteIOPSDevice[0].rate: missing");
}

Test(resources, names_that_become_files_cannot_be_paths)
{
	struct spec spec;

	expect_accepted(&spec, RES("'hugepageLimits': [{'pageSize': '2MB', 'limit': 5}], "
				   "'unified': {'memory.high': '1'}, 'rdma': {'mlx5_1': "
				   "{'hcaHandles': 3}}"));
	cr_assert_eq(spec.linux_.resources.hugepages[0].limit_bytes, 5);
	cr_assert_str_eq(spec.linux_.resources.unified[0].file, "memory.high");
	cr_assert_str_eq(spec.linux_.resources.rdma[0].device, "mlx5_1");
	expect_refused(RES("'hugepageLimits': [{'pageSize': '2MB/../x', 'limit': 5}]"),
		       "linux.resources.hugepageLimits[0].pageSize: expected a size like 2MB, "
		       "got \"2MB/../x\"");
	expect_refused(RES("'unified': {'../memory.high': '1'}"),
		       "linux.resources.unified.../memory.high: is not the name of a cgroup file");
}

Test(resources, network_is_read)
{
	struct spec spec;

	expect_accepted(&spec, RES("'network': {'classID': 1048577, 'priorities': "
				   "[{'name': 'eth0', 'priority': 5}]}"));
	cr_assert_eq(spec.linux_.resources.network_class_id.value, 0x100001);
	cr_assert_eq(spec.linux_.resources.network_priorities[0].priority, 5);
}
