#!/usr/bin/env bash
# test-copyup.sh OUTDIR - ctrace copyup in guests with Debian's 6.1 and 6.12 kernels and pure
# cgroup v2: the truth test with the backends fexit and kprobe.
here=$(dirname "$0")
out=$1
exec "$here/guest.sh" "$out" --module overlay --disk e:ext4:96 --memory 192 --timeout 300 \
"$here/inside/copyup.sh" \
	"$out/bin/ctrace:/usr/bin/ctrace" "$out/test/copyup_ops:/usr/bin/copyup_ops" \
	"$out/test/copyup_check:/usr/bin/copyup_check" \
	"$here/../integration/copyup-truth.sh:/test/copyup-truth.sh" /usr/bin/{unshare,jq}
