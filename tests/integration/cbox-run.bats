#!/usr/bin/env bats
# cbox-run.bats - `cbox run`: what the program sees, what the caller gets, what is refused.

bats_require_minimum_version 1.5.0
load engine.bash

setup_file() {
	engine_setup_file
}

teardown_file() {
	engine_teardown_file
}

# box ARGS...: a container that goes when it ends.
box() {
	"$CBOX" run --rm "$@"
}

@test "the exit status is the program's, or 128 + signal" {
	run box demo sh -c 'exit 7'
	[ "$status" = 7 ]
	run box demo sh -c 'sh -c "kill -TERM \$\$"; exit $?'
	[ "$status" = 143 ]
	"$CBOX" run --name killed demo sleep 100 &
	until "$CBOX" ps | grep -q killed; do sleep 0.02; done
	"$CBOX" kill killed
	status=0
	wait $! || status=$?
	[ "$status" = 137 ]
	[ "$("$CBOX" inspect killed | jq -c '.[0].State | [.Status, .ExitCode, .OOMKilled]')" = '["exited",137,false]' ]
	"$CBOX" rm killed
}

@test "125, 126 and 127 as Docker's" {
	run box nosuch true
	[ "$status" = 125 ]
	[[ $output == *"No such image: nosuch"*"hint:"* ]]
	run box demo /etc/passwd
	[ "$status" = 126 ]
	run -127 box demo nosuch
	[[ $output == *"executable file not found"* ]]
	run -127 box demo /no/such
	[ -z "$(engine_records)" ]
}

@test "a failed start leaves nothing, not even a name" {
	run -127 "$CBOX" run --name failing demo nosuch
	run -127 "$CBOX" run -d --name failing demo nosuch
	[[ $output == *"executable file not found"* ]]
	run "$CBOX" run --name failing -u nobody-here demo true
	[ "$status" = 125 ]
	[[ $output == *"unable to find user nobody-here"* ]]
	[ -z "$(engine_records)" ]
	run "$CBOX" run --rm --name failing demo true
	[ "$status" = 0 ]
}

@test "wrong options are refused with a hint and status 2" {
	run box -p 8080:80 demo true
	[ "$status" = 2 ]
	[[ $output == *"--network bridge"* ]]
	run box --network nosuch demo true
	[ "$status" = 125 ]
	[[ $output == *"no network 'nosuch'"* ]]
	run box -m 1m demo true
	[ "$status" = 2 ]
	[[ $output == *"Minimum memory limit"* ]]
	run box -v relative:/x demo true
	[ "$status" = 2 ]
	[[ $output == *absolute* ]]
	run box -v /no/such/folder:/x demo true
	[ "$status" = 1 ] || [ "$status" = 125 ]
	run box --cap-add NOPE demo true
	[ "$status" = 2 ]
	run box --nosuch demo true
	[ "$status" = 2 ]
	[[ $output == *"unknown option --nosuch"* ]]
	run "$CBOX" run
	[ "$status" = 2 ]
	[ -z "$(engine_records)" ]
}

@test "whiteouts, opaque folders and changed files of the layers are as they should be" {
	run box demo sh -c 'ls /data/secret; ls /data/replaced; cat /data/changed /data/hardlink; ls /data/small | wc -l; stat -c %s /data/big; ls -d /data/small/file-000'
	[[ $output == *"/data/secret: No such file"* ]]
	[[ $output == *$'\nnew\nsecond version\nfirst version\n297\n67108864\n'* ]]
	[[ $output == *"/data/small/file-000: No such file"* ]]
	run box demo find /data/small -type c
	[ -z "$output" ]
}

@test "writes go to the container's upper and end with it" {
	box demo sh -c 'echo changed >/data/changed; rm /data/small/file-100; echo >/new'
	run box demo sh -c 'cat /data/changed; ls /new /data/small/file-100'
	[[ $output == *"second version"*"/new: No such file"* ]]
	[[ $output == *"/data/small/file-100" ]]
}

@test "user, group, folder, environment and host name" {
	run box -u daemon -w /data -e A=1 -e HOME_SET -h box.example demo sh -c 'id -u; id -G; pwd; echo $A; hostname; echo ${HOME_SET-unset}'
	[ "$output" = $'1\n1 100\n/data\n1\nbox.example\nunset' ]
	run box -u 1234:5678 demo id
	[[ $output == "uid=1234 gid=5678"* ]]
	printf '# comment\nFROM_FILE=yes\nBOTH=file\n' >"$CBOX_TEST_DIR/env"
	BOTH=caller run box --env-file "$CBOX_TEST_DIR/env" -e BOTH demo sh -c 'echo $FROM_FILE $BOTH'
	[ "$output" = "yes caller" ]
	run box --entrypoint /bin/echo demo hello
	[ "$output" = hello ]
}

@test "standard input is connected only with -i" {
	run box demo cat <<<"text"
	[ "$status" = 0 ]
	[ -z "$output" ]
	run box -i demo cat <<<"text"
	[ "$output" = text ]
}

@test "stdout and stderr stay apart, signals are passed on" {
	box demo sh -c 'echo out; echo err >&2' >"$CBOX_TEST_DIR/out" 2>"$CBOX_TEST_DIR/err"
	[ "$(cat "$CBOX_TEST_DIR/out")" = out ]
	[ "$(cat "$CBOX_TEST_DIR/err")" = err ]
	"$CBOX" run --rm --name trapper demo sh -c 'trap "echo got it; exit 5" TERM; echo ready; while :; do sleep 0.05; done' >"$CBOX_TEST_DIR/out" &
	until grep -q ready "$CBOX_TEST_DIR/out"; do sleep 0.02; done
	kill -TERM $!
	status=0
	wait $! || status=$?
	[ "$status" = 5 ]
	grep -q 'got it' "$CBOX_TEST_DIR/out"
}

@test "read-only root, tmpfs and volumes" {
	run box --read-only --tmpfs /tmp:size=1m demo sh -c 'touch /x; touch /tmp/x && df -k /tmp | tail -n 1'
	[[ $output == *"Read-only file system"* ]]
	[[ $output == *1024* ]]
	mkdir -p "$CBOX_TEST_DIR/shared"
	box -v "$CBOX_TEST_DIR/shared:/mnt/deep/er" demo sh -c 'echo text >/mnt/deep/er/file'
	[ "$(cat "$CBOX_TEST_DIR/shared/file")" = text ]
	run box -v "$CBOX_TEST_DIR/shared:/mnt:ro" demo sh -c 'cat /mnt/file; touch /mnt/x'
	[[ $output == *text* ]]
	[[ $output == *"Read-only file system"* ]]
}

@test "capabilities are the default ones, fewer or more" {
	run box demo sh -c 'grep CapEff /proc/self/status'
	[[ $output == *00000000a80425fb ]]
	run box --cap-drop ALL --cap-add NET_RAW demo sh -c 'grep CapEff /proc/self/status'
	[[ $output == *0000000000002000 ]]
	run box demo sh -c 'mount -t tmpfs x /mnt'
	[ "$status" != 0 ]
	run box demo sh -c 'ls -A /sys/firmware; echo x >/proc/sys/kernel/hostname'
	[ "${#lines[@]}" = 1 ]
	[[ $output == *"Read-only file system"* ]]
}

@test "limits reach the cgroup" {
	"$CBOX" run -d --name limited -m 64m --cpus 0.5 --pids-limit 20 demo sleep 100
	local id memory cpu
	id=$("$CBOX" inspect limited | jq -r '.[0].Id')
	memory=$(cat /sys/fs/cgroup/memory/cbox/"$id"/memory.limit_in_bytes 2>/dev/null ||
		cat /sys/fs/cgroup/cbox/"$id"/memory.max)
	[ "$memory" = 67108864 ]
	cpu=$(cat /sys/fs/cgroup/cpu/cbox/"$id"/cpu.cfs_quota_us 2>/dev/null ||
		cut -d' ' -f1 /sys/fs/cgroup/cbox/"$id"/cpu.max)
	[ "$cpu" = 50000 ]
	[ "$(cat /sys/fs/cgroup/{pids/,}cbox/"$id"/pids.max 2>/dev/null)" = 20 ]
	"$CBOX" rm -f limited
	[ -z "$(engine_cgroups "$id")" ]
}

@test "an OOM-killed container says so and ends with 137" {
	run "$CBOX" run --name hog -m 16m demo sh -c 'tail /dev/zero'
	[ "$status" = 137 ]
	[ "$("$CBOX" inspect hog | jq -c '.[0].State | [.OOMKilled, .ExitCode, .Status]')" = '[true,137,"exited"]' ]
	"$CBOX" rm hog
	"$CBOX" run -d --name hog -m 16m demo tail /dev/zero
	[ "$("$CBOX" wait hog)" = 137 ]
	[ "$("$CBOX" inspect hog | jq '.[0].State.OOMKilled')" = true ]
	"$CBOX" rm hog
}

@test "network none has only loopback, host is the host's" {
	run box demo ls /sys/class/net
	[ "$output" = lo ]
	run box --network host demo readlink /proc/self/ns/net
	[ "$output" = "$(readlink /proc/self/ns/net)" ]
}

@test "--dry-run prints the steps and does none" {
	run "$CBOX" run --dry-run -v /etc:/mnt demo true
	[ "$status" = 0 ]
	[[ $output == *"mount proc on /proc"* ]]
	[[ $output == *"/mnt"* ]]
	[ -z "$(engine_records)" ]
}

@test "the overlay never shows in the host's mount table" {
	"$CBOX" run -d --name hidden demo sleep 100
	run grep -c "$CBOX_TEST_DIR" /proc/self/mountinfo
	[ "$output" = 0 ]
	"$CBOX" rm -f hidden
}

@test "a terminal with -t" {
	run script -qec "$CBOX run --rm -t demo sh -c 'test -t 0 && test -t 1 && tty && stty size'" /dev/null
	[ "$status" = 0 ]
	[[ $output == *"/dev/"* ]]
	run script -qec "$CBOX run --rm -it demo sh -c 'exit 9'" /dev/null
	[ "$status" = 9 ]
}

@test "20 containers at once" {
	local i pids=()
	for i in $(seq 20); do
		"$CBOX" run --rm demo sh -c "echo $i" >"$CBOX_TEST_DIR/out.$i" &
		pids+=($!)
	done
	for i in "${pids[@]}"; do wait "$i"; done
	for i in $(seq 20); do [ "$(cat "$CBOX_TEST_DIR/out.$i")" = "$i" ]; done
	[ -z "$(engine_records)" ]
}
