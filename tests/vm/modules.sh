#!/usr/bin/env bash
# modules.sh KERNELDIR OUT.cpio NAME... - packs kernel modules and all they depend on, unpacked, with
# /modules/order listing them so that every module comes after what it needs.
#
# A Debian package carries no modules.dep, so "depends=" is read from the modules themselves.
# A name that this kernel has neither as a module nor built in is an error.
set -euo pipefail

kernel=$1 out=$2
shift 2
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir "$tree/modules"
: >"$tree/modules/order"
declare -A done=()

# add NAME: depth first. File names have dashes where module names have underscores.
add() {
	local name=${1//-/_} file depends dependency
	[ -z "${done[$name]:-}" ] || return 0
	done[$name]=1
	file=$(find "$kernel/modules" -name "${name//_/[-_]}.ko*" | head -n 1)
	if [ -z "$file" ]; then
		echo "modules: $(<"$kernel/release") has no module '$name'" >&2
		exit 1
	fi
	case $file in
	*.xz) xz -dc "$file" >"$tree/modules/$name.ko" ;;
	*.zst) zstd -dcq "$file" >"$tree/modules/$name.ko" ;;
	*) cp "$file" "$tree/modules/$name.ko" ;;
	esac
	objcopy -O binary -j .modinfo "$tree/modules/$name.ko" "$tree/info"
	depends=$(tr '\0' '\n' <"$tree/info" | sed -n 's/^depends=//p')
	for dependency in ${depends//,/ }; do
		add "$dependency"
	done
	echo "$name" >>"$tree/modules/order"
}

for name in "$@"; do
	add "$name"
done
(cd "$tree" && find modules -mindepth 1 | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0) >"$out"
