/*
 * page.h - a start-latency result as one HTML page that needs nothing else: no network, no script.
 *
 * Owns: the markup, the style for light and dark and for narrow screens, and the drawing of every
 * sample on a common logarithmic axis (SVG), with median and interval.
 * Does not own: reading results (result.h) and the figures (stats.h).
 */
#ifndef CBOX_BENCH_PAGE_H
#define CBOX_BENCH_PAGE_H

#include "bench/result.h"
#include "user/base/str.h"

/* Appends the page for count results; titles[i] names the i-th (a file name). */
void page_write(struct strbuf *out, const struct result *results, const char *const *titles,
		unsigned count);

/* Appends text with the five characters escaped that mean something in HTML. */
void page_text(struct strbuf *out, const char *text);

#endif
