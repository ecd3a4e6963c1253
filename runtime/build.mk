# runtime - the engine and the OCI runtime. One list a room; libruntime is what both programs share.

LINUX_SRC := $(addprefix runtime/linux/,paths.c)
$(call library,linux,$(LINUX_SRC))
UNIT_LIBS_linux := linux base

NET_SRC := $(addprefix runtime/net/,address.c link.c netlink.c netns.c)
$(call library,net,$(NET_SRC))
UNIT_LIBS_net := net base
