/*
 * warmup.h - when a subject is warm, found out from its runs and not guessed.
 *
 * Owns: the rule. A cold start reads files into the page cache, fills the dentry cache and trains
 * the frequency governor; all of that makes the *fastest* run faster, while another process on
 * the machine only makes slow runs slower. So the fastest run is what is watched.
 * Does not own: making the runs (runner.c).
 */
#ifndef CBOX_BENCH_WARMUP_H
#define CBOX_BENCH_WARMUP_H

#include <stdbool.h>

#include "bench/sample.h"

#define WARMUP_AUTO ((unsigned)-1) /* runs until warmup_done(), at most WARMUP_MAX */
#define WARMUP_MAX 20

/*
 * True when the last three runs brought no fastest time that is more than 2 % better than that of
 * all runs before them; false with fewer than four successful runs. Failures are no news: three
 * failed runs in a row end the warm-up too, because waiting would not help.
 */
bool warmup_done(const struct sample_set *runs);

#endif
