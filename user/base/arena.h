/*
 * arena.h - bump allocation for data that lives as long as one command.
 *
 * Owns: memory handed out by arena_*(); all of it is released at once by arena_free().
 * Does not own: anything that must be freed piecewise; use malloc for that.
 *
 * Why: a parsed config is a few hundred small objects. Packed into one block they cost the
 * pages they fill and no more, which is what a container start is paid in (docs/ARCHITECTURE.md,
 * "Page faults are the currency").
 */
#ifndef CBOX_BASE_ARENA_H
#define CBOX_BASE_ARENA_H

#include <stddef.h>

struct arena_block;

/* A zero-initialised struct arena is ready for use. */
struct arena {
	char *next;
	char *end;
	struct arena_block *blocks; /* heap blocks, newest first */
};

/* Lends a caller-owned, zeroed buffer as the first block, e.g. a static array. Never freed by us. */
void arena_use(struct arena *arena, void *buf, size_t size);

/* Returns zeroed memory aligned for any type, or NULL with errno = ENOMEM. */
void *arena_alloc(struct arena *arena, size_t size);

/* Like arena_alloc for count * size, with overflow checked. */
void *arena_calloc(struct arena *arena, size_t count, size_t size);

/* NUL-terminated copy of len bytes; NULL on ENOMEM. */
char *arena_strndup(struct arena *arena, const char *text, size_t len);
char *arena_strdup(struct arena *arena, const char *text);

/* Formatted text (the subset of fmt.h); NULL on ENOMEM. */
char *arena_printf(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Releases every heap block; pointers into the arena are dead afterwards. */
void arena_free(struct arena *arena);

static inline void cleanup_arena_fn(struct arena *arena)
{
	arena_free(arena);
}
#define cleanup_arena __attribute__((cleanup(cleanup_arena_fn)))

#endif
