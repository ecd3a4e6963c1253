# runtime/core - the life of a container; both cbox-oci and cbox link it.
CORE_SRC := $(addprefix runtime/core/,child.c child_mount.c child_process.c container.c \
	container_create.c container_delete.c container_exec.c container_update.c control.c hooks.c launch.c plan.c \
	plan_print.c plan_process.c resources.c state.c state_hooks.c state_load.c)
$(call library,core,$(CORE_SRC))
# What links core links these behind it, and $(CORE_SYS) behind all in a static program.
CORE_LIBS := core cgroup linux-seccomp linux spec base
CORE_SYS := $(SECCOMP_STATIC)
UNIT_LIBS_core := $(CORE_LIBS)
UNIT_SYS_core := -lseccomp
