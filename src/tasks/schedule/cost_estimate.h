/* Cost estimate: what a compressed log costs to search, by its name. Only the balance of the plan depends on
 * it, never the answer; stealing corrects the rest. */
#ifndef MS_TASKS_SCHEDULE_COST_ESTIMATE_H
#define MS_TASKS_SCHEDULE_COST_ESTIMATE_H

#include "tasks/enumerate/enumerate.h"

/* Sets byte_cost of the logs among the entries by the ending of the name, which costs no system call; a
 * rotation number or a date after it does not count: x.gz.1, x.gz-20240131. With one rank nothing is shared,
 * and nothing is done. Local. */
void ms_cost_estimate(ms_entries *entries, size_t nranks);

#endif
