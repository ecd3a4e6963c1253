#!/bin/sh
# copyup.sh - every copy-up is seen by fexit and by kprobe, on a kernel that offers both.
. /test/tap.sh

# truth DIR OPTIONS [CTRACE-ARGS...]
truth() {
	cgroup=/sys/fs/cgroup/cbox-test-copyup
	mkdir -p $cgroup
	dir=$1 options=$2
	shift 2
	unshare -m sh /test/copyup-truth.sh ctrace /usr/bin "$dir" $cgroup "$options" "$@" >/tmp/truth 2>&1 || {
		tail -n 20 /tmp/truth
		rm -rf "$dir"
		return 1
	}
	cat /tmp/truth
	grep -q ' 0 missed, 0 false, 0 wrong' /tmp/truth
	[ "$(sed -n 's/ inodes,.*//p' /tmp/truth)" -ge 250 ]
	rm -rf "$dir"
}

test_the_doctor_chooses_fexit() {
	ctrace doctor
	ctrace doctor --json | jq -e '.backends | map(select(.chosen).backend) == ["fexit"]'
}

test_every_copy_up_is_seen_by_fexit_on_ext4() {
	truth /disk/e/t "" --backend fexit
}

test_every_copy_up_is_seen_by_kprobe_on_ext4() {
	truth /disk/e/t "" --backend kprobe
}

test_every_copy_up_is_seen_on_tmpfs_by_the_default_backend() {
	truth /tmp/t ""
}

test_every_copy_up_is_seen_with_metacopy_and_moved_folders() {
	truth /disk/e/t metacopy=on,redirect_dir=on
}

test_every_copy_up_is_seen_with_metacopy_by_kprobe() {
	truth /disk/e/t metacopy=on,redirect_dir=on --backend kprobe
}

test_the_time_of_fsync_is_apart() {
	mkdir -p /disk/e/f/l /disk/e/f/u /disk/e/f/w /disk/e/f/m
	head -c 1000000 /dev/zero >/disk/e/f/l/file
	unshare -m sh -c 'cd /disk/e/f && mount -t overlay overlay -o lowerdir=l,upperdir=u,workdir=w m &&
		ctrace copyup --json -o /tmp/events -- sh -c "echo x >>m/file"'
	jq -es '.[0] | .fsync_ns > 0 and .copy_ns > 0 and .copied_bytes == 1000000 and .syscall == "openat"
		and .path == "/disk/e/f/m/file"' /tmp/events
}

run_tests "$0"
