# oci-events.bats - statistics of a container that runs.
load oci-common

running() {
	config '.linux.resources.memory.limit = 134217728 | .linux.resources.pids.limit = 50'
	program "$@"
	oci run -d -b "$BUNDLE" "$ID"
}

@test "events --stats prints one document with true numbers" {
	running sh -c 'i=0; while [ $i -lt 100000 ]; do i=$((i + 1)); done; sleep 600'
	for _ in $(seq 50); do
		oci ps "$ID" | grep -q sleep && break
		sleep 0.1
	done
	oci events --stats "$ID" >"$BATS_TEST_TMPDIR/stats"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/stats")" = 1 ]
	jq -e --arg id "$ID" '.type == "stats" and .id == $id
		and .data.memory.usage.limit == 134217728
		and .data.memory.usage.usage > 0 and .data.memory.usage.usage < 134217728
		and .data.memory.usage.max >= .data.memory.usage.usage
		and .data.pids.limit == 50 and .data.pids.current == 1
		and .data.cpu.usage.total > 10000000
		and (.data.cpu.throttling | has("periods") and has("throttledPeriods")
			and has("throttledTime"))' "$BATS_TEST_TMPDIR/stats"
}

@test "no limit of pids is 0, as runc has it" {
	config 'del(.linux.resources.pids)'
	program sleep 600
	oci run -d -b "$BUNDLE" "$ID"
	oci events --stats "$ID" | jq -e '.data.pids | .limit == 0 and .current == 1'
}

@test "events streams until the container ends" {
	running sleep 600
	oci events --interval 100ms "$ID" >"$BATS_TEST_TMPDIR/stream" 3>&- &
	local events=$!
	for _ in $(seq 50); do
		[ "$(wc -l <"$BATS_TEST_TMPDIR/stream")" -ge 3 ] && break
		sleep 0.1
	done
	oci kill "$ID" KILL
	wait "$events"
	[ "$(jq -s 'map(.type == "stats") | all and length >= 3' "$BATS_TEST_TMPDIR/stream")" = true ]
}

@test "events tells of OOM kills" {
	running sh -c 'sleep 1; tr "\0" x </dev/zero | sort >/dev/null; sleep 600'
	oci events --interval 200ms "$ID" >"$BATS_TEST_TMPDIR/stream" 3>&- &
	local events=$!
	for _ in $(seq 100); do
		grep -q '"oom"' "$BATS_TEST_TMPDIR/stream" && break
		sleep 0.1
	done
	oci kill "$ID" KILL
	wait "$events"
	grep -qxF "{\"type\":\"oom\",\"id\":\"$ID\"}" "$BATS_TEST_TMPDIR/stream"
}

@test "events of an unknown or a stopped container, or at no interval, says so" {
	run oci events --stats "$ID"
	[ "$status" = 1 ]
	[[ $output == *"container \"$ID\" does not exist"* ]]
	running true
	for _ in $(seq 50); do
		[ "$(oci state "$ID" | jq -r .status)" = stopped ] && break
		sleep 0.1
	done
	run oci events "$ID"
	[ "$status" = 1 ]
	[[ $output == *"the container is stopped: there is nothing to measure"* ]]
	run oci events --interval 0 "$ID"
	[ "$status" = 2 ]
}
