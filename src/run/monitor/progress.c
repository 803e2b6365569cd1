#include "run/monitor/progress.h"

#include "base/clock.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FIRST_SHOWN 0.5 /* seconds, as the others */
#define EVERY_BAR 0.2
#define EVERY_LINE 30.0
enum { BAR_CELLS = 24 };

void ms__progress_begin(ms__progress *progress, const char *what, uint64_t total)
{
    double now = ms_clock_now();
    *progress = (ms__progress){.mode = progress->mode,
                               .comm = progress->comm,
                               .what = what,
                               .total = total,
                               .begin = now,
                               .last = now};
}

bool ms__progress_is_shown(const ms__progress *progress)
{
    return progress->mode != MS__PROGRESS_NONE && progress->what;
}

void ms__progress_add(ms__progress *progress, uint64_t nbytes)
{
    progress->done += nbytes;
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

static void write_all(const char *text, size_t n)
{
    while (n > 0) { /* best effort */
        ssize_t put = write(STDERR_FILENO, text, n);
        if (put <= 0) {
            return;
        }
        text += put;
        n -= (size_t)put;
    }
}

static void draw(ms__progress *progress, double now)
{
    char cells[BAR_CELLS + 1];
    char done_text[24], total_text[24], rate_text[24], left_text[24], line[200];
    double seconds = now - progress->begin;
    double share = progress->total > 0 ? (double)progress->done / (double)progress->total : 1;
    share = share < 1 ? share : 1;
    size_t full = (size_t)(share * (double)BAR_CELLS);
    memset(cells, '#', full);
    memset(cells + full, '.', BAR_CELLS - full);
    cells[BAR_CELLS] = 0;
    double left = share > 0 ? seconds / share - seconds : 359999;
    bool bar = progress->mode == MS__PROGRESS_BAR;
    int n = snprintf(line, sizeof line, "%s%s [%s] %3.0f %%  %s of %s  %s/s  %s left%s",
                     bar ? "\r" : "mpiscan: ", progress->what, cells, share * 100,
                     human(done_text, sizeof done_text, (double)progress->done),
                     human(total_text, sizeof total_text, (double)progress->total),
                     human(rate_text, sizeof rate_text, (double)progress->done / seconds),
                     time_left(left_text, sizeof left_text, left), bar ? "\033[K" : "\n");
    write_all(line, n > 0 && (size_t)n < sizeof line ? (size_t)n : 0);
    progress->drawn = true;
}

/* Bytes done since the last update: a difference, so that updates may arrive in any order. */
static ms_code send_update(ms__progress *progress, ms_channel *channel, ms_err *err)
{
    ms_bytes body = {0};
    bool can = false;
    MS_TRY(ms_channel_can_send(channel, MS_MESSAGE_PROGRESS, &can, err));
    if (!can || progress->done == progress->sent) {
        return MS_OK; /* the next update includes it */
    }
    ms_bytes_put_u64(&body, progress->done - progress->sent);
    if (ms_bytes_check(&body) != MS_OK) {
        return MS_OK;
    }
    progress->sent = progress->done;
    return ms_channel_send(channel, MS_MESSAGE_PROGRESS, 0, &body, err);
}

ms_code ms__progress_update(ms__progress *progress, ms_channel *channel, double now, ms_err *err)
{
    bool root = ms_comm_rank(progress->comm) == 0;
    bool lines = root && progress->mode == MS__PROGRESS_LINES;
    if (!ms__progress_is_shown(progress) || now - progress->last < (lines ? EVERY_LINE : EVERY_BAR)) {
        return MS_OK;
    }
    progress->last = now;
    if (!root) {
        return send_update(progress, channel, err);
    }
    if (now - progress->begin >= (lines ? EVERY_LINE : FIRST_SHOWN)) {
        draw(progress, now);
    }
    return MS_OK;
}

void ms__progress_receive(ms__progress *progress, const ms_message *message)
{
    ms_reader reader = ms_reader_over(message->data, message->n);
    progress->done += ms_reader_u64(&reader);
}

void ms__progress_end(ms__progress *progress)
{
    if (progress->drawn && progress->mode == MS__PROGRESS_BAR) {
        static const char clear[] = "\r\033[K";
        write_all(clear, sizeof clear - 1);
        progress->drawn = false;
    }
}
