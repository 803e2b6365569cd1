#include "run/work/work.h"

#include "base/clock.h"
#include "run/work/image_task.h"
#include "run/work/log_task.h"
#include "run/work/readahead.h"

#include <stdlib.h>

#define SIMULATED_BLOCK 1e-3 /* seconds between two polls of a simulated task */

struct ms_worker {
    ms_log_task *log;
    ms_image_task image;
    bool simulate;
    double nsec_a_byte; /* of a simulated task */
};

ms_code ms_worker_new(ms_worker **worker, const ms_keywords *keywords, const ms_bytes *compiled,
                      const ms_scan_options *options, ms_err *err)
{
    ms_worker *w = calloc(1, sizeof *w);
    if (!w) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for a worker");
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
    ms_gray_client_free(worker->image.client);
    ms_directory_cache_fini(&worker->image.directory_cache);
    ms_log_task_free(worker->log);
    free(worker);
}

ms_code ms_worker_match_density(ms_worker *worker, const ms_bytes *sample, ms_match_density *match_density,
                                ms_err *err)
{
    return ms_matcher_match_density(ms_log_task_matcher(worker->log), sample->data, sample->len,
                                    match_density, err);
}

ms_code ms_worker_add_images(ms_worker *worker, const char *output_dir, const ms_gray_request *request,
                             const ms_gray_limits *limits, ms_err *err)
{
    worker->image.output_dir = output_dir;
    worker->image.request = *request;
    return ms_gray_client_new(&worker->image.client, limits, err);
}

void ms_worker_dry_run(ms_worker *worker, bool dry_run)
{
    worker->image.dry_run = dry_run;
}

void ms_worker_set_remote_host(ms_worker *worker)
{
    worker->image.remote_host = true;
    ms_log_task_set_remote_host(worker->log);
}

void ms_worker_simulate(ms_worker *worker, double nsec_a_byte)
{
    worker->simulate = true;
    worker->nsec_a_byte = nsec_a_byte;
}

/* Called by the client while it waits for the worker program. */
static ms_code while_waiting(void *user)
{
    return ms__call_hook(user, 0);
}

/* Sleeps as long as the task would take -> an empty record. */
static ms_code do_simulated(ms_worker *worker, const ms_task *task, const ms_work_hooks *hooks,
                            ms_bytes *records, uint64_t *nbytes, ms_err *err)
{
    uint64_t size = task->end - task->begin;
    ms_record record = {.entry = task->entry, .status = MS_STATUS_SCANNED, .nbytes = size};
    double until = ms_clock_now() + (double)size * worker->nsec_a_byte * 1e-9;
    for (double left = until - ms_clock_now(); left > 0; left = until - ms_clock_now()) {
        ms_clock_sleep(left < SIMULATED_BLOCK ? left : SIMULATED_BLOCK);
        MS_TRY(ms__call_hook(hooks, 0));
    }
    MS_TRY(ms__call_hook(hooks, size));
    if (ms_task_is_part(task)) {
        ms_log_task_set_part(worker->log, task, 0, &record);
    }
    *nbytes = size;
    return ms__append_record(&record, records, err);
}

/* One task -> one record; *unreported: bytes of it that poll has not been called with. A hook ends the work
 * either before the record exists or after on_done: whatever counts as done is in the journal. */
static ms_code do_task(ms_worker *worker, const ms_task *task, const ms_work_hooks *hooks, ms_bytes *records,
                       uint64_t *nbytes, uint64_t *unreported, ms_err *err)
{
    *unreported = 0;
    if (worker->simulate) {
        return do_simulated(worker, task, hooks, records, nbytes, err);
    }
    if (task->kind != MS_TASK_IMAGE || !worker->image.client) {
        return ms_log_task_run(worker->log, task, hooks, records, nbytes, err);
    }
    MS_TRY(ms_image_task_run(&worker->image, task, records, nbytes, err));
    *unreported = *nbytes;
    return MS_OK;
}

ms_code ms_work_run(ms_worker *worker, ms_queue *queue, const ms_work_hooks *hooks, ms_bytes *records,
                    ms_work_totals *totals, ms_err *err)
{
    ms_work_hooks own = hooks ? *hooks : (ms_work_hooks){0};
    ms_readahead readahead = {0};
    ms_code code = MS_OK;
    const ms_task *task = NULL;
    if (worker->image.client) {
        ms_gray_client_set_idle(worker->image.client, while_waiting, &own);
    }
    while ((task = ms_queue_pop(queue))) {
        uint64_t nbytes = 0;
        uint64_t unreported = 0;
        ms_readahead_update(&readahead, queue);
        size_t begin = records->len;
        if (own.on_begin) {
            own.on_begin(own.user, task);
        }
        MS_TRY_OR(end, do_task(worker, task, hooks, records, &nbytes, &unreported, err));
        totals->ntasks++;
        totals->nbytes += nbytes;
        if (hooks && hooks->on_done) {
            MS_TRY_OR(end, hooks->on_done(hooks->user, task, records->data + begin, records->len - begin));
        }
        MS_TRY_OR(end, ms__call_hook(hooks, unreported));
    }
end:
    ms_readahead_fini(&readahead);
    if (own.on_begin) {
        own.on_begin(own.user, NULL);
    }
    if (worker->image.client) {
        ms_gray_client_set_idle(worker->image.client, NULL, NULL);
    }
    return code;
}
