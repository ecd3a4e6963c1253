#!/usr/bin/env bash
# check.sh OUTDIR [SUITE...] - runs test suites, each of which speaks TAP, and adds them up.
# Suites: lint unit asan integration guest (all of them when none is named).
# Failing and skipped tests are printed with their reason; the last line is
# "N passed, M failed, K skipped". A suite that ends without a plan counts as one failure.
set -uo pipefail

out=$1
shift
suites=${*:-lint unit asan integration guest}
logs=$out/check
mkdir -p "$logs"
passed=0 failed=0 skipped=0

# tally NAME STATUS TAPFILE: adds a TAP file to the totals and shows what did not pass.
tally() {
	local name=$1 status=$2 file=$3 p f s
	read -r p f s < <(awk '
		/^not ok/ { f++; next }
		/^ok/ && tolower($0) ~ /# skip/ { s++; next }
		/^ok/ { p++ }
		END { print p+0, f+0, s+0 }' "$file")
	if [ "$f" = 0 ] && { [ "$status" != 0 ] || [ $((p + s)) = 0 ]; }; then
		f=1
		echo "not ok - $name: ended with status $status after $p tests"
		tail -n 30 "$file"
	fi
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
	printf '%-34s %4d passed %3d failed %3d skipped  %4ds\n' "$name" "$p" "$f" "$s" $((SECONDS - begun))
	awk '/^not ok/ { show = 1; print "  " $0; next } /^ok/ { show = 0 }
		/^#/ && show { print "  " $0 }
		/^ *[^#o]/ && show && n++ < 400 { print "  " $0 }' "$file"
	grep -i '^ok.*# skip' "$file" | sed 's/^/  /'
}

run_lint() {
	begun=$SECONDS
	tests/support/lint.sh --tap >"$logs/lint.tap" 2>&1
	tally lint $? "$logs/lint.tap"
}

# run_criterion FLAVOUR: the unit programs, no root needed; run as nobody where we are root.
run_criterion() {
	local flavour=$1 program name status
	for program in "$out/$flavour"/unit-*; do
		[ -x "$program" ] && [ ! -d "$program" ] || continue
		case $program in *.d | *.o) continue ;; esac
		name=$flavour/$(basename "$program")
		begun=$SECONDS
		rm -f "$logs"/lsan.*
		# Criterion passes a run that leaks, so leak reports go to files that must not exist.
		ASAN_OPTIONS=log_path=$PWD/$logs/lsan:detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1 \
			"$program" --tap="$logs/$(basename "$program").tap" --timeout 60 >"$logs/unit.log" 2>&1
		status=$?
		if ls "$logs"/lsan.* >/dev/null 2>&1; then
			{
				echo "not ok - $name: sanitizer report"
				sed 's/^/# /' "$logs"/lsan.* | head -n 60
			} >>"$logs/$(basename "$program").tap"
		fi
		[ "$status" = 0 ] || sed 's/^/# /' "$logs/unit.log" | tail -n 40 >>"$logs/$(basename "$program").tap"
		tally "$name" $status "$logs/$(basename "$program").tap"
	done
}

run_bats() {
	local file name
	for file in tests/integration/*.bats; do
		[ -e "$file" ] || continue
		name=integration/$(basename "$file" .bats)
		begun=$SECONDS
		if [ "$(id -u)" = 0 ]; then
			CBOX_OUT=$PWD/$out timeout 1200 bats --tap "$file" >"$logs/bats.tap" 2>&1 </dev/null
		else
			echo "ok 1 - $name # skip needs root" >"$logs/bats.tap"
		fi
		tally "$name" $? "$logs/bats.tap"
	done
}

run_guest() {
	local test name
	for test in tests/vm/test-*.sh; do
		[ -e "$test" ] || continue
		name=guest/$(basename "$test" .sh)
		begun=$SECONDS
		timeout 1500 "$test" "$out" >"$logs/guest.tap" 2>&1 </dev/null
		tally "$name" $? "$logs/guest.tap"
	done
}

for suite in $suites; do
	case $suite in
	lint) run_lint ;;
	unit) run_criterion gnu ;;
	asan) run_criterion asan ;;
	integration) run_bats ;;
	guest) run_guest ;;
	*) echo "check: unknown suite '$suite'" >&2; exit 2 ;;
	esac
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
