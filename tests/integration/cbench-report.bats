#!/usr/bin/env bats
# cbench compare and report: from measured results to a verdict and to a page a browser shows.

bats_require_minimum_version 1.5.0

setup_file() {
	for i in a b; do
		"$CBOX_OUT/bin/cbench" start-latency --runtime floor,process --vm none -n 20 --no-table \
			--json "$BATS_FILE_TMPDIR/$i.json" >/dev/null 2>&1
	done
}

setup() {
	cbench=$CBOX_OUT/bin/cbench
	a=$BATS_FILE_TMPDIR/a.json b=$BATS_FILE_TMPDIR/b.json
	dir=$BATS_TEST_TMPDIR
}

@test "a result compared with itself is never slower" {
	run "$cbench" compare --gate "$a" "$a"
	[ "$status" = 0 ] || [ "$status" = 4 ]
	[[ $output != *slower* ]] && [[ $output != *faster* ]]
}

@test "a result that is twice as slow is slower, and the gate is shut" {
	jq '.subjects[].samples_ns |= map(. * 2)' "$b" >"$dir/slow.json"
	run "$cbench" compare --gate "$b" "$dir/slow.json"
	[ "$status" = 1 ]
	[[ $output == *slower* ]]
	run "$cbench" compare "$b" "$dir/slow.json"
	[ "$status" = 0 ]
}

@test "more failures than before shut the gate, whatever the clock says" {
	jq '.subjects[0].failures = 3' "$a" >"$dir/failing.json"
	run "$cbench" compare --gate "$a" "$dir/failing.json"
	[ "$status" = 1 ]
}

@test "the page is one file and shows every sample" {
	"$cbench" report "$a" "$b" -o "$dir/r.html"
	[ "$(grep -o '<circle' "$dir/r.html" | wc -l)" = 80 ]
	run ! grep -E 'https?:|<script' "$dir/r.html"
}

@test "a browser shows the page without a word on its console" {
	command -v chromium >/dev/null || skip "chromium is not installed"
	"$cbench" report "$a" -o "$dir/r.html"
	chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
		--disable-background-networking --disable-component-update --disable-sync \
		--user-data-dir="$dir/profile" --enable-logging=stderr --virtual-time-budget=2000 \
		--dump-dom "file://$dir/r.html" >"$dir/dom" 2>"$dir/log"
	grep -q '<svg' "$dir/dom"
	run ! grep CONSOLE "$dir/log"
}
