/* Image task: an image -> worker program -> gray image and a record. Private to run/work. */
#ifndef MS_RUN_WORK_IMAGE_TASK_H
#define MS_RUN_WORK_IMAGE_TASK_H

#include "images/client/client.h"
#include "logs/input/directory_cache.h"
#include "run/work/task_common.h"

typedef struct ms_image_task {
    ms_gray_client *client; /* owned; NULL: logs only */
    ms_gray_request request;
    const char *output_dir; /* of all outputs; borrowed */
    bool dry_run;           /* nothing is written */
    bool remote_host;       /* the tasks were listed on another host */
    ms_directory_cache directory_cache;
} ms_image_task;

/* Converts the task's image and appends the record to *records; *nbytes is its size. A fault of the image is
 * in the record; anything but MS_OK ends the run. Local. */
MS_MUST_CHECK ms_code ms_image_task_run(ms_image_task *image, const ms_task *task, ms_bytes *records,
                                        uint64_t *nbytes, ms_err *err);

#endif
