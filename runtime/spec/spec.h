/*
 * spec.h - the OCI runtime configuration as C types.
 *
 * Owns: struct spec and everything below it, in the shape of the OCI runtime-spec 1.2
 * (config.md, config-linux.md), reading it from JSON, and its validation with JSON paths.
 * Does not own: what any of it does to a process; that is runtime/core and runtime/linux.
 *
 * All memory belongs to the arena the spec was read into. An optional number has a has_ flag or
 * is a struct spec_i64; an absent list has count 0; an absent string is NULL.
 */
#ifndef CBOX_SPEC_SPEC_H
#define CBOX_SPEC_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "user/base/arena.h"
#include "user/base/err.h"
#include "user/base/json.h"

struct spec_i64 {
	bool set;
	int64_t value;
};

/* config-linux.md, "User namespace mappings". */
struct spec_id_map {
	uint32_t container_id, host_id, size;
};

struct spec_id_maps {
	struct spec_id_map *items;
	size_t count;
};

/* Order in which they are joined: user first, so that the others are entered with its rights. */
enum spec_ns {
	SPEC_NS_USER,
	SPEC_NS_IPC,
	SPEC_NS_UTS,
	SPEC_NS_NET,
	SPEC_NS_PID,
	SPEC_NS_CGROUP,
	SPEC_NS_TIME,
	SPEC_NS_MOUNT,
	SPEC_NS_COUNT,
};

struct spec_namespace {
	bool present;
	const char *path; /* join this one; NULL: create a new one */
};

struct spec_user {
	uid_t uid;
	gid_t gid;
	gid_t *additional_gids;
	size_t additional_gid_count;
	bool has_umask;
	mode_t umask;
};

struct spec_rlimit {
	int resource; /* RLIMIT_* */
	uint64_t soft, hard;
};

/* Sets of capabilities as bit masks, bit n is capability n of linux/capability.h. */
struct spec_caps {
	bool present; /* absent: no capabilities, or those of init for `exec` */
	uint64_t bounding, effective, permitted, inheritable, ambient;
};

struct spec_scheduler {
	bool present;
	uint32_t policy; /* SCHED_* */
	int32_t nice;
	uint32_t priority;
	uint64_t flags; /* SCHED_FLAG_* */
	uint64_t runtime_ns, deadline_ns, period_ns;
};

struct spec_io_priority {
	bool present;
	int class; /* IOPRIO_CLASS_* */
	int priority;
};

struct spec_process {
	bool terminal;
	uint16_t console_width, console_height;
	struct spec_user user;
	const char *const *args; /* NULL-terminated; never empty when the spec is to be run */
	const char *const *env;	 /* NULL-terminated; may be NULL */
	const char *cwd;
	struct spec_caps caps;
	struct spec_rlimit *rlimits;
	size_t rlimit_count;
	bool no_new_privileges;
	struct spec_i64 oom_score_adj;
	const char *apparmor_profile;
	const char *selinux_label;
	struct spec_scheduler scheduler;
	struct spec_io_priority io_priority;
	const char *cpu_affinity_initial; /* execCPUAffinity, cpuset list syntax */
	const char *cpu_affinity_final;
};

struct spec_mount {
	const char *destination;    /* absolute, as the container will see it */
	const char *type;	    /* NULL: a bind mount, options say so */
	const char *source;	    /* may be NULL unless it is a bind mount */
	const char *const *options; /* NULL-terminated; may be NULL */
	struct spec_id_maps uid_maps, gid_maps;
};

struct spec_device {
	const char *path;
	char type; /* 'c', 'b', 'u' or 'p' */
	uint32_t major, minor;
	bool has_mode;
	mode_t mode;
	uid_t uid;
	gid_t gid;
};

struct spec_hook {
	const char *path;
	const char *const *args;
	const char *const *env;
	struct spec_i64 timeout_s;
};

enum spec_hook_kind {
	SPEC_HOOK_PRESTART,
	SPEC_HOOK_CREATE_RUNTIME,
	SPEC_HOOK_CREATE_CONTAINER,
	SPEC_HOOK_START_CONTAINER,
	SPEC_HOOK_POSTSTART,
	SPEC_HOOK_POSTSTOP,
	SPEC_HOOK_KINDS,
};

struct spec_hook_list {
	struct spec_hook *items;
	size_t count;
};

/* key: "net.ipv4.conf.eth0/1.mtu": dots separate, a slash is a dot within a name. */
struct spec_sysctl {
	const char *key, *value;
};

struct spec_annotation {
	const char *key, *value;
};

/* resources.devices[]: major or minor -1 is "all". */
struct spec_device_rule {
	bool allow;
	char type; /* 'a', 'c' or 'b' */
	int64_t major, minor;
	bool read, write, mknod;
};

struct spec_throttle_device {
	uint32_t major, minor;
	uint64_t rate;
};

struct spec_weight_device {
	uint32_t major, minor;
	struct spec_i64 weight, leaf_weight;
};

struct spec_throttle_list {
	struct spec_throttle_device *items;
	size_t count;
};

struct spec_block_io {
	struct spec_i64 weight, leaf_weight;
	struct spec_weight_device *weight_devices;
	size_t weight_device_count;
	struct spec_throttle_list read_bps, write_bps, read_iops, write_iops;
};

struct spec_hugepage_limit {
	const char *page_size; /* "2MB" */
	uint64_t limit_bytes;
};

struct spec_rdma_limit {
	const char *device;
	struct spec_i64 hca_handles, hca_objects;
};

struct spec_if_priority {
	const char *name;
	uint32_t priority;
};

struct spec_unified {
	const char *file, *value;
};

struct spec_memory {
	struct spec_i64 limit_bytes, reservation_bytes, swap_bytes, kernel_bytes, kernel_tcp_bytes;
	struct spec_i64 swappiness;
	bool disable_oom_killer, check_before_update;
	struct spec_i64 use_hierarchy;
};

struct spec_cpu {
	struct spec_i64 shares, quota_us, burst_us, period_us, realtime_runtime_us,
		realtime_period_us, idle;
	const char *cpus, *mems;
};

struct spec_resources {
	bool present;
	struct spec_device_rule *devices;
	size_t device_count;
	struct spec_memory memory;
	struct spec_cpu cpu;
	struct spec_i64 pids_limit;
	struct spec_block_io block_io;
	struct spec_hugepage_limit *hugepages;
	size_t hugepage_count;
	struct spec_i64 network_class_id;
	struct spec_if_priority *network_priorities;
	size_t network_priority_count;
	struct spec_rdma_limit *rdma;
	size_t rdma_count;
	struct spec_unified *unified;
	size_t unified_count;
};

struct spec_intel_rdt {
	bool present;
	const char *clos_id, *l3_cache_schema, *mem_bw_schema;
};

struct spec_time_offset {
	bool present;
	int64_t seconds;
	uint32_t nanoseconds;
};

struct spec_linux {
	struct spec_namespace namespaces[SPEC_NS_COUNT];
	struct spec_id_maps uid_maps, gid_maps;
	struct spec_time_offset monotonic_offset, boottime_offset;
	struct spec_device *devices;
	size_t device_count;
	const char *cgroups_path;
	struct spec_resources resources;
	struct spec_intel_rdt intel_rdt;
	struct spec_sysctl *sysctls;
	size_t sysctl_count;
	/* The profile's source, folded (json.h) and unchecked until it is used. NULL: no filter. */
	const struct json *seccomp;
	const char *rootfs_propagation; /* "shared", "slave", "private", "unbindable" or NULL;
					   "rslave" etc. are read as these */
	const char *const *masked_paths;
	const char *const *readonly_paths;
	const char *mount_label;
	bool has_personality;
	uint64_t personality; /* PER_LINUX, PER_LINUX32 */
};

struct spec {
	const char *version;
	struct spec_process process;
	bool has_process;
	const char *root_path;
	bool root_readonly;
	const char *hostname, *domainname;
	struct spec_mount *mounts;
	size_t mount_count;
	struct spec_hook_list hooks[SPEC_HOOK_KINDS];
	struct spec_annotation *annotations;
	size_t annotation_count;
	struct spec_linux linux_;
};

/*
 * Reads and validates a whole config.json. text must live as long as the spec. On failure *err
 * reads "<json path>: <what was expected>, got <what is there>". Returns 0 or -errno.
 */
int spec_read(struct arena *arena, const char *text, size_t len, struct spec *spec,
	      struct err *err);

/* Reads a lone process object (the file of `exec --process`). */
int spec_read_process(struct arena *arena, const char *text, size_t len,
		      struct spec_process *process, struct err *err);

/* Reads a lone resources object (the file of `update --resources`). */
int spec_read_resources(struct arena *arena, const char *text, size_t len,
			struct spec_resources *resources, struct err *err);

/* The spec's names for things, for parsing and for messages. */
const char *spec_ns_name(enum spec_ns ns);	      /* "mount" */
const char *spec_ns_proc_name(enum spec_ns ns);	      /* "mnt", as in /proc/PID/ns */
unsigned long spec_ns_clone_flag(enum spec_ns ns);    /* CLONE_NEWNS */
const char *spec_hook_name(enum spec_hook_kind kind); /* "createRuntime" */

#endif
