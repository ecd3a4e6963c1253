/*
 * num.c - strict number parsing. See num.h.
 */
#include "user/base/num.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

/* Reads digits at *text and advances it; -EINVAL when there is none. */
static int digits(const char **text, unsigned base, uint64_t *value)
{
	const char *p = *text;
	uint64_t sum = 0;

	for (; *p >= '0' && (unsigned)(*p - '0') < base; p++)
		if (__builtin_mul_overflow(sum, base, &sum) ||
		    __builtin_add_overflow(sum, (unsigned)(*p - '0'), &sum))
			return -ERANGE;
	if (p == *text)
		return -EINVAL;
	*text = p;
	*value = sum;
	return 0;
}

int num_u64(const char *text, uint64_t *value)
{
	uint64_t sum;
	int r = digits(&text, 10, &sum);

	if (r < 0)
		return r;
	if (*text)
		return -EINVAL;
	*value = sum;
	return 0;
}

int num_u32(const char *text, uint32_t *value)
{
	uint64_t wide;
	int r = num_u64(text, &wide);

	if (r < 0)
		return r;
	if (wide > UINT32_MAX)
		return -ERANGE;
	*value = (uint32_t)wide;
	return 0;
}

int num_i64(const char *text, int64_t *value)
{
	int negative = *text == '-';
	uint64_t sum;
	int r = num_u64(text + negative, &sum);

	if (r < 0)
		return r;
	if (sum > (uint64_t)INT64_MAX + (uint64_t)negative)
		return -ERANGE;
	*value = negative ? (int64_t)(0 - sum) : (int64_t)sum;
	return 0;
}

int num_octal(const char *text, uint32_t max, uint32_t *value)
{
	uint64_t sum;
	int r = digits(&text, 8, &sum);

	if (r < 0)
		return r;
	if (*text)
		return -EINVAL;
	if (sum > max)
		return -ERANGE;
	*value = (uint32_t)sum;
	return 0;
}

int num_size(const char *text, uint64_t *bytes)
{
	static const char units[] = "bkmgtp";
	unsigned shift = 0;
	uint64_t sum;
	int r = digits(&text, 10, &sum);

	if (r < 0)
		return r;
	if (*text) {
		const char *unit = strchr(units, *text | 0x20);

		if (!unit)
			return -EINVAL;
		shift = 10 * (unsigned)(unit - units);
		text++;
		if (shift && *text && strcasecmp(text, "b") && strcasecmp(text, "ib"))
			return -EINVAL;
		if (!shift && *text)
			return -EINVAL;
	}
	if (sum > UINT64_MAX >> shift)
		return -ERANGE;
	*bytes = sum << shift;
	return 0;
}

/* Reads "12.5" at *text, scaled to 10^-9, and advances it. */
static int fraction(const char **text, uint64_t *nano)
{
	uint64_t whole, scale = 100000000, part = 0;
	const char *p = *text;
	int r = digits(&p, 10, &whole);

	if (r < 0)
		return r;
	if (*p == '.') {
		if (*++p < '0' || *p > '9')
			return -EINVAL;
		for (; *p >= '0' && *p <= '9'; p++, scale /= 10)
			part += (uint64_t)(*p - '0') * scale; /* past 9 digits scale is 0 */
	}
	if (__builtin_mul_overflow(whole, 1000000000ULL, &whole) ||
	    __builtin_add_overflow(whole, part, nano))
		return -ERANGE;
	*text = p;
	return 0;
}

int num_nano(const char *text, uint64_t *nano)
{
	uint64_t value;
	int r = fraction(&text, &value);

	if (r < 0)
		return r;
	if (*text)
		return -EINVAL;
	*nano = value;
	return 0;
}

int num_duration(const char *text, uint64_t *ns)
{
	static const struct {
		const char *suffix;
		uint64_t multiply, divide;
	} units[] = {
		{ "", 1, 1 },	      { "s", 1, 1 },	       { "ms", 1, 1000 },
		{ "us", 1, 1000000 }, { "ns", 1, 1000000000 }, { "m", 60, 1 },
		{ "h", 3600, 1 },
	};
	uint64_t value;
	int r = fraction(&text, &value);

	if (r < 0)
		return r;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(text, units[i].suffix))
			continue;
		if (__builtin_mul_overflow(value, units[i].multiply, &value))
			return -ERANGE;
		*ns = value / units[i].divide;
		return 0;
	}
	return -EINVAL;
}
