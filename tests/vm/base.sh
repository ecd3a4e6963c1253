#!/usr/bin/env bash
# base.sh INIT OUT.cpio - the part of a guest's initramfs that never changes: init, busybox, users.
#
# The tree is laid out like a merged-/usr Debian, so that programs and libraries copied from the
# host find each other. busybox's applets live in /applets, last in PATH: a program of the host
# that is in the payload wins over the applet of that name (busybox's setpriv, mount and unshare
# know fewer options than util-linux's). The shell is bash, because busybox's own prefers applets
# whatever PATH says.
set -euo pipefail

init=$1 out=$2
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

busybox=$(command -v busybox) || {
	echo "guest: busybox is missing" >&2
	echo "hint: install busybox-static" >&2
	exit 1
}
# The shell and its libraries by way of the payload builder, unpacked again into this tree.
"$(dirname "$0")/payload.sh" "$tree/shell" "$(command -v bash)"
mkdir -p "$tree"/{usr/{bin,sbin,lib,lib64,libexec,share},etc,root,home/tester,test,modules,applets} \
	"$tree"/{dev,proc,sys,run,tmp,disk,var/{lib,tmp,log}}
(cd "$tree" && cpio --quiet -idm <shell && rm shell)
for dir in bin sbin lib lib64; do
	ln -s "usr/$dir" "$tree/$dir"
done
chmod 1777 "$tree/tmp" "$tree/var/tmp"
install -m 0755 "$init" "$tree/init"
install -m 0755 "$busybox" "$tree/usr/bin/busybox"
ln -s bash "$tree/usr/bin/sh"
"$busybox" --list | while read -r applet; do
	ln -sf /usr/bin/busybox "$tree/applets/$applet"
done
ln -s /proc/self/mounts "$tree/etc/mtab"
printf '%s\n' root:x:0:0:root:/root:/bin/sh tester:x:1000:1000::/home/tester:/bin/sh \
	nobody:x:65534:65534:nobody:/:/bin/false >"$tree/etc/passwd"
printf '%s\n' root:x:0: tty:x:5: tester:x:1000: nogroup:x:65534: >"$tree/etc/group"
for map in subuid subgid; do
	printf '%s\n' root:200000:65536 tester:300000:65536 >"$tree/etc/$map"
done
echo "127.0.0.1 localhost cbox-guest" >"$tree/etc/hosts"

(cd "$tree" && find . -mindepth 1 | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0) >"$out.new"
mv "$out.new" "$out"
