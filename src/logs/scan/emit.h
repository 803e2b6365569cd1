/* Emit: turns the matches of a stream into the lines that count (condition.h) and counts them, in total and
 * for each keyword; listing.h reports them. Private to logs/. */
#ifndef MS_LOGS_SCAN_EMIT_H
#define MS_LOGS_SCAN_EMIT_H

#include "logs/scan/condition.h"
#include "logs/scan/listing.h"

typedef struct ms_emit {
    const ms_scan_options *options; /* borrowed */
    const ms_scan_hooks *hooks;     /* borrowed during a run */
    ms_condition condition;
    bool simple;      /* the lines that count are those that keywords match */
    bool rest;        /* the lines that no keyword matches count */
    bool only_counts; /* no line is reported or stops the scan */
    bool rest_as_sum; /* `rest`, and they are only counted: all lines of a block without the others */
    uint64_t most;    /* max_count, or UINT64_MAX */
    uint32_t *ids;    /* owned: the keywords that the current line is reported with */
    uint64_t *counts; /* owned, one per keyword: lines it matched that count */
    uint32_t *hit;    /* owned: the keywords whose count is not 0; ascending after the run */
    uint32_t nhit;
    uint64_t nmatching;
    uint64_t start;  /* file offset of the text's first byte */
    uint64_t nbytes; /* of text before the block */
    bool full;       /* max_count is reached: only lines shown with the last one are still due */
    bool stopped;    /* nothing is due any more */

    const uint8_t *block; /* borrowed while it is scanned */
    size_t block_len;
    size_t decided;   /* with `rest`: the lines of block[0 .. decided) have been counted */
    uint64_t nothers; /* with `rest_as_sum`: lines of the block that keywords match */

    ms_listing listing;
} ms_emit;

/* Borrows options; `matcher` may be NULL: see ms_listing. MS_NOMEM, then *emit still needs ms_emit_fini.
 * Local, as all below. */
MS_MUST_CHECK ms_code ms_emit_init(ms_emit *emit, size_t nkeywords, const ms_scan_options *options,
                                   ms_matcher *matcher);
void ms_emit_fini(ms_emit *emit);

void ms_emit_begin(ms_emit *emit, const ms_scan_hooks *hooks);
void ms_emit_set_start(ms_emit *emit, uint64_t start);
void ms_emit_begin_block(ms_emit *emit, const uint8_t *block, size_t n);
/* With options.event_start: offsets of the block's lines that begin an event; borrowed. */
void ms_emit_set_events(ms_emit *emit, const uint32_t *starts, size_t n);
/* An ms_match_fn whose user is the ms_emit. MS_STOPPED when it has stopped, or is full. */
MS_MUST_CHECK ms_code ms_emit_match(void *user, const ms_match *match);
/* MS_STOPPED when it has stopped. */
MS_MUST_CHECK ms_code ms_emit_end_block(ms_emit *emit);
MS_MUST_CHECK ms_code ms_emit_long_line(ms_emit *emit, const ms_long_line *line);
/* Reports n more bytes searched. */
MS_MUST_CHECK ms_code ms_emit_progress(ms_emit *emit, uint64_t n);
/* Are no more matches wanted? The blocks still have to be given, until it has stopped. */
bool ms_emit_full(const ms_emit *emit);
bool ms_emit_stopped(const ms_emit *emit);
/* Ends the run; sorts the keywords with matches. */
ms_scan_totals ms_emit_totals(ms_emit *emit);

#endif
