/*
 * json_write.c - JSON output. See json_write.h.
 */
#include "user/base/json_write.h"

static void newline(struct json_writer *w)
{
	if (w->indent <= 0)
		return;
	strbuf_putc(&w->out, '\n');
	for (int i = 0; i < w->indent * w->depth; i++)
		strbuf_putc(&w->out, ' ');
}

static void before_value(struct json_writer *w)
{
	if (w->after_key) {
		w->after_key = false;
		return;
	}
	if (w->need_comma)
		strbuf_putc(&w->out, ',');
	if (w->depth)
		newline(w);
}

static void begin(struct json_writer *w, char c)
{
	before_value(w);
	strbuf_putc(&w->out, c);
	w->depth++;
	w->need_comma = false;
}

static void end(struct json_writer *w, char c)
{
	bool empty = !w->need_comma;

	w->depth--;
	if (!empty)
		newline(w);
	strbuf_putc(&w->out, c);
	w->need_comma = true;
}

void jw_object_begin(struct json_writer *w)
{
	begin(w, '{');
}

void jw_object_end(struct json_writer *w)
{
	end(w, '}');
}

void jw_array_begin(struct json_writer *w)
{
	begin(w, '[');
}

void jw_array_end(struct json_writer *w)
{
	end(w, ']');
}

static void put_quoted(struct strbuf *out, const char *text, size_t len)
{
	strbuf_putc(out, '"');
	for (size_t i = 0; i < len;) {
		unsigned char c = (unsigned char)text[i];
		size_t n = utf8_sequence(text + i, len - i);

		if (n == 0) {
			strbuf_puts(out, "\\ufffd");
			n = 1;
		} else if (c == '"' || c == '\\') {
			strbuf_putc(out, '\\');
			strbuf_putc(out, (char)c);
		} else if (c == '\n') {
			strbuf_puts(out, "\\n");
		} else if (c == '\t') {
			strbuf_puts(out, "\\t");
		} else if (c < 0x20 || c == 0x7f) {
			strbuf_printf(out, "\\u%04x", c);
		} else {
			strbuf_append(out, text + i, n);
		}
		i += n;
	}
	strbuf_putc(out, '"');
}

void jw_key(struct json_writer *w, const char *key)
{
	before_value(w);
	put_quoted(&w->out, key, strlen(key));
	strbuf_puts(&w->out, w->indent > 0 ? ": " : ":");
	w->after_key = true;
}

void jw_string_len(struct json_writer *w, const char *text, size_t len)
{
	before_value(w);
	put_quoted(&w->out, text, len);
	w->need_comma = true;
}

void jw_string(struct json_writer *w, const char *text)
{
	if (text)
		jw_string_len(w, text, strlen(text));
	else
		jw_null(w);
}

void jw_raw(struct json_writer *w, const char *json)
{
	before_value(w);
	strbuf_puts(&w->out, json);
	w->need_comma = true;
}

void jw_u64(struct json_writer *w, uint64_t value)
{
	before_value(w);
	strbuf_printf(&w->out, "%llu", (unsigned long long)value);
	w->need_comma = true;
}

void jw_i64(struct json_writer *w, int64_t value)
{
	before_value(w);
	strbuf_printf(&w->out, "%lld", (long long)value);
	w->need_comma = true;
}

void jw_bool(struct json_writer *w, bool value)
{
	jw_raw(w, value ? "true" : "false");
}

void jw_null(struct json_writer *w)
{
	jw_raw(w, "null");
}

void jw_member_string(struct json_writer *w, const char *key, const char *text)
{
	jw_key(w, key);
	jw_string(w, text);
}

void jw_member_u64(struct json_writer *w, const char *key, uint64_t value)
{
	jw_key(w, key);
	jw_u64(w, value);
}

void jw_member_i64(struct json_writer *w, const char *key, int64_t value)
{
	jw_key(w, key);
	jw_i64(w, value);
}

void jw_member_bool(struct json_writer *w, const char *key, bool value)
{
	jw_key(w, key);
	jw_bool(w, value);
}

void jw_member_strings(struct json_writer *w, const char *key, const char *const *vector)
{
	jw_key(w, key);
	jw_array_begin(w);
	for (; vector && *vector; vector++)
		jw_string(w, *vector);
	jw_array_end(w);
}
