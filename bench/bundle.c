/*
 * bundle.c - see bundle.h.
 */
#include "bench/bundle.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/workspace.h"
#include "user/base/cleanup.h"
#include "user/base/fd.h"
#include "user/base/file.h"
#include "user/base/fmt.h"
#include "user/base/json_write.h"

static const char capabilities[] = "[\"CAP_AUDIT_WRITE\",\"CAP_KILL\",\"CAP_NET_BIND_SERVICE\"]";

static const char mounts[] =
	"[{\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\"},"
	"{\"destination\":\"/dev\",\"type\":\"tmpfs\",\"source\":\"tmpfs\","
	"\"options\":[\"nosuid\",\"strictatime\",\"mode=755\",\"size=65536k\"]},"
	"{\"destination\":\"/dev/pts\",\"type\":\"devpts\",\"source\":\"devpts\","
	"\"options\":[\"nosuid\",\"noexec\",\"newinstance\",\"ptmxmode=0666\",\"mode=0620\"]},"
	"{\"destination\":\"/dev/shm\",\"type\":\"tmpfs\",\"source\":\"shm\","
	"\"options\":[\"nosuid\",\"noexec\",\"nodev\",\"mode=1777\",\"size=65536k\"]},"
	"{\"destination\":\"/dev/mqueue\",\"type\":\"mqueue\",\"source\":\"mqueue\","
	"\"options\":[\"nosuid\",\"noexec\",\"nodev\"]},"
	"{\"destination\":\"/sys\",\"type\":\"sysfs\",\"source\":\"sysfs\","
	"\"options\":[\"nosuid\",\"noexec\",\"nodev\",\"ro\"]},"
	"{\"destination\":\"/sys/fs/cgroup\",\"type\":\"cgroup\",\"source\":\"cgroup\","
	"\"options\":[\"nosuid\",\"noexec\",\"nodev\",\"relatime\",\"ro\"]}]";

static const char linux_part[] =
	"{\"resources\":{\"devices\":[{\"allow\":false,\"access\":\"rwm\"}]},"
	"\"namespaces\":[{\"type\":\"pid\"},{\"type\":\"network\"},{\"type\":\"ipc\"},"
	"{\"type\":\"uts\"},{\"type\":\"mount\"},{\"type\":\"cgroup\"}],"
	"\"maskedPaths\":[\"/proc/acpi\",\"/proc/asound\",\"/proc/kcore\",\"/proc/keys\","
	"\"/proc/latency_stats\",\"/proc/timer_list\",\"/proc/timer_stats\","
	"\"/proc/sched_debug\",\"/sys/firmware\",\"/proc/scsi\"],"
	"\"readonlyPaths\":[\"/proc/bus\",\"/proc/fs\",\"/proc/irq\",\"/proc/sys\","
	"\"/proc/sysrq-trigger\"]}";

static const char *const env[] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm", NULL };

static void write_capabilities(struct json_writer *w)
{
	static const char *const sets[] = { "bounding", "effective", "permitted", "ambient" };

	jw_key(w, "capabilities");
	jw_object_begin(w);
	for (size_t i = 0; i < ARRAY_LEN(sets); i++) {
		jw_key(w, sets[i]);
		jw_raw(w, capabilities);
	}
	jw_object_end(w);
}

void bundle_config(struct strbuf *out, const char *rootfs, const char *const *argv)
{
	struct json_writer w = { 0 };

	jw_object_begin(&w);
	jw_member_string(&w, "ociVersion", "1.0.2");
	jw_key(&w, "process");
	jw_object_begin(&w);
	jw_member_bool(&w, "terminal", false);
	jw_key(&w, "user");
	jw_raw(&w, "{\"uid\":0,\"gid\":0}");
	jw_member_strings(&w, "args", argv);
	jw_member_strings(&w, "env", env);
	jw_member_string(&w, "cwd", "/");
	write_capabilities(&w);
	jw_key(&w, "rlimits");
	jw_raw(&w, "[{\"type\":\"RLIMIT_NOFILE\",\"hard\":1024,\"soft\":1024}]");
	jw_member_bool(&w, "noNewPrivileges", true);
	jw_object_end(&w);
	jw_key(&w, "root");
	jw_object_begin(&w);
	jw_member_string(&w, "path", rootfs);
	jw_member_bool(&w, "readonly", true);
	jw_object_end(&w);
	jw_member_string(&w, "hostname", "cbench");
	jw_key(&w, "mounts");
	jw_raw(&w, mounts);
	jw_key(&w, "linux");
	jw_raw(&w, linux_part);
	jw_object_end(&w);
	strbuf_append(out, w.out.data, w.out.len);
	out->failed |= w.out.failed;
	strbuf_free(&w.out);
}

static int write_config(const struct workspace *ws, const char *bundle, const char *const *argv,
			struct err *err)
{
	cleanup_strbuf struct strbuf config = { 0 };
	char path[256];
	int r;

	r = file_mkdir_all(AT_FDCWD, bundle, 0755, err);
	if (r < 0)
		return r;
	bundle_config(&config, ws->rootfs, argv);
	if (config.failed)
		return err_num(err, ENOMEM, "write config.json");
	fmt_string(path, sizeof(path), "%s/config.json", bundle);
	return file_write_atomic(AT_FDCWD, path, config.data, config.len, 0644, FILE_VOLATILE, err);
}

static int copy_busybox(const char *rootfs, struct err *err)
{
	static const char *const applets[] = { "echo", "sleep", "sh", "true" };
	cleanup_close int src = -1, dst = -1;
	char path[256];

	/* busybox-static's place; the dynamic one would need libraries in the root file system. */
	src = open("/bin/busybox", O_RDONLY | O_CLOEXEC);
	if (src < 0) {
		err_sys(err, "open '/bin/busybox'");
		return err_hint(err, "the bundle is made of it: apt-get install busybox-static");
	}
	fmt_string(path, sizeof(path), "%s/bin/busybox", rootfs);
	dst = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
	if (dst < 0)
		return err_sys(err, "create '%s'", path);
	if (fd_copy(src, dst) < 0)
		return err_sys(err, "copy busybox to '%s'", path);
	for (size_t i = 0; i < ARRAY_LEN(applets); i++) {
		fmt_string(path, sizeof(path), "%s/bin/%s", rootfs, applets[i]);
		if (symlink("busybox", path) < 0)
			return err_sys(err, "link '%s'", path);
	}
	return 0;
}

int bundle_create(const struct workspace *ws, struct err *err)
{
	static const char *const dirs[] = { "bin", "dev", "etc", "proc", "sys", "tmp" };
	static const char *const idle[] = { "/bin/sleep", "1000000", NULL };
	char path[256];
	int r;

	for (size_t i = 0; i < ARRAY_LEN(dirs); i++) {
		fmt_string(path, sizeof(path), "%s/%s", ws->rootfs, dirs[i]);
		r = file_mkdir_all(AT_FDCWD, path, 0755, err);
		if (r < 0)
			return r;
	}
	r = copy_busybox(ws->rootfs, err);
	r = r < 0 ? r : write_config(ws, ws->bundle, ws->payload, err);
	return r < 0 ? r : write_config(ws, ws->idle_bundle, idle, err);
}
