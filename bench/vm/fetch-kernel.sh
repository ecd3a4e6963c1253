#!/usr/bin/env bash
# fetch-kernel.sh SERIES DIR - Debian's newest cloud kernel of a series (6.1, 6.12), ready to boot.
#
# Leaves in DIR: `vmlinux` (the ELF inside the bzImage: QEMU starts it by PVH, which spares the
# decompressor), `modules/` (lib/modules/<release>/kernel as the package has it), `package` (name
# and version) and `release` (uname -r). A .deb that already lies in DIR is used instead of a
# download, for hosts whose package lists do not carry these kernels.
#
# Offsets in the bzImage: Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header"
# (setup_sects 0x1f1, payload_offset 0x248, payload_length 0x24c; the last four bytes of the
# payload are the size when unpacked, not part of the stream).
set -euo pipefail
export LC_ALL=C

series=$1 dir=$2
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
work=$dir/unpack
trap 'rm -rf "$work"' EXIT

die() {
	echo "fetch-kernel: $1" >&2
	shift
	[ $# = 0 ] || printf 'hint: %s\n' "$@" >&2
	exit 1
}
hint="or put a linux-image-$series*-cloud-amd64 .deb of Debian into $dir"

# Only signed images: the name ends in cloud-amd64, and what follows the series is a number, so
# neither -dbg, -unsigned nor the empty meta package match.
newest() {
	apt-cache search --names-only "^linux-image-${series//./\\.}\.[0-9][^ ]*-cloud-amd64\$" 2>/dev/null |
		awk '{ print $1 }' | sort -V | tail -n 1
}

download() {
	local name
	command -v apt-get >/dev/null || die "no apt-get here to fetch a $series kernel with" "$hint"
	# One at a time: two refreshes of the package lists would fight for apt's lock.
	exec 9>"$dir/../lock"
	flock 9
	name=$(newest)
	if [ -z "$name" ] || ! (cd "$work" && apt-get -qq download "$name" >"$work/log" 2>&1); then
		# Lists that are missing or older than the mirror are the usual reason.
		apt-get -qq update >"$work/log" 2>&1 || true
		name=$(newest)
		[ -n "$name" ] || die "the package lists have no linux-image-$series*-cloud-amd64" "$hint"
		(cd "$work" && apt-get -qq download "$name" >"$work/log" 2>&1) || {
			tail -n 3 "$work/log" >&2
			die "cannot download $name" "check the network and run again, $hint"
		}
	fi
	flock -u 9
}

# u32 FILE OFFSET: a little-endian number.
u32() {
	od -An -tu4 -j "$2" -N 4 "$1" | tr -d ' '
}

# unpack_elf BZIMAGE OUT
unpack_elf() {
	local image=$1 out=$2 sects offset length magic
	sects=$(od -An -tu1 -j $((0x1f1)) -N 1 "$image" | tr -d ' ')
	offset=$(((sects + 1) * 512 + $(u32 "$image" $((0x248)))))
	length=$(($(u32 "$image" $((0x24c))) - 4))
	dd if="$image" of="$work/payload" bs=1M skip="$offset" count="$length" \
		iflag=skip_bytes,count_bytes status=none
	magic=$(od -An -tx1 -N 4 "$work/payload" | tr -d ' ')
	case $magic in
	02214c18) lz4 -dcq "$work/payload" >"$out" ;;
	28b52ffd) zstd -dcq "$work/payload" >"$out" ;;
	fd377a58) xz -dc "$work/payload" >"$out" ;;
	1f8b08*) gzip -dc "$work/payload" >"$out" ;;
	*) die "$image: unknown compression, magic $magic" ;;
	esac
	[ "$(head -c 4 "$out" | od -An -c | tr -d ' ')" = 177ELF ] || die "$image: no ELF inside"
}

rm -rf "$work"
mkdir -p "$work"
deb=$(find "$dir" -maxdepth 1 -name '*.deb' | sort -V | tail -n 1)
if [ -z "$deb" ]; then
	download
	deb=$(find "$work" -maxdepth 1 -name '*.deb')
fi
# Not the whole package: dpkg-deb has the files as a tar, so only what boots is written.
dpkg-deb --fsys-tarfile "$deb" | tar -C "$work" -x --wildcards './boot/vmlinuz-*' './lib/modules/*' ||
	die "cannot unpack $deb"
image=$(find "$work/boot" -name 'vmlinuz-*')
release=${image##*/vmlinuz-}
unpack_elf "$image" "$work/vmlinux"
rm -rf "$dir/modules"
mv "$work/lib/modules/$release/kernel" "$dir/modules"
echo "$release" >"$dir/release"
dpkg-deb -f "$deb" Package Version | sed 's/^[^:]*: //' | paste -sd ' ' >"$dir/package"
# Last, by rename: a vmlinux that exists is complete.
mv "$work/vmlinux" "$dir/vmlinux"
