/*
 * cleanup.h - scope-bound release of fds and heap memory, and explicit hand-over.
 *
 * Owns: the cleanup_* attributes and take_fd()/take_ptr(). A variable declared with
 * cleanup_close is closed on every way out of its scope unless take_fd() handed it over.
 * Does not own: cleanup of kernel objects with a name (mounts, cgroups); their rooms do that.
 *
 * See: GCC manual, "Common Variable Attributes", cleanup.
 */
#ifndef CBOX_BASE_CLEANUP_H
#define CBOX_BASE_CLEANUP_H

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static inline void cleanup_close_fn(int *fd)
{
	if (*fd >= 0) {
		int saved = errno;
		close(*fd);
		errno = saved;
	}
}

static inline void cleanup_free_fn(void *p)
{
	free(*(void **)p);
}

static inline void cleanup_closedir_fn(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

#define cleanup_close __attribute__((cleanup(cleanup_close_fn)))
#define cleanup_free __attribute__((cleanup(cleanup_free_fn)))
#define cleanup_closedir __attribute__((cleanup(cleanup_closedir_fn)))

/* Returns *fd and leaves -1 behind: the caller of this function now owns the fd. */
static inline int take_fd(int *fd)
{
	int taken = *fd;
	*fd = -1;
	return taken;
}

/* Returns p and leaves NULL behind: the caller of this macro now owns the memory. */
#define take_ptr(p)                         \
	({                                  \
		__typeof__(p) taken_ = (p); \
		(p) = NULL;                 \
		taken_;                     \
	})

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#endif
