/*
 * seccomp.c - preparing and loading a filter. See seccomp.h.
 */
#include "runtime/linux/seccomp.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "runtime/linux/seccomp_cache.h"
#include "runtime/linux/seccomp_compile.h"
#include "user/base/cleanup.h"
#include "user/base/fd.h"
#include "user/base/log.h"

static bool uses_notify(const struct seccomp_profile *profile)
{
	for (size_t i = 0; i < profile->rule_count; i++)
		if (profile->rules[i].action == SECCOMP_NOTIFY)
			return true;
	return false;
}

/*
 * TSYNC is for the other threads of the loading process; ours has none, and the kernel refuses it
 * together with a listener. WAIT_KILLABLE_RECV says something about a listener only.
 */
static uint32_t load_flags(const struct seccomp_profile *profile)
{
	uint32_t flags = profile->flags & ~(uint32_t)SECCOMP_FILTER_FLAG_TSYNC;

	if (uses_notify(profile))
		return flags | SECCOMP_FILTER_FLAG_NEW_LISTENER;
	return flags & (SECCOMP_FILTER_FLAG_LOG | SECCOMP_FILTER_FLAG_SPEC_ALLOW);
}

static int compile(struct arena *arena, struct json *node, struct seccomp_blob *blob,
		   struct err *err)
{
	struct seccomp_profile profile;
	struct sock_filter *program;
	size_t count;
	int r = json_unfold(arena, node, err);

	if (r == 0)
		r = seccomp_profile_read(arena, node, &profile, err);
	if (r == 0)
		r = seccomp_compile(arena, &profile, &program, &count, err);
	if (r < 0)
		return r;
	*blob = (struct seccomp_blob){ program, (uint32_t)count, load_flags(&profile) };
	return 0;
}

int seccomp_filter_prepare(struct arena *arena, const struct json *node, const char *cache_dir,
			   struct seccomp_filter *filter, struct err *err)
{
	cleanup_close int dir = cache_dir ? seccomp_cache_open(cache_dir) : -1;
	struct seccomp_blob blob = { 0 };
	struct json profile = *node; /* the caller's stays folded */
	struct seccomp_key key;
	int r = -ENOENT;

	if (dir >= 0) {
		seccomp_key_make(&key, node->source, node->source_len);
		r = seccomp_cache_find(dir, &key, &blob);
	}
	profile.folded |= !profile.child;
	if (r < 0) {
		r = compile(arena, &profile, &blob, err);
		if (r < 0)
			return r;
		if (dir >= 0 && seccomp_cache_store(dir, &key, &blob) < 0)
			log_debug("the compiled seccomp filter could not be kept in %s", cache_dir);
	}
	*filter = (struct seccomp_filter){
		.program = blob.program,
		.count = (uint16_t)blob.count,
		.flags = blob.flags,
	};
	if (!(filter->flags & SECCOMP_FILTER_FLAG_NEW_LISTENER))
		return 0;
	r = json_unfold(arena, &profile, err);
	if (r == 0)
		r = json_get_string(&profile, "listenerPath", &filter->listener_path, err);
	if (r == 0)
		r = json_get_string(&profile, "listenerMetadata", &filter->listener_metadata, err);
	return r;
}

int seccomp_filter_load(const struct seccomp_filter *filter, int *listener_fd)
{
	struct sock_fprog program = {
		.len = filter->count,
		.filter = (struct sock_filter *)filter->program, /* the kernel only reads it */
	};
	long r = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, filter->flags, &program);

	*listener_fd = -1;
	if (r < 0)
		return -errno;
	if (filter->flags & SECCOMP_FILTER_FLAG_NEW_LISTENER)
		*listener_fd = (int)r;
	return 0;
}

int seccomp_filter_send_listener(const struct seccomp_filter *filter, int listener_fd,
				 const char *state, struct err *err)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	cleanup_close int socket_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	size_t len = strlen(filter->listener_path);
	int r;

	if (socket_fd < 0)
		return err_sys(err, "linux.seccomp.listenerPath");
	if (len >= sizeof(address.sun_path))
		return err_num(err, ENAMETOOLONG, "linux.seccomp.listenerPath: '%s'",
			       filter->listener_path);
	memcpy(address.sun_path, filter->listener_path, len + 1);
	if (connect(socket_fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return err_sys(err, "linux.seccomp.listenerPath: connect to '%s'",
			       filter->listener_path);
	r = fd_send(socket_fd, listener_fd, state);
	if (r < 0)
		return err_num(err, r, "linux.seccomp.listenerPath: send the notify fd");
	return 0;
}
