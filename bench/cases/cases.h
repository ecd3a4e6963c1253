/*
 * cases.h - the commands of cbench, one file each.
 *
 * Owns: their names for main.c's table. Does not own: anything else.
 */
#ifndef CBOX_BENCH_CASES_H
#define CBOX_BENCH_CASES_H

#include "user/base/opt.h"

extern const struct command case_start_latency, case_table, case_subjects, case_compare,
	case_density, case_write_amp, case_report;

#endif
