/* Weigh: what a compressed log costs to search. Only the balance of the plan depends on it, never the answer.
 * Rank 0, before the plan. */
#ifndef MS_RUN_WORK_COST_ESTIMATE_H
#define MS_RUN_WORK_COST_ESTIMATE_H

#include "logs/decode/codec.h"
#include "tasks/enumerate/enumerate.h"

/* What a byte compressed so costs, in bytes of plain text searched for one keyword: measured on syslog text,
 * at 4 to 9 bytes of text a byte; xz, lzma and lzip are one method. 0 for text as it is: see ms_entry. Local.
 */
uint32_t ms_codec_byte_cost(ms_codec codec);

/* Sets byte_cost of the logs: by the ending of the name, which costs no system call (a rotation number or a
 * date after it does not count: x.gz.1, x.gz-20240131), and of the 64 largest, if they have a mebibyte, by
 * the first bytes. Where a smaller file's name lies, the plan is less balanced and stealing corrects it. With
 * one rank there is nothing to share, and nothing is done. A file that cannot be read is left to the one who
 * scans it. `visit` is called with each before it is opened; NULL allowed. Local. */
void ms_cost_estimate(ms_entries *entries, size_t nranks, ms_visit_fn visit, void *user);

#endif
