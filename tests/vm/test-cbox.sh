#!/usr/bin/env bash
# test-cbox.sh OUTDIR - the engine on Debian's 6.12 kernel, pure cgroup v2, store on ext4.
set -euo pipefail
here=$(dirname "$0")
out=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# On the disk, because in the initramfs the 64 MiB image would be in memory twice.
ln "$out/share/demo.tar" "$work/demo.tar" 2>/dev/null || cp "$out/share/demo.tar" "$work/demo.tar"
helpers=()
for helper in "$out"/libexec/cbox-*; do
	helpers+=("$helper:/usr/libexec/$(basename "$helper")")
done
"$here/guest.sh" "$out" --kernel "${KERNEL:-6.12}" --module overlay --memory 256 --timeout 480 \
	--disk "store:ext4:600:$work" "$here/inside/cbox.sh" "$out/bin/cbox:/usr/bin/cbox" \
	"${helpers[@]}" /usr/bin/jq
