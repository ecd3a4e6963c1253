# tap.sh - sourced by the scripts that run inside a guest: every function test_* is one test.
#
#	. /test/tap.sh
#	test_memory_max_is_in_force() { …; }
#	run_tests "$0"
#
# A test passes when its function returns 0. It runs in a subshell under `set -eEuo pipefail`, so
# the first command that fails ends it; its place, and what the test printed, become comments.
# The shell never ends at a command behind "!": say `fails COMMAND…` instead.
# `skip REASON` inside a test ends it as skipped. A function after_test, where there is one, clears up
# after every test, so that one failure does not become many.

skip() {
	echo "$*" >/tmp/skip
	exit 0
}

# fails COMMAND...: the command must not succeed.
fails() {
	if "$@"; then
		echo "should have failed: $*" >&2
		return 1
	fi
}

# eventually COMMAND...: it must succeed within five seconds.
eventually() {
	local tries
	for tries in {1..100}; do
		if "$@"; then return 0; fi
		sleep 0.05
	done
	echo "not within five seconds: $*" >&2
	return 1
}

# equal ACTUAL WANTED: prints both when they differ.
equal() {
	[ "$1" = "$2" ] || {
		printf "got '%s', wanted '%s'\n" "$1" "$2" >&2
		return 1
	}
}

# run_tests SCRIPT...: in the order of the files, each of which is sourced unless it is the running
# script; returns 1 when a test failed.
run_tests() {
	local total=0 failed=0 file title status
	for file in "$@"; do
		[ "$file" = "$0" ] || . "$file"
	done
	for test in $(sed -n 's/^\(test_[a-z0-9_]*\)().*/\1/p' "$@"); do
		total=$((total + 1))
		title=${test#test_} title=${title//_/ }
		rm -f /tmp/skip
		# Not in a condition: there the shell would ignore set -e inside the test.
		(
			set -eEuo pipefail
			trap 'echo "at ${BASH_SOURCE[0]##*/}:$LINENO: $BASH_COMMAND" >&2' ERR
			"$test"
		) >/tmp/test.log 2>&1 </dev/null
		status=$?
		! declare -F after_test >/dev/null || after_test >>/tmp/test.log 2>&1 </dev/null
		if [ $status = 0 ] && [ -e /tmp/skip ]; then
			echo "ok $total - $title # skip $(</tmp/skip)"
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
