# oci-lifecycle.bats - the verbs of cbox-oci in the order callers use them, on this host's cgroups.
load oci-common

# Keeps files of the test away from the container: bats waits for whoever holds fd 3.
create() { oci create -b "$BUNDLE" "$@" "$ID" >/dev/null 2>&1 </dev/null 3>&-; }

status_is() { [ "$(oci state "$ID" | jq -r .status)" = "$1" ]; }

until_stopped() {
	for _ in $(seq 100); do
		status_is stopped && return
		sleep 0.05
	done
	oci state "$ID"
	return 1
}

@test "create, start, kill and delete walk through the states of the runtime-spec" {
	program sleep 300
	create --pid-file "$BATS_TEST_TMPDIR/pid"
	status_is created
	run oci state "$ID"
	[ "$status" = 0 ]
	jq -e --arg id "$ID" --arg bundle "$BUNDLE" --argjson pid "$(cat "$BATS_TEST_TMPDIR/pid")" \
		'.id == $id and .bundle == $bundle and .pid == $pid and (.ociVersion | startswith("1."))' \
		<<<"$output"
	oci start "$ID"
	status_is running
	run oci start "$ID"
	[ "$status" = 1 ]
	run oci delete "$ID"
	[ "$status" = 1 ]
	oci kill "$ID" KILL
	until_stopped
	run oci kill "$ID" TERM
	[ "$status" = 1 ]
	oci delete "$ID"
	run oci state "$ID"
	[ "$status" = 1 ]
	[[ $output == *"does not exist"* ]]
	nothing_left
}

@test "a program that is not there fails the start with its name" {
	program /no/such/program
	run oci run -b "$BUNDLE" "$ID"
	[ "$status" != 0 ]
	[[ $output == *'"/no/such/program"'* ]]
	nothing_left
}

@test "an id is taken once; delete --force frees it, and is content with nothing" {
	program sleep 300
	create
	run oci create -b "$BUNDLE" "$ID"
	[ "$status" = 1 ]
	status_is created
	oci delete --force "$ID"
	oci delete --force "$ID"
	create
	oci delete --force "$ID"
	nothing_left
}

@test "exec runs in the namespaces of the container and passes the status" {
	program sleep 300
	create
	oci start "$ID"
	run oci exec "$ID" sh -c 'hostname; cat /proc/1/cmdline; exit 7'
	[ "$status" = 7 ]
	[[ $output == runc*sleep* ]]
	run oci exec --cwd /tmp --env A=b --user 5:6 "$ID" sh -c 'echo $(pwd) $A $(id -u):$(id -g)'
	[[ $output == "/tmp b 5:6" ]]
	oci delete --force "$ID"
	nothing_left
}

@test "pause freezes, resume thaws" {
	program sleep 300
	create
	oci start "$ID"
	oci pause "$ID"
	status_is paused
	oci resume "$ID"
	status_is running
	oci delete --force "$ID"
	nothing_left
}

@test "hooks run in the order of the spec with the state on stdin" {
	local log=$BATS_TEST_TMPDIR/hooks kind
	program true
	for kind in prestart createRuntime createContainer poststart poststop; do
		config '.hooks[$kind] = [{path: "/bin/sh", args: ["sh", "-c", $text]}]' \
			--arg kind $kind --arg text "read -r state; echo $kind \$state >>$log"
	done
	run oci run -b "$BUNDLE" "$ID"
	[ "$status" = 0 ]
	[ "$(cut -d' ' -f1 "$log" | tr '\n' ' ')" = "prestart createRuntime createContainer poststart poststop " ]
	grep -c "\"id\":\"$ID\"" "$log" | grep -qx 5
	nothing_left
}

@test "a failing createRuntime hook fails the start and undoes it" {
	program true
	config '.hooks.createRuntime = [{path: "/bin/false"}]'
	run oci run -b "$BUNDLE" "$ID"
	[ "$status" != 0 ]
	[[ $output == *createRuntime* ]]
	nothing_left
}

# broken FILTER MESSAGE: a config changed by FILTER is refused with MESSAGE and leaves nothing.
broken() {
	cp "$BUNDLE/config.json" "$BATS_TEST_TMPDIR/good.json"
	config "$1"
	run oci --log "$BATS_TEST_TMPDIR/log" --log-format json run -b "$BUNDLE" "$ID"
	[ "$status" = 1 ] || { echo "status $status: $output"; return 1; }
	[[ $output == *"$2"* ]] || { echo "$output"; return 1; }
	tail -n 1 "$BATS_TEST_TMPDIR/log" | jq -e --arg text "$2" '.level == "error" and (.msg | contains($text))'
	mv "$BATS_TEST_TMPDIR/good.json" "$BUNDLE/config.json"
	nothing_left
}

@test "an invalid config names the JSON path and leaves nothing behind" {
	broken '.linux.resources.memory.limit = "1g"' \
		'linux.resources.memory.limit: expected an integer, got "1g"'
	broken '.process.cwd = "tmp"' 'process.cwd:'
	broken '.process.args = []' 'process.args:'
	broken '.process.user.uid = -1' 'process.user.uid:'
	broken '.process.user.gid = 4294967296' 'process.user.gid:'
	broken '.linux.namespaces += [{type: "pid"}]' 'linux.namespaces['
	broken '.linux.namespaces += [{type: "moon"}]' 'linux.namespaces['
	broken '.process.rlimits[0].soft = 5000000' 'process.rlimits[0]'
	broken '.mounts[1].options = "nosuid"' 'mounts[1].options: expected an array, got "nosuid"'
	broken '.linux.maskedPaths[0] = 7' 'linux.maskedPaths[0]: expected a string, got 7'
	broken '.ociVersion = "9.0"' 'ociVersion:'
	broken '.hooks.prestart = [{path: "relative"}]' 'hooks.prestart[0].path:'
}

# traced STRACE-OPTION...: `create` of the test's container under strace; its status.
traced() {
	strace -o "$BATS_TEST_TMPDIR/calls" "$@" "$OUT/bin/cbox-oci" --root "$ROOT" create -b "$BUNDLE" "$ID" \
		</dev/null >/dev/null 2>&1 3>&-
}

@test "kill -9 at every second system call of create leaves nothing behind delete --force" {
	local name nth status kills=0
	program sleep 31425 # nobody else's sleep
	traced
	oci delete --force "$ID"
	# strace counts each system call by its name: "close 3" is the third close
	awk -F'(' '/^[a-z]/ && ++total % 2 { print $1, seen[$1] + 1 } { seen[$1]++ }' \
		"$BATS_TEST_TMPDIR/calls" >"$BATS_TEST_TMPDIR/points"
	while read -r name nth; do
		status=0
		traced -e inject="$name:signal=KILL:when=$nth" || status=$?
		[ "$status" != 137 ] || kills=$((kills + 1))
		oci delete --force "$ID"
		nothing_left || { echo "after a kill at $name $nth"; return 1; }
		[ -z "$(pgrep -x -f 'sleep 31425')" ] || { echo "a process is left: $name $nth"; return 1; }
	done <"$BATS_TEST_TMPDIR/points"
	echo "# killed $kills times" >&3
	[ "$kills" -ge 40 ]
}

@test "the system calls of a start stay within their budget" {
	local calls
	program true
	oci run -b "$BUNDLE" "$ID" # the parent cgroups are there from now on
	strace -f -c -o "$BATS_TEST_TMPDIR/calls" "$OUT/bin/cbox-oci" --root "$ROOT" run -b "$BUNDLE" "$ID" 3>&-
	calls=$(awk '$NF == "total" { print $4 }' "$BATS_TEST_TMPDIR/calls")
	echo "# $calls system calls from exec of cbox-oci to its end, the program's included" >&3
	[ "$calls" -gt 100 ]
	[ "$calls" -le 500 ] # may only go down
	nothing_left
}
