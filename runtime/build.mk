# runtime - the engine and the OCI runtime. One list a room; libruntime is what both programs share.

LINUX_SRC := $(addprefix runtime/linux/,paths.c)
$(call library,linux,$(LINUX_SRC))
UNIT_LIBS_linux := linux base
