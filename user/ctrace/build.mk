# user/ctrace - the tracer front end. libctrace is all of it but main, for the unit tests.
CTRACE_SRC := $(addprefix user/ctrace/,btf_slice.c child.c copyup.c copyup_record.c \
	copyup_summary.c doctor.c list.c naming.c probe.c session.c sink.c syscall_name.c target.c top.c trace.c)
$(call library,ctrace,$(CTRACE_SRC))
CTRACE_SYS := -lbpf -lelf -lz
$(call program,$(O)/bin/ctrace,gnu,user/ctrace/main.c,ctrace base,$(CTRACE_SYS))
UNIT_LIBS_ctrace := ctrace base
UNIT_SYS_ctrace := $(CTRACE_SYS)

$(foreach f,gnu asan,$(foreach t,$(TRACERS),$(eval \
	$(O)/$(f)/user/ctrace/$(t).o: $(O)/bpf/$(t).skel.h)))

$(O)/gen/syscall_names.h:
	$(call say,GEN,$@)
	@mkdir -p $(@D)
	$(Q)echo '#include <sys/syscall.h>' | $(CC) -E -dM - | \
		sed -nE 's/^#define __NR_([a-z0-9_]+) ([0-9]+)$$/[\2] = "\1",/p' | sort -t[ -k2n >$@

$(foreach f,gnu asan,$(O)/$(f)/user/ctrace/syscall_name.o): $(O)/gen/syscall_names.h
