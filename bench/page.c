/*
 * page.c - see page.h.
 */
#include "bench/page.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/text.h"
#include "user/base/cleanup.h"
#include "user/base/stats.h"

#define PLOT_WIDTH 640
#define LABEL_WIDTH 112 /* left of the axis, in SVG units */
#define RIGHT_MARGIN 28 /* half a label */
#define ROW_HEIGHT 34
#define AXIS_HEIGHT 28
#define CONFIDENCE 0.95
#define GOLDEN_STEP 0.6180339887 /* spreads neighbouring dots evenly without random numbers */

static const char head[] =
	"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
	"<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
	"<link rel=\"icon\" href=\"data:,\"><title>cbench report</title><style>"
	":root{--bg:#fff;--fg:#1b1f24;--dim:#636c76;--line:#d5dae0;--dot:#2f6fd6;--mark:#c2410c}"
	"@media(prefers-color-scheme:dark){:root{--bg:#14171b;--fg:#e6e9ed;--dim:#98a2ad;"
	"--line:#363d45;--dot:#6ea8ff;--mark:#ffa25e}}"
	"body{background:var(--bg);color:var(--fg);font:16px/1.5 system-ui,sans-serif;margin:0 "
	"auto;"
	"max-width:60rem;padding:1rem}h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}"
	"p.note{color:var(--dim)}.wide{overflow-x:auto}table{border-collapse:collapse}"
	"th,td{padding:.3rem .8rem .3rem 0;text-align:right;white-space:nowrap;"
	"border-bottom:1px solid var(--line);font-variant-numeric:tabular-nums}"
	"th:first-child,td:first-child{text-align:left}svg{width:100%;min-width:30rem;height:auto}"
	"svg text{fill:var(--fg);font:13px system-ui,sans-serif}svg .tick{fill:var(--dim)}"
	".grid{stroke:var(--line)}.dot{fill:var(--dot);fill-opacity:.45}"
	".ci{stroke:var(--mark);stroke-width:6;stroke-opacity:.45}"
	".median{stroke:var(--mark);stroke-width:2}</style></head><body>\n";

__attribute__((format(printf, 2, 3))) static void put(struct strbuf *out, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	strbuf_puts(out, text);
}

void page_text(struct strbuf *out, const char *text)
{
	for (; *text; text++) {
		const char *entity = *text == '<'    ? "&lt;"
				     : *text == '>'  ? "&gt;"
				     : *text == '&'  ? "&amp;"
				     : *text == '"'  ? "&quot;"
				     : *text == '\'' ? "&#39;"
						     : NULL;

		if (entity)
			strbuf_puts(out, entity);
		else
			strbuf_putc(out, *text);
	}
}

/* The logarithmic axis all subjects share: whole decades around all samples. */
struct axis {
	double low, high; /* log10 of ns */
};

static struct axis axis_of(const struct result *result)
{
	double low = INFINITY, high = -INFINITY;

	for (unsigned i = 0; i < result->count; i++)
		for (size_t j = 0; j < result->subjects[i].count; j++) {
			double ns = (double)result->subjects[i].samples_ns[j];

			low = ns > 0 && ns < low ? ns : low;
			high = ns > high ? ns : high;
		}
	if (high < low)
		return (struct axis){ 6, 7 };
	return (struct axis){ floor(log10(low)), fmax(ceil(log10(high)), floor(log10(low)) + 1) };
}

static double place(const struct axis *axis, double ns)
{
	return LABEL_WIDTH + (PLOT_WIDTH - LABEL_WIDTH - RIGHT_MARGIN) * (log10(ns) - axis->low) /
				     (axis->high - axis->low);
}

static void put_axis(struct strbuf *out, const struct axis *axis, unsigned rows)
{
	static const int steps[] = { 1, 2, 5 };
	unsigned bottom = rows * ROW_HEIGHT;
	char label[32];

	for (double decade = axis->low; decade <= axis->high; decade++) {
		for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
			double ns = pow(10, decade) * steps[i], x = place(axis, ns);

			if (log10(ns) > axis->high + 1e-9)
				return;
			put(out,
			    "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"0\" y2=\"%u\"/>", x,
			    x, bottom);
			/* Three decades or more: only the decades have room for a label. */
			if (!i || axis->high - axis->low < 3)
				put(out,
				    "<text class=\"tick\" x=\"%.1f\" y=\"%u\" "
				    "text-anchor=\"middle\">%s</text>",
				    x, bottom + 18, text_duration(ns, label, sizeof(label)));
		}
	}
}

struct figures {
	double median, p95;
	struct stats_interval ci;
};

static struct figures figures_of(const struct result_subject *s)
{
	cleanup_free uint64_t *sorted = calloc(s->count + 1, sizeof(*sorted));
	struct figures f = { 0 };

	if (!sorted || !s->count)
		return f;
	for (size_t i = 0; i < s->count; i++)
		sorted[i] = s->samples_ns[i];
	stats_sort(sorted, s->count);
	f.median = stats_median(sorted, s->count);
	f.p95 = stats_percentile(sorted, s->count, 0.95);
	f.ci = stats_median_interval(sorted, s->count, CONFIDENCE);
	return f;
}

static void put_subject(struct strbuf *out, const struct axis *axis, const struct result_subject *s,
			unsigned row)
{
	const struct figures f = figures_of(s);
	unsigned middle = row * ROW_HEIGHT + ROW_HEIGHT / 2;

	put(out, "<text x=\"0\" y=\"%u\">", middle + 4);
	page_text(out, s->name);
	strbuf_puts(out, "</text>");
	for (size_t i = 0; i < s->count; i++) {
		double spread = fmod((double)i * GOLDEN_STEP, 1) - 0.5;

		if (s->samples_ns[i])
			put(out, "<circle class=\"dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"2.5\"/>",
			    place(axis, (double)s->samples_ns[i]),
			    middle + spread * (ROW_HEIGHT - 14));
	}
	if (f.ci.known && f.ci.low > 0)
		put(out, "<line class=\"ci\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%u\" y2=\"%u\"/>",
		    place(axis, f.ci.low), place(axis, f.ci.high), middle, middle);
	if (f.median > 0)
		put(out, "<line class=\"median\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%u\" y2=\"%u\"/>",
		    place(axis, f.median), place(axis, f.median), middle - 12, middle + 12);
}

static void put_plot(struct strbuf *out, const struct result *result)
{
	struct axis axis = axis_of(result);

	put(out,
	    "<div class=\"wide\"><svg viewBox=\"0 0 %d %u\" role=\"img\" "
	    "aria-label=\"every start, on a logarithmic axis\">",
	    PLOT_WIDTH, result->count * ROW_HEIGHT + AXIS_HEIGHT);
	put_axis(out, &axis, result->count);
	for (unsigned i = 0; i < result->count; i++)
		put_subject(out, &axis, &result->subjects[i], i);
	strbuf_puts(out, "</svg></div>\n");
}

static void put_row(struct strbuf *out, const struct result_subject *s, double first_median)
{
	const struct figures f = figures_of(s);
	char median[32], low[32], high[32], p95[32], ratio[32];

	strbuf_puts(out, "<tr><td>");
	page_text(out, s->name);
	if (s->count)
		put(out, "</td><td>%s</td>", text_duration(f.median, median, sizeof(median)));
	else
		strbuf_puts(out, "</td><td>–</td>");
	if (f.ci.known)
		put(out, "<td>%s – %s</td>", text_duration(f.ci.low, low, sizeof(low)),
		    text_duration(f.ci.high, high, sizeof(high)));
	else
		strbuf_puts(out, "<td>–</td>");
	if (s->count)
		put(out, "<td>%s</td>", text_duration(f.p95, p95, sizeof(p95)));
	else
		strbuf_puts(out, "<td>–</td>");
	if (first_median > 0 && f.median > 0)
		put(out, "<td>%s</td>", text_number(f.median / first_median, ratio, sizeof(ratio)));
	else
		strbuf_puts(out, "<td>–</td>");
	put(out, "<td>%llu</td><td>%zu</td><td>%llu</td></tr>\n",
	    (unsigned long long)s->minor_faults, s->count,
	    (unsigned long long)(s->failures + s->timeouts));
}

static void put_table(struct strbuf *out, const struct result *result)
{
	double first = result->count ? figures_of(&result->subjects[0]).median : 0;

	strbuf_puts(out, "<div class=\"wide\"><table><tr><th>subject</th><th>median</th>"
			 "<th>95 % interval</th><th>p95</th><th>ratio</th><th>page faults</th>"
			 "<th>runs</th><th>failed</th></tr>\n");
	for (unsigned i = 0; i < result->count; i++)
		put_row(out, &result->subjects[i], first);
	strbuf_puts(out, "</table></div>\n");
}

static void put_versions(struct strbuf *out, const struct result *result)
{
	strbuf_puts(out, "<p class=\"note\">Linux ");
	page_text(out, result->kernel);
	strbuf_puts(out, ", ");
	page_text(out, result->cpu);
	for (unsigned i = 0; i < result->count; i++) {
		const struct result_subject *s = &result->subjects[i];

		strbuf_puts(out, "<br>");
		page_text(out, s->name);
		strbuf_puts(out, ": ");
		page_text(out, s->version[0] ? s->version : "not available");
		if (!str_eq(s->accel, "none")) {
			strbuf_puts(out, ", accelerator ");
			page_text(out, s->accel);
		}
	}
	strbuf_puts(out, "</p>\n");
}

void page_write(struct strbuf *out, const struct result *results, const char *const *titles,
		unsigned count)
{
	strbuf_puts(out, head);
	strbuf_puts(out, "<h1>Start latency</h1><p class=\"note\">Each dot is one start, from "
			 "nothing to a payload that ran; the mark is the median, the band its 95 % "
			 "interval. Ratios are to the first subject.</p>\n");
	for (unsigned i = 0; i < count; i++) {
		strbuf_puts(out, "<h2>");
		page_text(out, titles[i]);
		strbuf_puts(out, "</h2>\n");
		put_plot(out, &results[i]);
		put_table(out, &results[i]);
		put_versions(out, &results[i]);
	}
	strbuf_puts(out, "</body></html>\n");
}
