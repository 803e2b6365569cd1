/* Task common: what log tasks, image tasks and their loop share. Private to run/work. */
#ifndef MS_RUN_WORK_TASK_COMMON_H
#define MS_RUN_WORK_TASK_COMMON_H

#include "result/record.h"
#include "run/work/work_hooks.h"

/* hooks->poll, if it is set. */
MS_MUST_CHECK ms_code ms__call_hook(const ms_work_hooks *hooks, uint64_t nbytes);
/* An ms_stream_foreign_fn: an image is no log. */
MS_MUST_CHECK ms_code ms__refuse_images(const uint8_t *head, size_t n, ms_err *err);
/* Sets why a file was not processed: skipped when `code` is MS_FOREIGN, else failed at record->stage. Borrows
 * the text. */
void ms__set_problem(ms_record *record, ms_code code, const char *text);
/* Appends the record. MS_NOMEM. */
MS_MUST_CHECK ms_code ms__append_record(const ms_record *record, ms_bytes *records, ms_err *err);

/* Is it an error of one log, which does not end the run? */
bool ms__is_fault(ms_code code);
/* The stage at which reading a log failed. */
const char *ms__stage_of(ms_code code);

#endif
