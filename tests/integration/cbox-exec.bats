#!/usr/bin/env bats
# cbox-exec.bats - `cbox exec`: one more process, with what the container has and no more.

bats_require_minimum_version 1.5.0
load engine.bash

setup_file() {
	engine_setup_file
	"$CBOX" run -d --name box -e FROM=run -w /data --cap-drop NET_RAW demo sleep 1000
}

teardown_file() {
	engine_teardown_file
}

@test "the exit status is the command's, or 126, 127, 128 + signal" {
	run "$CBOX" exec box sh -c 'exit 4'
	[ "$status" = 4 ]
	run "$CBOX" exec box sh -c 'kill -TERM $$'
	[ "$status" = 143 ]
	run "$CBOX" exec box /etc/passwd
	[ "$status" = 126 ]
	run -127 "$CBOX" exec box nosuch
	[[ $output == *"executable file not found"* ]]
	run "$CBOX" exec nosuch true
	[ "$status" = 1 ]
	[[ $output == *"No such container: nosuch"* ]]
}

@test "it is in the container's namespaces, cgroup and root" {
	local pid
	pid=$("$CBOX" inspect box | jq '.[0].State.Pid')
	[ "$("$CBOX" exec box readlink /proc/self/ns/mnt)" = "$(readlink /proc/"$pid"/ns/mnt)" ]
	[ "$("$CBOX" exec box readlink /proc/self/ns/net)" = "$(readlink /proc/"$pid"/ns/net)" ]
	"$CBOX" exec box sh -c 'echo x >/data/made'
	[ -e "$("$CBOX" inspect box | jq -r '.[0].GraphDriver.Data.UpperDir')/data/made" ]
	"$CBOX" exec -d box sleep 4711
	until pid=$(pgrep -f '^sleep 4711$'); do sleep 0.02; done
	grep -q "$("$CBOX" inspect box | jq -r '.[0].CgroupPath')" /proc/"$pid"/cgroup
}

@test "environment, folder and user are the container's unless told otherwise" {
	[ "$("$CBOX" exec -e MORE=exec box sh -c 'echo $FROM $MORE; pwd')" = $'run exec\n/data' ]
	[ "$("$CBOX" exec -w /etc -u daemon box sh -c 'pwd; id -un')" = $'/etc\ndaemon' ]
	run "$CBOX" exec -u nobody-here box true
	[ "$status" = 1 ]
	[[ $output == *"unable to find user"* ]]
}

@test "capabilities and seccomp are the container's" {
	run "$CBOX" exec box grep -E 'CapEff|CapInh|CapAmb|Seccomp:' /proc/self/status
	[[ $output == *$'CapInh:\t0000000000000000'* ]]
	[[ $output == *$'CapEff:\t00000000a80405fb'* ]]
	[[ $output == *$'CapAmb:\t0000000000000000'* ]]
	[[ $output == *$'Seccomp:\t2'* ]]
	run "$CBOX" exec box unshare -n true
	[ "$status" != 0 ]
}

@test "standard input only with -i, a terminal with -t" {
	run "$CBOX" exec box cat <<<text
	[ -z "$output" ]
	run "$CBOX" exec -i box cat <<<text
	[ "$output" = text ]
	run script -qec "$CBOX exec -it box sh -c 'tty; exit 6'" /dev/null
	[ "$status" = 6 ]
	[[ $output == *"/dev/pts/"* ]]
}

@test "a stopped container takes no commands" {
	"$CBOX" run --name over demo true
	run "$CBOX" exec over true
	[ "$status" = 1 ]
	[[ $output == *"Container over is not running"* ]]
	"$CBOX" rm over
}
