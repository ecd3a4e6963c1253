/*
 * spec.c - `cbox-oci spec`: a config.json to start from.
 *
 * Owns: the starting config: what runc writes, member for member, so that scripts which edit one
 * work on the other; only hostname and version differ. Never replaces a file.
 *
 * See: config.md, config-linux.md; cgroup_namespaces(7) for the namespace that only v2 gets.
 */
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "runtime/oci/oci.h"
#include "user/base/cleanup.h"
#include "user/base/fd.h"
#include "user/base/json_write.h"

struct options {
	const char *bundle;
	bool rootless;
};

static const struct opt opts[] = {
	{ "bundle", 'b', OPT_STRING, offsetof(struct options, bundle), "DIR",
	  "write it to DIR (default: the current folder)" },
	{ "rootless", 0, OPT_FLAG, offsetof(struct options, rootless), NULL,
	  "for a caller without root: a user namespace with the caller as its root" },
	OPT_END,
};

/* A JSON text of ours, per member of a NULL-terminated list of such texts. */
static void add_raw_list(struct json_writer *w, const char *key, const char *const *texts)
{
	jw_key(w, key);
	jw_array_begin(w);
	for (; *texts; texts++)
		jw_raw(w, *texts);
	jw_array_end(w);
}

static void add_process(struct json_writer *w)
{
	static const char *const sets[] = { "bounding", "effective", "permitted", "ambient" };
	static const char *const caps[] = { "CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE",
					    NULL };
	static const char *const args[] = { "sh", NULL };
	static const char *const env[] = {
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm",
		NULL
	};
	static const char *const rlimits[] = {
		"{ \"type\": \"RLIMIT_NOFILE\", \"hard\": 1024, \"soft\": 1024 }", NULL
	};

	jw_key(w, "process");
	jw_object_begin(w);
	jw_member_bool(w, "terminal", true);
	jw_key(w, "user");
	jw_raw(w, "{ \"uid\": 0, \"gid\": 0 }");
	jw_member_strings(w, "args", args);
	jw_member_strings(w, "env", env);
	jw_member_string(w, "cwd", "/");
	jw_key(w, "capabilities");
	jw_object_begin(w);
	for (size_t i = 0; i < ARRAY_LEN(sets); i++)
		jw_member_strings(w, sets[i], caps);
	jw_object_end(w);
	add_raw_list(w, "rlimits", rlimits);
	jw_member_bool(w, "noNewPrivileges", true);
	jw_object_end(w);
}

struct mount {
	const char *destination, *type, *source;
	const char *options[8];
};

/* gid 5 (tty) is not mapped, and sysfs is not the caller's, in a user namespace of one id. */
static const struct mount pts = { "/dev/pts",
				  "devpts",
				  "devpts",
				  { "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620",
				    "gid=5" } };
static const struct mount pts_rootless = { "/dev/pts",
					   "devpts",
					   "devpts",
					   { "nosuid", "noexec", "newinstance", "ptmxmode=0666",
					     "mode=0620" } };
static const struct mount sys = { "/sys", "sysfs", "sysfs", { "nosuid", "noexec", "nodev", "ro" } };
static const struct mount sys_rootless = {
	"/sys", "none", "/sys", { "rbind", "nosuid", "noexec", "nodev", "ro" }
};
static const struct mount proc = { "/proc", "proc", "proc", { NULL } };
static const struct mount dev = {
	"/dev", "tmpfs", "tmpfs", { "nosuid", "strictatime", "mode=755", "size=65536k" }
};
static const struct mount shm = {
	"/dev/shm", "tmpfs", "shm", { "nosuid", "noexec", "nodev", "mode=1777", "size=65536k" }
};
static const struct mount mqueue = {
	"/dev/mqueue", "mqueue", "mqueue", { "nosuid", "noexec", "nodev" }
};
static const struct mount cgroup = {
	"/sys/fs/cgroup", "cgroup", "cgroup", { "nosuid", "noexec", "nodev", "relatime", "ro" }
};

static void add_mounts(struct json_writer *w, bool rootless)
{
	const struct mount *const mounts[] = {
		&proc,	 &dev,	  rootless ? &pts_rootless : &pts,
		&shm,	 &mqueue, rootless ? &sys_rootless : &sys,
		&cgroup,
	};

	jw_key(w, "mounts");
	jw_array_begin(w);
	for (size_t i = 0; i < ARRAY_LEN(mounts); i++) {
		jw_object_begin(w);
		jw_member_string(w, "destination", mounts[i]->destination);
		jw_member_string(w, "type", mounts[i]->type);
		jw_member_string(w, "source", mounts[i]->source);
		if (mounts[i]->options[0])
			jw_member_strings(w, "options", mounts[i]->options);
		jw_object_end(w);
	}
	jw_array_end(w);
}

static void add_mapping(struct json_writer *w, const char *key, unsigned host_id)
{
	jw_key(w, key);
	jw_array_begin(w);
	jw_object_begin(w);
	jw_member_u64(w, "containerID", 0);
	jw_member_u64(w, "hostID", host_id);
	jw_member_u64(w, "size", 1);
	jw_object_end(w);
	jw_array_end(w);
}

static void add_namespaces(struct json_writer *w, bool rootless)
{
	const enum spec_ns all[] = { SPEC_NS_PID,   SPEC_NS_NET,  SPEC_NS_IPC,	 SPEC_NS_UTS,
				     SPEC_NS_MOUNT, SPEC_NS_USER, SPEC_NS_CGROUP };
	struct statfs fs;
	bool v2 = statfs("/sys/fs/cgroup", &fs) == 0 && fs.f_type == CGROUP2_SUPER_MAGIC;

	jw_key(w, "namespaces");
	jw_array_begin(w);
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		if ((all[i] == SPEC_NS_NET && rootless) || (all[i] == SPEC_NS_USER && !rootless) ||
		    (all[i] == SPEC_NS_CGROUP && !v2))
			continue;
		jw_object_begin(w);
		jw_member_string(w, "type", spec_ns_name(all[i]));
		jw_object_end(w);
	}
	jw_array_end(w);
}

static void add_linux(struct json_writer *w, bool rootless)
{
	static const char *const masked[] = { "/proc/acpi",
					      "/proc/asound",
					      "/proc/kcore",
					      "/proc/keys",
					      "/proc/latency_stats",
					      "/proc/timer_list",
					      "/proc/timer_stats",
					      "/proc/sched_debug",
					      "/sys/firmware",
					      "/proc/scsi",
					      NULL };
	static const char *const readonly[] = { "/proc/bus",	       "/proc/fs",
						"/proc/irq",	       "/proc/sys",
						"/proc/sysrq-trigger", NULL };

	jw_key(w, "linux");
	jw_object_begin(w);
	if (rootless) {
		add_mapping(w, "uidMappings", geteuid());
		add_mapping(w, "gidMappings", getegid());
	} else {
		jw_key(w, "resources");
		jw_raw(w, "{ \"devices\": [ { \"allow\": false, \"access\": \"rwm\" } ] }");
	}
	add_namespaces(w, rootless);
	jw_member_strings(w, "maskedPaths", masked);
	jw_member_strings(w, "readonlyPaths", readonly);
	jw_object_end(w);
}

static void write_config(struct json_writer *w, bool rootless)
{
	jw_object_begin(w);
	jw_member_string(w, "ociVersion", OCI_VERSION_MAX);
	add_process(w);
	jw_key(w, "root");
	jw_raw(w, "{ \"path\": \"rootfs\", \"readonly\": true }");
	jw_member_string(w, "hostname", "cbox");
	add_mounts(w, rootless);
	add_linux(w, rootless);
	jw_object_end(w);
	strbuf_putc(&w->out, '\n');
}

static int save(const char *bundle, const struct strbuf *text, struct err *err)
{
	cleanup_close int dir = open(bundle, O_PATH | O_DIRECTORY | O_CLOEXEC), fd = -1;
	int r;

	if (dir < 0)
		return err_sys(err, "bundle '%s'", bundle);
	fd = openat(dir, "config.json", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0 && errno == EEXIST)
		return err_set(err, EEXIST,
			       "'%s/config.json' exists and is not replaced; remove it first",
			       bundle);
	if (fd < 0)
		return err_sys(err, "create '%s/config.json'", bundle);
	r = fd_write_all(fd, text->data, text->len);
	if (r < 0)
		unlinkat(dir, "config.json", 0);
	return r < 0 ? err_num(err, r, "write '%s/config.json'", bundle) : 0;
}

static int run(void *given, int argc, char **argv, struct err *err)
{
	const struct options *o = given;
	struct json_writer w = { .indent = 2 };
	int r;

	(void)argc, (void)argv;
	write_config(&w, o->rootless);
	r = w.out.failed ? err_num(err, ENOMEM, "write the config")
			 : save(o->bundle ? o->bundle : ".", &w.out, err);
	strbuf_free(&w.out);
	return r;
}

const struct command oci_spec = {
	.name = "spec",
	.summary = "write a config.json to start from",
	.opts = opts,
	.opts_size = sizeof(struct options),
	.run = run,
};
