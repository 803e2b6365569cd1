/* Log task: a file, a range of one, or an archive with its members -> one record. Private to run/work. */
#ifndef MS_RUN_WORK_LOG_TASK_H
#define MS_RUN_WORK_LOG_TASK_H

#include "logs/scan/scanner.h"
#include "run/work/task_common.h"

typedef struct ms_log_task ms_log_task;

/* As ms_worker_new. Local, as all below. */
MS_MUST_CHECK ms_code ms_log_task_new(ms_log_task **log, const ms_keywords *keywords,
                                      const ms_bytes *compiled, const ms_scan_options *options, ms_err *err);
void ms_log_task_free(ms_log_task *log);
/* As ms_worker_set_remote_host. */
void ms_log_task_set_remote_host(ms_log_task *log);
ms_matcher *ms_log_task_matcher(const ms_log_task *log);

/* Searches the task's file and appends the record to *records; *nbytes was searched. An error of the file is
 * in the record; anything but MS_OK ends the run. */
MS_MUST_CHECK ms_code ms_log_task_run(ms_log_task *log, const ms_task *task, const ms_work_hooks *hooks,
                                      ms_bytes *records, uint64_t *nbytes, ms_err *err);

/* Makes it the record of the task's range, of a file that is not compressed. */
void ms_log_task_set_part(const ms_log_task *log, const ms_task *task, uint64_t nnewlines, ms_record *record);

#endif
