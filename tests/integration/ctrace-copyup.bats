#!/usr/bin/env bats
# ctrace copyup against the kernel of this host: every copy-up is seen once with its bytes, nothing
# else is, and what cannot be traced is refused.

bats_require_minimum_version 1.5.0

setup() {
	ctrace=$CBOX_OUT/bin/ctrace
	here=$BATS_TEST_DIRNAME
	# Not tmpfs: the fsync of a copy-up is to be real.
	dir=/var/tmp/cbox-test-copyup.$$
	cgroup=
	export CBOX_RUN=$BATS_TEST_TMPDIR/run
	mkdir -p "$CBOX_RUN/containers"
}

teardown() {
	rm -rf "$dir"
	[ -z "$cgroup" ] || rmdir "$cgroup"
}

make_cgroup() {
	local root
	for root in /sys/fs/cgroup/pids /sys/fs/cgroup; do
		[ -e "$root/cgroup.procs" ] || continue
		cgroup=$root/cbox-test-copyup.$$
		mkdir "$cgroup"
		return
	done
	skip "no cgroup hierarchy is mounted"
}

truth() {
	make_cgroup
	run unshare -m "$here/copyup-truth.sh" "$ctrace" "$CBOX_OUT/test" "$dir" "$cgroup" "$@"
	tail -n 20 <<<"$output"
	[ "$status" = 0 ]
	[[ $output =~ ([0-9]+)\ inodes,\ ([0-9]+)\ events,\ 0\ missed,\ 0\ false,\ 0\ wrong ]]
	[ "${BASH_REMATCH[1]}" -ge 250 ]
}

# An overlay in this shell's mount namespace: $dir/{lower,upper,merged} with files f1…fN of 4 KiB.
small_overlay() {
	local i
	mkdir -p "$dir"/{lower,upper,work,merged}
	for ((i = 1; i <= $1; i++)); do
		head -c 4096 /dev/zero >"$dir/lower/f$i"
	done
}

mounted() { # COMMAND...: with the overlay mounted
	unshare -m sh -c 'dir=$1; shift; mount -t overlay overlay \
		-o "lowerdir=$dir/lower,upperdir=$dir/upper,workdir=$dir/work" "$dir/merged" && exec "$@"' \
		sh "$dir" "$@"
}

@test "every copy-up is seen once, with its bytes" {
	truth ""
}

@test "every copy-up is seen with metacopy and moved folders" {
	truth metacopy=on,redirect_dir=on
}

@test "every copy-up is seen with an index of hard links" {
	truth index=on
}

@test "every copy-up is seen on tmpfs" {
	dir=/dev/shm/cbox-test-copyup.$$
	truth ""
}

@test "every copy-up is seen on xfs and btrfs, by clones that copy no byte" {
	local fs image
	for fs in xfs btrfs; do
		command -v mkfs.$fs >/dev/null || skip "mkfs.$fs is not installed"
		image=$BATS_TEST_TMPDIR/$fs.image
		truncate -s 400M "$image"
		mkfs.$fs -q "$image"
		mkdir -p "$dir"
		mount -o loop "$image" "$dir" 2>"$BATS_TEST_TMPDIR/mount" || {
			umount "$dir" 2>/dev/null || true
			skip "$fs cannot be mounted here: $(tail -n 1 "$BATS_TEST_TMPDIR/mount")"
		}
		make_cgroup
		export CLONES=1
		run unshare -m "$here/copyup-truth.sh" "$ctrace" "$CBOX_OUT/test" "$dir/t" "$cgroup" ""
		umount "$dir"
		rmdir "$cgroup"
		cgroup=
		echo "$fs: $(tail -n 20 <<<"$output")"
		[[ $output =~ \ 0\ missed,\ 0\ false,\ 0\ wrong ]]
	done
}

@test "the last line is a summary that adds up" {
	small_overlay 5
	mounted "$ctrace" copyup --json -o "$dir/events" -- sh -c "for i in 1 2 3 4 5; do
		echo x >>$dir/merged/f\$i; done"
	[ "$(stat -c %a "$dir/events")" = 600 ]
	jq -es 'map(select(.type == "copyup")) as $e | .[-1] |
		.type == "summary" and .schema == 1 and .events == 5 and .lost == 0
		and .bytes == 20480 and .bytes == ($e | map(.copied_bytes) | add)
		and (.latency_ns.p50 > 0) and (.top_paths | length == 5)' "$dir/events"
	jq -es '.[0] | .schema == 1 and .type == "copyup" and (.ts_ns / 1e9 - now | fabs) < 60
		and .kind == "data" and .size_bytes == 4096 and .copy_ns > 0 and .syscall == "openat"
		and .comm == "sh" and (.path | endswith("/merged/f1"))
		and has("container") and has("container_id") and has("fsync_ns") and .pid > 1' "$dir/events"
}

@test "a container is traced by name, its neighbour is not" {
	make_cgroup
	small_overlay 4
	printf '{"schema":1,"id":"%064d","name":"web","pid":1,"cgroup":"%s","mntns":1}' 7 \
		"/${cgroup##*/}" >"$CBOX_RUN/containers/$(printf %064d 7).json"
	mounted "$ctrace" copyup web --json -o "$dir/events" -- sh -c "
		echo x >>$dir/merged/f1
		sh -c 'echo \$\$ >$cgroup/cgroup.procs; echo x >>$dir/merged/f2'
		echo x >>$dir/merged/f3"
	jq -es 'length == 2 and .[0].container == "web" and (.[0].path | endswith("/f2"))' "$dir/events"
}

@test "a path is what the process sees, in a root of its own" {
	small_overlay 1
	mkdir -p "$dir/lower/bin" "$dir/lower/a b"
	cp /bin/busybox "$dir/lower/bin/"
	echo deep >"$dir/lower/a b/file"
	mounted "$ctrace" copyup --json -o "$dir/events" -- chroot "$dir/merged" /bin/busybox sh -c \
		'echo x >>"/a b/file"'
	jq -es '[.[] | select(.type == "copyup").path] == ["/a b", "/a b/file"]' "$dir/events"
}

@test "a process is traced with its descendants only" {
	small_overlay 3
	mounted sh -c "
		mkfifo $dir/gate
		sh -c 'read go <$dir/gate; echo x >>$dir/merged/f1; (echo x >>$dir/merged/f2); exit' &
		$ctrace copyup --pid \$! --json -o $dir/events -- sh -c '
			echo go >$dir/gate; echo x >>$dir/merged/f3; sleep 0.5'
		wait"
	jq -es '[.[] | select(.type == "copyup").path[-2:]] == ["f1", "f2"]' "$dir/events"
}

@test "a typo is never a trace of everything" {
	run -1 "$ctrace" copyup wbe --duration 1s
	[[ $output == *'no container named "wbe"'* ]]
	run -1 "$ctrace" copyup --cgroup /cbox-test-none --duration 1s
	run -1 "$ctrace" copyup --cgroup / --duration 1s
	run -1 "$ctrace" copyup --pid 2147483646 --duration 1s
	run -2 "$ctrace" copyup
	run -2 "$ctrace" copyup web --all
	run -2 "$ctrace" copyup --pid abc
	printf '{"id":"%064d","name":"web","mntns":1}' 7 >"$CBOX_RUN/containers/a.json"
	run -1 "$ctrace" copyup wbe
	[[ $output == *'running containers: web'* ]]
}

@test "an unprivileged user gets status 3 and a hint" {
	run -3 setpriv --reuid 65534 --regid 65534 --clear-groups "$ctrace" copyup --all --duration 1s
	[[ $output == *'hint: '*'root'* ]]
}

@test "the command's status is passed on, and none is started when tracing fails" {
	run -7 "$ctrace" copyup -- sh -c 'exit 7'
	run -127 "$ctrace" copyup -- /nonexistent/cbox
	run -3 setpriv --reuid 65534 --regid 65534 --clear-groups "$ctrace" copyup -- \
		touch "$BATS_TEST_TMPDIR/started"
	[ ! -e "$BATS_TEST_TMPDIR/started" ]
}

@test "Ctrl-C ends in a summary" {
	small_overlay 1
	"$ctrace" copyup --all >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" &
	pid=$!
	for _ in $(seq 100); do
		grep -q attached "$BATS_TEST_TMPDIR/err" && break
		sleep 0.1
	done
	mounted sh -c "echo x >>$dir/merged/f1"
	kill -INT $pid
	wait $pid
	grep -q 'copyup: 1 events, 0 lost' "$BATS_TEST_TMPDIR/out"
	grep -q 'latency: median' "$BATS_TEST_TMPDIR/out"
}

@test "kill -9 leaves no program behind" {
	"$ctrace" copyup --all >/dev/null 2>"$BATS_TEST_TMPDIR/err" &
	pid=$!
	for _ in $(seq 100); do
		grep -q attached "$BATS_TEST_TMPDIR/err" && break
		sleep 0.1
	done
	bpftool prog show | grep -q tp_ctime_ns_xchg || bpftool prog show | grep -q copy_up_one
	kill -9 $pid
	wait $pid || true
	for _ in $(seq 50); do
		bpftool prog show | grep -qE 'tp_ctime_ns_xchg|copy_up_one' || return 0
		sleep 0.1
	done
	bpftool prog show
	false
}

@test "a flood is seen whole or counted as lost" {
	small_overlay 0
	for i in $(seq 400); do : >"$dir/lower/f$i"; done
	mounted "$ctrace" copyup --json --buffer 4k -o "$dir/events" -- sh -c "touch $dir/merged/f*"
	jq -es '.[-1] | .events + .lost == 400' "$dir/events"
	jq -es '(map(select(.type == "lost").count) | add // 0) == .[-1].lost' "$dir/events"
}

@test "--strict fails when events were lost, and only then" {
	small_overlay 400
	run -0 mounted "$ctrace" copyup --strict -s -- sh -c "echo x >>$dir/merged/f1"
	# Stopped, it cannot empty its ring.
	run -1 mounted "$ctrace" copyup --strict --json --buffer 4k -o "$dir/events" -- sh -c "
		kill -STOP \$PPID; touch $dir/merged/f*; kill -CONT \$PPID"
	jq -es '.[-1] | .lost > 0 and .events + .lost == 399' "$dir/events"
}

@test "the doctor agrees with what a trace uses" {
	run -0 "$ctrace" doctor --json
	used=$(jq -r '.backends[] | select(.tracer == "copyup" and .chosen).backend' <<<"$output")
	jq -e '.schema == 1 and all(.backends[]; .works or (.reason | length) > 0)' <<<"$output"
	"$ctrace" copyup --json -s -- true | jq -e --arg used "$used" '.backend == $used'
	for backend in $(jq -r '.backends[] | select(.works | not).backend' <<<"$output"); do
		run -3 "$ctrace" copyup --all --backend "$backend" --duration 1s
	done
}

@test "program statistics are counted" {
	small_overlay 1
	mounted "$ctrace" copyup --stats --json -s -- sh -c "echo x >>$dir/merged/f1" |
		jq -e '.stats | length > 0 and (map(.runs) | add > 0)'
}
