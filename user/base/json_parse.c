/*
 * json_parse.c - the JSON parser behind json.h: text in, tree in an arena out.
 *
 * Input is hostile: depth is bounded by JSON_MAX_DEPTH, every length is checked, strings must be
 * valid UTF-8, and nothing outside RFC 8259 is accepted (no comments, no trailing commas).
 */
#include <stdlib.h>
#include <string.h>

#include "user/base/fmt.h"
#include "user/base/json.h"
#include "user/base/str.h"

struct parser {
	struct arena *arena;
	const char *text, *p, *end;
	struct err *err;
	int depth;
	const char *const *fold; /* what is left of the path to the object to fold; or NULL */
};

static int fail(struct parser *ps, const char *what)
{
	unsigned line = 1, column = 1;

	for (const char *c = ps->text; c < ps->p && c < ps->end; c++) {
		if (*c == '\n') {
			line++;
			column = 1;
		} else {
			column++;
		}
	}
	return err_set(ps->err, EINVAL, "JSON line %u column %u: %s", line, column, what);
}

static int fail_memory(struct parser *ps)
{
	return err_num(ps->err, ENOMEM, "parse JSON");
}

static void skip_space(struct parser *ps)
{
	while (ps->p < ps->end &&
	       (*ps->p == ' ' || *ps->p == '\t' || *ps->p == '\n' || *ps->p == '\r'))
		ps->p++;
}

static char peek(const struct parser *ps)
{
	return ps->p < ps->end ? *ps->p : '\0';
}

static int parse_hex4(struct parser *ps, uint32_t *unit)
{
	*unit = 0;
	if (ps->end - ps->p < 4)
		return fail(ps, "\\u needs four hex digits");
	for (int i = 0; i < 4; i++) {
		char c = ps->p[i], lower = (char)(c | 0x20);
		uint32_t digit;

		if (c >= '0' && c <= '9')
			digit = (uint32_t)(c - '0');
		else if (lower >= 'a' && lower <= 'f')
			digit = (uint32_t)(lower - 'a' + 10);
		else
			return fail(ps, "\\u needs four hex digits");
		*unit = *unit << 4 | digit;
	}
	ps->p += 4;
	return 0;
}

static char *put_utf8(char *out, uint32_t code)
{
	if (code < 0x80) {
		*out++ = (char)code;
	} else if (code < 0x800) {
		*out++ = (char)(0xc0 | code >> 6);
		*out++ = (char)(0x80 | (code & 0x3f));
	} else if (code < 0x10000) {
		*out++ = (char)(0xe0 | code >> 12);
		*out++ = (char)(0x80 | (code >> 6 & 0x3f));
		*out++ = (char)(0x80 | (code & 0x3f));
	} else {
		*out++ = (char)(0xf0 | code >> 18);
		*out++ = (char)(0x80 | (code >> 12 & 0x3f));
		*out++ = (char)(0x80 | (code >> 6 & 0x3f));
		*out++ = (char)(0x80 | (code & 0x3f));
	}
	return out;
}

/* After "\u": one code point, joining a surrogate pair. A lone surrogate becomes U+FFFD. */
static int parse_unicode(struct parser *ps, char **out)
{
	uint32_t code, low;
	int r = parse_hex4(ps, &code);

	if (r < 0)
		return r;
	if (code >= 0xd800 && code < 0xdc00 && ps->end - ps->p >= 6 && ps->p[0] == '\\' &&
	    ps->p[1] == 'u') {
		const char *before = ps->p;

		ps->p += 2;
		r = parse_hex4(ps, &low);
		if (r < 0)
			return r;
		if (low >= 0xdc00 && low < 0xe000)
			code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
		else
			ps->p = before;
	}
	if (code >= 0xd800 && code < 0xe000)
		code = 0xfffd;
	*out = put_utf8(*out, code);
	return 0;
}

static int parse_escape(struct parser *ps, char **out)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	char c = peek(ps);
	const char *at = c ? strchr(from, c) : NULL;

	ps->p++;
	if (c == 'u')
		return parse_unicode(ps, out);
	if (!at) {
		ps->p--;
		return fail(ps, "unknown escape in string");
	}
	*(*out)++ = to[at - from];
	return 0;
}

/* ps->p is behind the opening quote. The decoded text is never longer than the source. */
static int parse_string(struct parser *ps, const char **text, size_t *len)
{
	const char *close = ps->p;
	char *buf, *out;

	while (close < ps->end && *close != '"')
		close += *close == '\\' ? 2 : 1;
	if (close >= ps->end)
		return fail(ps, "unterminated string");
	buf = out = arena_alloc(ps->arena, (size_t)(close - ps->p) + 1);
	if (!buf)
		return fail_memory(ps);
	while (ps->p < close) {
		unsigned char c = (unsigned char)*ps->p;
		size_t n;

		if (c == '\\') {
			int r;

			ps->p++;
			r = parse_escape(ps, &out);
			if (r < 0)
				return r;
			continue;
		}
		if (c < 0x20)
			return fail(ps, "control character in string");
		n = c < 0x80 ? 1 : utf8_sequence(ps->p, (size_t)(close - ps->p));
		if (n == 0)
			return fail(ps, "invalid UTF-8 in string");
		memcpy(out, ps->p, n);
		out += n;
		ps->p += n;
	}
	ps->p = close + 1;
	*out = '\0';
	*text = buf;
	*len = (size_t)(out - buf);
	return 0;
}

static int parse_real(struct parser *ps, struct json *node, const char *start)
{
	char copy[64];
	size_t len = (size_t)(ps->p - start);

	if (len >= sizeof(copy))
		return fail(ps, "number too long");
	memcpy(copy, start, len);
	copy[len] = '\0';
	node->type = JSON_REAL;
	node->real = strtod(copy, NULL); /* the grammar was checked by parse_number */
	return 0;
}

static bool skip_digits(struct parser *ps)
{
	const char *start = ps->p;

	while (peek(ps) >= '0' && peek(ps) <= '9')
		ps->p++;
	return ps->p > start;
}

static int parse_number(struct parser *ps, struct json *node)
{
	const char *start = ps->p;
	bool fraction = false, overflow = false;
	uint64_t sum = 0;

	node->negative = *ps->p == '-';
	ps->p += node->negative;
	if (peek(ps) == '0' && ps->end - ps->p > 1 && ps->p[1] >= '0' && ps->p[1] <= '9')
		return fail(ps, "number with a leading zero");
	for (; peek(ps) >= '0' && peek(ps) <= '9'; ps->p++)
		overflow |= __builtin_mul_overflow(sum, 10U, &sum) ||
			    __builtin_add_overflow(sum, (unsigned)(*ps->p - '0'), &sum);
	if (ps->p == start + node->negative)
		return fail(ps, "expected a value");
	if (peek(ps) == '.') {
		ps->p++;
		fraction = true;
		if (!skip_digits(ps))
			return fail(ps, "expected a digit after '.'");
	}
	if ((peek(ps) | 0x20) == 'e') {
		ps->p++;
		fraction = true;
		if (peek(ps) == '+' || peek(ps) == '-')
			ps->p++;
		if (!skip_digits(ps))
			return fail(ps, "expected a digit in the exponent");
	}
	if (fraction || overflow || (node->negative && sum > (uint64_t)INT64_MAX + 1))
		return parse_real(ps, node, start);
	node->type = JSON_INTEGER;
	node->magnitude = sum;
	return 0;
}

static int parse_literal(struct parser *ps, struct json *node)
{
	static const struct {
		const char *word;
		enum json_type type;
		bool value;
	} literals[] = { { "true", JSON_BOOL, true },
			 { "false", JSON_BOOL, false },
			 { "null", JSON_NULL, false } };

	for (size_t i = 0; i < 3; i++) {
		size_t len = strlen(literals[i].word);

		if ((size_t)(ps->end - ps->p) < len || memcmp(ps->p, literals[i].word, len))
			continue;
		node->type = literals[i].type;
		node->boolean = literals[i].value;
		ps->p += len;
		return 0;
	}
	return fail(ps, "expected a value");
}

static int parse_value(struct parser *ps, struct json *node);

static int parse_member_key(struct parser *ps, const char **key)
{
	size_t len;
	int r;

	if (peek(ps) != '"')
		return fail(ps, "expected a member name in quotes");
	ps->p++;
	r = parse_string(ps, key, &len);
	if (r < 0)
		return r;
	if (strlen(*key) != len)
		return fail(ps, "NUL byte in a member name");
	skip_space(ps);
	if (peek(ps) != ':')
		return fail(ps, "expected ':'");
	ps->p++;
	return 0;
}

/*
 * Passes over an object without looking into it. Whatever is wrong inside shows when the object
 * is unfolded: its source ends where its brackets do, and strings hide brackets.
 */
static int skip_object(struct parser *ps, struct json *node)
{
	const char *start = ps->p;
	size_t open = 0;

	for (; ps->p < ps->end; ps->p++) {
		if (*ps->p == '{' || *ps->p == '[') {
			open++;
		} else if (*ps->p == '}' || *ps->p == ']') {
			if (--open == 0)
				break;
		} else if (*ps->p == '"') {
			for (ps->p++; ps->p < ps->end && *ps->p != '"'; ps->p++)
				ps->p += *ps->p == '\\';
		}
	}
	if (ps->p >= ps->end) {
		ps->p = ps->end;
		return fail(ps, "unterminated object");
	}
	ps->p++;
	node->type = JSON_OBJECT;
	node->folded = true;
	node->source = start;
	node->source_len = (size_t)(ps->p - start);
	return 0;
}

/* Member or element; the path to fold is followed by one name where it matches. */
static int parse_item(struct parser *ps, struct json *item)
{
	const char *const *fold = ps->fold;
	int r;

	if (!fold || !item->key || !str_eq(*fold, item->key)) {
		ps->fold = NULL;
		r = parse_value(ps, item);
	} else {
		skip_space(ps);
		ps->fold = fold + 1;
		r = !fold[1] && peek(ps) == '{' ? skip_object(ps, item) : parse_value(ps, item);
	}
	ps->fold = fold;
	return r;
}

/* Array or object, ps->p on its opening bracket. */
static int parse_container(struct parser *ps, struct json *node)
{
	bool object = *ps->p == '{';
	char close = object ? '}' : ']';
	struct json **tail = &node->child;
	int r;

	node->type = object ? JSON_OBJECT : JSON_ARRAY;
	node->source = ps->p;
	if (++ps->depth > JSON_MAX_DEPTH)
		return fail(ps, "nested too deeply");
	ps->p++;
	skip_space(ps);
	while (peek(ps) != close) {
		struct json *item = arena_alloc(ps->arena, sizeof(*item));

		if (!item)
			return fail_memory(ps);
		r = object ? parse_member_key(ps, &item->key) : 0;
		if (r < 0)
			return r;
		item->parent = node;
		item->index = node->count++;
		*tail = item;
		tail = &item->next;
		r = parse_item(ps, item);
		if (r < 0)
			return r;
		skip_space(ps);
		if (peek(ps) == close)
			break;
		if (peek(ps) != ',')
			return fail(ps, object ? "expected ',' or '}'" : "expected ',' or ']'");
		ps->p++;
		skip_space(ps);
		if (peek(ps) == close)
			return fail(ps, "trailing comma");
	}
	ps->p++;
	ps->depth--;
	node->source_len = (size_t)(ps->p - node->source);
	return 0;
}

static int parse_value(struct parser *ps, struct json *node)
{
	skip_space(ps);
	switch (peek(ps)) {
	case '{':
	case '[':
		return parse_container(ps, node);
	case '"':
		ps->p++;
		node->type = JSON_STRING;
		return parse_string(ps, &node->text, &node->len);
	case '-':
	case '0' ... '9':
		return parse_number(ps, node);
	default:
		return parse_literal(ps, node);
	}
}

int json_parse(struct arena *arena, const char *text, size_t len, struct json **root,
	       struct err *err)
{
	return json_parse_folding(arena, text, len, NULL, root, err);
}

int json_parse_folding(struct arena *arena, const char *text, size_t len, const char *const *path,
		       struct json **root, struct err *err)
{
	struct parser ps = {
		.arena = arena, .text = text, .p = text, .end = text + len, .err = err, .fold = path
	};
	int r;

	*root = arena_alloc(arena, sizeof(**root));
	if (!*root)
		return fail_memory(&ps);
	r = parse_value(&ps, *root);
	if (r < 0)
		return r;
	skip_space(&ps);
	if (ps.p != ps.end)
		return fail(&ps, "text after the end of the document");
	return 0;
}

int json_unfold(struct arena *arena, struct json *node, struct err *err)
{
	struct json *root;
	char path[256];
	int r;

	if (!node->folded)
		return 0;
	r = json_parse(arena, node->source, node->source_len, &root, err);
	if (r < 0) {
		err_wrap(err, "%s", json_path(node, path, sizeof(path)));
		return r;
	}
	node->folded = false;
	node->count = root->count;
	node->child = root->child;
	json_for_each(item, node)
		item->parent = node;
	return 0;
}
