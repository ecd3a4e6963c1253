# oci-run.bats - what a container of a config looks like from inside.
load oci-common

@test "the config runc spec writes runs unmodified, with a terminal" {
	run script -qec "$OUT/bin/cbox-oci --root $ROOT run -b $BUNDLE $ID" /dev/null \
		<<<'tty; exit 7'
	[ "$status" = 7 ]
	[[ $output == */dev/pts/0* ]]
	nothing_left
}

@test "run passes the program's exit status and its death by a signal" {
	shell 'exit 42'
	[ "$status" = 42 ]
	config '.linux.namespaces |= map(select(.type != "pid"))'
	shell 'kill -TERM $$'
	[ "$status" = 143 ]
	nothing_left
}

@test "default mounts, devices and links are there" {
	shell 'cut -d" " -f5 /proc/self/mountinfo; ls /dev; readlink /dev/fd; readlink /dev/ptmx
		dd if=/dev/zero of=/dev/null bs=1 count=1 2>/dev/null && echo devices work'
	[ "$status" = 0 ]
	for path in / /proc /dev /dev/pts /dev/shm /dev/mqueue /sys /sys/fs/cgroup; do
		grep -qxF "$path" <<<"$output"
	done
	for name in null zero full random urandom tty stdin stdout stderr; do
		grep -qx "$name" <<<"$output"
	done
	[[ $output == */proc/self/fd*pts/ptmx*devices\ work ]]
}

@test "masked paths are empty, read-only paths cannot be written" {
	mkdir -p "$BUNDLE/rootfs/secret"
	echo x >"$BUNDLE/rootfs/secret/key"
	echo y >"$BUNDLE/rootfs/etc/key"
	config '.linux.maskedPaths += ["/secret", "/etc/key", "/not/there"]'
	shell 'ls -A /secret | wc -l; wc -c </etc/key; echo z >/secret/new; echo h >/proc/sys/kernel/hostname'
	[[ $output == 0$'\n'0$'\n'* ]]
	[[ $output == *"/secret/new: Read-only file system"* ]]
	[[ $output == *"/proc/sys/kernel/hostname: Read-only file system"* ]]
}

@test "a read-only root refuses writes, a writable one takes them" {
	shell 'touch /file'
	[ "$status" = 1 ]
	[[ $output == *"Read-only file system"* ]]
	config '.root.readonly = false'
	shell 'touch /file'
	[ "$status" = 0 ]
	[ -e "$BUNDLE/rootfs/file" ]
}

@test "capabilities are exactly the five sets" {
	config '.process.capabilities = {bounding: ["CAP_CHOWN", "CAP_KILL"], effective: ["CAP_KILL"],
		permitted: ["CAP_CHOWN", "CAP_KILL"], inheritable: ["CAP_KILL"], ambient: ["CAP_KILL"]}
		| .process.user.uid = 1000'
	shell 'grep Cap /proc/self/status | tr -d "\t"'
	[ "$output" = "$(printf 'CapInh:%016x\nCapPrm:%016x\nCapEff:%016x\nCapBnd:%016x\nCapAmb:%016x' \
		0x20 0x20 0x20 0x21 0x20)" ]
	config 'del(.process.capabilities) | .process.user.uid = 0'
	shell 'grep CapEff /proc/self/status'
	[[ $output == *0000000000000000 ]]
}

@test "user, groups, umask and cwd are the spec's" {
	config '.process.user = {uid: 1000, gid: 1001, additionalGids: [5, 6], umask: 63}
		| .process.cwd = "/made/here" | .root.readonly = false'
	shell 'id -u; id -g; id -G; umask; pwd'
	[ "$output" = $'1000\n1001\n1001 5 6\n0077\n/made/here' ]
}

@test "HOME comes from the container's passwd unless it is set" {
	echo 'me:x:1000:1000::/home/me:/bin/sh' >"$BUNDLE/rootfs/etc/passwd"
	config '.process.user.uid = 1000'
	shell 'echo $HOME'
	[ "$output" = /home/me ]
	config '.process.env += ["HOME=/else"]'
	shell 'echo $HOME'
	[ "$output" = /else ]
}

@test "rlimits, oom_score_adj, no_new_privs and host name are set" {
	config '.process.rlimits = [{type: "RLIMIT_NOFILE", soft: 100, hard: 200}]
		| .process.oomScoreAdj = 321 | .hostname = "cbox-test"'
	shell 'ulimit -Sn; ulimit -Hn; cat /proc/self/oom_score_adj; hostname
		grep NoNewPrivs /proc/self/status | cut -f2'
	[ "$output" = $'100\n200\n321\ncbox-test\n1' ]
	config '.process.noNewPrivileges = false'
	shell 'grep NoNewPrivs /proc/self/status | cut -f2'
	[ "$output" = 0 ]
}

@test "a hard limit that cannot be raised is kept, not an error" {
	config '.process.rlimits = [{type: "RLIMIT_NOFILE", soft: 1048576, hard: 1048576}]'
	shell 'ulimit -Hn'
	[ "$status" = 0 ]
}

@test "sysctls of the container's namespaces are set and the host's stay" {
	before=$(cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/msgmax)
	config '.linux.sysctl = {"net.ipv4.ip_forward": "1", "kernel.msgmax": "12345"}'
	shell 'cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/msgmax'
	[ "$output" = $'1\n12345' ]
	[ "$(cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/msgmax)" = "$before" ]
}

@test "binds are read-only or writable as asked, files and folders" {
	mkdir -p "$BATS_TEST_TMPDIR/data" "$BUNDLE/local"
	echo one >"$BATS_TEST_TMPDIR/data/file"
	echo two >"$BUNDLE/local/file"
	config '.root.readonly = false | .mounts += [
		{destination: "/ro", source: $data, options: ["rbind", "ro"]},
		{destination: "/rw", source: $data, options: ["bind"]},
		{destination: "/etc/made/file", source: ($data + "/file"), options: ["bind", "ro"]},
		{destination: "/local", source: "local", type: "bind", options: ["rbind"]}]' \
		--arg data "$BATS_TEST_TMPDIR/data"
	shell 'cat /ro/file /etc/made/file /local/file; touch /rw/new && echo written; touch /ro/new'
	[[ $output == $'one\none\ntwo\nwritten\n'*"Read-only file system"* ]]
	[ -e "$BATS_TEST_TMPDIR/data/new" ]
}

@test "no file descriptor leaks in, and preserved ones do not get lost" {
	program sh -c 'ls /proc/self/fd | tr "\n" " "'
	exec 7<"$BUNDLE/config.json" 9<"$BUNDLE/config.json"
	run oci run -b "$BUNDLE" "$ID"
	exec 7<&- 9<&-
	[ "$output" = "0 1 2 3 " ] # 3 is the folder that ls reads
	program cat /proc/self/fd/3
	run bash -c 'exec 3<<<preserved; exec "$@"' - "$OUT/bin/cbox-oci" --root "$ROOT" run \
		--preserve-fds 1 -b "$BUNDLE" "$ID"
	[ "$output" = preserved ]
}

@test "stdout can be reopened by another user" {
	config '.process.user.uid = 1000'
	shell 'echo hello >/dev/stdout'
	[ "$output" = hello ]
}

@test "a user namespace maps ids, binds devices and owns its files" {
	chmod 755 "$BATS_TEST_TMPDIR"
	config '.linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID:
		100000, size: 65536}] | .linux.gidMappings = .linux.uidMappings'
	shell 'id -u; cat /proc/self/uid_map | tr -s " "; cat /dev/zero | head -c 3 | wc -c; stat -c %u /dev'
	[ "$status" = 0 ]
	[ "$output" = $'0\n 0 100000 65536\n3\n0' ]
	nothing_left
}

@test "a user namespace reaches a root below folders closed to it" {
	chmod 700 "$BUNDLE"
	mkdir "$BUNDLE/data"
	echo x >"$BUNDLE/data/file"
	config '.linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID:
		100000, size: 65536}] | .linux.gidMappings = .linux.uidMappings
		| .mounts += [{destination: "/tmp", source: "data", options: ["bind"]}]'
	shell 'cat /tmp/file'
	[ "$output" = x ]
}

@test "namespaces are joined by path" {
	program sleep 100
	config '.hostname = "cbox-test-first"'
	oci run -d -b "$BUNDLE" "$ID" >/dev/null 2>&1 3>&-
	pid=$(oci state "$ID" | jq .pid)
	for ns in net:network ipc:ipc uts:uts pid:pid; do
		config '.linux.namespaces |= map(if .type == $t then .path = $p else . end)' \
			--arg t "${ns#*:}" --arg p "/proc/$pid/ns/${ns%:*}"
	done
	config 'del(.hostname) | .process.args = ["sh", "-c", "hostname; readlink /proc/self/ns/net; ps"]
		| .linux.cgroupsPath += "-b"'
	run oci run -b "$BUNDLE" "$ID-b"
	[ "$status" = 0 ]
	[[ $output == cbox-test-first$'\n'"$(readlink "/proc/$pid/ns/net")"*"sleep 100"* ]]
}

@test "a joined user namespace owns the new ones" {
	chmod 755 "$BATS_TEST_TMPDIR"
	program sleep 100
	config '.linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID:
		100000, size: 65536}] | .linux.gidMappings = .linux.uidMappings'
	oci run -d -b "$BUNDLE" "$ID" >/dev/null 2>&1 3>&-
	pid=$(oci state "$ID" | jq .pid)
	config 'del(.linux.uidMappings, .linux.gidMappings) | .linux.namespaces |= map(
		if .type == "user" then .path = $p else . end) | .linux.cgroupsPath += "-b"
		| .process.args = ["sh", "-c", "id -u; readlink /proc/self/ns/user; hostname"]
		| .hostname = "second"' --arg p "/proc/$pid/ns/user"
	run oci run -b "$BUNDLE" "$ID-b"
	[ "$output" = "0"$'\n'"$(readlink "/proc/$pid/ns/user")"$'\n'second ]
}

@test "cgroup limits are there, inside and outside" {
	config '.linux.resources.memory = {limit: 33554432} | .linux.resources.pids = {limit: 17}
		| .linux.resources.cpu = {shares: 512}'
	shell 'cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/pids/pids.max \
		/sys/fs/cgroup/cpu/cpu.shares 2>/dev/null || cat /sys/fs/cgroup/memory.max \
		/sys/fs/cgroup/pids.max'
	[[ $output == 33554432$'\n'17* ]]
	nothing_left
}

@test "a missing program is named, and nothing stays" {
	program nope
	run oci run -b "$BUNDLE" "$ID"
	[ "$status" = 1 ]
	[[ $output == *'exec: "nope": executable file not found in $PATH'* ]]
	nothing_left
	program /etc
	run oci run -b "$BUNDLE" "$ID"
	[[ $output == *'exec: "/etc": Permission denied'* ]]
	nothing_left
}

@test "tmpcopyup over an empty folder works, over files it is refused in words" {
	mkdir -p "$BUNDLE/rootfs/empty" "$BUNDLE/rootfs/full"
	echo x >"$BUNDLE/rootfs/full/file"
	config '.mounts += [{destination: "/empty", type: "tmpfs", source: "tmpfs", options: ["tmpcopyup"]}]'
	shell 'touch /empty/new && echo written'
	[[ $output == *written* ]]
	config '.mounts[-1].destination = "/full"'
	shell 'true'
	[ "$status" = 3 ]
	[[ $output == *"'/full'"*"tmpcopyup of a folder that holds files is not supported"* ]]
	nothing_left
}
