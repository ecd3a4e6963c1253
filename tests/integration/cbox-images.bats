#!/usr/bin/env bats
# cbox-images.bats - import, images, rmi, prune: all kinds of sources, and archives that lie.

load engine.bash

setup_file() {
	engine_setup_file
	export SRC=$CBOX_TEST_DIR/src
	mkdir -p "$SRC"/rootfs/{bin,etc,a/b}
	cp /bin/busybox "$SRC/rootfs/bin/"
	ln -s busybox "$SRC/rootfs/bin/sh"
	echo text >"$SRC/rootfs/a/b/file"
	tar -C "$SRC/rootfs" -cf "$SRC/plain.tar" .
	gzip -c "$SRC/plain.tar" >"$SRC/zipped.tar.gz"
	zstd -qc "$SRC/plain.tar" >"$SRC/zstd.tar.zst"
	mkdir "$SRC/layout"
	tar -C "$SRC/layout" -xf "$CBOX_OUT/share/demo.tar"
	docker_save "$SRC/docker"
}

teardown_file() {
	engine_teardown_file
}

# docker_save DIR: an archive as `docker save` writes it, two names, a repeated layer as a symlink.
docker_save() {
	local diff
	mkdir -p "$1/one" "$1/two"
	cp "$SRC/plain.tar" "$1/one/layer.tar"
	ln -s ../one/layer.tar "$1/two/layer.tar"
	diff=$(sha256sum "$SRC/plain.tar" | cut -d' ' -f1)
	echo "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{\"Cmd\":[\"/bin/busybox\",\"cat\",\"/a/b/file\"]},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:$diff\",\"sha256:$diff\"]}}" >"$1/config.json"
	echo '[{"Config":"config.json","RepoTags":["example/saved:v1","saved:v2"],"Layers":["one/layer.tar","two/layer.tar"]}]' >"$1/manifest.json"
	tar -C "$1" -cf "$1.tar" .
}

# no_trace: nothing of a failed import is left.
no_trace() {
	[ -z "$(ls "$CBOX_ROOT/tmp")" ]
	[ "$("$CBOX" images | grep -c "$1")" = 0 ]
}

@test "a root file system as tar, gzip, zstd, folder and standard input" {
	local source
	for source in plain.tar zipped.tar.gz zstd.tar.zst rootfs; do
		run "$CBOX" import "$SRC/$source"
		[ "$status" = 0 ]
		[[ $output == "Imported ${source%%.*}:latest: "*"1 layer, "* ]]
		run "$CBOX" run --rm "${source%%.*}" busybox cat /a/b/file
		[ "$output" = text ]
	done
	"$CBOX" import - piped:v1 <"$SRC/plain.tar"
	cat "$SRC/zipped.tar.gz" | "$CBOX" import - piped:v2
	run "$CBOX" run --rm piped:v2 busybox cat /a/b/file
	[ "$output" = text ]
	# the same content is the same layer, however it came
	[ "$("$CBOX" images --no-trunc -q | sort -u | wc -l)" -lt "$("$CBOX" images -q | wc -l)" ]
}

@test "an OCI layout as folder and as tar, its digests kept" {
	run "$CBOX" import "$SRC/layout" fromfolder
	[ "$status" = 0 ]
	[[ $output == *"3 layers"* ]]
	gzip -c "$CBOX_OUT/share/demo.tar" >"$SRC/demo.tgz"
	run "$CBOX" import "$SRC/demo.tgz" fromtgz
	[ "$status" = 0 ]
	[ "$("$CBOX" images --json | jq -r '.images[] | select(.name | test("^(demo|from)")) | .id' | sort -u | wc -l)" = 1 ]
	[ "$(jq -r '.manifests[0].digest' "$SRC/layout/index.json")" = "$(jq -r '.manifests[] | select(.annotations."org.opencontainers.image.ref.name" == "demo:latest").digest' "$CBOX_ROOT/index.json")" ]
}

@test "the store is an OCI layout whose blobs are what they are named after" {
	local blob
	[ "$(jq -r .imageLayoutVersion "$CBOX_ROOT/oci-layout")" = 1.0.0 ]
	for blob in "$CBOX_ROOT"/blobs/sha256/*; do
		[ "$(sha256sum <"$blob" | cut -d' ' -f1)" = "$(basename "$blob")" ]
	done
	# and can be imported like any other
	CBOX_ROOT=$CBOX_TEST_DIR/second run "$CBOX" import --select demo:latest "$CBOX_ROOT"
	[ "$status" = 0 ]
	[[ $output == "Imported demo:latest"* ]]
}

@test "an archive of docker save with two names and a repeated layer" {
	run "$CBOX" import "$SRC/docker.tar"
	[ "$status" = 0 ]
	[[ $output == *"example/saved:v1"*"saved:v2"* ]]
	run "$CBOX" run --rm example/saved:v1
	[ "$output" = text ]
	run "$CBOX" import "$SRC/docker.tar" renamed:x
	[ "$status" = 0 ]
	[[ $output == "Imported renamed:x"* ]]
}

@test "whiteouts, opaque marks, owners, modes and holes arrive on disk" {
	local top
	top=$CBOX_ROOT/layers/$(jq -r '.lower[0]' "$CBOX_ROOT/refs/demo:latest")/diff
	[ "$(stat -c '%F %t:%T' "$top/data/secret")" = "character special file 0:0" ]
	run python3 -c "import os,sys; print(os.getxattr(sys.argv[1], 'trusted.overlay.opaque'))" "$top/data/replaced"
	[ "$output" = "b'y'" ] || ! command -v python3
	mkdir -p "$SRC/odd/d"
	truncate -s 64M "$SRC/odd/sparse"
	echo x >"$SRC/odd/set" && chmod 6755 "$SRC/odd/set" && chown 12:34 "$SRC/odd/set"
	chmod 6755 "$SRC/odd/set" && touch -d @1234567890.5 "$SRC/odd/d"
	ln "$SRC/odd/set" "$SRC/odd/link"
	tar -C "$SRC/odd" --format=posix -S -cf "$SRC/odd.tar" .
	"$CBOX" import "$SRC/odd.tar"
	top=$CBOX_ROOT/layers/$(jq -r '.lower[0]' "$CBOX_ROOT/refs/odd:latest")/diff
	[ "$(stat -c '%a %u:%g %h' "$top/set")" = "6755 12:34 2" ]
	[ "$(stat -c %.1Y "$top/d")" = 1234567890.5 ]
	[ "$(stat -c %s "$top/sparse")" = 67108864 ]
	[ "$(stat -c %b "$top/sparse")" -lt 100 ]
}

@test "a layer that is not what the image says is refused" {
	cp -r "$SRC/layout" "$SRC/liar"
	local layer=$(jq -r '.layers[2].digest' "$SRC/liar/blobs/sha256/$(jq -r '.manifests[0].digest' "$SRC/liar/index.json" | cut -d: -f2)" | cut -d: -f2)
	tar -C "$SRC/rootfs" -cf "$SRC/liar/blobs/sha256/$layer" ./etc
	CBOX_ROOT=$CBOX_TEST_DIR/fresh run "$CBOX" import "$SRC/liar" liar
	[ "$status" = 1 ]
	[[ $output == *"layer 3: its digest is"* ]]
	CBOX_ROOT=$CBOX_TEST_DIR/fresh no_trace liar
	[ -z "$(ls "$CBOX_TEST_DIR/fresh/layers" "$CBOX_TEST_DIR/fresh/blobs/sha256" | grep -v :)" ]
}

@test "archives that are cut off, compressed otherwise or no archives are refused" {
	head -c 300000 "$SRC/plain.tar" >"$SRC/cut.tar"
	run "$CBOX" import "$SRC/cut.tar"
	[ "$status" = 1 ]
	[[ $output == *"cut off"* ]]
	head -c 300000 "$SRC/zipped.tar.gz" >"$SRC/cut.tar.gz"
	run "$CBOX" import "$SRC/cut.tar.gz" cut
	[ "$status" = 1 ]
	[[ $output == *"cut off"* ]]
	printf '\xfd7zXZ\0rest' >"$SRC/x.tar.xz"
	run "$CBOX" import "$SRC/x.tar.xz" cut
	[ "$status" = 1 ]
	[[ $output == *"xz"*"hint:"* ]]
	head -c 4096 /dev/urandom >"$SRC/noise.tar"
	run "$CBOX" import "$SRC/noise.tar" cut
	[ "$status" = 1 ]
	run "$CBOX" import /no/such/file
	[ "$status" = 1 ]
	[[ $output == *"No such file"* ]]
	run "$CBOX" import "$SRC/plain.tar" 'Bad Name'
	[ "$status" = 1 ]
	[[ $output == *"invalid image name"* ]]
	no_trace cut
}

@test "hostile paths do not leave the layer" {
	command -v python3 || skip "python3 writes the hostile archives"
	python3 - "$SRC/hostile" "$CBOX_TEST_DIR/outside" <<-'END'
		import io, os, sys, tarfile
		base, outside = sys.argv[1:]
		def archive(name, members):
		    with tarfile.open(f"{base}-{name}.tar", "w") as t:
		        for path, kind, link in members:
		            i = tarfile.TarInfo(path)
		            i.type, i.linkname = kind, link
		            i.size = 1 if kind == tarfile.REGTYPE else 0
		            t.addfile(i, io.BytesIO(b"x"))
		F, S, H = tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE
		archive("dotdot", [("../../../../outside", F, "")])
		archive("hard", [("l", H, "../../../../../etc/passwd")])
		archive("link", [("out", S, os.path.dirname(outside)), ("out/outside", F, "")])
		archive("wh", [(".wh...", F, "")])
	END
	local kind
	for kind in dotdot hard link wh; do
		run "$CBOX" import "$SRC/hostile-$kind.tar" hostile
		[ "$status" = 1 ]
		[ ! -e "$CBOX_TEST_DIR/outside" ]
	done
	no_trace hostile
}

@test "a full disk is a clear error, and nothing half is visible" {
	mkdir "$CBOX_TEST_DIR/small"
	mount -t tmpfs -o size=20m cbox-test-small "$CBOX_TEST_DIR/small"
	CBOX_ROOT=$CBOX_TEST_DIR/small run "$CBOX" import --demo
	local said=$output result=$status
	run find "$CBOX_TEST_DIR/small" -type f ! -name '*.lock' ! -name oci-layout
	umount "$CBOX_TEST_DIR/small"
	[ "$result" = 1 ]
	[[ $said == *"No space left on device"* ]]
	[ -z "$output" ]
}

@test "an import that is killed leaves nothing the next one keeps" {
	local i
	export CBOX_ROOT=$CBOX_TEST_DIR/killed
	"$CBOX" import "$SRC/plain.tar" first >/dev/null
	for i in 5 15 30 60 100 150; do
		"$CBOX" import --demo >/dev/null 2>&1 &
		sleep "$(printf 0.%03d "$i")"
		kill -9 $! 2>/dev/null || true
		wait $! || true
	done
	"$CBOX" import "$SRC/plain.tar" second >/dev/null
	[ -z "$(ls "$CBOX_ROOT/tmp")" ]
	"$CBOX" import --demo
	run "$CBOX" run --rm demo cat /data/replaced/new
	[ "$output" = new ]
}

@test "rmi removes names, then images; not what a container uses" {
	"$CBOX" import "$SRC/plain.tar" twice:a
	"$CBOX" import "$SRC/plain.tar" twice:b
	local id
	id=$("$CBOX" images --json | jq -r '.images[] | select(.name == "twice:a").id')
	run "$CBOX" rmi twice:a
	[ "$status" = 0 ]
	[[ $output == "Untagged: twice:a" ]]
	"$CBOX" run --name user twice:b busybox true
	"$CBOX" images -q --no-trunc | sort -u >"$CBOX_TEST_DIR/before"
	run "$CBOX" rmi -f "$id"
	[ "$status" = 1 ]
	[[ $output == *"used by a container"* ]]
	"$CBOX" rm user
	run "$CBOX" rmi -f "$id"
	[ "$status" = 0 ]
	[[ $output == *"Deleted: sha256:$id"* ]]
	run "$CBOX" rmi nosuch
	[ "$status" = 1 ]
	[[ $output == *"No such image: nosuch"* ]]
}

@test "prune -a empties the store of what no container uses" {
	export CBOX_ROOT=$CBOX_TEST_DIR/pruned
	"$CBOX" import "$SRC/plain.tar" one >/dev/null
	"$CBOX" import --demo >/dev/null
	"$CBOX" run --name keeps one busybox true
	"$CBOX" rmi demo
	[ "$(ls "$CBOX_ROOT/layers" | wc -l)" = 1 ]
	"$CBOX" rm keeps
	run "$CBOX" system prune -a
	[[ $output == *"Total reclaimed space"* ]]
	[ -z "$(ls "$CBOX_ROOT/layers" "$CBOX_ROOT/blobs/sha256" | grep -v :)" ]
	[ "$(jq '.manifests | length' "$CBOX_ROOT/index.json")" = 0 ]
}
