# oci-update.bats - new limits for a container that runs.
load oci-common

# limit V1_CONTROLLER V1_FILE V2_FILE: prints what is in the container's cgroup.
limit() {
	local v1=/sys/fs/cgroup/$1/cbox-test/$ID/$2 v2=/sys/fs/cgroup/cbox-test/$ID/$3
	if [ -e "$v1" ]; then cat "$v1"; else cat "$v2"; fi
}

memory_limit() { limit memory memory.limit_in_bytes memory.max; }

running() {
	config '.linux.resources.memory.limit = 134217728 | .linux.resources.pids.limit = 50'
	program sleep 600
	oci run -d -b "$BUNDLE" "$ID"
	[ "$(memory_limit)" = 134217728 ]
}

@test "update --memory lowers and raises the limit, the rest stays" {
	running
	oci update --memory 64m "$ID"
	[ "$(memory_limit)" = 67108864 ]
	[ "$(limit pids pids.max pids.max)" = 50 ]
	oci update --memory 256m "$ID"
	[ "$(memory_limit)" = 268435456 ]
	oci update --memory=-1 "$ID"
	case $(memory_limit) in max | 92233*) ;; *) false ;; esac
}

@test "update of memory and memory-swap together works up and down" {
	running
	[ -e "/sys/fs/cgroup/memory/cbox-test/$ID/memory.memsw.limit_in_bytes" ] ||
		[ -e "/sys/fs/cgroup/cbox-test/$ID/memory.swap.max" ] ||
		skip "this kernel does no swap accounting"
	oci update --memory 64m --memory-swap 64m "$ID"
	oci update --memory 256m --memory-swap 512m "$ID"
	[ "$(memory_limit)" = 268435456 ]
	oci update --memory 32m --memory-swap 64m "$ID"
	[ "$(memory_limit)" = 33554432 ]
}

@test "update --resources reads JSON from stdin and from a file, options win over it" {
	running
	oci update --resources - "$ID" <<<'{"memory": {"limit": 67108864}, "pids": {"limit": 20}}'
	[ "$(memory_limit)" = 67108864 ]
	[ "$(limit pids pids.max pids.max)" = 20 ]
	echo '{"pids": {"limit": 30}, "memory": {"limit": 67108864}}' >"$BATS_TEST_TMPDIR/new.json"
	oci update --resources "$BATS_TEST_TMPDIR/new.json" --memory 128m "$ID"
	[ "$(memory_limit)" = 134217728 ]
	[ "$(limit pids pids.max pids.max)" = 30 ]
}

@test "update sets CPU and cpuset limits" {
	running
	oci update --cpu-quota 50000 --cpu-period 200000 --cpuset-cpus 0 --pids-limit -1 "$ID"
	case $(limit cpu cpu.cfs_quota_us cpu.max) in 50000 | '50000 200000') ;; *) false ;; esac
	[ "$(limit cpuset cpuset.cpus cpuset.cpus)" = 0 ]
	[ "$(limit pids pids.max pids.max)" = max ]
}

@test "update does not open devices" {
	: </dev/fuse || skip "this host has no /dev/fuse to open"
	config '.root.readonly = false | .process.capabilities |= map_values(. + ["CAP_MKNOD"])'
	running
	run oci exec "$ID" sh -c 'mknod /fuse c 10 229 && echo made && : </fuse'
	[[ $output == made*"not permitted"* ]]
	oci update -r - "$ID" <<<'{"devices": [{"allow": true, "access": "rwm"}], "pids": {"limit": 20}}'
	[ "$(limit pids pids.max pids.max)" = 20 ]
	run oci exec "$ID" sh -c ': </fuse'
	[[ $output == *"not permitted"* ]]
}

@test "update names what is wrong and the limits that stay" {
	running
	run oci update --cpuset-cpus 4000 "$ID"
	[ "$status" != 0 ]
	[[ $output == *"linux.resources.cpu.cpus: "* ]]
	[[ $output == *"memory.limit 134217728, pids.limit 50"* ]]
	run oci update -r - "$ID" <<<'{"memory": {"limit": "64m"}}'
	[ "$status" = 1 ]
	[[ $output == *'memory.limit: expected an integer, got "64m"'* ]]
	run oci update -r - "$ID" <<<'{"memory": '
	[ "$status" = 1 ]
	[[ $output == *"line"* ]]
	run oci update --memory lots "$ID"
	[ "$status" = 2 ]
	[[ $output == *'--memory: expected bytes such as 64m, or -1, got "lots"'* ]]
	run oci update --pids-limit -2 "$ID"
	[ "$status" = 2 ]
	[ "$(memory_limit)" = 134217728 ]
}

@test "update of an unknown or a stopped container says so" {
	run oci update --memory 64m "$ID"
	[ "$status" = 1 ]
	[[ $output == *"container \"$ID\" does not exist"* ]]
	running
	oci kill "$ID" KILL
	for _ in $(seq 50); do
		[ "$(oci state "$ID" | jq -r .status)" = stopped ] && break
		sleep 0.1
	done
	run oci update --memory 64m "$ID"
	[ "$status" = 1 ]
	[[ $output == *"cannot update a container that is stopped"* ]]
}
