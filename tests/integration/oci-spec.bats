# oci-spec.bats - the config to start from is runc's, and it runs.
load oci-common

# All but the members that name the runtime.
normal() { jq -S 'del(.hostname, .ociVersion)' "$1"; }

@test "spec writes what runc writes" {
	cd "$BATS_TEST_TMPDIR" && mkdir -p ours
	oci spec --bundle ours
	diff <(normal "$BUNDLE/config.json") <(normal ours/config.json)
	[ "$(jq -r .hostname ours/config.json)" = cbox ]
}

@test "spec --rootless writes what runc writes" {
	cd "$BATS_TEST_TMPDIR" && mkdir -p ours theirs
	(cd theirs && runc spec --rootless)
	(cd ours && oci spec --rootless)
	diff <(normal theirs/config.json) <(normal ours/config.json)
}

@test "what spec writes runs" {
	rm "$BUNDLE/config.json"
	oci spec -b "$BUNDLE"
	shell 'hostname; id -u'
	[ "$status" = 0 ]
	[ "$output" = cbox$'\n'0 ]
	nothing_left
}

@test "spec never replaces a file, also not a broken link" {
	cp "$BUNDLE/config.json" "$BATS_TEST_TMPDIR/before"
	run oci spec -b "$BUNDLE"
	[ "$status" = 1 ]
	[[ $output == *"config.json' exists and is not replaced"* ]]
	cmp "$BUNDLE/config.json" "$BATS_TEST_TMPDIR/before"
	ln -sf "$BATS_TEST_TMPDIR/elsewhere" "$BUNDLE/config.json"
	run oci spec -b "$BUNDLE"
	[ "$status" = 1 ]
	[ ! -e "$BATS_TEST_TMPDIR/elsewhere" ]
	run oci spec -b "$BATS_TEST_TMPDIR/not-there"
	[ "$status" = 1 ]
	[[ $output == *"bundle '$BATS_TEST_TMPDIR/not-there'"* ]]
}
