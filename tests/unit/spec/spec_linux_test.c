/*
 * spec_linux_test.c - namespaces, maps, devices, sysctls, and what needs which namespace.
 */
#include "config.h"

#include <sys/personality.h>

#define LINUX(members) "'linux': {" members "}"
#define NS(list) "'linux': {'namespaces': [" list "]}"

Test(linux_, namespaces_are_known_and_single)
{
	struct spec spec;

	expect_accepted(&spec, NS("{'type': 'network', 'path': '/run/netns/a'}, {'type': 'pid'}"));
	cr_assert_str_eq(spec.linux_.namespaces[SPEC_NS_NET].path, "/run/netns/a");
	cr_assert_null(spec.linux_.namespaces[SPEC_NS_PID].path);
	cr_assert_not(spec.linux_.namespaces[SPEC_NS_UTS].present);
	expect_refused(NS("{'type': 'net'}"),
		       "linux.namespaces[0].type: expected one of user ipc uts network pid cgroup "
		       "time mount, got \"net\"");
	expect_refused(NS("{'type': 'pid'}, {'type': 'pid', 'path': '/x'}"),
		       "linux.namespaces[1]: namespace 'pid' is given twice");
	expect_refused(NS("{'type': 'pid', 'path': 'x'}"),
		       "linux.namespaces[0].path: expected an absolute path, got \"x\"");
}

Test(linux_, names_of_the_host_need_their_own_uts_namespace)
{
	struct spec spec;

	expect_accepted(&spec, "'hostname': 'a', 'domainname': 'b', " NS("{'type': 'uts'}"));
	expect_accepted(&spec, "'hostname': ''");
	expect_refused("'hostname': 'a'", "hostname: needs a uts namespace in linux.namespaces");
	expect_refused("'domainname': 'a'",
		       "domainname: needs a uts namespace in linux.namespaces");
	expect_refused("'hostname': "
		       "'0123456789012345678901234567890123456789012345678901234567890123456789'",
		       "hostname: longer than 64 bytes");
}

Test(linux_, id_maps_and_user_namespace_need_each_other)
{
	struct spec spec;

#define MAP "[{'containerID': 0, 'hostID': 1000, 'size': 1}]"
	expect_accepted(&spec, LINUX("'namespaces': [{'type': 'user'}], 'uidMappings': " MAP
				     ", 'gidMappings': " MAP));
	cr_assert_eq(spec.linux_.gid_maps.items[0].host_id, 1000);
	expect_refused(LINUX("'uidMappings': " MAP),
		       "linux.uidMappings: needs a user namespace in linux.namespaces");
	expect_refused(NS("{'type': 'user'}"), "linux.namespaces: a new user namespace needs "
					       "linux.uidMappings and gidMappings");
	expect_accepted(&spec, NS("{'type': 'user', 'path': '/proc/7/ns/user'}"));
}

Test(linux_, id_maps_stay_within_the_ids_there_are)
{
	expect_refused(LINUX("'uidMappings': [{'containerID': 0, 'hostID': 0, 'size': 0}]"),
		       "linux.uidMappings[0]: size must be at least 1");
	expect_refused(
		LINUX("'uidMappings': [{'containerID': 0, 'hostID': 4294967290, 'size': 6}]"),
		"linux.uidMappings[0]: the range ends above the largest id, 4294967294");
	expect_refused(LINUX("'uidMappings': [{'containerID': 0, 'size': 6}]"),
		       "linux.uidMappings[0].hostID: missing");
}

Test(linux_, sysctls_of_the_host_are_refused)
{
	struct spec spec;

	expect_accepted(&spec, LINUX("'namespaces': [{'type': 'ipc'}, {'type': 'network'}], "
				     "'sysctl': {'kernel.msgmax': '1', 'net.ipv4.ip_forward': '1', "
				     "'fs.mqueue.msg_max': '5'}"));
	cr_assert_eq(spec.linux_.sysctl_count, 3);
	expect_refused(LINUX("'sysctl': {'kernel.shmmax': '1'}"),
		       "linux.sysctl.kernel.shmmax: needs an ipc namespace in linux.namespaces");
	expect_refused(LINUX("'sysctl': {'net.ipv4.ip_forward': '1'}"),
		       "linux.sysctl.net.ipv4.ip_forward: needs a network namespace in "
		       "linux.namespaces");
	expect_refused(LINUX("'namespaces': [{'type': 'network', 'path': '/proc/self/ns/net'}], "
			     "'sysctl': {'net.ipv4.ip_forward': '1'}"),
		       "linux.sysctl.net.ipv4.ip_forward: needs a network namespace in "
		       "linux.namespaces");
	expect_refused(LINUX("'sysctl': {'vm.swappiness': '1'}"),
		       "linux.sysctl.vm.swappiness: belongs to the whole host, not to a namespace");
	expect_refused(LINUX("'namespaces': [{'type': 'uts'}], 'sysctl': {'kernel.hostname': 'a'}"),
		       "linux.sysctl.kernel.hostname: use the member hostname for it");
}

Test(linux_, sysctl_keys_take_both_separators_and_cannot_climb)
{
	static const char *const bad[] = {
		"net..x",      ".net",	    "net.", "net", "net.///x..", "net.//.//.kernel.x",
		"net/../vm/x", "net.x./.y",
	};
	struct spec spec;

	expect_accepted(&spec, LINUX("'namespaces': [{'type': 'network'}], 'sysctl': "
				     "{'net/ipv4/conf/eth0.1/mtu': '1', "
				     "'net.ipv4.conf.eth0/1.mtu': '2'}"));
	cr_assert_str_eq(spec.linux_.sysctls[0].key, "net.ipv4.conf.eth0/1.mtu");
	cr_assert_str_eq(spec.linux_.sysctls[1].key, "net.ipv4.conf.eth0/1.mtu");
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		cr_assert_eq(read_config(&spec, arena_printf(&arena,
							     LINUX("'namespaces': [{'type': "
								   "'network'}], 'sysctl': "
								   "{'%s': '1'}"),
							     bad[i])),
			     -EINVAL, "'%s' was accepted", bad[i]);
}

Test(linux_, devices_are_typed_and_numbered)
{
	struct spec spec;

	expect_accepted(&spec, LINUX("'devices': [{'path': '/dev/fuse', 'type': 'c', 'major': 10, "
				     "'minor': 229, 'fileMode': 8630, 'uid': 1}]"));
	cr_assert_eq(spec.linux_.devices[0].minor, 229);
	cr_assert(spec.linux_.devices[0].has_mode);
	cr_assert_eq(spec.linux_.devices[0].mode, 0666);
	expect_accepted(&spec, LINUX("'devices': [{'path': '/dev/f', 'type': 'p'}]"));
	expect_refused(LINUX("'devices': [{'path': '/dev/f', 'type': 'x'}]"),
		       "linux.devices[0].type: expected c, b, u or p, got \"x\"");
	expect_refused(LINUX("'devices': [{'path': '/dev/f', 'type': 'c', 'major': 1}]"),
		       "linux.devices[0].minor: missing");
	expect_refused(LINUX("'devices': [{'path': 'dev/f', 'type': 'p'}]"),
		       "linux.devices[0].path: expected an absolute path, got \"dev/f\"");
}

Test(linux_, masked_paths_need_a_mount_namespace)
{
	struct spec spec;

	expect_accepted(&spec, LINUX("'maskedPaths': []"));
	expect_refused(LINUX("'maskedPaths': ['/proc/kcore']"),
		       "linux.maskedPaths: needs a mount namespace in linux.namespaces");
	expect_refused(LINUX("'readonlyPaths': ['/proc']"),
		       "linux.readonlyPaths: needs a mount namespace in linux.namespaces");
	expect_refused(LINUX("'namespaces': [{'type': 'mount'}], 'maskedPaths': ['/a', 'proc']"),
		       "linux.maskedPaths[1]: expected an absolute path, got \"proc\"");
}

Test(linux_, time_offsets_need_a_new_time_namespace)
{
	struct spec spec;

#define OFFSETS "'timeOffsets': {'boottime': {'secs': -5, 'nanosecs': 7}}"
	expect_accepted(&spec, LINUX("'namespaces': [{'type': 'time'}], " OFFSETS));
	cr_assert_eq(spec.linux_.boottime_offset.seconds, -5);
	cr_assert_eq(spec.linux_.boottime_offset.nanoseconds, 7);
	expect_refused(LINUX(OFFSETS),
		       "linux.timeOffsets: needs a time namespace in linux.namespaces");
	expect_refused(LINUX("'namespaces': [{'type': 'time', 'path': '/x'}], " OFFSETS),
		       "linux.timeOffsets: the time namespace to join has offsets already");
}

Test(linux_, propagation_and_personality_are_words)
{
	struct spec spec;

	expect_accepted(&spec, LINUX("'rootfsPropagation': 'rslave', 'personality': "
				     "{'domain': 'LINUX32'}"));
	cr_assert_str_eq(spec.linux_.rootfs_propagation, "slave");
	cr_assert_eq(spec.linux_.personality, PER_LINUX32);
	expect_accepted(&spec, LINUX("'rootfsPropagation': ''"));
	cr_assert_null(spec.linux_.rootfs_propagation);
	expect_refused(LINUX("'rootfsPropagation': 'all'"),
		       "linux.rootfsPropagation: expected one of private slave shared unbindable "
		       "rprivate rslave rshared runbindable, got \"all\"");
	expect_refused(LINUX("'personality': {'domain': 'LINUX', 'flags': ['X']}"),
		       "linux.personality.flags: the spec defines no personality flags");
}
