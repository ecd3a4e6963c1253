#!/usr/bin/env bats
# cbox-life.bats - containers after their start: ps, logs, stop, start, kill, rm, wait, inspect.

load engine.bash

setup_file() {
	engine_setup_file
}

teardown_file() {
	engine_teardown_file
}

teardown() {
	local id
	for id in $("$CBOX" ps -aq); do "$CBOX" rm -f "$id" >/dev/null; done
}

@test "run -d prints the id, ps shows it, names and prefixes find it" {
	run "$CBOX" run -d --name web demo sleep 100
	[ "$status" = 0 ]
	[[ $output =~ ^[0-9a-f]{64}$ ]]
	local id=$output
	[ "$("$CBOX" ps -q)" = "${id:0:12}" ]
	[[ $("$CBOX" ps) == *"${id:0:12}"*demo*Up*web* ]]
	[ "$("$CBOX" ps --format json | jq -r '[.schema, .containers[0].name, .containers[0].state] | @csv')" = '1,"web","running"' ]
	[ "$("$CBOX" inspect "${id:0:5}" | jq -r '.[0].Name')" = /web ]
	run "$CBOX" inspect nosuch
	[ "$status" = 1 ]
	[[ $output == *"No such object: nosuch"* ]]
}

@test "the name conflict speaks Docker's words" {
	local id
	id=$("$CBOX" run -d --name web demo sleep 100)
	run "$CBOX" run --name web demo true
	[ "$status" = 125 ]
	[[ $output == *"Conflict. The container name \"/web\" is already in use by container \"$id\". You have to remove (or rename) that container to be able to reuse that name."* ]]
}

@test "logs keeps stdout and stderr apart, counts the tail, follows to the end" {
	"$CBOX" run -d --name talk demo sh -c 'echo one; echo two >&2; sleep 0.3; echo three; printf unfinished'
	[ "$(timeout 10 "$CBOX" logs -f talk 2>/dev/null)" = $'one\nthree\nunfinished' ]
	[ "$("$CBOX" logs talk 2>&1 >/dev/null)" = two ]
	[ "$("$CBOX" logs --tail 1 talk)" = unfinished ]
	[ "$("$CBOX" logs -n 2 talk)" = $'three\nunfinished' ]
	[ -z "$("$CBOX" logs --tail 0 talk)" ]
	[[ $("$CBOX" logs -t --tail 2 talk | head -n 1) =~ ^20[0-9-]+T[0-9:.]+Z\ three$ ]]
	run "$CBOX" logs --tail x talk
	[ "$status" = 2 ]
	run "$CBOX" logs nosuch
	[ "$status" = 1 ]
	[[ $output == *"No such container: nosuch"* ]]
}

@test "long lines and much output come through whole, and the log is bounded" {
	"$CBOX" run -d --name long demo sh -c 'head -c 10000 /dev/zero | tr "\0" x; echo; echo end'
	"$CBOX" wait long
	[ "$("$CBOX" logs long | head -n 1 | wc -c)" = 10001 ]
	[ "$("$CBOX" logs long | tail -n 1)" = end ]
	"$CBOX" run -d --name much demo sh -c 'seq 1 700000'
	"$CBOX" wait much
	[ "$("$CBOX" logs much | tail -n 1)" = 700000 ]
	local id size
	id=$("$CBOX" inspect much | jq -r '.[0].Id')
	size=$(cat "$CBOX_ROOT/containers/$id"/log* | wc -c)
	[ "$size" -lt 17000000 ]
}

@test "a foreground container's output is not kept, and logs says so" {
	"$CBOX" run --name front demo echo text
	run "$CBOX" logs front
	[ "$status" = 0 ]
	[[ $output == *"foreground"* ]]
}

@test "stop sends TERM, then KILL, and waits for the end" {
	"$CBOX" run -d --name polite demo sh -c 'trap "exit 3" TERM; echo ready; while :; do sleep 0.05; done'
	until "$CBOX" logs polite | grep -q ready; do sleep 0.02; done
	[ "$("$CBOX" stop polite)" = polite ]
	[ "$("$CBOX" inspect polite | jq '.[0].State.ExitCode')" = 3 ]
	"$CBOX" run -d --name deaf demo sleep 100
	"$CBOX" stop -t 0 deaf
	[ "$("$CBOX" inspect deaf | jq '.[0].State.ExitCode')" = 137 ]
	run "$CBOX" stop deaf
	[ "$status" = 0 ]
	run "$CBOX" stop nosuch
	[ "$status" = 1 ]
}

@test "kill sends any signal" {
	"$CBOX" run -d --name target demo sh -c 'trap "echo usr1" USR1; echo ready; while :; do sleep 0.05; done'
	until "$CBOX" logs target | grep -q ready; do sleep 0.02; done
	"$CBOX" kill -s USR1 target
	until "$CBOX" logs target | grep -q usr1; do sleep 0.02; done
	"$CBOX" kill target
	[ "$("$CBOX" inspect target | jq -r '.[0].State.Status')" = exited ]
	run "$CBOX" kill target
	[ "$status" = 1 ]
	[[ $output == *"is not running"* ]]
	run "$CBOX" kill -s NOPE target
	[ "$status" = 1 ]
	[[ $output == *"invalid signal"* ]]
}

@test "start runs a stopped container again with what it had written" {
	"$CBOX" run --name again demo sh -c 'echo x >>/count; wc -l </count'
	"$CBOX" start again
	"$CBOX" wait again
	[ "$("$CBOX" logs again)" = 2 ]
	run "$CBOX" start -a again
	[ "$status" = 0 ]
	[ "$output" = 3 ]
	"$CBOX" restart again
	"$CBOX" wait again
	run "$CBOX" start nosuch
	[ "$status" = 1 ]
}

@test "rm refuses a running container, -f does not mind" {
	"$CBOX" run -d --name busy demo sleep 100
	run "$CBOX" rm busy
	[ "$status" = 1 ]
	[[ $output == *"cannot remove a running container"* ]]
	[ "$("$CBOX" rm -f busy)" = busy ]
	run "$CBOX" rm busy
	[ "$status" = 1 ]
	run "$CBOX" rm -f busy
	[ "$status" = 0 ]
	[ -z "$(engine_records)" ]
}

@test "wait prints exit codes, of --rm containers too" {
	"$CBOX" run -d --rm --name brief demo sh -c 'sleep 0.3; exit 11'
	[ "$("$CBOX" wait brief)" = 11 ]
	"$CBOX" run -d --name kept demo sh -c 'exit 12'
	[ "$("$CBOX" wait kept)" = 12 ]
	[ "$("$CBOX" wait kept)" = 12 ]
	[ "$("$CBOX" ps -aq | wc -l)" = 1 ]
}

@test "inspect speaks Docker's keys and names the kernel's objects" {
	"$CBOX" run -d --name seen -m 32m -v /etc:/mnt:ro -e K=V demo sleep 100
	"$CBOX" inspect seen >"$CBOX_TEST_DIR/inspect"
	local pid
	pid=$(jq '.[0].State.Pid' "$CBOX_TEST_DIR/inspect")
	[ "$(jq -r '.[0].State.Status' "$CBOX_TEST_DIR/inspect")" = running ]
	[ "$(jq -r '.[0].MntNs' "$CBOX_TEST_DIR/inspect")" = "$(stat -Lc %i /proc/"$pid"/ns/mnt)" ]
	[ "$(jq -r '.[0].NetNs' "$CBOX_TEST_DIR/inspect")" = "$(stat -Lc %i /proc/"$pid"/ns/net)" ]
	grep -q "$(jq -r '.[0].CgroupPath' "$CBOX_TEST_DIR/inspect")" /proc/"$pid"/cgroup
	[ -d "$(jq -r '.[0].GraphDriver.Data.MergedDir' "$CBOX_TEST_DIR/inspect")/data" ]
	[ "$(jq -r '.[0].GraphDriver.Data.LowerDir' "$CBOX_TEST_DIR/inspect" | tr : '\n' | xargs ls -d | wc -l)" = 3 ]
	[ -d "$(jq -r '.[0].GraphDriver.Data.UpperDir' "$CBOX_TEST_DIR/inspect")" ]
	[ "$(jq -c '.[0] | [.Path, .Args, .HostConfig.Memory, .Mounts[0].Destination, .Mounts[0].RW]' "$CBOX_TEST_DIR/inspect")" = '["sleep",["100"],33554432,"/mnt",false]' ]
	jq -e '.[0].Config.Env | index("K=V")' "$CBOX_TEST_DIR/inspect"
	[ "$(jq -c '[.schema, .pid, .name, .cgroup == "/cbox/" + .id, (.lower | length)]' "$CBOX_RUN"/containers/*.json)" = "[1,$pid,\"seen\",true,3]" ]
}

@test "a detached container's monitor has less than 150 KiB to itself" {
	"$CBOX" run -d --name cheap demo sh -c 'echo text; sleep 100'
	until "$CBOX" logs cheap | grep -q text; do sleep 0.02; done
	local owner private
	owner=$(cut -d' ' -f1 "$CBOX_RUN"/owners/*)
	private=$(awk '/^Private/ { sum += $2 } END { print sum }' /proc/"$owner"/smaps_rollup)
	echo "# monitor: $private KiB private" >&3
	[ "$private" -lt 150 ]
}

@test "a monitor keeps nothing of its caller open" {
	# a caller that reads to the end of the pipe would hang on an inherited stdout
	run timeout 10 bash -c "x=\$($CBOX run -d --name quiet demo sleep 100); echo \${#x}"
	[ "$status" = 0 ]
	[ "$output" = 64 ]
}

@test "system info and prune" {
	"$CBOX" run --name done demo true
	"$CBOX" run -d --name runs demo sleep 100
	[ "$("$CBOX" system info --json | jq -c '[.schema, .containers, .running]')" = '[1,2,1]' ]
	run "$CBOX" system prune
	[ "$status" = 0 ]
	[[ $output == *"Deleted container: done"* ]]
	[ "$("$CBOX" ps -aq | wc -l)" = 1 ]
	run "$CBOX" system nosuch
	[ "$status" = 2 ]
}

@test "every verb has help" {
	local verb
	for verb in run exec ps logs stop start restart kill rm wait inspect images import rmi system; do
		run "$CBOX" "$verb" --help
		[ "$status" = 0 ]
		[[ $output == *"cbox $verb"* ]]
	done
	run "$CBOX" nosuch
	[ "$status" = 2 ]
}
