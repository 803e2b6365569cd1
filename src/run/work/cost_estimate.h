/* Weigh: what logs cost that are compressed, by their first bytes, as decoding goes by them too. Rank 0,
 * before the plan. */
#ifndef MS_RUN_WORK_COST_ESTIMATE_H
#define MS_RUN_WORK_COST_ESTIMATE_H

#include "logs/decode/codec.h"
#include "tasks/enumerate/enumerate.h"

/* What a compressed byte costs, in bytes of plain text searched for one keyword: measured on syslog text, at
 * 4 to 9 bytes of text a byte; xz, lzma and lzip are one method. 1 for text as it is. A rank that gives tasks
 * away corrects it by what it has seen (tasks/schedule/prices.h). Local. */
uint64_t ms_cost_of_codec(ms_codec codec);

/* Sets the cost of FILE entries that are compressed logs: their weight for each byte and one more, and what
 * opening them costs. With one rank there is nothing to share, and nothing is done, nor when all files
 * together are smaller than 256 KiB.
 *
 * Looked into are the largest files, up to 8192 and none below 32 KiB; of the others some of each ending (a
 * number behind it does not count, as in x.gz.1), and when those differ all of them, up to 4096. The rest of
 * an ending costs a byte what was seen of it. So many small files of a kind cost no system call each. Trouble
 * with a file is left to the one who scans it. `visit` is told each before it is opened; NULL allowed.
 * MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms_cost_estimate(ms_entries *entries, size_t nranks, ms_visit_fn visit, void *user,
                                       ms_err *err);

#endif
