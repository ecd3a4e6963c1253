/*
 * text.c - see text.h.
 */
#include "bench/text.h"

#include <stdio.h>

char *text_number(double value, char *buf, size_t size)
{
	/* Thresholds at the rounding edge, so that 9.995 does not become "10.00". */
	int digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;

	snprintf(buf, size, "%.*f", digits, value);
	return buf;
}

static char *with_unit(double value, const char *unit, char *buf, size_t size)
{
	char number[32];

	snprintf(buf, size, "%s %s", text_number(value, number, sizeof(number)), unit);
	return buf;
}

char *text_duration(double ns, char *buf, size_t size)
{
	if (ns < 999500)
		return with_unit(ns / 1e3, "us", buf, size);
	if (ns < 999.5e6)
		return with_unit(ns / 1e6, "ms", buf, size);
	return with_unit(ns / 1e9, "s", buf, size);
}

char *text_bytes(double bytes, char *buf, size_t size)
{
	static const char *const units[] = { "KiB", "MiB", "GiB", "TiB" };
	size_t unit = 0;

	if (bytes < 1024) {
		snprintf(buf, size, "%.0f B", bytes);
		return buf;
	}
	for (bytes /= 1024; bytes >= 1023.5 && unit + 1 < sizeof(units) / sizeof(units[0]);
	     bytes /= 1024)
		unit++;
	return with_unit(bytes, units[unit], buf, size);
}
