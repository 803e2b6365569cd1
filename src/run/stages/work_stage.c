/* The work stage: what a rank does besides its tasks while it works on them. */
#include "run/stages/pipeline_internal.h"

#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

static void describe_rank(const ms_pipeline *p, ms_rankstat *stat)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    stat->rank = ms_comm_rank(p->comm);
    stat->ncores = cores > 0 ? (uint32_t)cores : 1;
    (void)snprintf(stat->host, sizeof stat->host, "%s", ms_comm_host(p->comm));
}

/* A ms_work_hooks.on_begin. */
static void on_begin(void *user, const ms_task *task)
{
    ms_pipeline *p = user;
    if (!task) { /* out of tasks: what it waits for now may never come */
        ms__journaling_write(&p->journaling);
    }
    ms__monitor_at(p->monitor, task ? task->path : "", task ? task->npath : 0);
}

/* A ms_work_hooks.poll, the one poll point of the work: what a rank does between two blocks. */
static ms_code poll(void *user, uint64_t nbytes)
{
    ms_pipeline *p = user;
    ms__monitor_moved(p->monitor);
    ms__journaling_tick(&p->journaling);
    ms__progress_add(&p->progress, nbytes);
    return ms__steal_poll(p->steal);
}

/* A ms_work_hooks.wait. */
static ms_code wait_for_input(void *user)
{
    ms_pipeline *p = user;
    ms__journaling_tick(&p->journaling);
    return ms__steal_poll(p->steal);
}

/* A ms_work_hooks.on_done. What a stream gave cannot be had again: a resumed run reads it anew. */
static ms_code on_done(void *user, const ms_task *task, const uint8_t *record, size_t nrecord)
{
    ms_pipeline *p = user;
    return task->stream ? MS_OK : ms__journaling_put(&p->journaling, task, record, nrecord);
}

/* While there is work, the memory that a file takes at the heap's end is kept for the next one: else each
 * small .gz costs three system calls and six page faults. */
static void keep_heap(bool keep)
{
    enum { KEPT = 8 << 20, USUAL = 128 << 10 };
    (void)mallopt(M_TRIM_THRESHOLD, keep ? KEPT : USUAL);
    if (!keep) {
        (void)malloc_trim(USUAL);
    }
}

static void begin_work(ms_pipeline *p, const ms__run_options *options, ms__steal *steal)
{
    ms__progress_begin(&p->progress, options->progress, p->prepared.nbytes);
    ms_worker_dry_run(p->worker, !options->outputs);
    p->steal = steal;
    keep_heap(true);
}

static void end_work(ms_pipeline *p)
{
    keep_heap(false);
    p->steal = NULL;
}

ms_code ms__work(ms_pipeline *p, const ms__run_options *options, ms__flow *flow, ms__run *run, ms_err *err)
{
    ms_rankstat *stat = &flow->stat;
    ms__steal steal = {
        .comm = p->comm,
        .worker = p->worker,
        .queue = &flow->queue,
        .progress = &p->progress,
        .hooks = {.on_begin = on_begin,
                  .poll = poll,
                  .wait = wait_for_input,
                  .on_done = options->journal && p->journaling.journal ? on_done : NULL,
                  .user = p},
        .stop = &p->stop,
        .no_steal = p->settings->no_steal,
        .seed = p->settings->seed,
    };
    describe_rank(p, stat);
    begin_work(p, options, &steal);
    ms_code code = ms__steal_run(&steal, &flow->records, stat, &run->stopped, err);
    end_work(p);
    ms__journaling_end(&p->journaling, p->monitor);
    stat->journal_failed = p->journaling.err.code != MS_OK;
    ms__stall longest = ms__monitor_longest(p->monitor);
    stat->stall_seconds = longest.seconds;
    (void)snprintf(stat->stall_path, sizeof stat->stall_path, "%s", longest.path);
    ms_queue_fini(&flow->queue);
    double now = ms_clock_now();
    run->stages.work = now - flow->since;
    flow->since = now;
    return code;
}

ms_code ms__work_alone(ms_pipeline *p, const ms__run_options *options, ms__flow *flow, ms_err *err)
{
    ms_work_hooks hooks = {.on_begin = on_begin, .poll = poll, .user = p};
    ms__steal alone = {.comm = p->comm, .progress = &p->progress, .stop = &p->stop};
    ms_work_totals totals = {0};
    MS_TRY(ms_queue_add_bytes(&flow->queue, &flow->slices[0], NULL, err));
    begin_work(p, options, &alone);
    ms_code code = ms_work_run(p->worker, &flow->queue, &hooks, &flow->records, &totals, err);
    end_work(p);
    ms_queue_fini(&flow->queue);
    if (code == MS_OK) {
        ms__progress_end(&p->progress);
    }
    return code;
}
