/*
 * scratch_fs.c - see scratch_fs.h.
 */
#include "bench/scratch_fs.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "bench/child.h"
#include "bench/workspace.h"
#include "user/base/cleanup.h"
#include "user/base/file.h"
#include "user/base/fmt.h"
#include "user/base/str.h"

struct kind {
	const char *name, *type;
	const char *program, *package; /* NULL: needs no mkfs */
	const char *args[6];	       /* between program and device */
};

/* lazy_itable_init=0: ext4 would go on writing its inode tables while something is measured. */
static const struct kind kinds[] = {
	{ "ext4",
	  "ext4",
	  "mkfs.ext4",
	  "e2fsprogs",
	  { "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0" } },
	{ "xfs", "xfs", "mkfs.xfs", "xfsprogs", { "-q", "-f", "-m", "reflink=1" } },
	{ "xfs-noreflink", "xfs", "mkfs.xfs", "xfsprogs", { "-q", "-f", "-m", "reflink=0" } },
	{ "btrfs", "btrfs", "mkfs.btrfs", "btrfs-progs", { "-q", "-f" } },
	{ "tmpfs", "tmpfs", NULL, NULL, { NULL } },
};

static const struct kind *find_kind(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (str_eq(kinds[i].name, name))
			return &kinds[i];
	return NULL;
}

static int attach_image(struct scratch_fs *fs, const char *image_dir, uint64_t size_bytes,
			struct err *err)
{
	cleanup_close int image = -1;

	image = open(image_dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (image < 0) {
		err_sys(err, "make an image in '%s'", image_dir);
		return err_hint(err, "--dir must name a folder on a disk file system");
	}
	if (ftruncate(image, (off_t)size_bytes) < 0)
		return err_sys(err, "size the image in '%s'", image_dir);
	return loop_attach(&fs->loop, image, err);
}

static int make(const struct kind *kind, const struct scratch_fs *fs, struct err *err)
{
	char program[PATH_MAX], text[512];
	const char *argv[ARRAY_LEN(kind->args) + 3] = { program };
	size_t count = 1;
	int r;

	if (workspace_which(kind->program, program, sizeof(program)) < 0) {
		err_set(err, ENOENT, "'%s' is not installed", kind->program);
		return err_hint(err, "apt-get install %s", kind->package);
	}
	for (const char *const *arg = kind->args; *arg; arg++)
		argv[count++] = *arg;
	argv[count] = fs->loop.path;
	r = child_capture(argv, text, sizeof(text), err);
	text[strcspn(text, "\n")] = '\0';
	return r > 0 ? err_set(err, EPROTO, "'%s' ended with %d: %s", kind->program, r, text) : r;
}

int scratch_fs_open(struct scratch_fs *fs, const char *name, const char *image_dir,
		    const char *mount_dir, uint64_t size_bytes, struct err *err)
{
	const struct kind *kind = find_kind(name);
	const char *source = "cbench";
	char options[64] = "";
	int r;

	*fs = (struct scratch_fs){ .loop.fd = -1 };
	if (!kind) {
		err_set(err, EINVAL, "no file system '%s'; known: %s", name, SCRATCH_KINDS);
		return err_status(err, EXIT_USAGE);
	}
	fmt_string(fs->kind, sizeof(fs->kind), "%s", name);
	fmt_string(fs->dir, sizeof(fs->dir), "%s", mount_dir);
	r = file_mkdir_all(AT_FDCWD, mount_dir, 0755, err);
	if (r == 0 && kind->program) {
		r = attach_image(fs, image_dir, size_bytes, err);
		r = r < 0 ? r : make(kind, fs, err);
		source = fs->loop.path;
		fs->has_device = true;
	} else if (r == 0) {
		fmt_string(options, sizeof(options), "size=%llu", (unsigned long long)size_bytes);
	}
	if (r == 0 && mount(source, mount_dir, kind->type, 0, options) < 0)
		r = err_sys(err, "mount %s", name);
	fs->mounted = r == 0;
	if (r < 0)
		scratch_fs_close(fs);
	return r;
}

void scratch_fs_close(struct scratch_fs *fs)
{
	if (fs->mounted)
		umount2(fs->dir, MNT_DETACH);
	loop_close(&fs->loop);
	fs->mounted = false;
}
