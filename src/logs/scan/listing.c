/* Lines are reported in file order: those due after the last line that counts, then those before the next,
 * then that line. */
#include "logs/scan/listing.h"

#include "logs/scan/surroundings.h"

#include <stdlib.h>
#include <string.h>

/* What is left for lines before one that counts. */
typedef struct room {
    size_t nlines;
    uint64_t nbytes;
} room;

static room whole_room(const ms_listing *l)
{
    return l->has_events ? (room){MS_EVENT_LINES, MS_EVENT_BYTES} : (room){l->options->before, UINT64_MAX};
}

ms_code ms_listing_init(ms_listing *listing, size_t nkeywords, const ms_scan_options *options)
{
    listing->options = options;
    listing->has_events = options->event_start;
    listing->kept_cap = whole_room(listing).nlines;
    listing->kept = calloc(listing->kept_cap + 1, sizeof *listing->kept);
    listing->ids = calloc(nkeywords + 1, sizeof *listing->ids);
    return listing->kept && listing->ids ? MS_OK : MS_NOMEM;
}

void ms_listing_fini(ms_listing *listing)
{
    for (size_t i = 0; listing->kept && i < listing->kept_cap; i++) {
        ms_bytes_fini(&listing->kept[i].text);
    }
    free(listing->kept);
    free(listing->ids);
    *listing = (ms_listing){0};
}

static void forget_kept(ms_listing *l)
{
    l->nkept = 0;
    l->kept_first = 0;
    l->kept_bytes = 0;
    l->kept_cut = false;
}

void ms_listing_begin(ms_listing *listing, const ms_scan_hooks *hooks)
{
    listing->hooks = hooks;
    listing->line_no = 1;
    listing->after_left = 0;
    listing->in_event = false;
    listing->cut = false;
    forget_kept(listing);
}

void ms_listing_begin_block(ms_listing *listing, const uint8_t *block, size_t n, uint64_t offset)
{
    listing->block = block;
    listing->block_len = n;
    listing->offset = offset;
    listing->counted = 0;
    listing->reported = 0;
    listing->nstarts = 0;
}

/* The inner loop counts in 16-bit lanes so that the compiler can use the widest registers. */
uint64_t ms_count_newlines(const uint8_t *p, size_t n)
{
    uint64_t sum = 0;
    while (n > 0) {
        size_t part = n < 4096 ? n : 4096;
        uint16_t few = 0;
        for (size_t i = 0; i < part; i++) {
            few = (uint16_t)(few + (p[i] == '\n'));
        }
        sum += few;
        p += part;
        n -= part;
    }
    return sum;
}

size_t ms_line_end(const uint8_t *block, size_t n, size_t at, size_t *next)
{
    const uint8_t *newline = memchr(block + at, '\n', n - at);
    *next = newline ? (size_t)(newline - block) + 1 : n;
    size_t end = newline ? *next - 1 : *next;
    return newline && end > at && block[end - 1] == '\r' ? end - 1 : end;
}

/* Number of the line that begins at block[at], at >= counted. */
static uint64_t line_no_at(ms_listing *l, size_t at)
{
    l->line_no += ms_count_newlines(l->block + l->counted, at - l->counted);
    l->counted = at;
    return l->line_no;
}

static size_t shown_length(const ms_listing *l, uint64_t n)
{
    return n < l->options->max_line ? (size_t)n : l->options->max_line;
}

static ms_code report_line(ms_listing *l, ms_scan_line *line)
{
    line->is_cut = l->cut;
    l->cut = false;
    return l->hooks->on_line(l->hooks->user, line);
}

/* Sets the part of a line that is shown: max_line bytes at `text`, which are those from `begin` > 0 on. */
static void set_window(const ms_listing *l, const uint8_t *text, uint64_t begin, ms_scan_line *line)
{
    size_t cut = ms_surroundings_cut(text, l->options->max_line);
    line->text_offset = begin + cut;
    line->text = text + cut;
    line->ntext = l->options->max_line - cut;
}

/* Where the matcher finds the first keyword in a line; 0: it cannot tell. */
static ms_code find_match(const ms_listing *l, const uint8_t *text, size_t n, uint64_t *found)
{
    ms_err ignored = {0};
    size_t step = ms_surroundings_step(l->options->max_line);
    size_t at = 0;
    ms_code code = ms_matcher_long_begin(l->matcher, &ignored);
    *found = 0;
    while (code == MS_OK && at < n && !ms_matcher_long_found(l->matcher)) {
        size_t part = n - at < step ? n - at : step;
        code = ms_matcher_long_feed(l->matcher, text + at, part, &ignored);
        at += part;
    }
    if (code == MS_OK && !ms_matcher_long_found(l->matcher)) {
        const uint32_t *ids = NULL;
        uint32_t nids = 0;
        code = ms_matcher_long_end(l->matcher, &ids, &nids, &ignored);
        size_t place = ms_matcher_long_place(l->matcher, &text);
        at = place > 0 ? place : at;
    }
    if (code == MS_OK) {
        *found = ms_surroundings_found(at, l->options->max_line);
    }
    return code == MS_LIMIT ? MS_OK : code;
}

/* A line that counts and is longer than what is shown. */
static ms_code report_overlong(ms_listing *l, const ms_match *line, ms_scan_line *out)
{
    uint64_t found = 0;
    const uint8_t *text = l->block + line->start;
    if (line->nids > 0) {
        memcpy(l->ids, line->ids, line->nids * sizeof *l->ids);
    }
    out->ids = l->ids;
    MS_TRY(find_match(l, text, line->end - line->start, &found));
    uint64_t begin = ms_surroundings_begin(out->nbytes, found, l->options->max_line);
    if (begin > 0) {
        set_window(l, text + begin, begin, out);
    }
    return report_line(l, out);
}

static ms_code report_counting(ms_listing *l, const ms_match *line)
{
    size_t n = line->end - line->start;
    ms_scan_line out = {
        .line_no = line_no_at(l, line->start),
        .offset = l->offset + line->start,
        .nbytes = n,
        .ids = line->ids,
        .nids = line->nids,
        .text = l->block + line->start,
        .ntext = shown_length(l, n),
    };
    bool overlong = out.ntext < n && line->ids && l->matcher;
    return overlong ? report_overlong(l, line, &out) : report_line(l, &out);
}

/* Reports block[at .. to) as context. */
static ms_code report_context(ms_listing *l, size_t at, size_t to)
{
    while (at < to) {
        size_t next = 0;
        size_t n = ms_line_end(l->block, l->block_len, at, &next) - at;
        ms_scan_line out = {.line_no = line_no_at(l, at),
                            .offset = l->offset + at,
                            .nbytes = n,
                            .is_context = true,
                            .text = l->block + at,
                            .ntext = shown_length(l, n)};
        MS_TRY(report_line(l, &out));
        at = next;
    }
    return MS_OK;
}

/* Index of the first event that begins at or after block[at]. */
static size_t event_from(const ms_listing *l, size_t at)
{
    size_t low = 0, high = l->nstarts;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (l->starts[middle] < at) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Reports the rest of the event, up to block[limit]. */
static ms_code report_rest_of_event(ms_listing *l, size_t limit)
{
    if (!l->in_event) {
        return MS_OK;
    }
    size_t event = event_from(l, l->reported);
    size_t end = event < l->nstarts && l->starts[event] < limit ? l->starts[event] : limit;
    MS_TRY(report_context(l, l->reported, end));
    l->reported = end;
    l->in_event = !(event < l->nstarts && l->starts[event] <= limit);
    return MS_OK;
}

/* Reports the after-context still due, up to block[limit]. */
static ms_code report_after_context(ms_listing *l, size_t limit)
{
    while (l->after_left > 0 && l->reported < limit) {
        size_t next = 0;
        (void)ms_line_end(l->block, l->block_len, l->reported, &next);
        MS_TRY(report_context(l, l->reported, next));
        l->after_left--;
        l->reported = next;
    }
    return MS_OK;
}

static ms_code report_due(ms_listing *l, size_t limit)
{
    return l->has_events ? report_rest_of_event(l, limit) : report_after_context(l, limit);
}

static bool fits(room *left, size_t nbytes)
{
    if (left->nlines == 0 || nbytes > left->nbytes) {
        left->nlines = 0;
        return false;
    }
    left->nlines--;
    left->nbytes -= nbytes;
    return true;
}

/* Start of the earliest line of block[from .. at) that, with those after it, fits. */
static size_t lines_back(const ms_listing *l, size_t from, size_t at, room *left)
{
    while (at > from) {
        size_t len = at - 1 - from;
        size_t next = 0;
        const uint8_t *newline = len > 0 ? memrchr(l->block + from, '\n', len) : NULL;
        size_t start = newline ? (size_t)(newline - l->block) + 1 : from;
        size_t end = ms_line_end(l->block, at, start, &next);
        if (!fits(left, shown_length(l, end - start))) {
            break;
        }
        at = start;
    }
    return at;
}

/* Reports the last kept lines that fit. */
static ms_code report_kept(ms_listing *l, room *left)
{
    size_t n = 0;
    while (n < l->nkept && fits(left, l->kept[(l->kept_first + l->nkept - n - 1) % l->kept_cap].text.len)) {
        n++;
    }
    l->cut = l->has_events && (n < l->nkept || l->kept_cut);
    for (size_t i = l->nkept - n; i < l->nkept; i++) {
        const ms_kept_line *kept = &l->kept[(l->kept_first + i) % l->kept_cap];
        ms_scan_line line = {.line_no = kept->line_no,
                             .offset = kept->offset,
                             .nbytes = kept->nbytes,
                             .is_context = true,
                             .text = kept->text.data,
                             .ntext = kept->text.len};
        MS_TRY(report_line(l, &line));
    }
    forget_kept(l);
    return MS_OK;
}

/* The lines before block[at]: of its event, or as many as requested. */
static ms_code report_before(ms_listing *l, size_t at)
{
    room left = whole_room(l);
    size_t begin = l->reported;
    size_t event = event_from(l, at + 1);
    if (event > 0 && l->starts[event - 1] >= begin) {
        begin = l->starts[event - 1];
        forget_kept(l);
    }
    size_t from = lines_back(l, begin, at, &left);
    if (l->has_events && from > begin) {
        forget_kept(l);
        l->cut = true;
    } else {
        MS_TRY(report_kept(l, &left));
    }
    return report_context(l, from, at);
}

ms_code ms_listing_put(ms_listing *listing, const ms_match *line)
{
    if (ms_listing_is_due(listing)) {
        MS_TRY(report_due(listing, line->start));
    }
    if (listing->kept_cap > 0 && !listing->in_event) {
        MS_TRY(report_before(listing, line->start));
    }
    MS_TRY(report_counting(listing, line));
    listing->reported = line->next;
    listing->after_left = listing->options->after;
    listing->in_event = listing->has_events;
    return MS_OK;
}

static void drop_oldest(ms_listing *l)
{
    l->kept_bytes -= l->kept[l->kept_first].text.len;
    l->kept_first = (l->kept_first + 1) % l->kept_cap;
    l->nkept--;
    l->kept_cut = true;
}

static ms_code keep_line(ms_listing *l, uint64_t line_no, uint64_t offset, const uint8_t *text,
                         uint64_t nbytes)
{
    size_t n = shown_length(l, nbytes);
    uint64_t most = whole_room(l).nbytes;
    while (l->nkept > 0 && (l->nkept == l->kept_cap || n > most - l->kept_bytes)) {
        drop_oldest(l);
    }
    if (n > most) {
        l->kept_cut = true;
        return MS_OK;
    }
    ms_kept_line *kept = &l->kept[(l->kept_first + l->nkept) % l->kept_cap];
    kept->line_no = line_no;
    kept->offset = offset;
    kept->nbytes = nbytes;
    if (kept->text.cap > n + 4096) { /* so that all of them are bounded, as their texts are */
        ms_bytes_fini(&kept->text);
    }
    ms_bytes_clear(&kept->text);
    ms_bytes_append(&kept->text, text, n);
    l->kept_bytes += n;
    l->nkept++;
    return ms_bytes_check(&kept->text);
}

/* Keeps the last unreported lines of the block: a line in the next block may need them as context. */
static ms_code keep_tail(ms_listing *l)
{
    room left = whole_room(l);
    size_t begin = l->reported;
    if (l->reported > 0 || l->in_event) {
        forget_kept(l);
    }
    if (l->in_event) {
        return MS_OK;
    }
    if (l->nstarts > 0 && l->starts[l->nstarts - 1] >= begin) {
        begin = l->starts[l->nstarts - 1];
        forget_kept(l);
    }
    size_t from = lines_back(l, begin, l->block_len, &left);
    if (l->has_events && from > begin) {
        forget_kept(l);
        l->kept_cut = true;
    }
    while (from < l->block_len) {
        size_t next = 0;
        size_t end = ms_line_end(l->block, l->block_len, from, &next);
        MS_TRY(keep_line(l, line_no_at(l, from), l->offset + from, l->block + from, end - from));
        from = next;
    }
    return MS_OK;
}

ms_code ms_listing_end_block(ms_listing *listing)
{
    MS_TRY(report_due(listing, listing->block_len));
    if (listing->kept_cap > 0) {
        MS_TRY(keep_tail(listing));
    }
    (void)line_no_at(listing, listing->block_len);
    return MS_OK;
}

bool ms_listing_is_due(const ms_listing *listing)
{
    return listing->after_left > 0 || listing->in_event;
}

static ms_code report_long(ms_listing *l, const ms_long_line *line, bool counts, uint64_t offset)
{
    room left = whole_room(l);
    if (counts && !l->in_event && l->kept_cap > 0) {
        MS_TRY(report_kept(l, &left));
    }
    ms_scan_line out = {.line_no = l->line_no,
                        .offset = offset,
                        .nbytes = line->nbytes,
                        .is_context = !counts,
                        .ids = line->ids,
                        .nids = counts ? line->nids : 0,
                        .text = line->text,
                        .ntext = shown_length(l, line->nbytes)};
    if (counts && line->window) {
        set_window(l, line->window, line->window_begin, &out);
    }
    return report_line(l, &out);
}

ms_code ms_listing_put_long(ms_listing *listing, const ms_long_line *line, bool counts, uint64_t offset)
{
    ms_listing *l = listing;
    ms_code code = MS_OK;
    if (line->starts_event) {
        l->in_event = false;
        forget_kept(l);
    }
    if (counts || ms_listing_is_due(l)) {
        code = report_long(l, line, counts, offset);
        l->after_left = counts ? l->options->after : l->after_left > 0 ? l->after_left - 1 : 0;
        l->in_event = l->has_events;
        forget_kept(l);
    } else if (l->kept_cap > 0) {
        code = keep_line(l, l->line_no, offset, line->text, line->nbytes);
    }
    l->line_no++;
    return code;
}
