/* The figures of the text report: a table of ranks (min, median and max when there are too many), the
 * comparison with the one-rank run and its verdict, the notes. */
#include "base/escape.h"
#include "report/report_internal.h"
#include "report/text_words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_LISTED = 32, SLOWEST = 5, CELL_SIZE = 264 };

#define UNDEFINED (-1.0) /* every figure is at least 0 */

/* Columns of the table. The host is the only one aligned left; a column without a title is left out. */
enum column { RANK, HOST, TASKS, STOLEN, GIVEN, BYTES, BUSY, WAITING, RATE, COLUMNS };

typedef struct row {
    char cell[COLUMNS][CELL_SIZE];
} row;

/* What bytes a second are divided by: logs are read at GB/s, images at MB/s. */
static double rate_unit(const ms__report *report)
{
    return report->settings->command == MS_COMMAND_IMAGES ? 1e6 : 1e9;
}

/* Units a second, or UNDEFINED for a rank that did nothing. */
static double rate(const ms_rankstat *rank, double unit)
{
    return rank->busy_seconds > 0 ? (double)rank->nbytes / rank->busy_seconds / unit : UNDEFINED;
}

static double figure(const ms_rankstat *rank, enum column column, double unit)
{
    return column == TASKS     ? (double)rank->tasks
           : column == STOLEN  ? (double)rank->tasks_stolen
           : column == GIVEN   ? (double)rank->tasks_given
           : column == BYTES   ? (double)rank->nbytes
           : column == BUSY    ? rank->busy_seconds
           : column == WAITING ? rank->wait_seconds
                               : rate(rank, unit);
}

static void put_figure(char *cell, enum column column, double value)
{
    if (column == TASKS || column == STOLEN || column == GIVEN) {
        (void)snprintf(cell, CELL_SIZE, "%.0f", value);
    } else if (column == BYTES) {
        (void)ms_words_bytes(cell, (uint64_t)value);
    } else if (column == BUSY || column == WAITING) {
        (void)ms_words_seconds(cell, value);
    } else if (value < 0) {
        (void)snprintf(cell, CELL_SIZE, "-");
    } else {
        (void)snprintf(cell, CELL_SIZE, value > 0 && value < 0.1 ? "%.4f" : "%.2f", value);
    }
}

/* Stolen tasks have columns when there are any. */
static void fill_header(row *to, const ms_run_result *run_result, double unit)
{
    static const char *const titles[RATE] = {"rank",  "host",  "tasks", "stolen",
                                             "given", "bytes", "busy",  "waiting"};
    bool stolen = false;
    for (size_t i = 0; i < run_result->nranks; i++) {
        stolen = stolen || run_result->ranks[i].tasks_stolen > 0 || run_result->ranks[i].tasks_given > 0;
    }
    for (size_t i = 0; i < RATE; i++) {
        bool left_out = !stolen && (i == STOLEN || i == GIVEN);
        (void)snprintf(to->cell[i], CELL_SIZE, "%s", left_out ? "" : titles[i]);
    }
    (void)snprintf(to->cell[RATE], CELL_SIZE, unit < 1e9 ? "MB/s" : "GB/s");
}

static void fill_rank(row *to, const ms_rankstat *rank, double unit)
{
    (void)snprintf(to->cell[RANK], CELL_SIZE, "%u", (unsigned)rank->rank);
    (void)ms_escape_to(to->cell[HOST], CELL_SIZE, rank->host, strnlen(rank->host, sizeof rank->host));
    for (enum column c = TASKS; c < COLUMNS; c++) {
        put_figure(to->cell[c], c, figure(rank, c, unit));
    }
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Rows min, median, max, of each column separately. `values` has an element for each rank. */
static void fill_summary(row to[3], const ms_run_result *run_result, double unit, double *values)
{
    static const char *const titles[3] = {"min", "median", "max"};
    for (size_t i = 0; i < 3; i++) {
        (void)snprintf(to[i].cell[RANK], CELL_SIZE, "%s", titles[i]);
    }
    for (enum column c = TASKS; c < COLUMNS; c++) {
        size_t n = 0;
        for (size_t i = 0; i < run_result->nranks; i++) {
            double value = figure(&run_result->ranks[i], c, unit);
            if (value >= 0) {
                values[n++] = value;
            }
        }
        qsort(values, n, sizeof *values, by_value);
        put_figure(to[0].cell[c], c, n > 0 ? values[0] : UNDEFINED);
        put_figure(to[1].cell[c], c, n > 0 ? (values[(n - 1) / 2] + values[n / 2]) / 2 : UNDEFINED);
        put_figure(to[2].cell[c], c, n > 0 ? values[n - 1] : UNDEFINED);
    }
}

/* The SLOWEST ranks by busy time, the slowest first; of equals the lower rank first. */
static void fill_slowest(row to[SLOWEST], const ms_run_result *run_result, double unit)
{
    size_t best[SLOWEST];
    size_t n = 0;
    for (size_t i = 0; i < run_result->nranks; i++) {
        size_t at = n;
        while (at > 0 && run_result->ranks[i].busy_seconds > run_result->ranks[best[at - 1]].busy_seconds) {
            at--;
        }
        if (at < SLOWEST) {
            n += n < SLOWEST;
            memmove(best + at + 1, best + at, (n - at - 1) * sizeof *best);
            best[at] = i;
        }
    }
    for (size_t i = 0; i < n; i++) {
        fill_rank(&to[i], &run_result->ranks[best[i]], unit);
    }
}

static void put_table(ms_sink *sink, const row *rows, size_t nrows)
{
    size_t widths[COLUMNS] = {0};
    for (size_t i = 0; i < nrows * COLUMNS; i++) {
        size_t width = ms_words_width(rows[i / COLUMNS].cell[i % COLUMNS]);
        widths[i % COLUMNS] = width > widths[i % COLUMNS] ? width : widths[i % COLUMNS];
    }
    for (size_t i = 0; i < nrows * COLUMNS; i++) {
        size_t column = i % COLUMNS;
        const char *cell = rows[i / COLUMNS].cell[column];
        int pad = (int)(widths[column] - ms_words_width(cell));
        if (rows[0].cell[column][0] != 0) {
            ms_sink_text(sink, column > 0 ? "  " : "");
            ms_sink_printf(sink, "%*s%s%*s", column == HOST ? 0 : pad, "", cell, column == HOST ? pad : 0,
                           "");
        }
        ms_sink_text(sink, column == COLUMNS - 1 ? "\n" : "");
    }
}

/* Every rank has its row. */
static void put_all_ranks(const ms__report *report)
{
    ms_sink *sink = report->sink;
    const ms_run_result *run_result = report->run_result;
    double unit = rate_unit(report);
    row *rows = calloc(1 + run_result->nranks, sizeof *rows);
    if (!rows) {
        ms_sink_fail(sink, MS_NOMEM);
        return;
    }
    fill_header(&rows[0], run_result, unit);
    for (size_t i = 0; i < run_result->nranks; i++) {
        fill_rank(&rows[1 + i], &run_result->ranks[i], unit);
    }
    put_table(sink, rows, 1 + run_result->nranks);
    free(rows);
}

static void put_some_ranks(const ms__report *report)
{
    ms_sink *sink = report->sink;
    const ms_run_result *run_result = report->run_result;
    double unit = rate_unit(report);
    row *rows = calloc(1 + 3 + SLOWEST, sizeof *rows);
    double *values = calloc(run_result->nranks, sizeof *values);
    if (rows && values) {
        ms_sink_printf(sink, "%zu ranks: min, median and max of each column, then the %d slowest ranks",
                       run_result->nranks, SLOWEST);
        ms_sink_text(sink, " (--format json lists all)\n");
        fill_header(&rows[0], run_result, unit);
        fill_summary(&rows[1], run_result, unit, values);
        fill_slowest(&rows[4], run_result, unit);
        put_table(sink, rows, 1 + 3 + SLOWEST);
    } else {
        ms_sink_fail(sink, MS_NOMEM);
    }
    free(values);
    free(rows);
}

/* enumerate 1.234 s, plan 0.1 s, scatter ... */
static void put_stages(ms_sink *sink, const ms_stages *stages)
{
    const struct {
        const char *name;
        double seconds;
    } list[] = {{"enumerate ", stages->enumerate}, {", plan ", stages->plan},
                {", scatter ", stages->scatter},   {", work ", stages->work},
                {", gather ", stages->gather},     {", merge ", stages->merge}};
    char seconds[MS_WORDS_SIZE];
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        ms_sink_printf(sink, "%s%s", list[i].name, ms_words_seconds(seconds, list[i].seconds));
    }
    ms_sink_text(sink, "\n");
}

/* ", 1.200 s to 1.300 s" when the two differ. */
static void put_range(ms_sink *sink, double low, double high)
{
    if (high > low) {
        char from[MS_WORDS_SIZE];
        char to[MS_WORDS_SIZE];
        ms_sink_printf(sink, ", %s to %s", ms_words_seconds(from, low), ms_words_seconds(to, high));
    }
}

static void put_times(const ms__report *report)
{
    ms_sink *sink = report->sink;
    const ms_comparison *compare = &report->run_result->compare;
    size_t nranks = report->run_result->nranks;
    double per_second = (double)report->run_result->merged.ledger.nbytes / compare->sequential;
    char label[MS_WORDS_SIZE];
    char text[MS_WORDS_SIZE];
    (void)snprintf(label, sizeof label, "%zu rank%s", nranks, nranks == 1 ? "" : "s");
    int width = (int)(strlen(label) > strlen("one rank") ? strlen(label) : strlen("one rank"));
    ms_sink_printf(sink, "%-*s  %10s", width, "one rank", ms_words_seconds(text, compare->sequential));
    if (per_second >= 1 && per_second < 1e18) {
        ms_sink_printf(sink, ", %s/s", ms_words_bytes(text, (uint64_t)per_second));
    }
    ms_sink_text(sink, "  (");
    if (compare->kind == MS_BASELINE_MEASURED) {
        if (compare->npairs == 1) {
            ms_sink_text(sink, "measured once");
        } else {
            ms_sink_printf(sink, "measured: median of %zu pairs", compare->npairs);
        }
        put_range(sink, compare->sequential_low, compare->sequential_high);
        if (compare->interval_confidence > 0) {
            ms_sink_printf(sink, " with %.3g %% confidence", compare->interval_confidence * 100);
        }
    } else {
        ms_sink_text(sink, "an estimate: the sum of the ranks' busy times");
    }
    ms_sink_printf(sink, ")\n%-*s  %10s  (", width, label, ms_words_seconds(text, compare->parallel));
    if (compare->parallel_is_first_run || compare->kind != MS_BASELINE_MEASURED) {
        ms_sink_text(sink, "the first run");
    } else {
        ms_sink_text(sink, compare->npairs == 1 ? "measured" : "median");
        put_range(sink, compare->parallel_low, compare->parallel_high);
    }
    ms_sink_text(sink, ")\n");
}

static void put_ratios(ms_sink *sink, const ms_comparison *compare)
{
    if (compare->speedup > 0 && isfinite(compare->speedup)) {
        ms_sink_printf(sink, "speed-up %.2f", compare->speedup);
        if (compare->speedup_high > compare->speedup_low) {
            ms_sink_printf(sink, " (%.2f to %.2f over the pairs)", compare->speedup_low,
                           compare->speedup_high);
        }
        ms_sink_printf(sink, ", efficiency %.1f %%, ", compare->efficiency * 100);
        if (isfinite(compare->karp_flatt)) {
            ms_sink_printf(sink, "Karp-Flatt %.3f, ", compare->karp_flatt);
        }
    } else {
        ms_sink_text(sink, "speed-up undefined, ");
    }
    ms_sink_printf(sink, "imbalance %.1f %%\n", compare->imbalance * 100);
}

/* 11.8 megapixels/s over all busy time (5.093 s) */
static void put_pixel_rate(const ms__report *report)
{
    const ms_run_result *run_result = report->run_result;
    char seconds[MS_WORDS_SIZE];
    double busy = 0;
    for (size_t i = 0; i < run_result->nranks; i++) {
        busy += run_result->ranks[i].busy_seconds > 0 ? run_result->ranks[i].busy_seconds : 0;
    }
    if (busy > 0 && isfinite(busy)) {
        ms_sink_printf(report->sink, "%.1f megapixels/s over all busy time (%s)\n",
                       (double)run_result->merged.ledger.pixels / busy / 1e6,
                       ms_words_seconds(seconds, busy));
    }
}

void ms__report_figures(const ms__report *report)
{
    ms_sink *sink = report->sink;
    const ms_run_result *run_result = report->run_result;
    const ms_comparison *compare = &run_result->compare;
    if (run_result->nranks > 0) {
        ms_sink_text(sink, "\n");
        (run_result->nranks > MAX_LISTED ? put_some_ranks : put_all_ranks)(report);
    }
    if (report->settings->command == MS_COMMAND_IMAGES) {
        put_pixel_rate(report);
    }
    if (run_result->stages.work > 0) {
        ms_sink_text(sink, "\n");
        put_stages(sink, &run_result->stages);
    }
    if (compare->kind != MS_BASELINE_NONE) {
        ms_sink_text(sink, "\n");
        put_times(report);
        put_ratios(sink, compare);
    }
    if (compare->verdict[0]) {
        ms_sink_text(sink, "\n");
        ms_words_wrap(sink, compare->verdict);
    }
    if (run_result->notes.count > 0) {
        ms_sink_text(sink, "\n");
    }
    for (size_t i = 0; i < run_result->notes.count; i++) {
        ms_words_wrap(sink, ms_str_list_at(&run_result->notes, i).data);
    }
}
