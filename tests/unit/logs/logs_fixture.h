/* What the suites of logs/ share: a file as a stream, keywords from a list, random text, and a scan compared
 * with the slow reference. */
#ifndef TESTS_UNIT_LOGS_FIXTURE_H
#define TESTS_UNIT_LOGS_FIXTURE_H

#include "chance.h"
#include "logs_reference.h"
#include "scratch.h"
#include "unit.h"

/* Reads all of a file by a stream, in buffers of `cap` bytes, after *to; *start: see ms_stream_start. Returns
 * the code that ended it. */
ms_code logs_read_all(const char *path, uint64_t size, size_t cap, ms_bytes *to, uint64_t *start,
                      ms_err *err);

enum { IGNORE_CASE = 1, WORD = 2, REGEX = 4, PERL = 8, WHOLE_LINE = 16 };
/* Keywords of a NULL-terminated list, in which \1 stands for a NUL byte; flags as above. */
ms_keywords logs_keywords(const char *const *list, unsigned flags);

/* Text of about n bytes: keywords, parts of them, all kinds of line ends, NUL and other bytes, and runs as
 * long as `run`. The caller's to fini. */
ms_bytes logs_random_text(chance *c, const ms_keywords *keywords, size_t n, size_t run);

/* Scans the directory's file, `nfile` bytes, with a scanner of these options, and fails the test when the
 * transcript differs from what the reference says of the text that the file holds; `about` names the
 * case. */
typedef struct logs_case {
    const scratch *directory;
    ms_matcher *matcher;
    reference ref;
    const char *about;
} logs_case;
void logs_compare(const logs_case *c, size_t nfile, const uint8_t *text, size_t n);

ms_scan_options logs_options(size_t window);

#endif
