/* Matching a line by its characters, with PCRE2: what Hyperscan only finds candidates for. Private to logs/.
 */
#ifndef MS_LOGS_MATCH_CHAR_MATCH_H
#define MS_LOGS_MATCH_CHAR_MATCH_H

#include "logs/keywords/pcre.h"

typedef enum ms_text_kind { MS_TEXT_ASCII, MS_TEXT_UTF8, MS_TEXT_OTHER } ms_text_kind;

/* The kind of n bytes. Local. */
ms_text_kind ms_text_kind_of(const uint8_t *data, size_t n);

typedef struct ms_char_matcher {
    const ms_keywords *keywords; /* borrowed: expressions */
    pcre2_code **codes;          /* owned, one per keyword; compiled at first use, as the next */
    pcre2_code **byte_codes;  /* owned: of keywords of ASCII, for lines that are not UTF-8; NULL: none yet, or
                                 none is possible */
    bool *byte_tried;         /* owned */
    uint8_t *nlimits;         /* owned: lines on which the keyword exceeded a limit, since the last fault */
    pcre2_match_data *result; /* owned */
    pcre2_match_context *limits; /* owned */
    pcre2_jit_stack *stack;      /* owned */
    ms_bytes readable;           /* the line, whose invalid bytes are U+FFFD: a character that is no letter */
    bool replaced;               /* ... has been made for this line */
    size_t end;                  /* of the last match, in the line */
    ms_err fault;
} ms_char_matcher;

/* Frees; idempotent, accepts {0}. Local. */
void ms_char_matcher_fini(ms_char_matcher *matcher);
/* Borrows the keywords for the matcher's life. MS_NOMEM; on failure *matcher is {0}. Local. */
MS_MUST_CHECK ms_code ms_char_matcher_init(ms_char_matcher *matcher, const ms_keywords *keywords,
                                           ms_err *err);
/* Is every keyword valid? MS_USAGE names the first that is not. Local. */
MS_MUST_CHECK ms_code ms_char_matcher_check(const ms_keywords *keywords, ms_err *err);

/* Begins with another line. Local. */
void ms_char_matcher_begin(ms_char_matcher *matcher);
/* Does keyword `id` match the line, which is of this kind and the same in all calls since the last begin? In
 * a line that is not UTF-8 an invalid byte is a character, but no letter; for a keyword of ASCII such a line
 * may also match as bytes. A line on which PCRE2 exceeds a limit does not match, and becomes the matcher's
 * fault. MS_NOMEM, MS_INTERNAL. Local. */
MS_MUST_CHECK ms_code ms_char_matcher_match(ms_char_matcher *matcher, uint32_t id, const uint8_t *data,
                                            size_t n, ms_text_kind kind, bool *matched, ms_err *err);
/* Notes that a line was not searched as it should be. Local. */
void ms_char_matcher_set_fault(ms_char_matcher *matcher, const char *message);
/* Sets *fault when there was one since the last call. Local. */
void ms_char_matcher_take_fault(ms_char_matcher *matcher, ms_err *fault);

#endif
