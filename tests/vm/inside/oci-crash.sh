# oci-crash.sh - the runtime is killed at any moment; `delete --force` leaves nothing.

kills=${KILLS:-40}

# nap SECONDS: no process of its own, whose start would blur the moment.
mkfifo /tmp/never
nap() {
	read -rt "$1" <>/tmp/never || true
}

# The moment moves in steps over the whole run, whose length is measured first.
test_a_runtime_killed_at_any_moment_can_be_cleaned_up() {
	local begun run_ms victim i
	bundle cbox-test-crash . sleep 0.05
	begun=${EPOCHREALTIME/./}
	oci run --bundle /bundles/cbox-test-crash cbox-test-crash
	run_ms=$(((${EPOCHREALTIME/./} - begun) / 1000))
	cat /proc/self/mountinfo >/tmp/before
	ls -A /run/cbox-test >/tmp/states
	for i in $(seq "$kills"); do
		echo "kill $i of $kills, at $((run_ms * i / kills)) of $run_ms ms"
		/usr/bin/oci --root /run/cbox-test run --bundle /bundles/cbox-test-crash cbox-test-crash &
		victim=$!
		nap "$(printf '%d.%03d' $((run_ms * i / kills / 1000)) $((run_ms * i / kills % 1000)))"
		kill -KILL $victim 2>/dev/null || true
		wait $victim || true
		oci delete --force cbox-test-crash
		gone cbox-test-crash
		ls -A /run/cbox-test | diff /tmp/states -
		eventually no_process
	done
	cat /proc/self/mountinfo >/tmp/after
	diff /tmp/before /tmp/after
	# The name is free again.
	oci run --bundle /bundles/cbox-test-crash cbox-test-crash
}

no_process() {
	! ps -o args | grep -E '^sleep 0.05$|^/usr/bin/oci'
}

test_a_killed_create_leaves_an_init_that_delete_ends() {
	bundle cbox-test-created . sleep 100
	oci create --bundle /bundles/cbox-test-created --pid-file /bundles/cbox-test-created/pid cbox-test-created
	pid=$(cat /bundles/cbox-test-created/pid)
	[ "$(status cbox-test-created)" = created ]
	kill -KILL "$pid"
	eventually is_stopped cbox-test-created
	fails oci start cbox-test-created
	oci delete cbox-test-created
	gone cbox-test-created
}

test_the_name_of_a_living_container_is_taken() {
	start cbox-test-twice . sleep 100
	pid=$(cat /bundles/cbox-test-twice/pid)
	fails oci create --bundle /bundles/cbox-test-twice cbox-test-twice 2>/tmp/error
	cat /tmp/error
	grep -qi exist /tmp/error
	[ "$(status cbox-test-twice)" = running ]
	[ -d "/proc/$pid" ]
	oci delete --force cbox-test-twice
}
