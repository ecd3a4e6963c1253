# engine.bash - what the cbox-*.bats files share: a store of their own, the demo image in it, and
# the check that nothing of it is left on the host.

# One store a file: importing the demo image is what takes time.
engine_setup_file() {
	export CBOX=$CBOX_OUT/bin/cbox
	export CBOX_TEST_DIR=$(mktemp -d /tmp/cbox-test-engine-XXXXXX)
	export CBOX_ROOT=$CBOX_TEST_DIR/root CBOX_RUN=$CBOX_TEST_DIR/run
	"$CBOX" import --demo >/dev/null
}

engine_teardown_file() {
	local id
	for id in $("$CBOX" ps -aq); do
		"$CBOX" rm -f "$id" >/dev/null
	done
	"$CBOX" system recover >/dev/null
	rm -rf "$CBOX_TEST_DIR"
}

# engine_records: what the engine still has on disk of containers; nothing when all is clean.
engine_records() {
	find "$CBOX_RUN"/{core,owners,containers} "$CBOX_ROOT"/{containers,names} -mindepth 1 2>/dev/null || true
}

# engine_cgroups ID...: cgroups of these containers that still exist.
engine_cgroups() {
	local id
	for id; do
		ls -d /sys/fs/cgroup/cbox/"$id"* /sys/fs/cgroup/*/cbox/"$id"* 2>/dev/null || true
	done
}

# engine_mounts: processes that see a mount of this test's store, in whatever namespace.
engine_mounts() {
	grep -ls "$CBOX_TEST_DIR" /proc/[0-9]*/mounts || true
}
