#!/bin/bash
# cbox.sh - the engine on pure cgroup v2 with its store on a disk: from import to a crash.
# Verbs and options have their own tests on the host; here is what depends on the kernel.
. /test/tap.sh

export CBOX_ROOT=/disk/store/cbox CBOX_RUN=/run/cbox
kills=${KILLS:-50}
mkdir -p /usr/share
ln -s /disk/store/demo.tar /usr/share/demo.tar
mkfifo /tmp/never

# nap SECONDS: no process of its own, whose start would blur the moment.
nap() {
	read -rt "$1" <>/tmp/never || true
}

# field NAME FILTER: from inspect, which speaks Docker's keys.
field() {
	cbox inspect "$1" | jq -r ".[0]$2"
}

survivors() {
	ps -o pid,args | grep '[s]leep 31415'
}

# left: what the engine still has of containers on disk, as cgroups, mounts and processes.
left() {
	find "$CBOX_RUN"/{core,owners,containers} "$CBOX_ROOT"/{containers,names} -mindepth 1 2>/dev/null
	find /sys/fs/cgroup/cbox -mindepth 1 -type d 2>/dev/null
	grep -h "$CBOX_ROOT" /proc/[0-9]*/mountinfo 2>/dev/null
	survivors
	true
}

after_test() {
	cbox ps -aq | xargs -r -n 1 cbox rm -f
}

test_the_demo_image_is_imported_once() {
	cbox import --demo
	equal "$(cbox images --json | jq -r '.images[].name')" demo:latest
}

test_run_passes_output_and_status() {
	equal "$(cbox run --rm demo echo hello)" hello
	local status=0
	cbox run --rm demo sh -c 'exit 42' || status=$?
	equal $status 42
	equal "$(left)" ''
}

test_a_detached_container_lives_and_is_removed() {
	cbox run -d --name web demo sh -c 'echo started; sleep 31415'
	equal "$(field web .State.Status)" running
	eventually logged web started
	cbox ps | grep -q web
	cbox stop -t 1 web
	equal "$(field web .State.Status)" exited
	fails cbox inspect nobody
	cbox rm web
	equal "$(left)" ''
}

logged() {
	cbox logs "$1" | grep -qx "$2"
}

test_exec_runs_in_the_containers_namespaces_and_cgroup() {
	cbox run -d --name host demo sleep 31415
	local pid
	pid=$(field host .State.Pid)
	equal "$(cbox exec host readlink /proc/self/ns/mnt)" "$(readlink "/proc/$pid/ns/mnt")"
	equal "$(cbox exec host cat /proc/self/cgroup)" 0::/
	local status=0
	cbox exec host sh -c 'exit 9' || status=$?
	equal $status 9
	cbox rm -f host
	equal "$(left)" ''
}

test_a_live_container_is_recorded_for_the_tracers() {
	cbox run -d --name traced demo sleep 31415
	local id pid record
	id=$(field traced .Id) pid=$(field traced .State.Pid)
	record=$CBOX_RUN/containers/$id.json
	cat "$record"
	jq -e --argjson pid "$pid" --arg id "$id" '.schema == 1 and .id == $id and .pid == $pid
		and .name == "traced" and (.lower | length) >= 3' "$record"
	equal "$(jq -r .cgroup "$record")" "$(sed -n 's/^0:://p' "/proc/$pid/cgroup")"
	equal "mnt:[$(jq -r .mntns "$record")]" "$(readlink "/proc/$pid/ns/mnt")"
	equal "net:[$(jq -r .netns "$record")]" "$(readlink "/proc/$pid/ns/net")"
	cbox rm -f traced
	[ ! -e "$record" ]
}

test_limits_are_in_force() {
	cbox run -d --name limited -m 32m --memory-swap 48m --cpus 0.5 --pids-limit 20 demo sleep 31415
	local dir
	dir=/sys/fs/cgroup$(jq -r .cgroup "$CBOX_RUN/containers/$(field limited .Id).json")
	equal "$(cat "$dir/memory.max")" 33554432
	equal "$(cat "$dir/memory.swap.max")" 16777216
	equal "$(cat "$dir/cpu.max")" '50000 100000'
	equal "$(cat "$dir/pids.max")" 20
	cbox rm -f limited
	[ ! -e "$dir" ]
}

test_a_container_killed_for_memory_says_so() {
	cbox run -d --name greedy -m 16m --memory-swap 16m demo dd if=/dev/zero of=/dev/null bs=64M count=1
	cbox wait greedy
	equal "$(field greedy .State.OOMKilled)" true
	equal "$(field greedy .State.ExitCode)" 137
	cbox rm greedy
	# Killed by somebody else is not out of memory.
	cbox run -d --name killed -m 16m demo sleep 31415
	cbox kill killed
	cbox wait killed
	equal "$(field killed .State.OOMKilled)" false
	equal "$(field killed .State.ExitCode)" 137
	cbox rm killed
}

test_a_child_killed_for_memory_is_seen_though_init_goes_on() {
	cbox run -d --name parent -m 16m --memory-swap 16m demo \
		sh -c 'dd if=/dev/zero of=/dev/null bs=64M count=1; exit 5'
	cbox wait parent
	equal "$(field parent .State.OOMKilled)" true
	equal "$(field parent .State.ExitCode)" 5
	cbox rm parent
}

test_writes_stay_in_the_containers_upper_layer() {
	local big upper
	big=$(cbox run --rm demo find / -xdev -size +60000k)
	[ -n "$big" ]
	cbox run --name writer demo sh -c "echo x >>$big; echo new >/new"
	upper=$(field writer .GraphDriver.Data.UpperDir)
	[ "$(stat -c %s "$upper$big")" -gt 60000000 ]
	equal "$(cat "$upper/new")" new
	# Another container sees the image as it was: two bytes shorter, and without the new file.
	equal "$(cbox run --rm demo sh -c "stat -c %s $big; test -e /new || echo absent" | paste -sd ' ' -)" \
		"$(($(stat -c %s "$upper$big") - 2)) absent"
	cbox rm writer
	[ ! -e "$upper" ]
}

test_a_read_only_container_and_its_tmpfs() {
	local status=0
	cbox run --rm --read-only --tmpfs /scratch demo sh -c 'echo x >/scratch/x && echo scratch; echo x >/x' \
		>/tmp/inside 2>&1 || status=$?
	cat /tmp/inside
	equal $status 1
	grep -qx scratch /tmp/inside
	grep -q 'Read-only file system' /tmp/inside
}

test_a_privileged_device_is_refused_by_the_cgroup() {
	local status=0
	cbox run --rm demo sh -c 'mknod /tmp/fuse c 10 229 && cat /tmp/fuse' >/tmp/inside 2>&1 || status=$?
	cat /tmp/inside
	equal $status 1
	grep -q "open '/tmp/fuse': Operation not permitted" /tmp/inside
}

# The moments are spread over the start of a container, whose length is measured first.
test_recover_undoes_a_run_killed_at_any_moment() {
	local i begun run_us at undone=0
	begun=${EPOCHREALTIME/./}
	cbox run --rm --name victim demo true
	run_us=$((${EPOCHREALTIME/./} - begun))
	for i in $(seq "$kills"); do
		at=$((run_us * i / kills))
		cbox run --rm --name victim demo sleep 31415 &
		nap "$(printf '%d.%06d' $((at / 1000000)) $((at % 1000000)))"
		kill -KILL $! 2>/dev/null || true
		wait $! || true
		cbox system recover >/tmp/said 2>&1
		cat /tmp/said
		! grep -q '^1 container undone' /tmp/said || undone=$((undone + 1))
		# Recovery takes the network namespace and mounts with the last process: at once here.
		equal "kill $i at $at of $run_us us: $(left)" "kill $i at $at of $run_us us: "
	done
	# If few were killed half-way this test showed nothing.
	[ $undone -ge $((kills / 4)) ]
	equal "$(cbox run --rm --name victim demo echo again)" again
}

test_recover_leaves_the_living_alone() {
	cbox run -d --name lives demo sleep 31415
	cbox system recover
	equal "$(field lives .State.Status)" running
	cbox rm -f lives
	equal "$(left)" ''
}

run_tests "$0"
