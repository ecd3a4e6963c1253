# oci-features.bats - what the runtime says of itself, held against what it does.
load oci-common

feature() { oci features | jq -e "$1" >/dev/null; }

@test "features is the document of the runtime-spec" {
	feature '.ociVersionMin == "1.0.0" and (.ociVersionMax | startswith("1."))'
	feature '.hooks == ["prestart", "createRuntime", "createContainer", "startContainer",
		"poststart", "poststop"]'
	feature '.linux.namespaces | contains(["user", "pid", "mount", "cgroup", "time"])'
	feature '.linux.capabilities | length >= 41 and index("CAP_SYS_ADMIN")'
	feature '.linux.seccomp.enabled and (.linux.seccomp.actions | index("SCMP_ACT_NOTIFY"))'
	feature '.linux.seccomp.operators | length == 7'
	feature '.mountOptions | contains(["ro", "rro", "rprivate", "rbind", "tmpcopyup"])'
	feature '.mountOptions | length == (unique | length)'
}

@test "a feature that is said to be absent is refused, not ignored" {
	feature '.linux.apparmor.enabled or .linux.selinux.enabled | not'
	feature '.linux.cgroup.systemd or .linux.mountExtensions.idmap.enabled | not'
	config '.process.apparmorProfile = "cbox-test"'
	shell true
	[ "$status" = 3 ]
	[[ $output == *apparmorProfile* ]]
	config 'del(.process.apparmorProfile) | .process.selinuxLabel = "cbox-test"'
	shell true
	[ "$status" = 3 ]
	config 'del(.process.selinuxLabel)
		| .mounts += [{destination: "/tmp", source: "/tmp", options: ["bind", "idmap"]}]'
	shell true
	[ "$status" = 3 ]
}

@test "every mount option that is listed is taken" {
	local option
	for option in $(oci features | jq -r '.mountOptions[]'); do
		config '.mounts = [.mounts[] | select(.destination != "/tmp")]
			+ [{destination: "/tmp", type: "tmpfs", source: "'"$BUNDLE"'/rootfs",
			options: [$option]}]' --arg option "$option"
		shell true
		[ "$status" = 0 ] || { echo "$option: $output"; return 1; }
	done
}

@test "features takes no arguments" {
	run oci features more
	[ "$status" = 2 ]
	oci features --help | grep -q 'what this runtime implements'
}
