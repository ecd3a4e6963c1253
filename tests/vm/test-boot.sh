#!/usr/bin/env bash
# test-boot.sh OUTDIR - both kernels boot and offer what the other guest tests need; and the
# harness itself tells a guest that failed, hung, died or lied from one that passed.
set -uo pipefail
here=$(dirname "$0")
out=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir "$work/disk"
cp "$here/guest_init.c" "$work/disk/"
"$here/guest.sh" "$out" --module overlay,veth,bridge --disk "ext4:ext4:64:$work/disk" \
	--disk xfs:xfs:320 --disk btrfs:btrfs:128 "$here/inside/boot.sh" \
	"$out/guest/fentry-probe:/usr/bin/fentry-probe" /usr/bin/{newuidmap,newgidmap,setpriv,unshare} \
	>"$work/tap"
grep -v '^1\.\.' "$work/tap"
n=$(grep -cE '^(not )?ok ' "$work/tap")
failed=$(grep -c '^not ok ' "$work/tap")

# refused NAME MESSAGE SCRIPTLINE...: the harness must exit non-zero and say MESSAGE. Runs in the
# background, a guest a processor; the result is in $work/refused.N.
refusals=0 limit_s=90
refused() {
	local name=$1 message=$2 dir=$work/refused.$((refusals += 1))
	shift 2
	[ "$(jobs -pr | wc -l)" -lt "$(nproc)" ] || wait -n
	mkdir "$dir"
	printf '%s\n' '#!/bin/sh' "$@" >"$dir/bad.sh"
	echo "$name" >"$dir/name"
	if "$here/guest.sh" "$out" --kernel 6.12 --timeout $limit_s --log "$dir" "$dir/bad.sh" >"$dir/tap"; then
		echo "exit status 0" >>"$dir/tap"
	elif grep -q "^not ok [0-9]* - .*$message" "$dir/tap"; then
		: >"$dir/passed"
	fi &
}

refused "a test that fails inside fails outside" 'it breaks' \
	'. /test/tap.sh' 'test_it_breaks() { false; }' 'run_tests "$0"'
refused "a failure hidden behind status 0 is a failure" 'the script returned 0' \
	'echo "not ok 1 - hidden"; echo 1..1; exit 0'
limit_s=10 refused "a silent guest is ended" 'no end after 10 s' 'sleep 1000'
refused "a guest that reboots with QEMU status 0 has failed" 'died, QEMU exit status 0' \
	'echo "ok 1 - fine"; echo 1..1; reboot -f; sleep 100'
refused "a panic is a failure" 'died, QEMU exit status 0' \
	'echo "ok 1 - fine"; echo 1..1; echo c >/proc/sysrq-trigger'
refused "a guest without a plan has failed" '0 TAP plans' 'echo "ok 1 - fine"'
refused "a guest that runs less than its plan has failed" '1 results for a plan of 2' \
	'echo 1..2; echo "ok 1 - fine"'
refused "a guest that runs nothing has failed" 'no tests' 'echo 1..0'
wait
for i in $(seq $refusals); do
	dir=$work/refused.$i
	n=$((n + 1))
	if [ -e "$dir/passed" ]; then
		echo "ok $n - harness: $(<"$dir/name")"
	else
		failed=$((failed + 1))
		echo "not ok $n - harness: $(<"$dir/name")"
		sed 's/^/# /' "$dir/tap"
	fi
done
echo "1..$n"
[ "$failed" = 0 ]
