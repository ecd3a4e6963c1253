/*
 * json_write.h - writing JSON into a text buffer.
 *
 * Owns: separators, indentation and escaping, so that callers only name members and values.
 * Bytes that are not UTF-8 (a path, a comm) are written as U+FFFD: the output always parses.
 * Does not own: where the text goes.
 */
#ifndef CBOX_BASE_JSON_WRITE_H
#define CBOX_BASE_JSON_WRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "user/base/str.h"

/* Zero-initialise; the caller frees out. indent > 0 writes one member a line. */
struct json_writer {
	struct strbuf out;
	int indent;
	int depth;
	bool need_comma;
	bool after_key;
};

void jw_object_begin(struct json_writer *w);
void jw_object_end(struct json_writer *w);
void jw_array_begin(struct json_writer *w);
void jw_array_end(struct json_writer *w);

/* Name of the next value, only inside an object. */
void jw_key(struct json_writer *w, const char *key);

void jw_string(struct json_writer *w, const char *text); /* NULL writes null */
void jw_string_len(struct json_writer *w, const char *text, size_t len);
void jw_u64(struct json_writer *w, uint64_t value);
void jw_i64(struct json_writer *w, int64_t value);
void jw_bool(struct json_writer *w, bool value);
void jw_null(struct json_writer *w);
/* Text that is JSON (a number formatted by the caller, a stored document). Not checked. */
void jw_raw(struct json_writer *w, const char *json);

/* Key and value in one call. */
void jw_member_string(struct json_writer *w, const char *key, const char *text);
void jw_member_u64(struct json_writer *w, const char *key, uint64_t value);
void jw_member_i64(struct json_writer *w, const char *key, int64_t value);
void jw_member_bool(struct json_writer *w, const char *key, bool value);
/* NULL-terminated vector of strings as an array; NULL writes []. */
void jw_member_strings(struct json_writer *w, const char *key, const char *const *vector);

#endif
