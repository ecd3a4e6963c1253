#!/usr/bin/env bats
# cgroup.bats - runtime/cgroup on this host's own cgroups; the program prints TAP of its own.

setup_file() {
	"$CBOX_OUT/test/cgroup-host" >"$BATS_FILE_TMPDIR/tap" 2>&1 || true
}

# passed PATTERN: every matching line is ok, and there is one. What is skipped is shown.
passed() {
	run grep -E "$1" "$BATS_FILE_TMPDIR/tap"
	[ "$status" = 0 ] || { cat "$BATS_FILE_TMPDIR/tap"; return 1; }
	[[ "$output" != *"not ok"* ]] || { cat "$BATS_FILE_TMPDIR/tap"; return 1; }
	[[ "$output" != *"# skip"* ]] || skip "${output#*# skip }"
}

@test "limits are written, raised and lowered" { passed 'cgroup: (limits are|memory and swap)'; }
@test "what the host lacks is named" { passed 'cgroup: a missing controller'; }
@test "an OOM kill is counted" { passed 'cgroup: an OOM kill'; }
@test "frozen processes stop, thaw and die" { passed 'cgroup: (a frozen|a thawed|the process)'; }
@test "removal kills what is inside" { passed 'cgroup: (removal|an empty)'; }
@test "only the standard devices open" { passed 'cgroup: (standard devices|a later rule)'; }
@test "hugepages are limited" { passed 'cgroup: hugepages'; }
@test "block devices are throttled" { passed 'cgroup: a (block )?device'; }
@test "every test ran and no cgroup is left" {
	run tail -n 1 "$BATS_FILE_TMPDIR/tap"
	[ "$output" = "1..$(grep -cE '^(not )?ok ' "$BATS_FILE_TMPDIR/tap")" ]
	[ -z "$(find /sys/fs/cgroup -name 'cbox-test-cgroup-*' 2>/dev/null)" ]
}
