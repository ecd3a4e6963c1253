# oci-process.sh - what the program in the container is: identity, rights, streams, exit status.

test_exit_status_passes_through() {
	status=0
	run cbox-test-exit . sh -c 'exit 42' || status=$?
	[ $status = 42 ]
	status=0
	run cbox-test-exit . sh -c 'kill -TERM $$; sleep 1; exit 3' || status=$?
	# A pid namespace's init is not ended by its own SIGTERM.
	[ $status = 3 ]
	gone cbox-test-exit
}

test_death_by_signal_is_128_plus_its_number() {
	bundle cbox-test-signal . sleep 100
	oci run --bundle /bundles/cbox-test-signal --pid-file /bundles/cbox-test-signal/pid \
		cbox-test-signal &
	eventually test -s /bundles/cbox-test-signal/pid
	eventually is_running cbox-test-signal
	oci kill cbox-test-signal KILL
	status=0
	wait $! || status=$?
	[ $status = 137 ]
	gone cbox-test-signal
}

test_a_missing_program_fails_and_leaves_nothing() {
	fails run cbox-test-missing . /bin/no-such-program 2>/tmp/error
	cat /tmp/error
	grep -q no-such-program /tmp/error
	gone cbox-test-missing
}

test_every_namespace_is_new() {
	run cbox-test-ns . sh -c 'for ns in cgroup ipc mnt net pid uts; do
		echo "$ns $(readlink /proc/self/ns/$ns)"; done' >/tmp/inside
	[ "$(wc -l </tmp/inside)" = 6 ]
	while read -r ns link; do
		[ "$(readlink /proc/self/ns/"$ns")" != "$link" ]
	done </tmp/inside
}

test_a_namespace_is_joined_by_path() {
	ip netns add cbox-test-net
	run cbox-test-join '(.linux.namespaces[] | select(.type == "network")).path =
		"/run/netns/cbox-test-net"' readlink /proc/self/ns/net >/tmp/inside
	ip netns exec cbox-test-net readlink /proc/self/ns/net >/tmp/wanted
	ip netns del cbox-test-net
	diff /tmp/wanted /tmp/inside
}

test_user_groups_cwd_umask_and_environment_are_set() {
	run cbox-test-user '.process.user = {"uid": 1000, "gid": 1001, "additionalGids": [7, 8], "umask": 63}
		| .process.cwd = "/tmp" | .process.env += ["KEY=a b"]' \
		sh -c 'id; pwd; umask; echo "$KEY"' >/tmp/inside
	cat /tmp/inside
	grep -q 'uid=1000.* gid=1001.* groups=.*7.*8' /tmp/inside
	[ "$(sed 1d /tmp/inside | paste -sd ' ')" = '/tmp 0077 a b' ]
}

test_capabilities_and_no_new_privileges_are_set() {
	run cbox-test-caps '.process.capabilities = {"bounding": ["CAP_CHOWN", "CAP_KILL"],
		"permitted": ["CAP_CHOWN", "CAP_KILL"], "effective": ["CAP_KILL"],
		"inheritable": ["CAP_KILL"], "ambient": ["CAP_KILL"]}' cat /proc/self/status >/tmp/inside
	# A root user's exec fills permitted and effective from bounding.
	[ "$(sed -n 's/^CapBnd:\t0*//p' /tmp/inside)" = 21 ]
	[ "$(sed -n 's/^CapInh:\t0*//p' /tmp/inside)" = 20 ]
	[ "$(sed -n 's/^CapAmb:\t0*//p' /tmp/inside)" = 20 ]
	grep -q '^NoNewPrivs:.1' /tmp/inside
	run cbox-test-caps '.process.user.uid = 1000 | .process.capabilities = {"bounding": ["CAP_CHOWN",
		"CAP_KILL"], "permitted": ["CAP_CHOWN", "CAP_KILL"], "effective": ["CAP_KILL"],
		"inheritable": ["CAP_KILL"], "ambient": ["CAP_KILL"]}' cat /proc/self/status >/tmp/inside
	[ "$(sed -n 's/^CapEff:\t0*//p' /tmp/inside)" = 20 ]
}

test_rlimits_oom_score_hostname_and_sysctls_are_set() {
	run cbox-test-limits '.process.rlimits = [{"type": "RLIMIT_NOFILE", "soft": 77, "hard": 99}]
		| .process.oomScoreAdj = 321 | .hostname = "harbour"
		| .linux.sysctl = {"net.ipv4.ip_forward": "1", "kernel.msgmax": "4321"}' \
		sh -c 'ulimit -Sn; ulimit -Hn; cat /proc/self/oom_score_adj; hostname
			cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/msgmax' >/tmp/inside
	[ "$(paste -sd ' ' /tmp/inside)" = '77 99 321 harbour 1 4321' ]
}

test_id_mappings_give_root_inside_subordinate_ids_outside() {
	start cbox-test-userns '.linux.namespaces += [{"type": "user"}]
		| .linux.uidMappings = [{"containerID": 0, "hostID": 300000, "size": 65536}]
		| .linux.gidMappings = .linux.uidMappings' sh -c 'id -u >/dev/shm/mine; sleep 100'
	pid=$(cat /bundles/cbox-test-userns/pid)
	equal "$(stat -c %u "/proc/$pid")" 300000
	eventually test -s "/proc/$pid/root/dev/shm/mine"
	equal "$(cat "/proc/$pid/root/dev/shm/mine")" 0
	equal "$(stat -c %u "/proc/$pid/root/dev/shm/mine")" 300000
	grep -q '0 *300000 *65536' "/proc/$pid/uid_map"
	oci delete --force cbox-test-userns
	gone cbox-test-userns
}

test_state_names_what_the_standard_asks_for() {
	bundle cbox-test-state '.annotations = {"org.example.key": "value"}' sleep 100
	oci create --bundle /bundles/cbox-test-state --pid-file /bundles/cbox-test-state/pid cbox-test-state
	oci state cbox-test-state >/tmp/state
	cat /tmp/state
	jq -e --argjson pid "$(cat /bundles/cbox-test-state/pid)" '.id == "cbox-test-state"
		and .status == "created" and .pid == $pid and .bundle == "/bundles/cbox-test-state"
		and .annotations["org.example.key"] == "value" and (.ociVersion | startswith("1."))' /tmp/state
	oci start cbox-test-state
	[ "$(status cbox-test-state)" = running ]
	fails oci delete cbox-test-state
	oci kill cbox-test-state KILL
	eventually is_stopped cbox-test-state
	oci delete cbox-test-state
	gone cbox-test-state
}

test_hooks_run_and_a_failing_one_undoes_the_container() {
	hook='{"path": "/bin/sh", "args": ["sh", "-c", "echo NAME >>/tmp/hooks; cat >/tmp/hook-state"], "env": ["PATH=/applets"]}'
	rm -f /tmp/hooks
	run cbox-test-hooks "$(for kind in prestart createRuntime poststart poststop; do
		echo ".hooks.$kind = [$(echo "$hook" | sed "s/NAME/$kind/")] |"
	done) ." true
	[ "$(paste -sd ' ' /tmp/hooks)" = 'prestart createRuntime poststart poststop' ]
	jq -e '.id == "cbox-test-hooks"' /tmp/hook-state
	fails run cbox-test-hooks '.hooks.createRuntime = [{"path": "/bin/false"}]' true
	gone cbox-test-hooks
}

test_an_invalid_config_names_its_place_and_leaves_nothing() {
	status=0
	run cbox-test-bad '.linux.resources.memory.limit = "1g"' true 2>/tmp/error || status=$?
	cat /tmp/error
	[ $status = 1 ]
	grep -q 'linux.resources.memory.limit' /tmp/error
	gone cbox-test-bad
}
