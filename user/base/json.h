/*
 * json.h - reading JSON into an arena, with errors that name the path of the value.
 *
 * Owns: the parser (RFC 8259, UTF-8, full unsigned 64-bit integers, bounded depth), the typed
 * accessors, and their messages: `linux.resources.memory.limit: expected an integer, got "1g"`.
 * Does not own: writing JSON (json_write.h) or the meaning of any document (runtime/spec).
 *
 * Why our own reader: it is on the start path. One arena block instead of an allocation a node
 * saves about thirty page faults a start, and seccomp's args.value needs all 64 bits unsigned,
 * which the usual libraries refuse (docs/ARCHITECTURE.md, "JSON").
 */
#ifndef CBOX_BASE_JSON_H
#define CBOX_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "user/base/arena.h"
#include "user/base/err.h"

enum json_type {
	JSON_NULL,
	JSON_BOOL,
	JSON_INTEGER, /* no fraction, no exponent, magnitude within 64 bits */
	JSON_REAL,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT,
};

#define JSON_MAX_DEPTH 64

struct json {
	enum json_type type;
	bool negative;	 /* JSON_INTEGER: value is -magnitude */
	bool folded;	 /* JSON_OBJECT: not read yet, see json_unfold() */
	uint32_t count;	 /* JSON_ARRAY, JSON_OBJECT: number of children */
	uint32_t index;	 /* position within the parent */
	const char *key; /* member name when the parent is an object, else NULL */
	struct json *parent, *next, *child;
	union {
		bool boolean;
		uint64_t magnitude;
		double real;
		struct {
			const char *text; /* NUL-terminated; may hold NUL bytes before len */
			size_t len;
		};
		struct
		{ /* JSON_ARRAY, JSON_OBJECT: the text it was read from, not NUL-terminated */
			const char *source;
			size_t source_len;
		};
	};
};

/*
 * Parses text[0..len) as one JSON document. Nodes and decoded strings live in arena. A syntax
 * error names line and column. text must outlive source pointers. Returns 0, -EINVAL or -ENOMEM.
 */
int json_parse(struct arena *arena, const char *text, size_t len, struct json **root,
	       struct err *err);

/*
 * Like json_parse, except that the object at path (member names from the root, then NULL) is left
 * folded: it has its source and no members. For a large part that is rarely looked into, such as
 * a seccomp profile whose filter is cached. The source is delimited, not checked.
 */
int json_parse_folding(struct arena *arena, const char *text, size_t len, const char *const *path,
		       struct json **root, struct err *err);

/* Reads a folded object's members; any other node is left as it is. 0, -EINVAL or -ENOMEM. */
int json_unfold(struct arena *arena, struct json *node, struct err *err);

/* Member named key of an object, last one wins; NULL if absent, null, or node is no object. */
struct json *json_get(const struct json *node, const char *key);

#define json_for_each(item, node) \
	for (struct json *item = (node) ? (node)->child : NULL; item; item = item->next)

/* Writes "a.b[2].c" into buf; the root is "(document)". Returns buf. */
char *json_path(const struct json *node, char *buf, size_t size);

/* "<path>: <text>"; returns -EINVAL. */
int json_err(const struct json *node, struct err *err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* "<path>: expected <what>, got <value>"; returns -EINVAL. */
int json_err_type(const struct json *node, const char *what, struct err *err);

/* Typed reads of a node that is there. Return 0 or -EINVAL with the path in *err. */
int json_string(const struct json *node, const char **value, struct err *err);
int json_bool(const struct json *node, bool *value, struct err *err);
int json_u64(const struct json *node, uint64_t *value, struct err *err);
int json_u32(const struct json *node, uint32_t *value, struct err *err);
int json_i64(const struct json *node, int64_t *value, struct err *err);
int json_expect(const struct json *node, enum json_type type, struct err *err);

/* Typed reads of an optional member: absent or null leaves *value alone and returns 0. */
int json_get_string(const struct json *node, const char *key, const char **value, struct err *err);
int json_get_bool(const struct json *node, const char *key, bool *value, struct err *err);
int json_get_u64(const struct json *node, const char *key, uint64_t *value, struct err *err);
int json_get_u32(const struct json *node, const char *key, uint32_t *value, struct err *err);
int json_get_i64(const struct json *node, const char *key, int64_t *value, struct err *err);
/* Optional member that must be an array or object; *value is NULL when absent. */
int json_get_typed(const struct json *node, const char *key, enum json_type type,
		   struct json **value, struct err *err);
/* Optional array of strings as a NULL-terminated vector in arena; *value NULL when absent. */
int json_get_strings(struct arena *arena, const struct json *node, const char *key,
		     const char *const **value, struct err *err);

#endif
