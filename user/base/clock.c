/*
 * clock.c - see clock.h.
 */
#include "user/base/clock.h"

#include "user/base/fmt.h"

uint64_t clock_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (uint64_t)ts.tv_sec * 1000000000ULL + (uint64_t)ts.tv_nsec;
}

char *clock_rfc3339(uint64_t epoch_ns, char *buf)
{
	uint64_t seconds = epoch_ns / 1000000000ULL, days = seconds / 86400, rest = seconds % 86400;
	/* civil-from-days over the proleptic Gregorian calendar, years counted from March */
	uint64_t z = days + 719468, era = z / 146097, doe = z % 146097;
	uint64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	uint64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
	unsigned day = (unsigned)(doy - (153 * mp + 2) / 5 + 1);
	unsigned month = (unsigned)(mp < 10 ? mp + 3 : mp - 9);
	unsigned year = (unsigned)(yoe + era * 400 + (month <= 2));

	fmt_string(buf, CLOCK_RFC3339_SIZE, "%04u-%02u-%02uT%02u:%02u:%02u.%09uZ", year, month, day,
		   (unsigned)(rest / 3600), (unsigned)(rest / 60 % 60), (unsigned)(rest % 60),
		   (unsigned)(epoch_ns % 1000000000ULL));
	return buf;
}

void clock_age(uint64_t age_ns, char *buf, size_t size)
{
	static const struct {
		unsigned seconds;
		const char *unit;
	} units[] = { { 86400, "day" }, { 3600, "hour" }, { 60, "minute" }, { 1, "second" } };
	uint64_t seconds = age_ns / 1000000000ULL;

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		unsigned long n = (unsigned long)(seconds / units[i].seconds);

		if (n == 0)
			continue;
		fmt_string(buf, size, "%lu %s%s", n, units[i].unit, n == 1 ? "" : "s");
		return;
	}
	fmt_string(buf, size, "Less than a second");
}
