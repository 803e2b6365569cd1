/* Records, keywords and paths for the tests of this directory. */
#ifndef TESTS_UNIT_RESULT_SAMPLES_H
#define TESTS_UNIT_RESULT_SAMPLES_H

#include "base/str_list.h"
#include "result/record.h"

#include "chance.h"

enum { NLOG_SAMPLES = 7, NSAMPLES = 12, NSAMPLE_KEYWORDS = 3 };

/* Appends sample `kind` (0..NSAMPLES-1) as the record of `entry`:
 * 0 clean · 1 hits with lines and context · 2 hits without lines · 3 skipped · 4 failed · 5 failed after hits
 * · 6 names only · 7 image without loss · 8 image the general way, 3 pages, names only · 9 image that failed
 * · 10 archive that failed, of members failed after hits, skipped, and with hits but no lines · 11 archive
 * with one member, names only. The first NLOG_SAMPLES are of logs. */
void sample_append(ms_bytes *to, unsigned kind, uint32_t entry);
/* NSAMPLE_KEYWORDS keywords into an empty list. */
void sample_keywords(ms_str_list *names);
/* `count` different paths, some with bytes that are no text, into an empty list. */
void sample_paths(ms_str_list *names, size_t count);

#endif
