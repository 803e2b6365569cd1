/* Keywords as the user gave them, before they are compiled. Rank 0 collects them, the others receive them
 * encoded. */
#ifndef MS_LOGS_KEYWORDS_KEYWORDS_H
#define MS_LOGS_KEYWORDS_KEYWORDS_H

#include "base/str_list.h"

#define MS_KEYWORD_DEFAULT "unauthorized access"
#define MS_KEYWORD_FILE_LIMIT ((size_t)256 << 20)
#define MS_COMPILE_SECONDS 20.0

/* What a keyword is for (logs/scan/condition.h): bits. */
#define MS_ROLE_ANY 1U  /* -e, -f: one of them must match */
#define MS_ROLE_ALL 2U  /* --and: must match */
#define MS_ROLE_NONE 4U /* --not: must not match */

typedef struct ms_keywords {
    ms_str_list list; /* as typed; the index is the keyword's id */
    ms_bytes roles;   /* owned: MS_ROLE_* bits of each; empty: all are MS_ROLE_ANY */
    bool regex;       /* -E or -P: expressions; otherwise fixed strings */
    bool perl;        /* -P: PCRE2's expressions; otherwise POSIX's */
    bool ignore_case; /* -i */
    bool word;        /* -w: the match is not preceded or followed by a letter, a digit or '_' */
    bool whole_line;  /* -x: the match is all of the line */
    ms_bytes sample;  /* owned: sample of the logs, may be empty; only on the rank that compiles, to choose
                         literals by */
    char *cache;      /* owned: where compiled sets are kept (logs/compile/compile_cache.h), or NULL */
    bool cache_read_only;   /* others write there, too */
    double compile_seconds; /* CPU time that compiling one expression may take; 0: MS_COMPILE_SECONDS */
} ms_keywords;

/* Frees; idempotent, accepts {0}. Local. */
void ms_keywords_fini(ms_keywords *keywords);
/* Adds n bytes; newlines in them separate keywords, as in grep. MS_USAGE for an empty keyword. Local. */
MS_MUST_CHECK ms_code ms_keywords_add(ms_keywords *keywords, const void *data, size_t n, ms_err *err);
/* Adds the contents of a keyword file, one keyword per line; drops empty lines, a CR at a line's end and a
 * UTF-8 byte-order mark. Local. */
MS_MUST_CHECK ms_code ms_keywords_add_lines(ms_keywords *keywords, const void *data, size_t n);
/* The text of a file's bytes, of at most `limit` bytes, appended to *to; an error's text is that of the file.
 */
typedef ms_code (*ms_keywords_decode_fn)(void *user, const ms_bytes *bytes, size_t limit, ms_bytes *to,
                                         ms_err *err);
/* Reads a keyword file, or standard input when path is "-", and decodes it (`decode` may be NULL). MS_IO with
 * the path in the text; MS_USAGE when it is not text, or more than MS_KEYWORD_FILE_LIMIT bytes. It may have
 * no keyword. Local. */
MS_MUST_CHECK ms_code ms_keywords_read(ms_keywords *keywords, const char *path, ms_keywords_decode_fn decode,
                                       void *user, ms_err *err);
/* Gives this role to the keywords added since the last call. After one call it must be called for all.
 * MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms_keywords_set_role(ms_keywords *keywords, unsigned role);
/* Drops all but the first of equal keywords, which gets the roles of all of them. Local. */
MS_MUST_CHECK ms_code ms_keywords_unique(ms_keywords *keywords);

/* The limit as set, or else the default. Local. */
double ms_keywords_compile_seconds(const ms_keywords *keywords);

MS_MUST_CHECK ms_code ms_keywords_encode(const ms_keywords *keywords, ms_bytes *to);
/* MS_FORMAT: invalid encoding; then *keywords is {0}. Local. */
MS_MUST_CHECK ms_code ms_keywords_decode(ms_keywords *keywords, const void *data, size_t n);

#endif
