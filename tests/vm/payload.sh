#!/usr/bin/env bash
# payload.sh OUT.cpio FILE[:DEST]... - packs files of the host, and the shared libraries they need,
# as an uncompressed cpio that the kernel unpacks over the base tree.
#
# FILE may be a folder (copied whole). Without DEST a file keeps its absolute path. Setuid bits
# survive (newuidmap). A missing FILE is an error that names it.
set -euo pipefail

out=$1
shift
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
# mktemp made it 0700, and "." is packed: it becomes the guest's root folder.
chmod 0755 "$tree"

# The base tree is merged-/usr; a folder "bin" in this archive would replace its symlink.
merged() {
	case $1 in
	/bin/* | /sbin/* | /lib/* | /lib32/* | /lib64/*) echo "/usr$1" ;;
	*) echo "$1" ;;
	esac
}

# add SOURCE DEST: -L, because what counts is the content at this name.
add() {
	local dest
	dest=$tree$(merged "$2")
	[ ! -e "$dest" ] || return 0
	mkdir -p "$(dirname "$dest")"
	cp -rL --preserve=mode "$1" "$dest"
	# cp drops setuid and setgid when it follows links as another owner: put them back.
	[ -d "$1" ] || chmod "$(stat -Lc %a "$1")" "$dest"
}

# libraries FILE|FOLDER: shared libraries and the loader of every ELF program in it.
# A static program has none, which ldd calls a failure.
libraries() {
	find -L "$1" -type f -perm /111 | while read -r program; do
		[ "$(head -c 4 "$program" | tail -c 3 | tr -d '\0')" = ELF ] || continue
		{ ldd "$program" 2>/dev/null || true; } | sed -nE 's/.*(=> |^[[:space:]]+)(\/[^ ]+) \(0x.*/\2/p'
	done | sort -u
}

for file in "$@"; do
	source=${file%%:*} dest=${file#*:}
	[ -e "$source" ] || {
		echo "payload: no file '$source'" >&2
		exit 1
	}
	[ "$dest" != "$file" ] || dest=$(realpath -s "$source")
	add "$source" "$dest"
	libraries "$source" | while read -r library; do
		add "$library" "$library"
	done
done

(cd "$tree" && find . -mindepth 1 | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0) >"$out"
