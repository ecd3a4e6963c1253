# bpf - the CO-RE programs, one tracer a file. build/bpf/<tracer>.skel.h holds the object, ready to
# be included by user/ctrace/<tracer>.c. `bpftool gen object` drops the debug sections.
TRACERS := copyup

BPF_ARCH := $(patsubst x86_64,x86,$(patsubst aarch64,arm64,$(shell uname -m)))
BPF_CFLAGS := -g -O2 -target bpf -D__TARGET_ARCH_$(BPF_ARCH) -I. -MMD -MP -Wall -Wextra \
	-Wno-unused-parameter -Wno-missing-declarations $(if $(filter 1,$(WERROR)),-Werror) \
	-idirafter /usr/include/$(MULTIARCH)

$(O)/bpf/%.bpf.o: bpf/%.bpf.c
	$(call say,BPF,$<)
	@mkdir -p $(@D)
	$(Q)$(CLANG) $(BPF_CFLAGS) -c -o $@ $<

$(O)/bpf/%.skel.h: $(O)/bpf/%.bpf.o
	$(call say,SKEL,$@)
	$(Q)$(BPFTOOL) gen object $(@D)/$*.linked.o $<
	$(Q)$(BPFTOOL) gen skeleton $(@D)/$*.linked.o name $*_bpf >$@

.PRECIOUS: $(O)/bpf/%.bpf.o
