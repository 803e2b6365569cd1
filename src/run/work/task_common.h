/* Task common: what log tasks, image tasks and their loop share. Private to run/work. */
#ifndef MS_RUN_WORK_TASK_COMMON_H
#define MS_RUN_WORK_TASK_COMMON_H

#include "result/record.h"
#include "run/work/work_hooks.h"

/* hooks->poll, if it is set. */
MS_MUST_CHECK ms_code ms__call_hook(const ms_work_hooks *hooks, uint64_t nbytes, uint64_t ntasks);
/* MS_IO when both inode and modification time differ from those of the listed file: on another host the path
 * leads to another file. */
MS_MUST_CHECK ms_code ms__check_listed(const ms_task *task, uint64_t inode, int64_t mtime_ns, ms_err *err);
/* Sets why a file was not processed: skipped when `code` is MS_FOREIGN, else failed at record->stage. Borrows
 * the text. */
void ms__set_problem(ms_record *record, ms_code code, const char *text);
/* Appends the record. MS_NOMEM. */
MS_MUST_CHECK ms_code ms__append_record(const ms_record *record, ms_bytes *records, ms_err *err);

#endif
