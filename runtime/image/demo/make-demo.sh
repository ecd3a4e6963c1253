#!/usr/bin/env bash
# make-demo.sh BUSYBOX OUT - writes the demo image, an OCI image-layout in a tar file.
#
# Three layers, so that everything overlayfs does is there to be seen:
#   1  busybox with its applets, /etc, the usual folders
#   2  /data: one file of 64 MiB that holds no holes, a few hundred small ones in nested folders
#   3  whiteouts of some of layer 2's files, one opaque folder, one changed file
# The same busybox gives the same bytes: names are sorted, times are 0, owners are root.
set -euo pipefail
export LC_ALL=C

busybox=$1 out=$2
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
umask 022
layout=$tmp/layout
mkdir -p "$layout/blobs/sha256"

# pack FOLDER: tar of a folder on stdout, the same bytes for the same content.
pack() {
	tar -C "$1" --format=posix --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner \
		--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime -cf - .
}

# blob: stdin becomes a blob; prints its digest and size.
blob() {
	local digest
	cat >"$tmp/blob"
	digest=$(sha256sum "$tmp/blob" | cut -d' ' -f1)
	mv "$tmp/blob" "$layout/blobs/sha256/$digest"
	echo "$digest $(stat -c %s "$layout/blobs/sha256/$digest")"
}

base=$tmp/base
mkdir -p "$base"/{bin,dev,etc,home,proc,root,run,sys,usr/bin,var/log,var/tmp}
mkdir -m 1777 "$base/tmp"
chmod 0700 "$base/root"
install -m 0755 "$busybox" "$base/bin/busybox"
for applet in $("$busybox" --list); do
	[ "$applet" = busybox ] || ln -s busybox "$base/bin/$applet"
done
ln -s ../../bin/env "$base/usr/bin/env"
printf '%s\n' root:x:0:0:root:/root:/bin/sh daemon:x:1:1:daemon:/:/bin/false \
	nobody:x:65534:65534:nobody:/:/bin/false >"$base/etc/passwd"
printf '%s\n' root:x:0: daemon:x:1: users:x:100:daemon nogroup:x:65534: >"$base/etc/group"
echo 'root::0:0:99999:7:::' >"$base/etc/shadow"
chmod 0640 "$base/etc/shadow"
printf '127.0.0.1 localhost\n::1 localhost\n' >"$base/etc/hosts"
echo 'hosts: files dns' >"$base/etc/nsswitch.conf"
echo 'demo image of cbox' >"$base/etc/motd"

data=$tmp/data
mkdir -p "$data"/data/{small,nested/one/two/three,replaced,secret}
# a counter, not zeros: copying it cannot be turned into a hole
seq -f '%015.0f' 1 4194304 >"$data/data/big"
for i in $(seq -w 0 299); do
	seq 1 "$((10#$i + 1))" >"$data/data/small/file-$i"
done
for i in 1 2 3 4 5 6 7 8; do
	echo "nested $i" >"$data/data/nested/one/two/three/file-$i"
	echo "old $i" >"$data/data/replaced/old-$i"
	echo "secret $i" >"$data/data/secret/file-$i"
done
echo 'first version' >"$data/data/changed"
ln -s big "$data/data/link"
ln "$data/data/changed" "$data/data/hardlink"

top=$tmp/top
mkdir -p "$top"/data/{small,replaced}
touch "$top"/data/small/.wh.file-{000,001,002} "$top/data/.wh.secret" \
	"$top/data/replaced/.wh..wh..opq"
echo 'new' >"$top/data/replaced/new"
echo 'second version' >"$top/data/changed"

layers=() diff_ids=()
for folder in "$base" "$data" "$top"; do
	read -r digest size < <(pack "$folder" | blob)
	layers+=("{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar\",
		\"digest\":\"sha256:$digest\",\"size\":$size}")
	diff_ids+=("\"sha256:$digest\"")
done
join() { local IFS=,; echo "$*"; }

machine=$(uname -m)
case $machine in x86_64) machine=amd64 ;; aarch64) machine=arm64 ;; esac
read -r config config_size < <(
	cat <<-END | tr -d '\n\t' | blob
	{"created":"1970-01-01T00:00:00Z","architecture":"$machine","os":"linux",
	"config":{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
	"Cmd":["/bin/sh"],"WorkingDir":"/","Labels":{"org.opencontainers.image.title":"demo"}},
	"rootfs":{"type":"layers","diff_ids":[$(join "${diff_ids[@]}")]},
	"history":[{"created_by":"busybox"},{"created_by":"data"},{"created_by":"whiteouts"}]}
	END
)
read -r manifest manifest_size < <(
	cat <<-END | tr -d '\n\t' | blob
	{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
	"config":{"mediaType":"application/vnd.oci.image.config.v1+json",
	"digest":"sha256:$config","size":$config_size},
	"layers":[$(join "${layers[@]}")]}
	END
)
printf '{"imageLayoutVersion":"1.0.0"}' >"$layout/oci-layout"
cat <<-END | tr -d '\n\t' >"$layout/index.json"
{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json",
"digest":"sha256:$manifest","size":$manifest_size,
"annotations":{"org.opencontainers.image.ref.name":"demo:latest"}}]}
END

mkdir -p "$(dirname "$out")"
pack "$layout" >"$out.tmp"
mv "$out.tmp" "$out"
