/*
 * str.h - growing text buffers and the few string predicates everybody needs.
 *
 * Owns: struct strbuf (heap text that remembers an allocation failure), prefix/suffix tests,
 * and text made safe for a terminal.
 * Does not own: numbers (num.h), paths (path.h), JSON (json.h).
 */
#ifndef CBOX_BASE_STR_H
#define CBOX_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Zero-initialise. data is NULL or NUL-terminated. Owner frees with strbuf_free(). */
struct strbuf {
	char *data;
	size_t len, capacity;
	bool failed; /* an allocation failed; later appends do nothing */
};

void strbuf_append(struct strbuf *buf, const void *data, size_t len);
void strbuf_puts(struct strbuf *buf, const char *text);
void strbuf_putc(struct strbuf *buf, char c);
void strbuf_printf(struct strbuf *buf, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void strbuf_free(struct strbuf *buf);
/* Hands the text over to the caller (free()), "" for an empty buffer; NULL when failed. */
char *strbuf_take(struct strbuf *buf);

static inline void cleanup_strbuf_fn(struct strbuf *buf)
{
	strbuf_free(buf);
}
#define cleanup_strbuf __attribute__((cleanup(cleanup_strbuf_fn)))

static inline bool str_eq(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}
bool str_starts_with(const char *text, const char *prefix);
bool str_ends_with(const char *text, const char *suffix);

/*
 * Appends text so that no byte of it can act on a terminal: control bytes, DEL and C1 codes
 * become \xNN, backslash becomes \\, and invalid UTF-8 becomes \xNN. Valid UTF-8 stays.
 */
void strbuf_puts_escaped(struct strbuf *buf, const char *text, size_t len);

/* Length in bytes of the valid UTF-8 sequence at text (1-4), 0 if there is none. */
size_t utf8_sequence(const char *text, size_t len);

#endif
