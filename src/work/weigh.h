/* Weigh: what logs cost that are compressed, by their first bytes, as decoding goes by them too. Rank 0,
 * before the plan. */
#ifndef MS_WORK_WEIGH_H
#define MS_WORK_WEIGH_H

#include "logs/codec.h"
#include "task/enumerate.h"

/* What a compressed byte costs, in bytes of plain text searched for one keyword: measured on syslog text, at
 * 4 to 9 bytes of text a byte; xz, lzma and lzip are one method. 1 for text as it is. A rank that gives tasks
 * away corrects it by what it has seen (task/prices.h). Local. */
uint64_t ms_weight_of(ms_codec codec);

/* Sets the cost of FILE entries that are compressed logs, for a plan for so many ranks; with one rank there
 * is nothing to share, and nothing is done. Looks into every file that is more than a small part of what a
 * rank has to do, and into some of the smaller ones of each ending (a number behind it does not count, as in
 * x.gz.1); the others of that ending cost a byte what those do. So at most some ten thousand files are
 * opened, and none when there are only many small ones of one kind, but a few. Trouble with a file is left to
 * the one who scans it. `visit` is told each before it is opened; NULL allowed. Local. */
void ms_weigh(ms_entries *entries, size_t nranks, ms_visit_fn visit, void *user);

#endif
