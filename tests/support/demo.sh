#!/usr/bin/env bash
# demo.sh OUTDIR - the main job on real input, in its own store so that nothing of the host's
# changes: import an image, run a container, trace its copy-ups, compare start latencies.
set -euo pipefail

out=$(realpath "$1")
PATH=$out/bin:$PATH
if [ "$(id -u)" != 0 ]; then
	echo "demo: containers and tracing need root" >&2
	echo "hint: sudo make demo" >&2
	exit 3
fi

CBOX_ROOT=$(mktemp -d /var/tmp/cbox-demo.XXXXXX)
CBOX_RUN=$(mktemp -d /run/cbox-demo.XXXXXX)
export CBOX_ROOT CBOX_RUN
name=demo-$$
cleanup() {
	cbox rm -f "$name" >/dev/null 2>&1 || true
	rm -rf "$CBOX_ROOT" "$CBOX_RUN"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

step() {
	printf '\n\033[1m%s\033[0m\n' "$1"
	shift
	[ $# = 0 ] || { printf '$ %s\n' "$*"; "$@"; }
}
[ -t 1 ] || step() {
	printf '\n%s\n' "$1"
	shift
	[ $# = 0 ] || { printf '$ %s\n' "$*"; "$@"; }
}

step "1. Import the demo image: three layers, a 64 MiB file and a few hundred small ones" \
	cbox import --demo
cbox images

step "2. Start a container by name" cbox run -d --name "$name" demo sleep 600
cbox ps

step "3. Trace its copy-ups while it writes into files of the lower layers"
writes='cd /data; echo x >> big; for f in small/file-01?; do echo x >> $f; done
chmod 700 changed; mv hardlink nested/moved; rm small/file-020; cat big > /dev/null'
printf '$ ctrace copyup %s -- cbox exec %s sh -c "%s"\n' "$name" "$name" "$writes"
ctrace copyup "$name" -- cbox exec "$name" sh -c "$writes"

step "4. Stop and remove it" cbox rm -f "$name"

step "5. Start latency, interleaved: our runtime, its peers, the kernel's own cost and a VM"
cbench start-latency --runtime cbox-oci,runc,crun,floor -n 15 --vm auto
