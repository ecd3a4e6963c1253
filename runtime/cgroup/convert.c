/*
 * convert.c - see convert.h.
 */
#include "runtime/cgroup/convert.h"

#include <errno.h>

#define FRACTION_BITS 56
#define ONE ((int64_t)1 << FRACTION_BITS)

/*
 * log2 in fixed point, by squaring: each square of a value in [1, 2) yields one more bit. Integers
 * because log2 and pow of libm would be linked into the start path for this one number.
 */
static int64_t log2_fixed(uint64_t value)
{
	int whole = 63 - __builtin_clzll(value);
	int64_t result = (int64_t)whole << FRACTION_BITS;
	uint64_t y = value << (63 - whole) >> 1; /* value / 2^whole, 1 being 2^62 */

	for (int bit = FRACTION_BITS - 1; bit >= 0; bit--) {
		y = (uint64_t)((unsigned __int128)y * y >> 62);
		if (y >> 63) {
			y >>= 1;
			result |= (int64_t)1 << bit;
		}
	}
	return result;
}

/*
 * The weight is the least w with log2(w) >= log2(10) * exponent. With the exponent's fraction
 * cleared, 612 * log2(w) >= log2(10) * (l*l + 125*l - 126).
 */
uint64_t cg_weight_of_shares(uint64_t shares)
{
	const int64_t slack = ONE >> 40; /* above the rounding, far below the next weight */
	uint64_t low = 1, high = 10000;
	__int128 l, target;

	if (shares <= 2)
		return 1;
	if (shares >= 262144)
		return 10000;
	l = log2_fixed(shares);
	target = ((l * l >> FRACTION_BITS) + 125 * l - 126 * (__int128)ONE) / 612;
	target = target * log2_fixed(10) >> FRACTION_BITS;
	while (low < high) {
		uint64_t middle = (low + high) / 2;

		if (log2_fixed(middle) + slack >= target)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

uint64_t cg_io_weight_of_blkio(uint64_t weight)
{
	if (weight <= 10)
		return 1;
	return weight >= 1000 ? 10000 : 1 + (weight - 10) * 9999 / 990;
}

int cg_swap_of_memsw(int64_t memsw, int64_t memory, int64_t *swap)
{
	if (memsw < 0) {
		*swap = -1;
		return 0;
	}
	if (memory <= 0 || memsw < memory)
		return -EINVAL;
	*swap = memsw - memory;
	return 0;
}
