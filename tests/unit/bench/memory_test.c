/*
 * memory_test.c - resident memory of a process follows what it touches.
 */
#include <criterion/criterion.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/memory.h"

Test(memory, pss_grows_by_what_is_touched_and_not_by_what_is_mapped)
{
	const size_t size = 32 << 20;
	uint64_t before, mapped, touched;
	char *area;

	before = memory_pss(getpid());
	cr_assert(before > 0);
	area = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	cr_assert_neq(area, MAP_FAILED);
	mapped = memory_pss(getpid());
	memset(area, 1, size);
	touched = memory_pss(getpid());
	cr_assert(mapped < before + (1 << 20));
	/*
	 * Not exact: other tests fork meanwhile, which changes the share of common pages, and
	 * AddressSanitizer touches an eighth more for its shadow.
	 */
	cr_assert(touched > before + size * 3 / 4 && touched < before + size * 5 / 4,
		  "%llu then %llu", (unsigned long long)before, (unsigned long long)touched);
	munmap(area, size);
}

Test(memory, a_process_that_is_gone_has_none)
{
	cr_assert_eq(memory_pss(0x3ffffff), 0);
}

Test(memory, the_kernel_holds_some)
{
	cr_assert(memory_kernel() > 1 << 20);
}
