# runtime/core - the life of a container; both cbox-oci and cbox link it.
CORE_SRC := $(addprefix runtime/core/,child.c child_mount.c child_process.c container.c \
	container_create.c container_delete.c container_exec.c control.c hooks.c launch.c plan.c plan_print.c \
	plan_process.c resources.c state.c state_hooks.c state_load.c)
$(call library,core,$(CORE_SRC))
UNIT_LIBS_core := core cgroup linux spec base
