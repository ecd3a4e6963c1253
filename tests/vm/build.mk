# tests/vm - the harness that runs tests inside QEMU guests; kernels come from bench/vm.

$(O)/guest/init: $(O)/musl/tests/vm/guest_init.o $(O)/musl/libbase.a
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC_musl) $(LDFLAGS_musl) -o $@ $^

$(O)/guest/base.cpio: tests/vm/base.sh $(O)/guest/init
	$(call say,CPIO,$@)
	$(Q)$< $(O)/guest/init $@

GUEST_OUTPUTS += $(O)/guest/base.cpio

$(O)/guest/fentry-probe: $(O)/gnu/tests/vm/fentry_probe.o
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC_gnu) $(LDFLAGS_gnu) -o $@ $^ -lbpf

GUEST_OUTPUTS += $(O)/guest/fentry-probe

$(O)/guest/without-syscalls: $(O)/musl/tests/vm/without_syscalls.o
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC_musl) $(LDFLAGS_musl) -o $@ $^

GUEST_OUTPUTS += $(O)/guest/without-syscalls
