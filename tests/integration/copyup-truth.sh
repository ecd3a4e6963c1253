#!/bin/sh
# copyup-truth.sh CTRACE TOOLS DIR CGROUP OPTIONS [CTRACE-ARGS...] - one truth test of copy-ups.
#
# Mounts an overlay below DIR (mount OPTIONS added, "" for none), runs copyup_ops in CGROUP (a
# folder that exists) while ctrace traces that cgroup, and copyup_ops' noise outside of it on a
# second overlay; then compares with the upper layer. To be run in a mount namespace of its own.
# TOOLS is the folder of copyup_ops and copyup_check. Works in dash and busybox sh.
set -eu
ctrace=$1 tools=$2 dir=$3 cgroup=$4 options=$5
shift 5

rm -rf "$dir"
mkdir -p "$dir/lower" "$dir/upper" "$dir/work" "$dir/merged" "$dir/upper2" "$dir/work2" "$dir/merged2"
"$tools/copyup_ops" prepare "$dir/lower"
mount -t overlay overlay -o "lowerdir=$dir/lower,upperdir=$dir/upper,workdir=$dir/work${options:+,$options}" \
	"$dir/merged"
mount -t overlay overlay -o "lowerdir=$dir/lower,upperdir=$dir/upper2,workdir=$dir/work2" "$dir/merged2"

# The command is started only when ctrace is attached, so the first copy-up is seen as well.
"$ctrace" copyup --cgroup "$cgroup" --json --strict --output "$dir/events" "$@" -- sh -c '
	"$1/copyup_ops" noise "$2/merged2"
	echo $$ >"$3/cgroup.procs"
	exec "$1/copyup_ops" run "$2/merged" "$2/renames"' sh "$tools" "$dir" "$cgroup"
umount "$dir/merged"
umount "$dir/merged2"
"$tools/copyup_check" "$dir/lower" "$dir/upper" "$dir/merged" "$dir/renames" "$dir/events"
