# runtime/cgroup - a container's cgroups.
CGROUP_SRC := $(addprefix runtime/cgroup/,cgroup.c convert.c detect.c device_bpf.c devices.c fake.c \
	folders.c freeze.c hierarchy.c kill.c limits.c limits_cpu.c limits_io.c limits_memory.c \
	limits_misc.c stats.c)
$(call library,cgroup,$(CGROUP_SRC))
UNIT_LIBS_cgroup := cgroup base
UNIT_SYS_cgroup := -lm
