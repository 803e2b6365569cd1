/* Progress: see progress.h. Nothing is shown in the first half second. */
#include "run/monitor/progress.h"

#include "base/clock.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FIRST_SHOWN 0.5
#define EVERY_BAR 0.2
#define EVERY_LINE 30.0
enum { BAR_CELLS = 24 };

void ms__progress_begin(ms__progress *progress, const char *what, bool alone, uint64_t total)
{
    progress->what = what;
    progress->alone = alone;
    progress->total = total;
    progress->nbytes = 0;
    progress->ntasks = 0;
    progress->begin = ms_clock_now();
    progress->last = progress->begin;
    progress->drawn = false;
}

/* 1234567 -> "1.23 MB", into text. */
static const char *human(char *text, size_t size, double nbytes)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB"};
    size_t unit = 0;
    for (; nbytes >= 999.5 && unit + 1 < sizeof units / sizeof units[0]; unit++) {
        nbytes /= 1000;
    }
    (void)snprintf(text, size, "%.3g %s", nbytes, units[unit]);
    return text;
}

static const char *time_left(char *text, size_t size, double seconds)
{
    unsigned long all = seconds < 359999 ? (unsigned long)(seconds + 0.5) : 359999;
    (void)snprintf(text, size, "%lu:%02lu:%02lu", all / 3600, all / 60 % 60, all % 60);
    return text;
}

static void say(const char *text, size_t n)
{
    while (n > 0) { /* it is only news: what cannot be written is not missed */
        ssize_t put = write(STDERR_FILENO, text, n);
        if (put <= 0) {
            return;
        }
        text += put;
        n -= (size_t)put;
    }
}

static void draw(ms__progress *progress, uint64_t done, double now)
{
    char cells[BAR_CELLS + 1];
    char done_text[24], total_text[24], rate_text[24], left_text[24], line[200];
    double seconds = now - progress->begin;
    double share = progress->total > 0 ? (double)done / (double)progress->total : 1;
    share = share < 1 ? share : 1;
    size_t full = (size_t)(share * (double)BAR_CELLS);
    memset(cells, '#', full);
    memset(cells + full, '.', BAR_CELLS - full);
    cells[BAR_CELLS] = 0;
    double left = share > 0 ? seconds / share - seconds : 359999;
    bool bar = progress->mode == MS__PROGRESS_BAR;
    int n = snprintf(line, sizeof line, "%s%s [%s] %3.0f %%  %s of %s  %s/s  %s left%s",
                     bar ? "\r" : "mpiscan: ", progress->what, cells, share * 100,
                     human(done_text, sizeof done_text, (double)done),
                     human(total_text, sizeof total_text, (double)progress->total),
                     human(rate_text, sizeof rate_text, (double)done / seconds),
                     time_left(left_text, sizeof left_text, left), bar ? "\033[K" : "\n");
    say(line, n > 0 && (size_t)n < sizeof line ? (size_t)n : 0);
    progress->drawn = true;
}

static ms_code hear_and_draw(ms__progress *progress, double now, ms_err *err)
{
    uint64_t others = 0;
    uint64_t tasks = 0;
    progress->last = now;
    ms_code code = progress->alone ? MS_OK : ms_comm_listen(progress->comm, false, &others, &tasks, err);
    bool early = now - progress->begin < (progress->mode == MS__PROGRESS_BAR ? FIRST_SHOWN : EVERY_LINE);
    if (code == MS_OK && !early) {
        draw(progress, progress->nbytes + others, now);
    }
    return code;
}

ms_code ms__progress_step(void *user, uint64_t nbytes, uint64_t ntasks)
{
    ms__progress *progress = user;
    progress->nbytes += nbytes;
    progress->ntasks += ntasks;
    if (progress->mode == MS__PROGRESS_NONE) {
        return MS_OK;
    }
    double now = ms_clock_now();
    bool root = ms_comm_rank(progress->comm) == 0;
    double every = root && progress->mode == MS__PROGRESS_LINES ? EVERY_LINE : EVERY_BAR;
    if (now - progress->last < every) {
        return MS_OK;
    }
    if (root) {
        return hear_and_draw(progress, now, NULL);
    }
    progress->last = now;
    return ms_comm_tell(progress->comm, progress->nbytes, progress->ntasks, false, NULL);
}

ms_code ms__progress_idle(void *user)
{
    ms__progress *progress = user;
    return ms_comm_rank(progress->comm) == 0 ? ms__progress_step(progress, 0, 0) : MS_OK;
}

ms_code ms__progress_last(ms__progress *progress, ms_err *err)
{
    if (progress->mode == MS__PROGRESS_NONE || progress->alone) {
        return MS_OK;
    }
    return ms_comm_tell(progress->comm, progress->nbytes, progress->ntasks, true, err);
}

ms_code ms__progress_end(ms__progress *progress, ms_err *err)
{
    if (progress->mode == MS__PROGRESS_NONE || ms_comm_rank(progress->comm) != 0) {
        return MS_OK;
    }
    uint64_t nbytes = 0;
    uint64_t ntasks = 0;
    ms_code code = progress->alone ? MS_OK : ms_comm_listen(progress->comm, true, &nbytes, &ntasks, err);
    if (progress->drawn && progress->mode == MS__PROGRESS_BAR) {
        static const char clear[] = "\r\033[K";
        say(clear, sizeof clear - 1);
    }
    return code;
}
