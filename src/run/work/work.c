#include "run/work/work.h"

#include "base/clock.h"
#include "run/work/image_task.h"
#include "run/work/log_task.h"
#include "run/work/readahead.h"
#include "run/work/work_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DUMMY_BLOCK 1e-3 /* seconds that a simulate task sleeps at a time */

struct ms_worker {
    ms_log_task *log;
    ms_gray_client *gray; /* NULL: logs only */
    ms_gray_request request;
    bool dry_run;
    bool remote_host;
    bool simulate;
    double nsec_a_byte; /* of a simulate task */
};

ms_code ms_worker_new(ms_worker **worker, const ms_keywords *keywords, const ms_bytes *compiled,
                      const ms_scan_options *options, ms_err *err)
{
    ms_worker *w = calloc(1, sizeof *w);
    if (!w) {
        return ms_err_set(err, MS_NOMEM, 0, "no memory for a worker");
    }
    ms_code code = ms_log_task_new(&w->log, keywords, compiled, options, err);
    if (code != MS_OK) {
        ms_worker_free(w);
        return code;
    }
    *worker = w;
    return MS_OK;
}

void ms_worker_free(ms_worker *worker)
{
    if (!worker) {
        return;
    }
    ms_gray_client_free(worker->gray);
    ms_log_task_free(worker->log);
    free(worker);
}

ms_code ms_worker_match_density(ms_worker *worker, const ms_bytes *sample, ms_match_density *match_density,
                                ms_err *err)
{
    return ms_matcher_match_density(ms_log_task_matcher(worker->log), sample->data, sample->len,
                                    match_density, err);
}

ms_code ms_worker_add_images(ms_worker *worker, const ms_gray_request *request, const ms_gray_limits *limits,
                             ms_err *err)
{
    worker->request = *request;
    return ms_gray_client_new(&worker->gray, limits, err);
}

void ms_worker_dry_run(ms_worker *worker, bool dry_run)
{
    worker->dry_run = dry_run;
}

void ms_worker_set_remote_host(ms_worker *worker)
{
    worker->remote_host = true;
    ms_log_task_set_remote_host(worker->log);
}

void ms_worker_simulate(ms_worker *worker, double nsec_a_byte)
{
    worker->simulate = true;
    worker->nsec_a_byte = nsec_a_byte;
}

ms_code ms__call_hook(const ms_work_hooks *hooks, uint64_t nbytes, uint64_t ntasks)
{
    return hooks && hooks->poll ? hooks->poll(hooks->user, nbytes, ntasks) : MS_OK;
}

ms_code ms__check_listed(const ms_task *task, uint64_t inode, int64_t mtime_ns, ms_err *err)
{
    bool other = inode != task->inode && mtime_ns != task->mtime_ns;
    return other ? ms_err_set(err, MS_IO, 0, "is another file here than on the host that listed it") : MS_OK;
}

void ms__set_trouble(ms_record *record, ms_code code, const char *text)
{
    bool skipped = code == MS_FOREIGN;
    record->status = skipped ? MS_STATUS_SKIPPED : MS_STATUS_FAILED;
    record->stage = skipped ? NULL : record->stage;
    record->nstage = skipped ? 0 : strlen(record->stage);
    record->message = text;
    record->nmessage = strlen(text);
}

/* What the client of the images' worker program calls while it waits. */
static ms_code while_waiting(void *user)
{
    return ms__call_hook(user, 0, 0);
}

/* One image -> one record. */
static ms_code do_image(ms_worker *worker, const ms_task *task, ms_bytes *records, uint64_t *nbytes,
                        ms_err *err)
{
    ms_gray_reply reply = {0};
    ms_record record = {.entry = task->entry, .status = MS_STATUS_SCANNED, .flags = MS_RECORD_IMAGE};
    MS_TRY(ms_image_task(worker->gray, &worker->request, task, worker->dry_run, worker->remote_host, &reply,
                         &record.stage, err));
    record.nbytes = task->size;
    char text[sizeof reply.text + 64];
    (void)snprintf(text, sizeof text, "%s%s",
                   reply.code == MS_NOMEM ? "needs more than --image-memory allows: " : "",
                   reply.text[0] != 0 ? reply.text : ms_code_text(reply.code));
    if (reply.code != MS_OK) {
        ms__set_trouble(&record, reply.code, text);
    } else {
        record.stage = NULL;
        record.image = (ms_image_part){
            .lossless = reply.way == MS_GRAY_WAY_JPEG_LOSSLESS,
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
    ms_code code = ms_record_encode(&record, records);
    return code == MS_OK ? MS_OK : ms_err_set(err, code, 0, "no memory for the results");
}

/* Sleeps as long as the task is said to take -> an empty record. */
static ms_code do_simulated(ms_worker *worker, const ms_task *task, const ms_work_hooks *hooks,
                            ms_bytes *records, uint64_t *nbytes, ms_err *err)
{
    uint64_t size = task->end - task->begin;
    ms_record record = {.entry = task->entry, .status = MS_STATUS_SCANNED, .nbytes = size};
    double until = ms_clock_now() + (double)size * worker->nsec_a_byte * 1e-9;
    for (double left = until - ms_clock_now(); left > 0; left = until - ms_clock_now()) {
        ms_clock_sleep(left < DUMMY_BLOCK ? left : DUMMY_BLOCK);
        MS_TRY(ms__call_hook(hooks, 0, 0));
    }
    MS_TRY(ms__call_hook(hooks, size, 0));
    if (ms_task_is_part(task)) {
        ms_log_task_set_part(worker->log, task, 0, &record);
    }
    *nbytes = size;
    ms_code code = ms_record_encode(&record, records);
    return code == MS_OK ? MS_OK : ms_err_set(err, code, 0, "no memory for the results");
}

/* One task -> one record; *untold: bytes of it that no hook was told yet. A hook that ends the work does so
 * before the record is there, or after on_done: what counts as done is in the journal. */
static ms_code do_task(ms_worker *worker, const ms_task *task, const ms_work_hooks *hooks, ms_bytes *records,
                       uint64_t *nbytes, uint64_t *untold, ms_err *err)
{
    *untold = 0;
    if (worker->simulate) {
        return do_simulated(worker, task, hooks, records, nbytes, err);
    }
    if (task->kind != MS_TASK_IMAGE || !worker->gray) {
        return ms_log_task_run(worker->log, task, hooks, records, nbytes, err);
    }
    ms_code code = do_image(worker, task, records, nbytes, err);
    *untold = *nbytes;
    return code;
}

ms_code ms_work_run(ms_worker *worker, ms_queue *queue, const ms_work_hooks *hooks, ms_bytes *records,
                    ms_work_totals *totals, ms_err *err)
{
    ms_work_hooks own = hooks ? *hooks : (ms_work_hooks){0};
    ms_readahead ahead = {0};
    ms_code code = MS_OK;
    const ms_task *task = NULL;
    if (worker->gray) {
        ms_gray_client_set_idle(worker->gray, while_waiting, &own);
    }
    while ((task = ms_queue_take(queue))) {
        uint64_t nbytes = 0;
        uint64_t untold = 0;
        ms_readahead_look(&ahead, queue);
        size_t begin = records->len;
        if (own.on_begin) {
            own.on_begin(own.user, task);
        }
        MS_TRY_OR(end, do_task(worker, task, hooks, records, &nbytes, &untold, err));
        totals->ntasks++;
        totals->nbytes += nbytes;
        if (hooks && hooks->on_done) {
            MS_TRY_OR(end, hooks->on_done(hooks->user, task, records->data + begin, records->len - begin));
        }
        MS_TRY_OR(end, ms__call_hook(hooks, untold, 1));
    }
end:
    if (own.on_begin) {
        own.on_begin(own.user, NULL);
    }
    if (worker->gray) {
        ms_gray_client_set_idle(worker->gray, NULL, NULL);
    }
    return code;
}
