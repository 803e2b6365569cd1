/* Classify: which files are images, and what they cost, by their first bytes. Rank 0, before the plan. */
#ifndef MS_RUN_WORK_CLASSIFY_H
#define MS_RUN_WORK_CLASSIFY_H

#include "images/protocol/worker_protocol.h"
#include "tasks/enumerate/enumerate.h"

typedef struct ms_classify_options {
    bool logs_too;          /* what is no image is a log; otherwise it is skipped */
    const char *output_dir; /* images go here, under the part of their path that ms_entry.relative tells */
    ms_image_format target; /* as in ms_gray_request */
    ms_visit_fn visit;      /* told each file before it is opened. NULL allowed */
    void *user;
} ms_classify_options;

/* Sets kind and cost of every FILE entry and fills entries->outputs. A file that cannot be read becomes a
 * FAULT, as do inputs that would land on one output, or on an input. If there are images, the output
 * directory is made. MS_NOMEM; MS_IO: it cannot be made, or not written into. Local. */
MS_MUST_CHECK ms_code ms_classify(ms_entries *entries, const ms_classify_options *options, ms_err *err);

#endif
