# oci-common.bash - what the oci-*.bats files share: a bundle of busybox, and proof that nothing
# is left behind. Everything is named cbox-test-* and below $BATS_TEST_TMPDIR.

oci_setup() {
	OUT=${CBOX_OUT:-$PWD/build}
	ROOT=$BATS_TEST_TMPDIR/state
	BUNDLE=$BATS_TEST_TMPDIR/bundle
	ID=cbox-test-$$-$BATS_TEST_NUMBER
	mkdir -p "$BUNDLE"/rootfs/{bin,etc,proc,sys,dev,tmp}
	cp /bin/busybox "$BUNDLE/rootfs/bin/"
	for name in sh true false cat ls id echo sleep mount grep stat touch hostname mkdir rm env ps \
		dd head wc kill readlink tty chmod ln nproc cut sort tr mknod umount; do
		ln -s busybox "$BUNDLE/rootfs/bin/$name"
	done
	(cd "$BUNDLE" && runc spec)
}

oci() { "$OUT/bin/cbox-oci" --root "$ROOT" "$@"; }

# config FILTER [jq options]: changes config.json; no terminal unless asked for.
config() {
	local filter=$1
	shift
	jq "$@" ".process.terminal = false | .linux.cgroupsPath = \"/cbox-test/$ID\" | $filter" \
		"$BUNDLE/config.json" >"$BUNDLE/config.new"
	mv "$BUNDLE/config.new" "$BUNDLE/config.json"
}

# program ARG...: what the container runs.
program() {
	config '.process.args = $args' --argjson args "$(printf '%s\n' "$@" | jq -R . | jq -s .)"
}

# shell TEXT: runs TEXT in a container of the bundle.
shell() {
	config '.process.args = ["sh", "-c", $text]' --arg text "$1"
	run oci run -b "$BUNDLE" "$ID"
}

# No state, no cgroup, no process and no mount of the test's container.
nothing_left() {
	local left
	[ -z "$(ls -A "$ROOT" 2>/dev/null)" ] || { ls -lR "$ROOT"; return 1; }
	left=$(find /sys/fs/cgroup -maxdepth 4 -type d -name "$ID" 2>/dev/null)
	[ -z "$left" ] || { echo "cgroup left: $left"; return 1; }
	! grep -F "$BUNDLE" /proc/self/mountinfo
}

oci_teardown() {
	oci delete --force "$ID" || true
	find /sys/fs/cgroup -maxdepth 3 -depth -type d -path '*/cbox-test/*' -name "cbox-test-$$-*" \
		-exec rmdir {} + 2>/dev/null || true
	find /sys/fs/cgroup -maxdepth 2 -type d -name cbox-test -exec rmdir {} + 2>/dev/null || true
}

setup() { oci_setup; }
teardown() { oci_teardown; }
