#!/usr/bin/env bats
# cbench density: idle instances are started, counted, and all gone afterwards.

bats_require_minimum_version 1.5.0

setup() {
	cbench=$CBOX_OUT/bin/cbench
	dir=$BATS_TEST_TMPDIR
}

@test "memory grows with the number of instances and the slope is plausible" {
	"$cbench" density --runtime cbox-oci,crun -n 40 --points 4 --json "$dir/r.json"
	jq -e '.schema == 1 and .case == "density" and (.subjects | length) == 2' "$dir/r.json"
	# A netns alone costs the kernel over 100 KiB; an idle busybox costs less than 2 MiB.
	jq -e 'all(.subjects[]; [.points[].n] == [0, 10, 20, 30, 40] and .stopped == null
		and .per_instance_bytes > 100000 and .per_instance_bytes < 2000000
		and .ci95_bytes[0] <= .per_instance_bytes and .per_instance_bytes <= .ci95_bytes[1]
		and (.binding_limit | IN("memory", "pids", "threads", "open files")))' "$dir/r.json"
	jq -e 'all(.subjects[]; .points[4].pss_bytes > .points[1].pss_bytes)' "$dir/r.json"
}

@test "Ctrl-C takes down what was started and keeps the points" {
	"$cbench" density --runtime crun -n 3000 --points 30 --json "$dir/r.json" >"$dir/out" 3>&- &
	pid=$!
	sleep 12
	kill -INT "$pid"
	status=0
	wait "$pid" || status=$?
	[ "$status" = 130 ]
	jq -e '.subjects[0].points | length > 1' "$dir/r.json"
	jq -e '.subjects[0].stopped == null' "$dir/r.json"
	[ -z "$(grep -ls "cbench-$pid-" /proc/[0-9]*/cgroup)" ]
	[ -z "$(find /sys/fs/cgroup -maxdepth 4 -type d -name "cbench-$pid-*")" ]
}

@test "a runtime that cannot start is an error with its words, not an empty result" {
	printf '#!/bin/sh\n[ "$1" = --version ] && exit 0\necho "no room" >&2\nexit 1\n' >"$dir/bad"
	chmod +x "$dir/bad"
	run --separate-stderr "$cbench" density --runtime "$dir/bad" -n 8 --points 4
	[ "$status" = 1 ]
	[[ $stderr == *"no room"* ]]
}
