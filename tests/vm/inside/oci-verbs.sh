# oci-verbs.sh - what happens to a container while it runs: exec, pause, its terminal, its filter.

test_default_config_runs_on_a_terminal() {
	mkdir -p /bundles/cbox-test-tty
	jq '.root.path = "/rootfs"' /etc/oci/config.json >/bundles/cbox-test-tty/config.json
	echo 'test -t 1 && echo answer-$((6 * 7)); exit 7' >/tmp/input
	status=0
	script -qec "/usr/bin/oci --root /run/cbox-test run --bundle /bundles/cbox-test-tty cbox-test-tty" \
		/dev/null </tmp/input >/tmp/output || status=$?
	cat /tmp/output
	[ $status = 7 ]
	grep -q answer-42 /tmp/output
	gone cbox-test-tty
}

test_exec_joins_everything_and_passes_the_status() {
	start cbox-test-exec '.process.rlimits = [] | .process.env += ["FROM=config"]' sleep 100
	pid=$(cat /bundles/cbox-test-exec/pid)
	for ns in cgroup ipc mnt net pid uts; do
		[ "$(oci exec cbox-test-exec readlink /proc/self/ns/$ns)" = "$(readlink "/proc/$pid/ns/$ns")" ]
	done
	oci exec cbox-test-exec cat /proc/self/cgroup >/tmp/inside
	[ "$(cat /tmp/inside)" = 0::/ ]
	status=0
	oci exec cbox-test-exec sh -c 'exit 9' || status=$?
	[ $status = 9 ]
	jq '.process | .args = ["sh", "-c", "echo $FROM"] | .env = ["FROM=file", "PATH=/bin"]' \
		/bundles/cbox-test-exec/config.json >/tmp/process.json
	[ "$(oci exec --process /tmp/process.json cbox-test-exec)" = file ]
	oci delete --force cbox-test-exec
	gone cbox-test-exec
}

test_pause_stops_every_process_until_resume() {
	start cbox-test-pause . sh -c 'while :; do echo x; sleep 0.02; done >/dev/shm/ticks'
	ticks=/proc/$(cat /bundles/cbox-test-pause/pid)/root/dev/shm/ticks
	eventually test -s "$ticks"
	oci pause cbox-test-pause
	[ "$(status cbox-test-pause)" = paused ]
	grep -q 'frozen 1' $cgroups/cbox-test-pause/cgroup.events
	before=$(stat -c %s "$ticks")
	sleep 0.3
	[ "$(stat -c %s "$ticks")" = "$before" ]
	oci resume cbox-test-pause
	[ "$(status cbox-test-pause)" = running ]
	eventually grew "$ticks" "$before"
	oci pause cbox-test-pause
	oci delete --force cbox-test-pause
	gone cbox-test-pause
}

grew() {
	[ "$(stat -c %s "$1")" -gt "$2" ]
}

test_seccomp_refuses_with_the_error_of_the_rule() {
	profile='{"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64"], "syscalls": [
		{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 28},
		{"names": ["sethostname"], "action": "SCMP_ACT_KILL_PROCESS"},
		{"names": ["kill"], "action": "SCMP_ACT_ERRNO", "errnoRet": 95,
			"args": [{"index": 1, "value": 12, "op": "SCMP_CMP_EQ"}]}]}'
	status=0
	run cbox-test-seccomp ".linux.seccomp = $profile" sh -c 'grep ^Seccomp: /proc/self/status
		mkdir /tmp/x; kill -12 1 || kill -0 1 && echo by-argument; hostname x; exit 5' \
		>/tmp/inside 2>&1 || status=$?
	cat /tmp/inside
	[ $status = 5 ]
	grep -q 'Seccomp:.2' /tmp/inside
	grep -q 'No space left' /tmp/inside
	grep -q 'Operation not supported' /tmp/inside
	grep -q by-argument /tmp/inside
}
