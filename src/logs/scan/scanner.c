#include "logs/scan/scanner.h"

#include "logs/scan/emit.h"
#include "logs/scan/event_starts.h"
#include "logs/scan/long_scan.h"

#include <stdlib.h>
#include <string.h>

/* Most reads go a kilobyte behind the beginning of a page: copying from a page of the cache to nearly the
 * same offset in another takes up to half as long again, as loads wait for stores that only look like theirs.
 */
enum { PAGE = 4096 };

struct ms_scanner {
    ms_matcher *matcher;
    ms_scan_options options;
    uint8_t *buffer; /* owned, options.buffer_size bytes */
    ms_emit emit;
    size_t zeros_enough;    /* ms_matcher_zeros_enough; SIZE_MAX: never */
    ms_event_starts events; /* with options.event_start */
    ms_long_scan line;      /* a line longer than the buffer */
};

typedef struct scan_run {
    ms_scanner *s;
    ms_stream *stream;
    size_t len;    /* bytes in the buffer */
    bool end;      /* the stream has ended or failed */
    ms_code error; /* its error, or MS_OK; reported after everything read has been searched */
    ms_err *err;
} scan_run;

ms_code ms_scanner_new(ms_scanner **scanner, ms_matcher *matcher, const ms_scan_options *options, ms_err *err)
{
    ms_scanner *s = calloc(1, sizeof *s);
    if (!s) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for the scanner");
    }
    s->matcher = matcher;
    s->options = *options;
    s->zeros_enough = options->event_start ? SIZE_MAX : ms_matcher_zeros_enough(matcher);
    void *buffer = NULL;
    s->buffer = posix_memalign(&buffer, PAGE, options->buffer_size) == 0 ? buffer : NULL;
    if (!s->buffer || ms_long_scan_init(&s->line, &s->options) != MS_OK ||
        ms_emit_init(&s->emit, ms_matcher_nkeywords(matcher), &s->options, matcher) != MS_OK) {
        ms_scanner_free(s);
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for a buffer of %zu bytes", options->buffer_size);
    }
    ms_code code = ms_event_starts_init(&s->events, options->event_start, err);
    if (code != MS_OK) {
        ms_scanner_free(s);
        return code;
    }
    *scanner = s;
    return MS_OK;
}

void ms_scanner_free(ms_scanner *scanner)
{
    if (!scanner) {
        return;
    }
    ms_emit_fini(&scanner->emit);
    ms_event_starts_fini(&scanner->events);
    ms_long_scan_fini(&scanner->line);
    free(scanner->buffer);
    free(scanner);
}

/* Fills the rest of the buffer from the stream. */
static void fill(scan_run *run)
{
    ms_scanner *s = run->s;
    size_t cap = s->options.buffer_size - run->len;
    size_t got = 0;
    run->error = ms_stream_read(run->stream, s->buffer + run->len, cap, &got, run->err);
    run->end = got == 0 || run->error != MS_OK;
    run->len += got;
}

static size_t free_bytes(const scan_run *run)
{
    return run->s->options.buffer_size - run->len;
}

/* Removes the first n bytes of the buffer. */
static void consume(scan_run *run, size_t n)
{
    memmove(run->s->buffer, run->s->buffer + n, run->len - n);
    run->len -= n;
}

/* Skips a hole in the middle of a long line, of which enough zeros were fed to the matchers last. */
static ms_code skip_zeros(scan_run *run)
{
    uint64_t n = ms_stream_skip_zeros(run->stream);
    if (n == 0) {
        return MS_OK;
    }
    MS_TRY(ms_long_scan_skip(&run->s->line, n, run->err));
    return ms_emit_progress(&run->s->emit, n);
}

/* Are the last `enough` bytes there, and zeros? */
static bool ends_with_zeros(const uint8_t *data, size_t n, size_t enough)
{
    size_t count = 0;
    while (enough <= n && count < enough && data[n - 1 - count] == 0) {
        count++;
    }
    return count == enough;
}

static ms_code feed_long(scan_run *run, const uint8_t *data, size_t n)
{
    ms_scanner *s = run->s;
    MS_TRY(ms_event_starts_feed(&s->events, data, n, run->err));
    return ms_long_scan_feed(&s->line, s->matcher, data, n, run->err);
}

/* Feeds a line that does not fit into the buffer, which is nearly full and has no newline. A CR at a piece's
 * end is held back until it is known whether it belongs to the terminator. */
static ms_code long_line_pieces(scan_run *run, uint64_t *nterminator)
{
    ms_scanner *s = run->s;
    bool held_cr = false;
    *nterminator = 0;
    for (bool last = false; !last;) {
        bool zeros = ends_with_zeros(s->buffer, run->len, s->zeros_enough);
        const uint8_t *newline = memchr(s->buffer, '\n', run->len);
        size_t n = newline ? (size_t)(newline - s->buffer) : run->len;
        last = newline || run->end;
        if (held_cr && (n > 0 || run->end)) {
            MS_TRY(feed_long(run, (const uint8_t *)"\r", 1));
            held_cr = false;
        }
        bool cr = n > 0 && s->buffer[n - 1] == '\r' && !run->end;
        if (n - cr > 0) {
            MS_TRY(feed_long(run, s->buffer, n - cr));
        }
        held_cr = held_cr || cr;
        if (newline) {
            *nterminator = held_cr ? 2 : 1;
        }
        consume(run, n + (newline ? 1 : 0));
        MS_TRY(ms_emit_progress(&s->emit, n + (newline ? 1 : 0)));
        if (!last && zeros) {
            MS_TRY(skip_zeros(run));
        }
        if (!last) {
            fill(run);
        }
    }
    return MS_OK;
}

static ms_code scan_long_line(scan_run *run)
{
    ms_scanner *s = run->s;
    uint64_t nterminator = 0;
    ms_long_line line;
    MS_TRY(ms_event_starts_begin(&s->events, run->err));
    MS_TRY(ms_long_scan_begin(&s->line, s->matcher, run->err));
    MS_TRY(long_line_pieces(run, &nterminator));
    if (nterminator == 2) {
        ms_matcher_long_cr(s->matcher);
        ms_event_starts_cr(&s->events);
    }
    MS_TRY(ms_long_scan_end(&s->line, s->matcher, &line, run->err));
    MS_TRY(ms_event_starts_end(&s->events, &line.starts_event, run->err));
    line.nterminator = nterminator;
    return ms_emit_long_line(&s->emit, &line);
}

static ms_code match_block(scan_run *run, size_t n)
{
    ms_scanner *s = run->s;
    MS_TRY(ms_event_starts_find(&s->events, s->buffer, n, run->err));
    ms_emit_set_events(&s->emit, s->events.list, s->events.count);
    if (ms_emit_full(&s->emit)) {
        return MS_OK;
    }
    ms_code code = ms_matcher_block(s->matcher, s->buffer, n, ms_emit_match, &s->emit, run->err);
    return ms_emit_full(&s->emit) && !ms_emit_stopped(&s->emit) ? MS_OK : code;
}

static ms_code scan_whole_lines(scan_run *run, size_t n)
{
    ms_scanner *s = run->s;
    ms_emit_begin_block(&s->emit, s->buffer, n);
    MS_TRY(match_block(run, n));
    MS_TRY(ms_emit_end_block(&s->emit));
    MS_TRY(ms_emit_progress(&s->emit, n));
    consume(run, n);
    return MS_OK;
}

static ms_code scan_stream(scan_run *run)
{
    ms_scanner *s = run->s;
    size_t searched = 0; /* the buffer's first bytes are known to have no newline */
    ms_code code = MS_OK;
    fill(run);
    ms_emit_set_start(&s->emit, ms_stream_start(run->stream));
    while (code == MS_OK && !(run->end && run->len == 0)) {
        const uint8_t *newline = memrchr(s->buffer + searched, '\n', run->len - searched);
        size_t whole = run->end ? run->len : newline ? (size_t)(newline - s->buffer) + 1 : 0;
        if (whole > 0) {
            code = scan_whole_lines(run, whole);
            searched = run->len;
        } else if (free_bytes(run) < MS_STREAM_MIN_READ) {
            code = scan_long_line(run);
            searched = 0;
        } else {
            searched = run->len;
        }
        if (code == MS_OK && !run->end && free_bytes(run) >= MS_STREAM_MIN_READ) {
            fill(run);
        }
    }
    return code;
}

/* How a scan that ended with `code` went: the one place that judges all that was searched. */
static ms_code outcome(const scan_run *run, ms_code code)
{
    bool stopped = ms_emit_stopped(&run->s->emit);
    ms_err unsearched = {0};
    ms_event_starts_take_fault(&run->s->events, &unsearched);
    ms_matcher_take_fault(run->s->matcher, &unsearched);
    if (run->error == MS_ARCHIVE && (code == MS_OK || stopped)) {
        return MS_ARCHIVE;
    }
    if (!stopped) {
        MS_TRY(code);
        MS_TRY(run->error);
    }
    if (unsearched.code != MS_OK) {
        *run->err = unsearched;
    }
    return unsearched.code;
}

ms_code ms_scanner_run(ms_scanner *scanner, ms_stream *stream, const ms_scan_hooks *hooks,
                       ms_scan_totals *totals, ms_err *err)
{
    scan_run run = {.s = scanner, .stream = stream, .err = err};
    ms_emit_begin(&scanner->emit, hooks);
    ms_code code = scan_stream(&run);
    *totals = ms_emit_totals(&scanner->emit);
    code = outcome(&run, code);
    if (code == MS_ARCHIVE) {
        ms_emit_begin(&scanner->emit, hooks); /* the zeros before the archive are not text */
        *totals = (ms_scan_totals){0};
    }
    return code;
}

uint32_t ms_scanner_nhit_keywords(const ms_scanner *scanner)
{
    return scanner->emit.nhit;
}

void ms_scanner_hit_keyword(const ms_scanner *scanner, uint32_t i, uint32_t *id, uint64_t *nlines)
{
    *id = scanner->emit.hit[i];
    *nlines = scanner->emit.counts[*id];
}
