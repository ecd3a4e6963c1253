/*
 * places.h - where containers lie on disk.
 *
 *   $CBOX_ROOT/containers/<id>/    config.json state.json upper/ work/ log
 *   $CBOX_ROOT/names/<name>        symlink whose target is the id: the name's only claim
 *   $CBOX_ROOT/salvaged/           uppers of containers that were undone (recover.h)
 *   $CBOX_RUN/owners/<id>          who answers for a container in motion (owner.h)
 *   $CBOX_RUN/containers/<id>.json live containers, for ctrace and others (live.h)
 *   $CBOX_RUN/core/<id>/           state of runtime/core
 *
 * Owns: opening the two folders and making what is missing in them.
 * Does not own: images (runtime/image/store.h), which share CBOX_ROOT.
 */
#ifndef CBOX_CLI_PLACES_H
#define CBOX_CLI_PLACES_H

#include "user/base/arena.h"
#include "user/base/err.h"

struct places {
	int root_fd, run_fd; /* O_PATH */
	const char *root, *run;
	char core[256]; /* state_root for runtime/core */
	/* Images stay while this is open (store_hold); closed once a container's record keeps them. */
	int hold_fd;
};

/* Opens both, making them first. Returns 0 or -errno. Pair with places_close(). */
int places_open(struct places *places, struct err *err);
void places_close(struct places *places);

static inline void cleanup_places_fn(struct places *places)
{
	places_close(places);
}
#define cleanup_places __attribute__((cleanup(cleanup_places_fn)))
#define PLACES_NONE                                        \
	{                                                  \
		.root_fd = -1, .run_fd = -1, .hold_fd = -1 \
	}
/* Lets images be removed again. */
void places_release(struct places *places);

/* Names of the entries of a folder below fd, sorted, NULL-terminated, in arena. 0 or -errno. */
int places_list(struct arena *arena, int fd, const char *folder, const char ***names,
		struct err *err);

#endif
