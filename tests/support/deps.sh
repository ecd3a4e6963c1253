#!/usr/bin/env bash
# deps.sh - installs the Debian/Ubuntu packages that building, testing and the demo need.
# Asks dpkg first: when nothing is missing it does not touch the network. The names for dnf
# systems are in docs/HACKING.md.
set -euo pipefail

build="gcc make clang llvm libc6-dev linux-libc-dev musl-tools pkg-config bpftool libbpf-dev
	libelf-dev zlib1g-dev libzstd-dev libssl-dev libseccomp-dev libcap-dev busybox-static
	clang-format"
tests="libcriterion-dev bats jq strace iproute2 nftables util-linux procps libclang-rt-14-dev"
guests="qemu-system-x86 cpio lz4 zstd xz-utils binutils uidmap e2fsprogs xfsprogs btrfs-progs"
peers="runc crun"

installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' 2>/dev/null | sed -n 's/^installed //p' || true)
missing=()
for package in $build $tests $guests $peers; do
	grep -qxF "$package" <<<"$installed" || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if ! command -v apt-get >/dev/null; then
	echo "deps: no apt-get here; docs/HACKING.md lists the packages by their dnf names" >&2
	exit 1
fi
if [ "$(id -u)" != 0 ]; then
	echo "deps: missing: ${missing[*]}" >&2
	echo "hint: run 'sudo make deps' once" >&2
	exit 1
fi
echo "deps: installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
install() {
	apt-get install -y --no-install-recommends "${missing[@]}" >"$log" 2>&1
}
# An old package list is the usual reason for a failed install: refresh it and try once more.
{ [ -n "$(ls /var/lib/apt/lists/*Packages* 2>/dev/null)" ] && install; } ||
	{ apt-get update >"$log" 2>&1 && install; } ||
	{ tail -n 20 "$log" >&2; echo "deps: apt-get could not install the packages above" >&2; exit 1; }
