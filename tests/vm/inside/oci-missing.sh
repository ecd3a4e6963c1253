# oci-missing.sh - system calls that an older kernel or an outer sandbox does not offer: the runtime
# does without, or says what is missing and ends with status 3; it never leaves anything behind.

test_a_missing_system_call_is_survived_or_explained() {
	local call status
	bundle cbox-test-lacking . echo ran
	for call in openat2 fsopen fsmount fsconfig move_mount open_tree mount_setattr clone3 \
		pidfd_open pidfd_send_signal close_range bpf; do
		status=0
		without-syscalls $call -- /usr/bin/oci --root /run/cbox-test run \
			--bundle /bundles/cbox-test-lacking cbox-test-lacking >/tmp/inside 2>&1 || status=$?
		echo "without $call: status $status: $(</tmp/inside)"
		if [ $status = 0 ]; then
			equal "$(</tmp/inside)" ran
		else
			equal $status 3
			grep -q 'Function not implemented' /tmp/inside
			grep -q 'hint: .*Linux 5.12' /tmp/inside
		fi
		gone cbox-test-lacking
		fails living 'echo ran'
	done
}
