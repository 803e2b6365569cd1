/* Matcher: which lines of a block match which keywords.
 *
 * A block of whole lines is scanned at once and every event is then confirmed for its line alone, so that the
 * answer is what scanning each line by itself would give. A line that is longer than the caller's window is
 * fed in pieces. */
#ifndef MS_LOGS_MATCH_MATCHER_H
#define MS_LOGS_MATCH_MATCHER_H

#include "logs/keywords/keywords.h"

typedef struct ms_matcher ms_matcher;

/* One matching line: data[start .. end) is the line without its terminator, data[.. next) with it. The ids
 * ascend and are borrowed until the call returns. Anything but MS_OK ends the scan and is handed on. */
typedef struct ms_match {
    size_t start;
    size_t end;
    size_t next;
    const uint32_t *ids;
    uint32_t nids;
} ms_match;
typedef ms_code (*ms_match_fn)(void *user, const ms_match *match);

/* Appends to *compiled what ms_matcher_new takes in place of compiling, here or on another rank. MS_USAGE
 * names the keyword that cannot be compiled. Local. */
MS_MUST_CHECK ms_code ms_matcher_compile(const ms_keywords *keywords, ms_bytes *compiled, ms_err *err);

/* Borrows `keywords` for the matcher's life; reads `compiled`, which ms_matcher_compile has made of the same
 * keywords in this run (see ms_compiled_decode on bytes from remote_host), or NULL to compile. It compiles
 * too where this machine does not take what another has compiled. MS_USAGE names the keyword that cannot be
 * compiled, MS_FORMAT: *compiled is damaged. Local. */
MS_MUST_CHECK ms_code ms_matcher_new(ms_matcher **matcher, const ms_keywords *keywords,
                                     const ms_bytes *compiled, ms_err *err);
void ms_matcher_free(ms_matcher *matcher);
size_t ms_matcher_nkeywords(const ms_matcher *matcher);
/* Sorts ids, ascending. Local. */
void ms_ids_sort(uint32_t *ids, size_t n);

/* Calls `fn` for each matching line of n bytes, in order. The data are whole lines: they end behind a
 * newline, or at the end of the file. n < 4 GiB. Local. */
MS_MUST_CHECK ms_code ms_matcher_block(ms_matcher *matcher, const uint8_t *data, size_t n, ms_match_fn fn,
                                       void *user, ms_err *err);

/* One long line in pieces, without its terminator: begin, feed..., end gives the ids (borrowed until the next
 * call). The second form that regular expressions need for this is compiled when it is first used. Local. */
MS_MUST_CHECK ms_code ms_matcher_long_begin(ms_matcher *matcher, ms_err *err);
MS_MUST_CHECK ms_code ms_matcher_long_feed(ms_matcher *matcher, const uint8_t *data, size_t n, ms_err *err);
MS_MUST_CHECK ms_code ms_matcher_long_end(ms_matcher *matcher, const uint32_t **ids, uint32_t *nids,
                                          ms_err *err);

#endif
