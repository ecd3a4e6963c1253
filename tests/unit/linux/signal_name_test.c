/*
 * signal_name_test.c - every spelling engines use for a signal.
 */
#include <criterion/criterion.h>
#include <signal.h>

#include "runtime/linux/signal_name.h"

Test(signal_name, names_and_numbers_are_known)
{
	cr_assert_eq(signal_number("9"), SIGKILL);
	cr_assert_eq(signal_number("KILL"), SIGKILL);
	cr_assert_eq(signal_number("SIGTERM"), SIGTERM);
	cr_assert_eq(signal_number("sigusr1"), SIGUSR1);
	cr_assert_eq(signal_number("0"), 0);
}

Test(signal_name, real_time_signals_count_from_both_ends)
{
	cr_assert_eq(signal_number("RTMIN"), SIGRTMIN);
	cr_assert_eq(signal_number("SIGRTMIN+3"), SIGRTMIN + 3);
	cr_assert_eq(signal_number("RTMAX-1"), SIGRTMAX - 1);
}

Test(signal_name, nonsense_is_refused)
{
	const char *bad[] = { "",	 "SIG",	     "65",  "-9",      "9x",	"TERMX",
			      "RTMIN-1", "RTMIN+99", "RTM", "RTMAX+1", "RTMIN+" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_eq(signal_number(bad[i]), -1, "%s", bad[i]);
}
