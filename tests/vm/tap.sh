# tap.sh - sourced by the scripts that run inside a guest: every function test_* is one test.
#
#	. /test/tap.sh
#	test_memory_max_is_in_force() { …; }
#	run_tests "$0"
#
# A test passes when its function returns 0; it runs in a subshell under `set -ex`, so the first
# command that fails ends it and is the last line of its trace, which is shown when it fails. `skip REASON`
# inside a test ends it as skipped. Plain sh: busybox's ash runs it.

skip() {
	echo "$*" >/tmp/skip
	exit 0
}

# run_tests SCRIPT [PREFIX]: in the order of the file; returns 1 when a test failed.
run_tests() {
	total=0 failed=0
	names=$(sed -n 's/^\('"${2:-test_}"'[a-z0-9_]*\)().*/\1/p' "$1")
	for test in $names; do
		total=$((total + 1))
		title=$(echo "${test#test_}" | tr _ ' ')
		rm -f /tmp/skip
		# Not in a condition: there the shell would ignore set -e inside the test.
		(
			set -ex
			"$test"
		) >/tmp/test.log 2>&1 </dev/null
		status=$?
		if [ $status = 0 ] && [ -e /tmp/skip ]; then
			echo "ok $total - $title # skip $(cat /tmp/skip)"
		elif [ $status = 0 ]; then
			echo "ok $total - $title"
		else
			failed=$((failed + 1))
			echo "not ok $total - $title"
			tail -n 40 /tmp/test.log | sed 's/^/# /'
		fi
	done
	echo "1..$total"
	[ $failed = 0 ]
}
