/* Classify: finds images by their first bytes, with their cost and output path. Rank 0, before the plan. */
#ifndef MS_RUN_WORK_CLASSIFY_H
#define MS_RUN_WORK_CLASSIFY_H

#include "images/protocol/worker_protocol.h"
#include "tasks/enumerate/enumerate.h"

typedef struct ms_classify_options {
    bool logs_too;          /* other files are logs; otherwise they are skipped */
    const char *output_dir; /* of the outputs; relative paths as ms_entry.relative says */
    ms_image_format target; /* as in ms_gray_request */
    ms_visit_fn visit;      /* called with each file before it is opened. NULL allowed */
    void *user;
} ms_classify_options;

/* Sets kind and cost of every FILE entry and fills entries->outputs. A file that cannot be read becomes a
 * FAULT, as do inputs with the same output, or with an input as output. If there are images, the output
 * directory is created. MS_NOMEM; MS_IO: it cannot be created or is not writable. Local. */
MS_MUST_CHECK ms_code ms_classify(ms_entries *entries, const ms_classify_options *options, ms_err *err);

#endif
