/*
 * tsc_khz.c - prints the frequency of this CPU's time stamp counter in kHz.
 *
 * Why: a guest without KVM must be told `tsc_early_khz=`, or its calibration loop, itself at the
 * mercy of the emulator, fails and the boot hangs. /proc/cpuinfo shows the frequency of the
 * moment, which under frequency scaling is not the counter's, so it is measured: counter against
 * CLOCK_MONOTONIC_RAW over 20 ms, exact to about 0.1 % on a busy host.
 * See the kernel's Documentation/admin-guide/kernel-parameters.txt, tsc_early_khz.
 */
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <x86intrin.h>

#define WINDOW_NS 20000000

static int64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC_RAW, &ts);
	return ts.tv_sec * INT64_C(1000000000) + ts.tv_nsec;
}

int main(void)
{
	const struct timespec window = { .tv_nsec = WINDOW_NS };
	int64_t start_ns, end_ns;
	uint64_t start, end;

	start_ns = now_ns();
	start = __rdtsc();
	nanosleep(&window, NULL);
	end_ns = now_ns();
	end = __rdtsc();
	printf("%llu\n",
	       (unsigned long long)((end - start) * 1000000 / (uint64_t)(end_ns - start_ns)));
	return 0;
}
