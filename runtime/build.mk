# runtime - the engine and the OCI runtime. One list a room; libruntime is what both programs share.

SPEC_SRC := $(addprefix runtime/spec/,names.c seccomp_profile.c section.c spec.c spec_block_io.c \
	spec_check.c spec_hooks.c spec_linux.c spec_mounts.c spec_process.c spec_resources.c)
$(call library,spec,$(SPEC_SRC))
UNIT_LIBS_spec := spec base

LINUX_SRC := $(addprefix runtime/linux/,paths.c)
$(call library,linux,$(LINUX_SRC))
UNIT_LIBS_linux := linux base

NET_SRC := $(addprefix runtime/net/,address.c link.c netlink.c netns.c)
$(call library,net,$(NET_SRC))
UNIT_LIBS_net := net base
