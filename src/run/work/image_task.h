/* One image task: input -> worker program -> output. Private to work/. */
#ifndef MS_RUN_WORK_IMAGE_TASK_H
#define MS_RUN_WORK_IMAGE_TASK_H

#include "images/client/client.h"
#include "tasks/schedule/task.h"

/* Converts the task's image; with `dry_run` into nothing. MS_OK: *reply says what came of it, with its own
 * code when that is a fault, and *stage where. Anything else ends the run. Local. */
MS_MUST_CHECK ms_code ms_image_task(ms_gray_client *client, const ms_gray_request *request,
                                    const ms_task *task, bool dry_run, bool remote_host, ms_gray_reply *reply,
                                    const char **stage, ms_err *err);

#endif
