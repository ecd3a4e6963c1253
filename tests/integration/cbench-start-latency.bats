#!/usr/bin/env bats
# cbench start-latency and table against real programs: what counts as a run, what a refusal, a
# hang and Ctrl-C leave behind. Fake runtimes are shell scripts that break one promise each.

bats_require_minimum_version 1.5.0

setup() {
	cbench=$CBOX_OUT/bin/cbench
	dir=$BATS_TEST_TMPDIR
}

# fake NAME BODY: an OCI runtime that answers --version and otherwise runs BODY.
fake() {
	printf '#!/bin/sh\n[ "$1" = --version ] && { echo "%s version 0"; exit 0; }\n%s\n' "$1" "$2" \
		>"$dir/$1"
	chmod +x "$dir/$1"
}

@test "process, floor, crun and runc all start the same bundle" {
	run "$cbench" start-latency --runtime crun,runc,floor,process --vm none -n 6 --warmup 1 \
		--no-table --seed 7 --json "$dir/r.json"
	[ "$status" = 0 ]
	jq -e '.schema == 1 and .case == "start-latency" and .seed == 7' "$dir/r.json"
	jq -e '[.subjects[] | .samples_ns | length] == [6, 6, 6, 6]' "$dir/r.json"
	jq -e 'all(.subjects[]; .failures == 0 and .timeouts == 0 and .median_ns > 0
		and .ci95_ns[0] <= .median_ns and .median_ns <= .ci95_ns[1]
		and (.cpu_ns | length) == 6)' "$dir/r.json"
	jq -e '.subjects[0].ratio_to_first == 1' "$dir/r.json"
	# What a process costs is a part of what the floor costs, and that of what a runtime costs.
	jq -e '[.subjects[].median_ns] | .[3] < .[2] and .[2] < .[0] and .[0] < .[1]' "$dir/r.json"
	jq -e '.host | .kernel and .cpu and .cores > 0 and .cgroup_mode and (.load | length) == 3' \
		"$dir/r.json"
}

@test "a runtime that refuses the host is a failure, not the fastest" {
	fake refuses 'echo "refuses: no cgroups here" >&2; exit 1'
	run --separate-stderr "$cbench" start-latency --runtime "process,$dir/refuses" --vm none -n 6 \
		--warmup 0 --no-table --json -
	[ "$status" = 1 ]
	jq -e '.subjects[1] | .failures == 6 and .samples_ns == [] and .median_ns == null
		and .ratio_to_first == null' <<<"$output"
	jq -e '.subjects[1].first_error == "exit code 1: refuses: no cgroups here"' <<<"$output"
}

@test "a runtime that says success without running the payload is a failure" {
	fake pretends 'exit 0'
	run --separate-stderr "$cbench" start-latency --runtime "process,$dir/pretends" --vm none -n 6 \
		--warmup 0 --no-table --json -
	[ "$status" = 1 ]
	jq -e '.subjects[1] | .failures == 6 and (.first_error | test("payload did not run"))' <<<"$output"
}

@test "echoing the arguments is not running the payload" {
	fake parrot 'cat "$5/config.json"'
	run --separate-stderr "$cbench" start-latency --runtime "process,$dir/parrot" --vm none -n 6 \
		--warmup 0 --no-table --json -
	jq -e '.subjects[1].failures == 6' <<<"$output"
}

@test "a hang is counted as a timeout, and its processes are gone" {
	fake hangs 'case "$3" in run) setsid sleep 98765 & sleep 98765 ;; esac'
	run --separate-stderr "$cbench" start-latency --runtime "process,$dir/hangs" --vm none -n 2 \
		--warmup 0 --timeout 300ms --no-table --json -
	[ "$status" = 1 ]
	jq -e '.subjects[1] | .timeouts == 2 and .failures == 0 and .samples_ns == []' <<<"$output"
	run pgrep -f 'sleep 98765'
	[ "$status" != 0 ]
}

@test "some failures leave the rest measured, and are said" {
	fake shaky 'case "$3" in run) n=$(cat '"$dir"'/n || echo 0); echo $((n + 1)) >'"$dir"'/n
		[ $((n % 2)) = 0 ] && exit 1
		exec crun "$@" ;; esac
		exec crun "$@"'
	run --separate-stderr "$cbench" start-latency --runtime "$dir/shaky" --vm none -n 12 --warmup 0 \
		--no-table
	[ "$status" = 0 ]
	[[ $output == *"6/12"* ]]
	[[ $output == *"6 failed, 0 timed out"* ]]
	[[ $stderr == *"6 of 12 runs failed"* ]]
}

@test "Ctrl-C keeps what was measured" {
	"$cbench" start-latency --runtime process --vm none -n 100000 --warmup 0 --no-table \
		--json "$dir/r.json" >"$dir/out" 3>&- &
	pid=$!
	sleep 2
	kill -INT "$pid"
	status=0
	wait "$pid" || status=$?
	[ "$status" = 130 ]
	jq -e '.interrupted and (.subjects[0].samples_ns | length) > 10' "$dir/r.json"
	grep -q interrupted "$dir/out"
}

@test "a subject that is missing is listed with what to do; named ones end with 3" {
	run --separate-stderr "$cbench" start-latency --runtime process,no-such-runtime --vm none -n 6 \
		--warmup 0 --no-table
	[ "$status" = 3 ]
	[[ $output == *"no-such-runtime: not available: 'no-such-runtime' is not installed"* ]]
	run --separate-stderr env PATH=/nowhere "$cbench" start-latency --runtime process -n 6 \
		--warmup 0 --no-table --vm-kernel /nonexistent
	[ "$status" = 0 ]
	[[ $output == *"qemu-microvm: not available"*"hint: "* ]]
}

@test "the same seed makes the same order" {
	for i in 1 2; do
		"$cbench" start-latency --runtime process,floor --vm none -n 20 --warmup 0 --no-table \
			--seed 5 --json "$dir/$i.json" >/dev/null
		jq -c '[.subjects[].blocks]' "$dir/$i.json" >"$dir/$i.order"
	done
	cmp "$dir/1.order" "$dir/2.order"
}

@test "the text fits 80 columns and the table says what is measured and what is claimed" {
	run --separate-stderr "$cbench" table --runtime crun --vm none -n 6 --warmup 0
	[ "$status" = 0 ]
	[ "$(awk '{ if (length($0) > 80) n++ } END { print n + 0 }' <<<"$output")" = 0 ]
	[[ $output == *measured*claimed*measured*claimed* ]]
	[[ $output == *"30-60 s"*"<1 s"* ]]
}

@test "a VM boots to its ready line, with the accelerator named and its memory measured" {
	command -v qemu-system-x86_64 >/dev/null || skip "qemu-system-x86_64 is not installed"
	[ -e "$CBOX_OUT/guest/6.1/vmlinux" ] || skip "no guest kernel: make guest-kernels"
	run --separate-stderr "$cbench" start-latency --runtime process --vm tcg --vm-runs 2 -n 2 \
		--warmup 0 --json "$dir/r.json"
	[ "$status" = 0 ]
	jq -e '.subjects[1] | .accel == "tcg" and (.samples_ns | length) == 2
		and .memory_bytes > 50000000 and (.version | test("QEMU.*Linux 6.1"))' "$dir/r.json"
	jq -e '.table.vm | .boot_ns > 100000000 and .size_shared_bytes > 1000000' "$dir/r.json"
	[[ $output == *"VM (TCG)"* ]]
}

@test "a VM that never gets ready is a timeout and its QEMU is gone" {
	command -v qemu-system-x86_64 >/dev/null || skip "qemu-system-x86_64 is not installed"
	[ -e "$CBOX_OUT/guest/6.1/vmlinux" ] || skip "no guest kernel: make guest-kernels"
	run --separate-stderr "$cbench" start-latency --runtime process --vm tcg --vm-runs 1 -n 1 \
		--warmup 0 --timeout 100ms --no-table --json -
	[ "$status" = 1 ]
	jq -e '.subjects[1].timeouts == 1' <<<"$output"
	run pgrep -f "qemu-system.*$CBOX_OUT/guest"
	[ "$status" != 0 ]
}

@test "nothing is left on the host: no mount, no folder, no cgroup" {
	grep ' /sys/fs/cgroup' /proc/self/mountinfo >"$dir/before" || true
	"$cbench" start-latency --runtime crun,runc --vm none -n 3 --warmup 0 >/dev/null
	grep ' /sys/fs/cgroup' /proc/self/mountinfo | cmp - "$dir/before"
	run ! grep cbench /proc/self/mountinfo
	[ -z "$(ls -d /tmp/cbench-* 2>/dev/null)" ]
	[ -z "$(find /sys/fs/cgroup -maxdepth 3 -type d -name 'cbench-*')" ]
}

@test "cbox-oci starts in half of crun's time, 0.15 of runc's, twice the floor's, at most" {
	"$cbench" start-latency --runtime cbox-oci,crun,runc,floor --vm none -n 40 --no-table \
		--json "$dir/r.json" >/dev/null
	jq -c '.subjects[] | {name, median_ns, ratio_to_first, failures}' "$dir/r.json"
	jq -e 'all(.subjects[]; .failures == 0 and .timeouts == 0)' "$dir/r.json"
	jq -e '[.subjects[].median_ns] | .[0] <= 0.5 * .[1] and .[0] <= 0.15 * .[2]
		and .[0] <= 2 * .[3]' "$dir/r.json"
}

@test "cbox as a whole engine is measured, and its image is gone afterwards" {
	export CBOX_ROOT=$dir/root CBOX_RUN=$dir/run
	"$cbench" start-latency --runtime cbox,cbox-oci --vm none -n 6 --no-table --json "$dir/r.json" \
		>/dev/null
	jq -e 'all(.subjects[]; .failures == 0 and .timeouts == 0)' "$dir/r.json"
	run "$CBOX_OUT/bin/cbox" images
	[[ $output != *cbench-* ]]
}
