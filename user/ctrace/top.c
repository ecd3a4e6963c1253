/*
 * top.c - see top.h.
 */
#include "user/ctrace/top.h"

#include <stdlib.h>
#include <string.h>

/* FNV-1a, 64 bit. */
static uint64_t hash(const char *key)
{
	uint64_t h = 14695981039346656037ULL;

	for (; *key; key++)
		h = (h ^ (unsigned char)*key) * 1099511628211ULL;
	return h;
}

static struct top_entry *find(struct top_entry *slots, size_t capacity, const char *key)
{
	size_t i = hash(key) & (capacity - 1);

	while (slots[i].key && strcmp(slots[i].key, key) != 0)
		i = (i + 1) & (capacity - 1);
	return &slots[i];
}

/* Keeps at least half of the slots free. Without memory the table stays as it is. */
static void grow(struct top *top)
{
	size_t capacity = top->capacity ? top->capacity * 2 : 64;
	struct top_entry *slots;

	if (top->used * 2 < top->capacity)
		return;
	slots = calloc(capacity, sizeof(*slots));
	if (!slots)
		return;
	for (size_t i = 0; i < top->capacity; i++)
		if (top->slots[i].key)
			*find(slots, capacity, top->slots[i].key) = top->slots[i];
	free(top->slots);
	top->slots = slots;
	top->capacity = capacity;
}

static struct top_entry *entry_of(struct top *top, const char *key)
{
	struct top_entry *entry;

	grow(top);
	if (top->used + 1 >= top->capacity)
		return &top->rest;
	entry = find(top->slots, top->capacity, key);
	if (entry->key)
		return entry;
	if (top->used >= TOP_MAX_KEYS)
		return &top->rest;
	entry->key = strdup(key);
	if (!entry->key)
		return &top->rest;
	top->used++;
	return entry;
}

void top_add(struct top *top, const char *key, uint64_t bytes, uint64_t ns)
{
	struct top_entry *entry = entry_of(top, key);

	entry->events++;
	entry->bytes += bytes;
	entry->ns += ns;
}

static int larger(const struct top_entry *a, const struct top_entry *b)
{
	if (a->bytes != b->bytes)
		return a->bytes > b->bytes;
	if (a->ns != b->ns)
		return a->ns > b->ns;
	return strcmp(a->key, b->key) < 0;
}

size_t top_largest(const struct top *top, const struct top_entry **entries, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; n && i < top->capacity; i++) {
		const struct top_entry *e = &top->slots[i];
		size_t at;

		if (!e->key || (count == n && !larger(e, entries[n - 1])))
			continue;
		at = count < n ? count++ : n - 1;
		for (; at > 0 && larger(e, entries[at - 1]); at--)
			entries[at] = entries[at - 1];
		entries[at] = e;
	}
	return count;
}

void top_free(struct top *top)
{
	for (size_t i = 0; i < top->capacity; i++)
		free(top->slots[i].key);
	free(top->slots);
	*top = (struct top){ 0 };
}
