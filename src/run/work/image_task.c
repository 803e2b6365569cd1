#include "run/work/image_task.h"

#include "base/clock.h"
#include "run/work/output_file.h"
#include "run/work/work_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* The fault of this image: not the run's. */
static ms_code fault(ms_gray_reply *reply, const ms_err *detail)
{
    *reply = (ms_gray_reply){.code = detail->code};
    (void)snprintf(reply->text, sizeof reply->text, "%.*s", (int)sizeof reply->text - 1, detail->text);
    return MS_OK;
}

static ms_code open_input(const char *path, int *fd, struct stat *st, ms_err *err)
{
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (*fd < 0 || fstat(*fd, st) != 0) {
        return ms_err_set(err, MS_IO, errno, "cannot be opened");
    }
    return S_ISREG(st->st_mode) ? MS_OK : ms_err_set(err, MS_IO, 0, "is no longer a regular file");
}

ms_code ms_image_task(ms_gray_client *client, const ms_gray_request *request, const ms_task *task,
                      bool dry_run, bool remote_host, ms_gray_reply *reply, const char **stage, ms_err *err)
{
    struct stat st = {0};
    ms_err detail = {0};
    ms_output output = {.fd = -1};
    int in = -1;
    *stage = "open";
    ms_code code = MS_OK;
    if (open_input(task->path, &in, &st, &detail) != MS_OK ||
        (remote_host &&
         ms__check_listed(task, (uint64_t)st.st_ino, ms_time_ns(st.st_mtim), &detail) != MS_OK)) {
        code = fault(reply, &detail);
        goto done;
    }
    *stage = "write";
    if (ms_output_open(&output, dry_run ? NULL : task->output, &detail) != MS_OK) {
        code =
            detail.code == MS_NOMEM ? ms_err_set(err, MS_NOMEM, 0, "%s", detail.text) : fault(reply, &detail);
        goto done;
    }
    *stage = "convert";
    code = ms_gray_client_convert(client, in, output.fd, request, reply, err);
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
