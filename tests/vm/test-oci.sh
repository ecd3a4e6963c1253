#!/usr/bin/env bash
# test-oci.sh OUTDIR - the OCI runtime on pure cgroup v2, on Debian's 6.1 and 6.12 kernels.
# CBOX_TEST_RUNTIME=/usr/bin/crun runs the same tests on a peer, to tell a wrong test from a bug.
set -euo pipefail
here=$(dirname "$0")
out=$1
runtime=${CBOX_TEST_RUNTIME:-$out/bin/cbox-oci}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd "$work" && runc spec)
parts=()
for part in "$here"/inside/oci-*.sh; do
	parts+=("$part:/test/$(basename "$part")")
done
"$here/guest.sh" "$out" --memory 160 --timeout 480 ${KERNEL:+--kernel "$KERNEL"} "$here/inside/oci.sh" \
	"${parts[@]}" "$work/config.json:/etc/oci/config.json" "$runtime:/usr/bin/oci" "$out/guest/without-syscalls:/usr/bin/without-syscalls" \
	/usr/bin/{jq,strace,script} "$(command -v ip)"
