/*
 * str.c - text buffers and string predicates. See str.h.
 */
#include "user/base/str.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include "user/base/fmt.h"

static bool reserve(struct strbuf *buf, size_t extra)
{
	size_t capacity = buf->capacity ? buf->capacity : 128;
	char *data;

	if (buf->failed || extra > SIZE_MAX / 4 - buf->len) {
		buf->failed = true;
		return false;
	}
	if (buf->len + extra + 1 <= buf->capacity)
		return true;
	while (capacity < buf->len + extra + 1)
		capacity *= 2;
	data = realloc(buf->data, capacity);
	if (!data) {
		buf->failed = true;
		return false;
	}
	buf->data = data;
	buf->capacity = capacity;
	return true;
}

void strbuf_append(struct strbuf *buf, const void *data, size_t len)
{
	if (!reserve(buf, len))
		return;
	if (len)
		memcpy(buf->data + buf->len, data, len);
	buf->len += len;
	buf->data[buf->len] = '\0';
}

void strbuf_puts(struct strbuf *buf, const char *text)
{
	strbuf_append(buf, text, strlen(text));
}

void strbuf_putc(struct strbuf *buf, char c)
{
	strbuf_append(buf, &c, 1);
}

void strbuf_printf(struct strbuf *buf, const char *format, ...)
{
	va_list args;
	size_t len;

	va_start(args, format);
	len = fmt_stringv(NULL, 0, format, args);
	va_end(args);
	if (!reserve(buf, len))
		return;
	va_start(args, format);
	fmt_stringv(buf->data + buf->len, len + 1, format, args);
	va_end(args);
	buf->len += len;
}

void strbuf_free(struct strbuf *buf)
{
	free(buf->data);
	*buf = (struct strbuf){ 0 };
}

char *strbuf_take(struct strbuf *buf)
{
	char *text;

	strbuf_append(buf, "", 0);
	if (buf->failed) {
		strbuf_free(buf);
		return NULL;
	}
	text = buf->data;
	*buf = (struct strbuf){ 0 };
	return text;
}

bool str_starts_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool str_ends_with(const char *text, const char *suffix)
{
	size_t len = strlen(text), suffix_len = strlen(suffix);

	return len >= suffix_len && memcmp(text + len - suffix_len, suffix, suffix_len) == 0;
}

size_t utf8_sequence(const char *text, size_t len)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t need = s[0] < 0x80   ? 1
		      : s[0] < 0xc2 ? 0
		      : s[0] < 0xe0 ? 2
		      : s[0] < 0xf0 ? 3
		      : s[0] < 0xf5 ? 4
				    : 0;

	if (need == 0 || need > len)
		return 0;
	for (size_t i = 1; i < need; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	/* overlong forms, surrogates and code points past U+10FFFF (RFC 3629, section 3) */
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return need;
}

void strbuf_puts_escaped(struct strbuf *buf, const char *text, size_t len)
{
	for (size_t i = 0; i < len;) {
		const unsigned char *s = (const unsigned char *)text + i;
		size_t n = utf8_sequence(text + i, len - i);
		bool c1_control = n == 2 && s[0] == 0xc2 && s[1] < 0xa0;

		if (n == 0 || *s < 0x20 || *s == 0x7f || c1_control) {
			n = n ? n : 1;
			for (size_t k = 0; k < n; k++)
				strbuf_printf(buf, "\\x%02x", s[k]);
		} else if (*s == '\\') {
			strbuf_puts(buf, "\\\\");
		} else {
			strbuf_append(buf, s, n);
		}
		i += n;
	}
}
