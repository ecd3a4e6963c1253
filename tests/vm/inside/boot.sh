#!/bin/bash
# boot.sh - what the other guest tests take for granted about a guest.
. /test/tap.sh

test_cgroup_v2_alone_is_mounted() {
	[ "$(stat -f -c %T /sys/fs/cgroup)" = cgroup2 ] || grep -q '^cgroup2 /sys/fs/cgroup ' /proc/mounts
	fails grep -q '^cgroup ' /proc/mounts
}

test_cgroup_controllers_reach_children() {
	mkdir /sys/fs/cgroup/child
	for controller in cpu cpuset io memory pids; do
		grep -qw $controller /sys/fs/cgroup/child/cgroup.controllers
	done
	rmdir /sys/fs/cgroup/child
}

test_kernel_has_btf() {
	[ "$(wc -c </sys/kernel/btf/vmlinux)" -gt 1000000 ]
}

test_a_kprobe_can_be_attached() {
	cd /sys/kernel/tracing
	echo 'p:cbox_probe do_exit' >kprobe_events
	echo 1 >events/kprobes/cbox_probe/enable
	echo 1 >tracing_on
	/applets/true
	grep -q cbox_probe: trace
	echo 0 >events/kprobes/cbox_probe/enable
	echo >kprobe_events
}

test_fentry_can_be_attached() {
	fentry-probe
}

test_user_namespaces_can_be_made() {
	[ "$(unshare -Ur id -u)" = 0 ]
	[ "$(setpriv --reuid 1000 --regid 1000 --clear-groups unshare -Ur id -u)" = 0 ]
}

test_subordinate_ids_map_a_range() {
	{ newuidmap 2>&1 || true; } | grep -q usage
	[ -u "$(command -v newuidmap)" ]
}

test_pivot_root_works_in_a_new_mount_namespace() {
	mkdir -p /tmp/root/old /tmp/root/bin
	cp /bin/busybox /tmp/root/bin/
	[ "$(unshare -m bash -c '
		mount --make-rprivate /
		mount --bind /tmp/root /tmp/root
		cd /tmp/root
		pivot_root . old
		/bin/busybox ls /' | sort | paste -sd ' ' -)" = 'bin old' ]
}

test_overlay_copies_up_on_every_disk() {
	for disk in ext4 xfs btrfs; do
		cd /disk/$disk
		mkdir lower upper work merged
		echo below >lower/file
		mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work merged
		echo above >>merged/file
		[ "$(cat upper/file)" = "below
above" ]
		umount merged
	done
}

test_a_disk_starts_with_the_content_given() {
	grep -q 'Does not own' /disk/ext4/guest_init.c
}

test_veth_pairs_and_bridges_can_be_made() {
	ip link add cbox-test-br type bridge
	ip link add cbox-test-a type veth peer name cbox-test-b
	ip link set cbox-test-a master cbox-test-br
	ip link del cbox-test-a
	ip link del cbox-test-br
}

test_loopback_is_up() {
	ping -c 1 127.0.0.1
}

run_tests "$0"
