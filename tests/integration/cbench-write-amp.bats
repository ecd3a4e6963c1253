#!/usr/bin/env bats
# cbench write-amp: byte counts are facts of the file systems, so they are the same on any machine.

bats_require_minimum_version 1.5.0

setup() {
	cbench=$CBOX_OUT/bin/cbench
	dir=$BATS_TEST_TMPDIR
	[ -e /dev/loop-control ] || skip "no loop devices"
}

# cell FS OPERATION OPTIONS MEMBER: one value of the matrix in $dir/r.json
cell() {
	jq -r ".cells[] | select(.filesystem == \"$1\" and .operation == \"$2\"
		and .options == \"$3\") | .$4" "$dir/r.json"
}

# within VALUE EXPECTED: within 10 per cent
within() {
	awk -v v="$1" -v e="$2" 'BEGIN { exit !(v >= 0.9 * e && v <= 1.1 * e) }' ||
		{ echo "got $1, expected $2"; return 1; }
}

@test "4 KiB into a 64 MiB lower file costs what each file system makes of it" {
	run "$cbench" write-amp --operation write,chmod --json "$dir/r.json"
	[ "$status" = 0 ] || { echo "$output"; [ "$status" = 3 ]; }
	within "$(cell ext4 write default factor)" 16409
	within "$(cell xfs-noreflink write default factor)" 16386
	awk -v f="$(cell xfs write default factor)" 'BEGIN { exit !(f > 0 && f < 4) }'
	awk -v f="$(cell btrfs write default factor)" 'BEGIN { exit !(f > 20 && f < 200) }'
	# tmpfs has no device and charges nothing to the task: only its free space tells.
	[ "$(cell tmpfs write default task_bytes)" = 0 ]
	[ "$(cell tmpfs write default device_bytes)" = null ]
	within "$(cell tmpfs write default factor)" 16384
}

@test "metacopy=on makes chmod cheap and does not make a write cheap" {
	"$cbench" write-amp --fs ext4 --operation write,chmod --size 16m --json "$dir/r.json"
	within "$(cell ext4 chmod default device_bytes)" $((16 << 20))
	[ "$(cell ext4 chmod metacopy=on device_bytes)" -lt $((1 << 20)) ]
	within "$(cell ext4 write metacopy=on device_bytes)" $((16 << 20))
}

@test "without reflink all three counts agree on a copied file" {
	"$cbench" write-amp --fs xfs-noreflink --operation append --size 32m --json "$dir/r.json"
	for count in device_bytes free_bytes task_bytes; do
		within "$(cell xfs-noreflink append default $count)" $((32 << 20))
	done
}

@test "a wrong file system or operation is wrong usage; nothing stays attached" {
	run "$cbench" write-amp --fs ext5
	[ "$status" = 2 ]
	[[ $output == *"no file system 'ext5'"* ]]
	run "$cbench" write-amp --fs tmpfs --operation defragment --size 1m
	[ "$status" = 2 ]
	run ! grep cbench /proc/self/mountinfo
	[ -z "$(ls -d /tmp/cbench-* 2>/dev/null)" ]
	run losetup --list --noheadings --output BACK-FILE
	[[ $output != *"/var/tmp/"*deleted* ]]
}
