#include "run/work/log_input.h"

#include "logs/decode/known_formats.h"

void ms__log_input_fini(ms_log_input *input)
{
    ms_directory_cache_fini(&input->directory_cache);
    ms_pipe_close(&input->pipe);
}

static ms_code open_pipe(ms_log_input *input, const ms_task *task, ms_code (*wait)(void *user), void *user,
                         ms_stream **stream, ms_err *err)
{
    MS_TRY(ms_pipe_open(&input->pipe, task->path, err));
    input->pipe.wait = wait;
    input->pipe.user = user;
    return ms_stream_over(stream, ms_pipe_source(&input->pipe), err);
}

ms_code ms__log_input_open(ms_log_input *input, const ms_task *task, ms_code (*wait)(void *user), void *user,
                           ms_stream **stream, ms_err *err)
{
    ms_file_id listed = ms_task_id(task);
    if (task->stream) {
        return open_pipe(input, task, wait, user, stream, err);
    }
    listed.remote = input->remote_host;
    ms_code code = ms_stream_open_listed(stream, &input->directory_cache, task->path, &listed, err);
    if (*stream) {
        ms_stream_set_named(*stream, ms_format_of_name(task->path, task->npath));
    }
    if (*stream && input->drop_cache) {
        ms_stream_drop_cache(*stream);
    }
    return code;
}

void ms__log_input_close(ms_log_input *input, ms_stream *stream)
{
    ms_stream_close(stream);
    ms_pipe_close(&input->pipe);
}
