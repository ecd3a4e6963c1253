# bench/vm - kernels and initramfs of the guests: cbench's VM baseline and tests/vm.
#
#   build/guest/6.1/vmlinux, build/guest/6.12/vmlinux   Debian's newest cloud kernels, with
#       modules/, package (name and version) and release beside them; fetched once, then cached
#   build/guest/boot.cpio   initramfs of the VM baseline: one static init, see boot_init.c
#   build/guest/tsc-khz     prints the value for the guest's tsc_early_khz=

GUEST_SERIES := 6.1 6.12
GUEST_KERNELS := $(GUEST_SERIES:%=$(O)/guest/%/vmlinux)

$(GUEST_KERNELS): $(O)/guest/%/vmlinux: bench/vm/fetch-kernel.sh
	$(call say,FETCH,$@)
	$(Q)if [ -e $@ ]; then touch $@; else $< $* $(@D); fi

$(O)/guest/boot_init: $(O)/musl/bench/vm/boot_init.o
$(O)/guest/tsc-khz: $(O)/musl/bench/vm/tsc_khz.o
$(O)/guest/boot_init $(O)/guest/tsc-khz:
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC_musl) $(LDFLAGS_musl) -o $@ $^

$(O)/guest/boot.cpio: $(O)/guest/boot_init
	$(call say,CPIO,$@)
	$(Q)rm -rf $@.d && mkdir $@.d && strip -o $@.d/init $< && \
		(cd $@.d && echo init | cpio --quiet -o -H newc -R 0:0) >$@ && rm -rf $@.d

EXTRA_OUTPUTS += $(O)/guest/boot.cpio $(O)/guest/tsc-khz

.PHONY: guest-kernels guest-kernels-try
guest-kernels: $(GUEST_KERNELS)

# For check: without a network everything but the guest tests still runs, and they say why not.
guest-kernels-try:
	$(Q)$(MAKE) --no-print-directory guest-kernels || true
GUEST_OUTPUTS += guest-kernels-try
