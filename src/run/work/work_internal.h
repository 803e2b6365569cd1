/* What the kinds of tasks share; private to work/. */
#ifndef MS_RUN_WORK_WORK_INTERNAL_H
#define MS_RUN_WORK_WORK_INTERNAL_H

#include "result/record.h"
#include "run/work/work.h"

/* hooks->poll, if there is one. */
MS_MUST_CHECK ms_code ms__call_hook(const ms_work_hooks *hooks, uint64_t nbytes, uint64_t ntasks);
/* Is this the file that was listed, as far as can be told? See ms_worker_set_remote_host. MS_IO. */
MS_MUST_CHECK ms_code ms__check_listed(const ms_task *task, uint64_t inode, int64_t mtime_ns, ms_err *err);
/* Why a file was not done: skipped when it is MS_FOREIGN, else failed at record->stage. Borrows the text. */
void ms__set_trouble(ms_record *record, ms_code code, const char *text);

#endif
