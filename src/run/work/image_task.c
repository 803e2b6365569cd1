#include "run/work/image_task.h"

#include "run/work/output_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A fault of this image, which does not end the run. */
static ms_code fault(ms_gray_reply *reply, const ms_err *detail)
{
    *reply = (ms_gray_reply){.code = detail->code};
    (void)snprintf(reply->text, sizeof reply->text, "%.*s", (int)sizeof reply->text - 1, detail->text);
    return MS_OK;
}

static ms_code open_input(ms_image_task *image, const ms_task *task, int *fd, struct stat *st, ms_err *err)
{
    ms_file_id listed = ms_task_id(task);
    listed.remote = image->remote_host;
    MS_TRY(ms_directory_cache_open(&image->directory_cache, task->path, &listed, fd, err));
    return ms_file_id_check(*fd, &listed, st, err);
}

/* MS_OK: *reply is the result, with its own code when that is a fault, and *stage says where. */
static ms_code convert(ms_image_task *image, const ms_task *task, ms_gray_reply *reply, const char **stage,
                       ms_err *err)
{
    struct stat st = {0};
    ms_err detail = {0};
    ms_output output = {.fd = -1, .directory = -1};
    ms_output_place place = {.path = image->dry_run ? NULL : task->output,
                             .nroot = strlen(image->output_dir),
                             .input = task->path};
    int in = -1;
    *stage = "open";
    ms_code code = MS_OK;
    if (open_input(image, task, &in, &st, &detail) != MS_OK) {
        code = fault(reply, &detail);
        goto done;
    }
    *stage = "write";
    place.mode = st.st_mode;
    if (ms_output_open(&output, &place, &detail) != MS_OK) {
        code =
            detail.code == MS_NOMEM ? ms_err_set(err, MS_NOMEM, 0, "%s", detail.text) : fault(reply, &detail);
        goto done;
    }
    *stage = "convert";
    code = ms_gray_client_convert(image->client, in, output.fd, &image->request, reply, err);
    if (code == MS_OK && reply->code == MS_OK) {
        *stage = "write";
        if (ms_output_commit(&output, &st, &detail) != MS_OK) {
            code = fault(reply, &detail);
        }
    }
done:
    ms_output_close(&output);
    if (in >= 0) {
        (void)close(in);
    }
    return code;
}

ms_code ms_image_task_run(ms_image_task *image, const ms_task *task, ms_bytes *records, uint64_t *nbytes,
                          ms_err *err)
{
    ms_gray_reply reply = {0};
    ms_record record = {.entry = task->entry, .status = MS_STATUS_SCANNED, .flags = MS_RECORD_IMAGE};
    MS_TRY(convert(image, task, &reply, &record.stage, err));
    record.nbytes = task->size;
    char text[sizeof reply.text + 64];
    (void)snprintf(text, sizeof text, "%s%s",
                   reply.code == MS_NOMEM ? "needs more than --image-memory allows: " : "",
                   reply.text[0] != 0 ? reply.text : ms_code_text(reply.code));
    if (reply.code != MS_OK) {
        ms__set_problem(&record, reply.code, text);
    } else {
        record.stage = NULL;
        record.image = (ms_image_part){
            .lossless = reply.method == MS_GRAY_METHOD_JPEG_LOSSLESS,
            .width = reply.width,
            .height = reply.height,
            .pages = reply.pages,
            .nbytes_out = reply.nbytes,
            .output = task->output,
            .noutput = strlen(task->output),
        };
        memcpy(record.image.hash, reply.hash, sizeof record.image.hash);
    }
    *nbytes = task->size;
    return ms__append_record(&record, records, err);
}
