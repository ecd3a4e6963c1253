#!/usr/bin/env bats
# cbox-kill9.bats - kill -9 of the engine at random moments, then `cbox system recover`: nothing is
# left on the host, and the same name can be used again.

load engine.bash

setup_file() {
	engine_setup_file
	mkfifo "$CBOX_TEST_DIR/never"
}

teardown_file() {
	engine_teardown_file
}

# pause MICROSECONDS: without a process of its own, which would take longer than the pause.
pause() {
	local none
	read -r -t "$(printf '0.%06d' "$1")" none <>"$CBOX_TEST_DIR/never" || true
}

# Programs of these tests sleep for 31415 s and are found by that.
survivors() {
	grep -lzs '^31415$' /proc/[0-9]*/cmdline || true
}

# nothing_left MOMENT ID...: fails and says what is left of these containers.
nothing_left() {
	local moment=$1 left
	shift
	left=$(engine_records; engine_cgroups "$@")
	[ -z "$left" ] || { echo "left after $moment: $left"; return 1; }
}

# all_clean MOMENT: the same for everything, processes and mounts included; slower.
all_clean() {
	local left
	left=$(engine_records; survivors; engine_mounts)
	[ -z "$left" ] || { echo "left after $1: $left"; return 1; }
}

@test "200 kills of a foreground run at random moments leave nothing, and the name is free" {
	local started salvaged
	run "$BATS_TEST_DIRNAME/kill9-loop.sh" 200
	[ "$status" = 0 ] || { echo "$output" | grep -v Killed; false; }
	read -r started salvaged <<<"${lines[-1]}"
	all_clean "all kills"
	run "$CBOX" run --rm --name victim demo echo again
	[ "$status" = 0 ]
	[ "$output" = again ]
	run "$CBOX" run --name victim demo echo again
	[ "$status" = 0 ]
	[ "$output" = again ]
	"$CBOX" rm victim
	echo "# $started of 200 were killed while the program ran, $salvaged uppers were saved" >&3
	# the moments must really be spread over the start, or this test shows little
	[ "$started" -gt 20 ]
	[ "$started" -lt 180 ]
	[ "$salvaged" -gt 2 ]
}

@test "40 kills of the process that starts a detached container leave nothing" {
	local i owner ids
	RANDOM=815
	for i in $(seq 40); do
		"$CBOX" run -d --name victim demo sleep 31415 >/dev/null 2>&1 &
		pause $((RANDOM % 25000))
		ids=$(cd "$CBOX_RUN/owners" && echo *)
		for owner in "$CBOX_RUN"/owners/*; do
			owner=$(cut -d' ' -f1 "$owner" 2>/dev/null || true)
			[ -z "$owner" ] || kill -9 "$owner" || true
		done
		wait $! || true
		"$CBOX" system recover >/dev/null 2>&1
		# killed before it had an owner, it may have come to life in the meantime
		"$CBOX" rm -f victim >/dev/null
		nothing_left "kill $i" $ids
	done
	all_clean "all kills"
}

@test "recover leaves containers with a living owner alone" {
	"$CBOX" run -d --name lives demo sleep 31415
	"$CBOX" run --name dies demo sleep 31415 &
	until "$CBOX" ps | grep -q dies; do pause 5000; done
	kill -9 $!
	wait $! || true
	run "$CBOX" ps -a
	[[ $output == *Dead* ]]
	run "$CBOX" run --name dies demo true
	[ "$status" = 125 ]
	[[ $output == *"system recover"* ]]
	run "$CBOX" system recover
	[ "$status" = 0 ]
	[[ $output == *"1 container undone, 1 left alone"* ]]
	[ "$("$CBOX" ps -q | wc -l)" = 1 ]
	"$CBOX" rm -f lives
	all_clean lives
}

@test "what a killed container had written is saved, unless it was to be removed" {
	rm -rf "$CBOX_ROOT/salvaged"
	"$CBOX" run --name precious demo sh -c 'echo work >/root/result; exec sleep 31415' &
	until [ -n "$(survivors)" ]; do pause 2000; done
	kill -9 $!
	wait $! || true
	run "$CBOX" system recover
	[[ $output == *"precious"*"salvaged/precious-"* ]]
	[ "$(cat "$CBOX_ROOT"/salvaged/precious-*/root/result)" = work ]
	rm -rf "$CBOX_ROOT/salvaged"
	"$CBOX" run --rm --name cheap demo sh -c 'echo work >/root/result; exec sleep 31415' &
	until [ -n "$(survivors)" ]; do pause 2000; done
	kill -9 $!
	wait $! || true
	"$CBOX" system recover
	[ ! -e "$CBOX_ROOT/salvaged" ]
	all_clean cheap
}

@test "rm -f takes a container whose owner was killed" {
	"$CBOX" run --name orphan demo sleep 31415 &
	until [ -n "$(survivors)" ]; do pause 2000; done
	kill -9 $!
	wait $! || true
	"$CBOX" rm -f orphan
	"$CBOX" system recover
	all_clean orphan
}
