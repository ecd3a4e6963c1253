# runtime/spec - the OCI configuration.
SPEC_SRC := $(addprefix runtime/spec/,names.c seccomp_profile.c section.c spec.c spec_block_io.c \
	spec_check.c spec_hooks.c spec_linux.c spec_mounts.c spec_process.c spec_resources.c)
$(call library,spec,$(SPEC_SRC))
UNIT_LIBS_spec := spec base
