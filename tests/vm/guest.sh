#!/usr/bin/env bash
# guest.sh OUTDIR [OPTIONS] SCRIPT [FILE[:DEST]...] - runs SCRIPT inside QEMU guests, relays its TAP.
#
#   --kernel 6.1,6.12    Debian's cloud kernels to run it on (default: both, at the same time)
#   --module A,B         kernel modules to load first, with all they depend on; repeatable
#   --disk NAME:FS:MB[:DIR]   a disk with an ext4, xfs or btrfs file system, mounted at /disk/NAME;
#                        ext4 and btrfs can start with the content of DIR; repeatable
#   --memory MB          memory for the test, on top of what kernel and payload take (default 128)
#   --timeout SECONDS    for each guest, boot included (default 120)
#   --cpus N             processors of the guest (default 1)
#   --append WORDS       added to the kernel command line
#   --log DIR            where the guests' raw consoles are kept (default OUTDIR/check)
#
# SCRIPT runs as /test/run, as root, with /test/tap.sh beside it (see there), a pure cgroup v2 with
# every controller enabled for children, /proc /sys /dev, bpffs, tracefs, debugfs, and tmpfs on
# /run, /tmp and /var/lib. Users: root, and tester (1000) with subordinate ids from 300000.
# FILEs of the host are there at the same path (or at DEST), with their shared libraries; what is
# not in the payload is a busybox applet. The shell is bash. pivot_root works. Example:
#
#   tests/vm/guest.sh build --kernel 6.12 --module overlay tests/vm/inside/copyup.sh \
#       build/bin/ctrace:/usr/bin/ctrace /usr/bin/jq
#
# Result: TAP on stdout, test names prefixed by the kernel's series, one plan. Exit 0 only when
# every guest printed a plan, ran all of it, had no failure and ended by the debug exit with
# status 33 (passed). A guest that dies, hangs, stays silent or exits in any other way is a failed
# test of its own. QEMU exits 0 when a guest reboots or panics, and 1 for wrong arguments, so
# neither is ever a success.
#
# Accelerator: KVM where /dev/kvm can be opened, else TCG.
set -uo pipefail
export LC_ALL=C

here=$(dirname "$0")
out=$1
shift
kernels=6.1,6.12 modules=() disks=() memory_mb=128 timeout_s=120 cpus=1 append='' log=$out/check
while [[ ${1:-} == --* ]]; do
	case $1 in
	--kernel) kernels=$2 ;;
	--module) modules+=(${2//,/ }) ;;
	--disk) disks+=("$2") ;;
	--memory) memory_mb=$2 ;;
	--timeout) timeout_s=$2 ;;
	--cpus) cpus=$2 ;;
	--append) append=$2 ;;
	--log) log=$2 ;;
	*)
		echo "guest: unknown option '$1'" >&2
		exit 2
		;;
	esac
	shift 2
done
script=$1
shift
payload=("$@")
name=$(basename "$script" .sh)
mkdir -p "$log"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# bail MESSAGE: nothing can be run; one failed test says why.
bail() {
	echo "not ok 1 - $name: $1"
	echo "1..1"
	exit 1
}

# make_disk NAME:FS:MB[:DIR] FILE
make_disk() {
	local label fs mb content
	IFS=: read -r label fs mb content <<<"$1"
	truncate -s "${mb}M" "$2"
	[ $((${#fs} + ${#label})) -lt 20 ] || {
		echo "disk name '$label' is too long for a serial number"
		return 1
	} >&2
	case $fs in
	ext4) mke2fs -q -t ext4 -L "$label" ${content:+-d "$content"} "$2" ;;
	btrfs) mkfs.btrfs -q -L "$label" ${content:+--rootdir "$content"} "$2" >&2 ;;
	xfs) mkfs.xfs -q -L "$label" "$2" ;;
	*)
		echo "unknown file system '$fs'" >&2
		return 1
		;;
	esac
}

# run_guest SERIES: raw console in $work/SERIES.console, qemu's exit status in $work/SERIES.status.
run_guest() {
	local series=$1 kernel=$out/guest/$1 initrd=$work/$1.initrd drives=() wanted disk i=0 total
	local khz label fs
	wanted=("${modules[@]}")
	# Which disk becomes vda is the guest's choice, so the serial number says who it is.
	for disk in "${disks[@]}"; do
		IFS=: read -r label fs _ <<<"$disk"
		make_disk "$disk" "$work/$series.disk$i" || return
		drives+=(-drive "id=d$i,file=$work/$series.disk$i,format=raw,if=none,cache=unsafe"
			-device "virtio-blk-device,drive=d$i,serial=$fs:$label")
		[ "$fs" = ext4 ] || wanted+=("$fs")
		i=$((i + 1))
	done
	[ $i = 0 ] || wanted+=(virtio_mmio virtio_blk)
	"$here/modules.sh" "$kernel" "$work/$series.modules" "${wanted[@]}" || return
	cat "$out/guest/base.cpio" "$work/$series.modules" "$work/payload" "$work/test" >"$initrd"
	# The initramfs is in memory twice while it is unpacked.
	total=$((memory_mb + 80 + 2 * $(stat -c %s "$initrd") / 1048576))
	khz=$("$out/guest/tsc-khz")
	timeout -k 5 "$timeout_s" qemu-system-x86_64 -M microvm $accel -cpu max -m $total -smp "$cpus" \
		-nodefaults -no-user-config -display none -no-reboot -serial stdio \
		-device isa-debug-exit,iobase=0xf4,iosize=1 "${drives[@]}" \
		-kernel "$kernel/vmlinux" -initrd "$initrd" \
		-append "${boot_words[*]} tsc_early_khz=$khz lpj=$((khz * 4)) $append" \
		</dev/null >"$work/$series.console" 2>&1
	echo $? >"$work/$series.status"
}

# judge SERIES: adds the guest's results to $work/tap, and a failure when it did not end well.
judge() {
	local series=$1 console=$log/guest-$name-$1.log status verdict
	tr -d '\r' <"$work/$series.console" >"$console" 2>/dev/null
	status=$(cat "$work/$series.status" 2>/dev/null)
	grep -vE '^1\.\.[0-9]+$' "$console" | sed -E "s/^((not )?ok) [0-9]+ - /\1 - $series: /" >>"$work/tap"
	verdict=$(awk -v status="$status" -v limit="$timeout_s" '
		/^1\.\.[0-9]+$/ { plans++; plan = substr($0, 4) + 0 }
		/^ok / { n++ }
		/^not ok / { n++; bad++ }
		END {
			if (status == "") print "the guest was not started"
			else if (status == 124 || status == 137) print "no end after " limit " s"
			else if (status != 33 && status != 35) print "died, QEMU exit status " status
			else if (plans != 1) print plans + 0 " TAP plans instead of one"
			else if (!plan) print "no tests"
			else if (plan != n) print n + 0 " results for a plan of " plan
			else if (status == 35 && !bad) print "the test script failed"
			else if (status == 33 && bad) print "failures, but the script returned 0"
		}' "$console")
	if [ -n "$verdict" ]; then
		echo "not ok - $series: guest: $verdict" >>"$work/tap"
		tail -n 20 "$console" | grep -vE '^(ok|not ok|1\.\.)' | sed 's/^\(# \)\?/# /' >>"$work/tap"
	fi
}

# tsc_early_khz and lpj spare calibrations that an emulated timer makes fail; the rest makes the
# boot shorter and, with loglevel, keeps the console for TAP (only panics and oopses are printed).
boot_words=(console=ttyS0 quiet loglevel=2 panic=-1 nokaslr mitigations=off cryptomgr.notests
	no_timer_check 8250.nr_uarts=1 random.trust_cpu=on rcupdate.rcu_expedited=1)
accel='-accel tcg'
[ ! -w /dev/kvm ] || accel='-accel kvm -accel tcg'
command -v qemu-system-x86_64 >/dev/null || bail "QEMU is missing: install qemu-system-x86"
for file in base.cpio tsc-khz ${kernels//,/ }; do
	case $file in [0-9]*) file=$file/vmlinux ;; esac
	[ -e "$out/guest/$file" ] || bail "no $out/guest/$file: run 'make $out/guest/$file'"
done
"$here/payload.sh" "$work/payload" "${payload[@]}" 2>"$work/error" || bail "$(cat "$work/error")"
mkdir -p "$work/test.d/test"
install -m 0755 "$script" "$work/test.d/test/run"
install -m 0644 "$here/tap.sh" "$work/test.d/test/tap.sh"
(cd "$work/test.d" && find test | cpio --quiet -o -H newc -R 0:0) >"$work/test"

jobs=()
for series in ${kernels//,/ }; do
	run_guest "$series" 2>"$work/$series.error" &
	jobs+=($!)
done
wait "${jobs[@]}"
for series in ${kernels//,/ }; do
	[ -e "$work/$series.console" ] || cp "$work/$series.error" "$work/$series.console"
	judge "$series"
done

# One numbering and one plan over all guests.
awk '/^(not )?ok - / { n++; sub(/ok - /, "ok " n " - "); if (/^not/) bad++ }
	{ print }
	END { print "1.." n + 0; exit bad > 0 || !n }' "$work/tap"
