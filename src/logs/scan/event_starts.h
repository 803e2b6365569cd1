/* Event starts: the lines that match options.event_start, found by a matcher of their own. Without an
 * expression there are none. Private to logs/scan. */
#ifndef MS_LOGS_SCAN_EVENT_STARTS_H
#define MS_LOGS_SCAN_EVENT_STARTS_H

#include "logs/match/matcher.h"

typedef struct ms_event_starts {
    ms_keywords keywords;
    ms_matcher *matcher; /* owned; NULL: no expression */
    uint32_t *list;      /* owned: offsets of such lines in the last block, ascending */
    size_t count;
    size_t cap;
} ms_event_starts;

/* `expression` NULL: none. MS_USAGE when it cannot be compiled. On failure *starts still needs
 * ms_event_starts_fini. Local, as all below. */
MS_MUST_CHECK ms_code ms_event_starts_init(ms_event_starts *starts, const char *expression, ms_err *err);
void ms_event_starts_fini(ms_event_starts *starts);

/* Sets `list` for a block of whole lines. */
MS_MUST_CHECK ms_code ms_event_starts_find(ms_event_starts *starts, const uint8_t *block, size_t n,
                                           ms_err *err);

/* As ms_matcher_take_fault. */
void ms_event_starts_take_fault(ms_event_starts *starts, ms_err *fault);

/* A line longer than a block, in pieces: as ms_matcher_long_begin and so on. */
MS_MUST_CHECK ms_code ms_event_starts_begin(ms_event_starts *starts, ms_err *err);
MS_MUST_CHECK ms_code ms_event_starts_feed(ms_event_starts *starts, const uint8_t *data, size_t n,
                                           ms_err *err);
void ms_event_starts_cr(ms_event_starts *starts);
MS_MUST_CHECK ms_code ms_event_starts_end(ms_event_starts *starts, bool *is_start, ms_err *err);

#endif
