/*
 * fmt.c - bounded formatting without heap, locale or stdio. See fmt.h for the subset.
 */
#include "user/base/fmt.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>

struct sink {
	char *buf;
	size_t size;
	size_t len; /* length the complete text needs */
};

/* One parsed conversion specification. */
struct conversion {
	bool left, zero;
	int width;
	int precision; /* -1: none */
	int longs;     /* 0 int, 1 long, 2 long long; size_t counts as 1 */
	char type;
};

static void put_char(struct sink *sink, char c)
{
	if (sink->len + 1 < sink->size)
		sink->buf[sink->len] = c;
	sink->len++;
}

static void put_padded(struct sink *sink, const struct conversion *conv, const char *text,
		       size_t len)
{
	size_t pad = conv->width > 0 && (size_t)conv->width > len ? (size_t)conv->width - len : 0;
	bool zero = conv->zero && !conv->left;

	if (zero && len && *text == '-') {
		put_char(sink, '-');
		text++;
		len--;
	}
	for (; pad && !conv->left; pad--)
		put_char(sink, zero ? '0' : ' ');
	for (size_t i = 0; i < len; i++)
		put_char(sink, text[i]);
	for (; pad; pad--)
		put_char(sink, ' ');
}

static void put_number(struct sink *sink, const struct conversion *conv, unsigned long long value,
		       bool negative)
{
	unsigned base = conv->type == 'x' || conv->type == 'p' ? 16 : conv->type == 'o' ? 8 : 10;
	char digits[32];
	char *end = digits + sizeof(digits), *p = end;

	do {
		*--p = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	if (conv->type == 'p') {
		*--p = 'x';
		*--p = '0';
	}
	if (negative)
		*--p = '-';
	put_padded(sink, conv, p, (size_t)(end - p));
}

static const char *parse_conversion(const char *f, struct conversion *conv, va_list *args)
{
	*conv = (struct conversion){ .precision = -1 };
	for (;; f++) {
		if (*f == '-')
			conv->left = true;
		else if (*f == '0')
			conv->zero = true;
		else
			break;
	}
	if (*f == '*') {
		conv->width = va_arg(*args, int);
		f++;
	}
	for (; *f >= '0' && *f <= '9'; f++)
		conv->width = conv->width * 10 + (*f - '0');
	if (*f == '.') {
		conv->precision = 0;
		if (*++f == '*') {
			conv->precision = va_arg(*args, int);
			f++;
		}
		for (; *f >= '0' && *f <= '9'; f++)
			conv->precision = conv->precision * 10 + (*f - '0');
	}
	for (; *f == 'l' || *f == 'z' || *f == 'j'; f++)
		conv->longs++;
	conv->type = *f;
	return *f ? f + 1 : f;
}

static void put_signed(struct sink *sink, const struct conversion *conv, va_list *args)
{
	long long value = conv->longs >= 2   ? va_arg(*args, long long)
			  : conv->longs == 1 ? va_arg(*args, long)
					     : va_arg(*args, int);
	bool negative = value < 0;

	put_number(sink, conv,
		   negative ? 0ULL - (unsigned long long)value : (unsigned long long)value,
		   negative);
}

static void put_unsigned(struct sink *sink, const struct conversion *conv, va_list *args)
{
	unsigned long long value = conv->longs >= 2   ? va_arg(*args, unsigned long long)
				   : conv->longs == 1 ? va_arg(*args, unsigned long)
						      : va_arg(*args, unsigned int);

	put_number(sink, conv, value, false);
}

static void put_text(struct sink *sink, const struct conversion *conv, const char *text)
{
	size_t max = conv->precision >= 0 ? (size_t)conv->precision : SIZE_MAX;

	if (!text)
		text = "(null)";
	put_padded(sink, conv, text, max == SIZE_MAX ? strlen(text) : strnlen(text, max));
}

static void put_conversion(struct sink *sink, const struct conversion *conv, va_list *args)
{
	char c;

	switch (conv->type) {
	case 'd':
	case 'i':
		put_signed(sink, conv, args);
		break;
	case 'u':
	case 'x':
	case 'o':
		put_unsigned(sink, conv, args);
		break;
	case 'p':
		put_number(sink, conv, (uintptr_t)va_arg(*args, void *), false);
		break;
	case 's':
		put_text(sink, conv, va_arg(*args, const char *));
		break;
	case 'c':
		c = (char)va_arg(*args, int);
		put_padded(sink, conv, &c, 1);
		break;
	case '%':
		put_char(sink, '%');
		break;
	default: /* not in the subset: show the directive rather than guess its argument */
		put_char(sink, '%');
		if (conv->type)
			put_char(sink, conv->type);
	}
}

size_t fmt_stringv(char *buf, size_t size, const char *format, va_list args_in)
{
	struct sink sink = { .buf = buf, .size = size };
	struct conversion conv;
	va_list args;

	va_copy(args, args_in);
	for (const char *f = format; *f;) {
		if (*f != '%') {
			put_char(&sink, *f++);
			continue;
		}
		f = parse_conversion(f + 1, &conv, &args);
		put_conversion(&sink, &conv, &args);
	}
	va_end(args);
	if (size)
		buf[sink.len < size ? sink.len : size - 1] = '\0';
	return sink.len;
}

size_t fmt_string(char *buf, size_t size, const char *format, ...)
{
	va_list args;
	size_t len;

	va_start(args, format);
	len = fmt_stringv(buf, size, format, args);
	va_end(args);
	return len;
}
