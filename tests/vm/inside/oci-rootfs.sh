# oci-rootfs.sh - the file system a container sees: read-only, masked, mounted, and no way out.

test_the_root_is_read_only_and_not_the_hosts() {
	status=0
	run cbox-test-root . sh -c 'ls /; touch /x' >/tmp/inside 2>&1 || status=$?
	cat /tmp/inside
	[ $status = 1 ]
	grep -q 'Read-only file system' /tmp/inside
	fails grep -qx applets /tmp/inside
	run cbox-test-root '.root.readonly = false' sh -c 'echo made >/made'
	[ "$(cat /rootfs/made)" = made ]
	rm /rootfs/made
}

test_read_only_paths_refuse_writes() {
	run cbox-test-ro . sh -c 'for f in /proc/sys/kernel/domainname /proc/sysrq-trigger; do
		echo x >$f || echo refused; done' >/tmp/inside 2>&1
	cat /tmp/inside
	[ "$(grep -c 'Read-only file system' /tmp/inside)" = 2 ]
}

test_masked_paths_are_empty() {
	run cbox-test-mask . sh -c 'wc -c </proc/kcore; wc -c </proc/keys; ls -A /sys/firmware | wc -l
		touch /sys/firmware/x || echo refused' >/tmp/inside 2>&1
	cat /tmp/inside
	[ "$(head -n 3 /tmp/inside | paste -sd ' ')" = '0 0 0' ]
	grep -q refused /tmp/inside
}

test_mounts_carry_their_options() {
	mkdir -p /tmp/source/below
	echo content >/tmp/source/file
	mount -t tmpfs inner /tmp/source/below
	run cbox-test-mounts '.mounts += [
		{"destination": "/tmp", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "noexec", "size=1m", "mode=1770"]},
		{"destination": "/tmp/ro", "type": "bind", "source": "/tmp/source", "options": ["rbind", "ro"]},
		{"destination": "/tmp/rro", "type": "bind", "source": "/tmp/source", "options": ["rbind", "rro"]},
		{"destination": "/tmp/file", "type": "bind", "source": "/tmp/source/file", "options": ["bind"]}]' \
		sh -c 'cat /proc/self/mountinfo; stat -c %a /tmp; cat /tmp/file /tmp/ro/file
			touch /tmp/ro/x || echo ro-refused
			touch /tmp/ro/below/x && echo ro-is-not-recursive
			touch /tmp/rro/below/x || echo rro-refused' >/tmp/inside 2>&1
	umount /tmp/source/below
	cat /tmp/inside
	grep -q ' / /tmp rw,nosuid,noexec.*size=1024k' /tmp/inside
	grep -qx 1770 /tmp/inside
	[ "$(grep -cx content /tmp/inside)" = 2 ]
	for line in ro-refused ro-is-not-recursive rro-refused; do
		grep -qx $line /tmp/inside
	done
}

test_a_symlink_in_the_image_does_not_lead_mounts_outside() {
	mkdir -p /tmp/escape
	ln -sfn /tmp/escape /rootfs/tmp/link
	ln -sfn ../../../../../../tmp/escape /rootfs/tmp/dots
	mkdir -p /rootfs/tmp/escape
	run cbox-test-escape '.root.readonly = false | .mounts += [
		{"destination": "/tmp/link/a", "type": "tmpfs", "source": "tmpfs"},
		{"destination": "/tmp/dots/b", "type": "tmpfs", "source": "tmpfs"}]' \
		sh -c 'ls /tmp/escape' >/tmp/inside || true
	[ -z "$(ls /tmp/escape)" ]
	rm -rf /rootfs/tmp/escape /rootfs/tmp/link /rootfs/tmp/dots
}

test_standard_devices_work_and_others_are_absent() {
	run cbox-test-dev . sh -c 'echo x >/dev/null && head -c 4 /dev/urandom | wc -c && head -c 2 /dev/zero | wc -c
		ls -A /dev | sort | paste -sd " "; readlink /dev/fd' >/tmp/inside
	cat /tmp/inside
	[ "$(head -n 2 /tmp/inside | paste -sd ' ')" = '4 2' ]
	grep -q 'fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero' /tmp/inside
	fails grep -q kmsg /tmp/inside
}

test_nothing_of_the_container_is_mounted_on_the_host() {
	cat /proc/self/mountinfo >/tmp/before
	start cbox-test-private . sleep 100
	cat /proc/self/mountinfo >/tmp/after
	oci delete --force cbox-test-private
	diff /tmp/before /tmp/after
}
