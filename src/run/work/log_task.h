/* One log task: a file, a range of one, or an archive with its members -> one record. Private to work/. */
#ifndef MS_RUN_WORK_LOG_TASK_H
#define MS_RUN_WORK_LOG_TASK_H

#include "result/record.h"
#include "run/work/work.h"

typedef struct ms_log_task ms_log_task;

/* As ms_worker_new. Local, as all below. */
MS_MUST_CHECK ms_code ms_log_task_new(ms_log_task **log, const ms_keywords *keywords,
                                      const ms_bytes *compiled, const ms_scan_options *options, ms_err *err);
void ms_log_task_free(ms_log_task *log);
/* As ms_worker_set_remote_host. */
void ms_log_task_set_remote_host(ms_log_task *log);
ms_matcher *ms_log_task_matcher(const ms_log_task *log);

/* Searches what the task names and appends the record to *records; *nbytes is what was searched. A file's own
 * trouble is in the record; anything but MS_OK ends the run. */
MS_MUST_CHECK ms_code ms_log_task_run(ms_log_task *log, const ms_task *task, const ms_work_hooks *hooks,
                                      ms_bytes *records, uint64_t *nbytes, ms_err *err);

/* Makes the record that of the task's range of its file, a plain one. */
void ms_log_task_set_part(const ms_log_task *log, const ms_task *task, uint64_t nnewlines, ms_record *record);

#endif
