/* Log input: what a log task reads: a listed file, or a stream. Private to run/work. */
#ifndef MS_RUN_WORK_LOG_INPUT_H
#define MS_RUN_WORK_LOG_INPUT_H

#include "logs/input/pipe.h"
#include "logs/stream/stream.h"
#include "tasks/schedule/task.h"

typedef struct ms_log_input {
    ms_directory_cache directory_cache;
    bool drop_cache;
    bool remote_host; /* the tasks were listed on another host */
    ms_pipe pipe;     /* of a task that is a stream; .fd is -1 before the first */
} ms_log_input;

void ms__log_input_fini(ms_log_input *input);

/* Opens the task's file, or stream, which then calls `wait` (see ms_pipe). As ms_stream_open_listed. */
MS_MUST_CHECK ms_code ms__log_input_open(ms_log_input *input, const ms_task *task,
                                         ms_code (*wait)(void *user), void *user, ms_stream **stream,
                                         ms_err *err);
/* Closes the stream (NULL: none). */
void ms__log_input_close(ms_log_input *input, ms_stream *stream);

#endif
