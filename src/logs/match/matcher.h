/* Matcher: which lines of a block match which keywords. A block of whole lines is scanned at once and every
 * event is then confirmed for its line alone, so that the result is that of scanning each line by itself. A
 * line that is longer than the caller's buffer is fed in pieces. */
#ifndef MS_LOGS_MATCH_MATCHER_H
#define MS_LOGS_MATCH_MATCHER_H

#include "logs/keywords/keywords.h"

typedef struct ms_matcher ms_matcher;

/* One matching line: data[start .. end) without its terminator, data[start .. next) with it. The ids ascend
 * and are borrowed for the call. Anything but MS_OK ends the scan and is its result. */
typedef struct ms_match {
    size_t start;
    size_t end;
    size_t next;
    const uint32_t *ids;
    uint32_t nids;
} ms_match;
typedef ms_code (*ms_match_fn)(void *user, const ms_match *match);

/* Compiles, and appends to *compiled what ms_matcher_new can use here or on another rank. MS_USAGE names the
 * keyword that cannot be compiled. Local. */
MS_MUST_CHECK ms_code ms_matcher_compile(const ms_keywords *keywords, ms_bytes *compiled, ms_err *err);

/* Borrows `keywords` for the matcher's life. Reads `compiled`, which ms_matcher_compile has made of the same
 * keywords in this run (see ms_compiled_decode on trust); compiles when it is NULL or for another platform.
 * MS_USAGE names the keyword that cannot be compiled, MS_FORMAT: *compiled is damaged. Local. */
MS_MUST_CHECK ms_code ms_matcher_new(ms_matcher **matcher, const ms_keywords *keywords,
                                     const ms_bytes *compiled, ms_err *err);
void ms_matcher_free(ms_matcher *matcher);
size_t ms_matcher_nkeywords(const ms_matcher *matcher);
void ms_ids_sort(uint32_t *ids, size_t n);

/* Calls `fn` for each matching line of n bytes, in order. The data are whole lines: they end after a newline,
 * or at the end of the file. n < 4 GiB. Local. */
MS_MUST_CHECK ms_code ms_matcher_block(ms_matcher *matcher, const uint8_t *data, size_t n, ms_match_fn fn,
                                       void *user, ms_err *err);

/* Sets *fault, to MS_LIMIT, when since the last call a line was not searched for all keywords: that would
 * have taken too much time or memory. Otherwise it stays as it is. Local. */
void ms_matcher_take_fault(ms_matcher *matcher, ms_err *fault);

/* After how many zeros at the end of what was fed of a long line more of them change nothing: the keywords
 * are fixed strings, and shorter. SIZE_MAX: never. Local. */
size_t ms_matcher_zeros_enough(const ms_matcher *matcher);
/* One long line in pieces, without its terminator: begin, feed..., end gives the ids (borrowed until the next
 * call). May be used by the ms_match_fn of a block, whose ids are then lost, and be left without its end. The
 * streaming database of regular expressions is compiled at first use. Expressions that are about characters
 * need the whole line: one beyond ASCII, or with an expression for PCRE2 any, of more than MS_LINE_CHARS_MAX
 * bytes is a fault. Local. */
#define MS_LINE_CHARS_MAX ((size_t)16 << 20)
MS_MUST_CHECK ms_code ms_matcher_long_begin(ms_matcher *matcher, ms_err *err);
MS_MUST_CHECK ms_code ms_matcher_long_feed(ms_matcher *matcher, const uint8_t *data, size_t n, ms_err *err);
/* After the last piece: the line's terminator is CR LF. Local. */
void ms_matcher_long_cr(ms_matcher *matcher);
/* Is a keyword known to match what was fed so far? For a given beginning of the line, this does not depend on
 * its pieces. Local. */
bool ms_matcher_long_found(const ms_matcher *matcher);
/* After the end: where in the line its first match ends, when that was known at the end only, and the line
 * (borrowed as the ids); 0: it was known before, or it is not known. Local. */
size_t ms_matcher_long_place(const ms_matcher *matcher, const uint8_t **line);
MS_MUST_CHECK ms_code ms_matcher_long_end(ms_matcher *matcher, const uint32_t **ids, uint32_t *nids,
                                          ms_err *err);

#endif
