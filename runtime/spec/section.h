/*
 * section.h - what the readers of the config's sections share (inside runtime/spec only).
 *
 * Owns: reading lists, required members, bounded integers and absolute paths with messages that
 * name the JSON path, and the entry points of the section files.
 * Does not own: the meaning of any member.
 */
#ifndef CBOX_SPEC_SECTION_H
#define CBOX_SPEC_SECTION_H

#include <stddef.h>
#include <stdint.h>

#include "runtime/spec/spec.h"

/* Reads one element of a list into *item (zeroed). */
typedef int (*spec_item_fn)(struct arena *arena, const struct json *node, void *item,
			    struct err *err);

/*
 * Reads the optional array member key. list is the address of the pointer that gets the elements,
 * which are item_size bytes each. Absent: *count is 0.
 */
int spec_read_list(struct arena *arena, const struct json *node, const char *key, size_t item_size,
		   spec_item_fn read, void *list, size_t *count, struct err *err);

/* Like spec_read_list for an object whose members are the elements (annotations, sysctl). */
int spec_read_map(struct arena *arena, const struct json *node, const char *key, size_t item_size,
		  spec_item_fn read, void *list, size_t *count, struct err *err);

/* Finds a member that must be there: "<path>.<key>: missing" otherwise. */
int spec_require(const struct json *node, const char *key, struct json **member, struct err *err);
int spec_require_string(const struct json *node, const char *key, const char **value,
			struct err *err);
int spec_require_u32(const struct json *node, const char *key, uint32_t *value, struct err *err);
int spec_require_u64(const struct json *node, const char *key, uint64_t *value, struct err *err);

/* Optional integer from min to max. */
int spec_read_i64(const struct json *node, const char *key, int64_t min, int64_t max,
		  struct spec_i64 *value, struct err *err);

/* Optional or required string that must start with '/'. */
int spec_read_absolute(const struct json *node, const char *key, const char **value,
		       struct err *err);
int spec_require_absolute(const struct json *node, const char *key, const char **value,
			  struct err *err);

/* Optional array of absolute paths. */
int spec_read_absolute_list(struct arena *arena, const struct json *node, const char *key,
			    const char *const **value, struct err *err);

/* Name of an enumeration's value as an index into names; -EINVAL and the names that exist. */
int spec_read_word(const struct json *node, const char *const *names, size_t count, int *index,
		   struct err *err);

int spec_read_id_maps(struct arena *arena, const struct json *node, const char *key,
		      struct spec_id_maps *maps, struct err *err);

/* The sections; node is the section's own object, or NULL when it is absent. */
int spec_section_process(struct arena *arena, const struct json *node, struct spec_process *process,
			 struct err *err);
int spec_section_mounts(struct arena *arena, const struct json *root, struct spec *spec,
			struct err *err);
int spec_section_hooks(struct arena *arena, const struct json *node, struct spec *spec,
		       struct err *err);
int spec_section_linux(struct arena *arena, const struct json *node, struct spec_linux *linux_,
		       struct err *err);
int spec_section_resources(struct arena *arena, const struct json *node,
			   struct spec_resources *resources, struct err *err);
int spec_section_block_io(struct arena *arena, const struct json *node, struct spec_block_io *io,
			  struct err *err);

/* What only the whole config can tell: members that need a namespace, and the like. */
int spec_check(const struct json *root, const struct spec *spec, struct err *err);

#endif
