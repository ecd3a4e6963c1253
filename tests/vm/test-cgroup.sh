#!/usr/bin/env bash
# test-cgroup.sh OUTDIR - runtime/cgroup on a pure cgroup v2, on both kernels.
here=$(dirname "$0")
exec "$here/guest.sh" "$1" --memory 192 --timeout 180 --disk d:ext4:16 "$here/inside/cgroup.sh" \
	"$1/test/cgroup-host:/usr/bin/cgroup-host"
