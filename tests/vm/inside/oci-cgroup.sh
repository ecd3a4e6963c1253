# oci-cgroup.sh - control groups on pure v2: limits that are in force, freezing, killing, devices.

# 512 shares, half the default, are weight 59 by the conversion of runc 1.3 and crun 1.23, which
# keeps 1024 shares at the default weight of 100; older runtimes wrote 20.
test_limits_are_in_the_files_of_the_cgroup() {
	start cbox-test-files '.linux.resources = {
		"memory": {"limit": 67108864, "reservation": 33554432, "swap": 100663296},
		"cpu": {"quota": 50000, "period": 100000, "shares": 512, "cpus": "0", "mems": "0"},
		"pids": {"limit": 33}, "unified": {"memory.high": "50331648"}}' sleep 100
	for wanted in memory.max=67108864 memory.low=33554432 memory.swap.max=33554432 \
		memory.high=50331648 'cpu.max=50000 100000' cpu.weight=59 cpuset.cpus=0 pids.max=33; do
		equal "${wanted%%=*}=$(cat "$cgroups/cbox-test-files/${wanted%%=*}")" "$wanted"
	done
	oci delete --force cbox-test-files
	gone cbox-test-files
}

test_too_much_memory_ends_in_an_oom_kill() {
	bundle cbox-test-oom '.linux.resources.memory = {"limit": 16777216, "swap": 16777216}' \
		dd if=/dev/zero of=/dev/null bs=64M count=1
	oci create --bundle /bundles/cbox-test-oom cbox-test-oom
	[ "$(cat $cgroups/cbox-test-oom/memory.max)" = 16777216 ]
	oci start cbox-test-oom
	eventually is_stopped cbox-test-oom
	grep -q '^oom_kill 1$' $cgroups/cbox-test-oom/memory.events
	oci delete cbox-test-oom
	status=0
	run cbox-test-oom '.linux.resources.memory = {"limit": 16777216, "swap": 16777216}' \
		dd if=/dev/zero of=/dev/null bs=64M count=1 || status=$?
	[ $status = 137 ]
	gone cbox-test-oom
}

test_too_many_processes_are_refused() {
	run cbox-test-pids '.linux.resources.pids.limit = 5' \
		sh -c 'for i in 1 2 3 4 5 6 7 8; do sleep 3 & done; echo all-started' >/tmp/inside 2>&1 || true
	cat /tmp/inside
	grep -qi "can't fork" /tmp/inside
	fails grep -q all-started /tmp/inside
	gone cbox-test-pids
}

test_too_much_cpu_is_throttled() {
	start cbox-test-cpu '.linux.resources.cpu = {"quota": 10000, "period": 100000}' \
		sh -c 'while :; do :; done'
	sleep 1
	cat $cgroups/cbox-test-cpu/cpu.stat
	[ "$(sed -n 's/^nr_throttled //p' $cgroups/cbox-test-cpu/cpu.stat)" -ge 5 ]
	oci delete --force cbox-test-cpu
	gone cbox-test-cpu
}

test_the_container_is_born_inside_its_cgroup() {
	bundle cbox-test-born . true
	strace -f -e trace=clone3 -o /tmp/strace /usr/bin/oci --root /run/cbox-test run \
		--bundle /bundles/cbox-test-born cbox-test-born
	cat /tmp/strace
	grep -q CLONE_INTO_CGROUP /tmp/strace
}

# Without a pid namespace nothing dies with init: only the cgroup knows the rest.
test_delete_force_ends_processes_that_init_left_behind() {
	start cbox-test-rest '.linux.namespaces |= map(select(.type != "pid"))' \
		sh -c 'trap "" TERM; for i in 1 2 3; do setsid sleep 1234 & done; echo started >/dev/shm/ready; wait'
	eventually test -s "/proc/$(cat /bundles/cbox-test-rest/pid)/root/dev/shm/ready"
	[ "$(wc -l <$cgroups/cbox-test-rest/cgroup.procs)" = 4 ]
	strace -f -e trace=openat,write,kill -o /tmp/strace \
		/usr/bin/oci --root /run/cbox-test delete --force cbox-test-rest
	grep -q cgroup.kill /tmp/strace
	fails living 'sleep 1234'
	gone cbox-test-rest
}

test_kill_all_reaches_every_process() {
	start cbox-test-all '.linux.namespaces |= map(select(.type != "pid"))' \
		sh -c 'for i in 1 2 3; do setsid sleep 2345 & done; echo started >/dev/shm/ready; wait'
	eventually test -s "/proc/$(cat /bundles/cbox-test-all/pid)/root/dev/shm/ready"
	oci kill --all cbox-test-all KILL
	eventually is_stopped cbox-test-all
	fails living 'sleep 2345'
	oci delete cbox-test-all
	gone cbox-test-all
}

# Runtimes always allow the standard devices (null, zero, …) and every mknod, so the rules are about others: kmsg may
# be read, fuse (whose driver is not even loaded: that would be ENODEV) not be opened.
devices='[{"allow": false, "access": "rwm"},
	{"allow": true, "type": "c", "major": 1, "minor": 11, "access": "r"}]'

test_device_rules_refuse_what_they_do_not_allow() {
	run cbox-test-devices ".linux.resources.devices = $devices
		| .process.capabilities |= map_values(. + [\"CAP_MKNOD\", \"CAP_SYSLOG\"])" \
		sh -c 'cd /dev && mknod kmsg c 1 11 && mknod fuse c 10 229 || exit 1
			dd if=kmsg of=/dev/null bs=8192 count=1 && echo kmsg-reads
			echo x >kmsg || echo kmsg-refuses-writes
			cat fuse || echo fuse-refused
			echo x >null && head -c 1 zero | wc -c' >/tmp/inside 2>&1
	cat /tmp/inside
	for line in kmsg-reads kmsg-refuses-writes fuse-refused 1; do
		grep -qx $line /tmp/inside
	done
	equal "$(grep -c 'Operation not permitted' /tmp/inside)" 2
}

test_later_device_rules_win() {
	run cbox-test-order '.linux.resources.devices = [{"allow": true, "access": "rwm"},
		{"allow": false, "type": "c", "major": 1, "minor": 11, "access": "r"}]
		| .process.capabilities |= map_values(. + ["CAP_MKNOD"])' \
		sh -c 'cd /dev && mknod k c 1 11 && mknod z c 1 5 || exit 1
			cat k || echo kmsg-refused
			head -c 1 z | wc -c' >/tmp/inside 2>&1
	cat /tmp/inside
	grep -qx kmsg-refused /tmp/inside
	grep -qx 1 /tmp/inside
}

test_the_container_sees_its_cgroup_as_the_root_read_only() {
	run cbox-test-view '.linux.resources.memory.limit = 67108864' sh -c 'cat /proc/self/cgroup
		cat /sys/fs/cgroup/memory.max; echo max >/sys/fs/cgroup/memory.max' >/tmp/inside 2>&1 || true
	cat /tmp/inside
	[ "$(sed -n 1p /tmp/inside)" = 0::/ ]
	[ "$(sed -n 2p /tmp/inside)" = 67108864 ]
	grep -q 'Read-only file system' /tmp/inside
}
