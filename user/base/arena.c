/*
 * arena.c - bump allocator. See arena.h.
 */
#include "user/base/arena.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "user/base/fmt.h"

#define BLOCK_SIZE (32 * 1024)
#define ALIGNMENT _Alignof(max_align_t)

struct arena_block {
	struct arena_block *older;
	max_align_t data[];
};

void arena_use(struct arena *arena, void *buf, size_t size)
{
	uintptr_t start = ((uintptr_t)buf + ALIGNMENT - 1) & ~(uintptr_t)(ALIGNMENT - 1);
	size_t lost = start - (uintptr_t)buf;

	if (lost >= size)
		return;
	arena->next = (char *)start;
	arena->end = (char *)buf + size;
}

static int grow(struct arena *arena, size_t need)
{
	size_t size = need > BLOCK_SIZE ? need : BLOCK_SIZE;
	struct arena_block *block;

	if (size > SIZE_MAX - sizeof(*block) - ALIGNMENT) {
		errno = ENOMEM;
		return -1;
	}
	/* calloc: fresh pages are zero already, so nothing is touched twice */
	block = calloc(1, sizeof(*block) + size);
	if (!block)
		return -1;
	block->older = arena->blocks;
	arena->blocks = block;
	arena->next = (char *)block->data;
	arena->end = arena->next + size;
	return 0;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	size_t need;
	void *p;

	if (size > SIZE_MAX - ALIGNMENT) {
		errno = ENOMEM;
		return NULL;
	}
	need = (size + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
	if (!need)
		need = ALIGNMENT;
	if ((size_t)(arena->end - arena->next) < need && grow(arena, need) < 0)
		return NULL;
	p = arena->next;
	arena->next += need;
	return p;
}

void *arena_calloc(struct arena *arena, size_t count, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(count, size, &total)) {
		errno = ENOMEM;
		return NULL;
	}
	return arena_alloc(arena, total);
}

char *arena_strndup(struct arena *arena, const char *text, size_t len)
{
	char *copy = len < SIZE_MAX ? arena_alloc(arena, len + 1) : NULL;

	if (copy)
		memcpy(copy, text, len);
	return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
	return arena_strndup(arena, text, strlen(text));
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list args;
	size_t len;
	char *text;

	va_start(args, format);
	len = fmt_stringv(NULL, 0, format, args);
	va_end(args);
	text = arena_alloc(arena, len + 1);
	if (!text)
		return NULL;
	va_start(args, format);
	fmt_stringv(text, len + 1, format, args);
	va_end(args);
	return text;
}

void arena_free(struct arena *arena)
{
	struct arena_block *block = arena->blocks;

	while (block) {
		struct arena_block *older = block->older;

		free(block);
		block = older;
	}
	*arena = (struct arena){ 0 };
}
