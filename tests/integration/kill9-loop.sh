#!/usr/bin/env bash
# kill9-loop.sh ROUNDS - kills `cbox run` at random moments, recovers, and looks for what is left.
# Called by cbox-kill9.bats, outside of bats because its tracing costs more than the test itself.
# Prints "STARTED SALVAGED" in the end; exits 1 and says what is left otherwise.
set -euo pipefail
. "$(dirname "$0")/engine.bash"

pause() { # MICROSECONDS, without a process of its own, which would take longer than that
	local none
	read -r -t "$(printf '0.%06d' "$1")" none <>"$CBOX_TEST_DIR/never" || true
}

RANDOM=4711
started=0 salvaged=0 span=20000
: >"$CBOX_TEST_DIR/netns"
for i in $(seq "$1"); do
	rm=
	[ $((i % 2)) = 0 ] || rm=--rm
	"$CBOX" run $rm --name victim demo sh -c 'echo x >/data/changed; exec sleep 31415' &
	pause $((RANDOM % span))
	kill -9 $!
	wait $! 2>/dev/null || true
	ids=$(cd "$CBOX_RUN/owners" && echo *)
	if cat "$CBOX_RUN"/containers/*.json >>"$CBOX_TEST_DIR/netns" 2>/dev/null; then
		# a loaded host starts containers slower: keep the moments spread over the start
		started=$((started + 1)) span=$((span > 4000 ? span - 500 : span))
	else
		span=$((span + 500))
	fi
	said=$("$CBOX" system recover 2>&1)
	left=$(engine_records; engine_cgroups $ids)
	[ -z "$left" ] || { echo "left after kill $i $rm: $left"; exit 1; }
	if [[ $said == *salvaged* ]]; then
		[ -z "$rm" ] || { echo "--rm, but: $said"; exit 1; }
		salvaged=$((salvaged + 1))
	fi
done
# no network namespace that a live record named may still be somebody's
sed -n 's/.*"netns":\([0-9]*\).*/net:[\1]/p' "$CBOX_TEST_DIR/netns" >"$CBOX_TEST_DIR/ours"
readlink /proc/[0-9]*/ns/net >"$CBOX_TEST_DIR/now" 2>/dev/null || true
left=$(grep -Fxf "$CBOX_TEST_DIR/ours" "$CBOX_TEST_DIR/now" || true)
[ -z "$left" ] || { echo "network namespaces left: $left"; exit 1; }
echo "$started $salvaged"
