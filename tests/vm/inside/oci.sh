#!/bin/bash
# oci.sh - an OCI runtime, /usr/bin/oci, on pure cgroup v2: what all parts of the test share.
#
# Containers are named cbox-test-*; their cgroups lie below /cbox-test. /etc/oci/config.json is
# what `runc spec` writes.
. /test/tap.sh

cgroups=/sys/fs/cgroup/cbox-test

oci() {
	/usr/bin/oci --root /run/cbox-test "$@"
}

# bundle NAME FILTER [ARG...]: a bundle in /bundles/NAME that runs ARGs; FILTER is jq on the config.
bundle() {
	local name=$1 filter=$2
	shift 2
	mkdir -p "/bundles/$name"
	jq --arg name "$name" '.process.terminal = false | .root.path = "/rootfs"
		| .linux.namespaces += [{"type": "cgroup"}] | .linux.cgroupsPath = "/cbox-test/" + $name
		| if $ARGS.positional == [] then . else .process.args = $ARGS.positional end
		| '"$filter" /etc/oci/config.json --args -- "$@" >"/bundles/$name/config.json"
}

# run NAME FILTER ARG...: runs a container to its end.
run() {
	bundle "$@"
	oci run --bundle "/bundles/$1" "$1"
}

# start NAME FILTER ARG...: a container that stays; stop it with oci delete --force.
start() {
	bundle "$@"
	oci create --bundle "/bundles/$1" --pid-file "/bundles/$1/pid" "$1"
	oci start "$1"
}

status() {
	oci state "$1" | jq -r .status
}

# living ARGV: is there a process with exactly this command line?
living() {
	ps -o args | grep -x "$1"
}

is_running() {
	[ "$(status "$1")" = running ]
}

is_stopped() {
	[ "$(status "$1")" = stopped ]
}

# gone NAME: nothing of a container is left, neither state, cgroup, mount nor process.
gone() {
	fails oci state "$1" && [ ! -e "/run/cbox-test/$1" ] && [ ! -e "$cgroups/$1" ] &&
		fails grep -e "/bundles/$1" -e "/run/cbox-test/$1" /proc/self/mountinfo
}

after_test() {
	local state
	for state in /run/cbox-test/*; do
		[ ! -d "$state" ] || oci delete --force "${state##*/}"
	done
}

mkdir -p /rootfs/bin /rootfs/proc /rootfs/sys /rootfs/dev /rootfs/tmp /rootfs/etc /bundles
cp /bin/busybox /rootfs/bin/
chroot /rootfs /bin/busybox --install -s /bin
cp /etc/passwd /etc/group /rootfs/etc/

run_tests /test/oci-*.sh
