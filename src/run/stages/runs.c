/* Runs: one pass over all tasks: plan, scatter, work, gather, merge - and the same work by rank 0 alone. */
#include "base/clock.h"
#include "base/escape.h"
#include "run/stages/pipeline_internal.h"
#include "tasks/schedule/plan.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void ms__run_fini(ms__run *run)
{
    ms_merged_fini(&run->merged);
    free(run->ranks);
    *run = (ms__run){0};
}

static ms_code no_memory(ms_err *err)
{
    return ms_err_set(err, MS_NOMEM, 0, "no memory for the tasks");
}

/* The tasks of one rank as bytes. */
static ms_code encode_tasks(const ms_pipeline *p, const ms_plan *plan, size_t rank, ms_bytes *to, ms_err *err)
{
    ms_code code = MS_OK;
    for (size_t i = plan->starts[rank]; i < plan->starts[rank + 1] && code == MS_OK; i++) {
        code = ms_task_encode(&p->prepared.entries, &plan->pieces[i], to);
    }
    return code == MS_OK ? MS_OK : no_memory(err);
}

static void free_parts(ms_bytes *parts, size_t n)
{
    for (size_t i = 0; parts && i < n; i++) {
        ms_bytes_fini(&parts[i]);
    }
    free(parts);
}

/* Rank 0: the plan for nranks, each slice as bytes. */
static ms_code plan_slices(const ms_pipeline *p, size_t nranks, bool first, ms_bytes **parts,
                           uint64_t *ntasks, ms_err *err)
{
    ms_plan plan = {0};
    const ms__resumed *resumed = &p->prepared.resumed;
    ms_done done = {.list = resumed->pieces, .count = first ? resumed->npieces : 0};
    ms_code code = ms_plan_make(&plan, &p->prepared.entries, nranks, ms__split_size(p->settings), &done, err);
    if (code != MS_OK) {
        return code;
    }
    *ntasks = plan.starts[nranks];
    *parts = calloc(nranks, sizeof **parts);
    code = *parts ? MS_OK : no_memory(err);
    for (size_t r = 0; r < nranks && code == MS_OK; r++) {
        code = encode_tasks(p, &plan, r, &(*parts)[r], err);
    }
    ms_plan_fini(&plan);
    return code;
}

/* Seconds since *since, which becomes now. */
static double lap(double *since)
{
    double now = ms_clock_now();
    double seconds = now - *since;
    *since = now;
    return seconds;
}

/* plan and scatter: every rank gets its slice. */
static ms_code scatter(ms_pipeline *p, bool first, ms_queue *queue, ms__run *run, ms_err *err)
{
    ms_bytes *parts = NULL;
    ms_bytes mine = {0};
    size_t nranks = ms_comm_size(p->comm);
    double since = ms_clock_now();
    ms_code code =
        ms_pipeline_is_root(p) ? plan_slices(p, nranks, first, &parts, &run->nplanned, err) : MS_OK;
    code = ms_comm_agree(p->comm, code, err);
    run->stages.plan = lap(&since);
    code = code == MS_OK ? ms_comm_scatter(p->comm, parts, &mine, err) : code;
    free_parts(parts, nranks);
    if (code == MS_OK) {
        code = ms_comm_agree(p->comm, ms_queue_take_over(queue, &mine, NULL, err), err);
    }
    ms_bytes_fini(&mine);
    run->stages.scatter = lap(&since);
    return code;
}

static void describe_rank(const ms_pipeline *p, ms_rankstat *stat)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    stat->rank = ms_comm_rank(p->comm);
    stat->ncores = cores > 0 ? (uint32_t)cores : 1;
    const char *host = ms_comm_host(p->comm);
    size_t n = strnlen(host, sizeof stat->host - 1);
    memcpy(stat->host, host, n);
    stat->host[n] = 0;
}

/* A ms_work_hooks.on_begin. */
static void on_begin(void *user, const ms_task *task)
{
    ms_pipeline *p = user;
    if (!task) { /* out of tasks: what it waits for now may never come */
        ms__journal_rest(p);
    }
    ms__monitor_at(p->monitor, task ? task->path : "", task ? task->npath : 0);
}

/* A ms_work_hooks.poll, the one poll point of the work: what a rank does between two blocks besides that
 * work. */
static ms_code poll(void *user, uint64_t nbytes, uint64_t ntasks)
{
    ms_pipeline *p = user;
    (void)ntasks;
    ms__monitor_moved(p->monitor);
    ms__journal_tick(p);
    ms__progress_add(&p->progress, nbytes);
    return ms__steal_poll(p->steal);
}

/* A ms_work_hooks.on_done. */
static ms_code on_done(void *user, const ms_task *task, const uint8_t *record, size_t nrecord)
{
    return ms__journal_put(user, task, record, nrecord);
}

/* The memory that a file takes at the heap's end is the next one's too while there is work, and is not given
 * back and begged for again with each (three system calls and six page faults for each small .gz); then it is
 * given back. */
static void keep_heap(bool keep)
{
    enum { KEPT = 8 << 20, USUAL = 128 << 10 };
    (void)mallopt(M_TRIM_THRESHOLD, keep ? KEPT : USUAL);
    if (!keep) {
        (void)malloc_trim(USUAL);
    }
}

/* work: this rank's slice, and what others still have when it is done -> records. */
static ms_code work(ms_pipeline *p, ms_queue *queue, ms_bytes *records, ms_rankstat *stat, bool *stopped,
                    ms_err *err)
{
    ms__steal steal = {
        .comm = p->comm,
        .worker = p->worker,
        .queue = queue,
        .progress = &p->progress,
        .hooks = {.on_begin = on_begin, .poll = poll, .on_done = p->journal ? on_done : NULL, .user = p},
        .stop = &p->stop,
        .no_steal = p->settings->no_steal,
        .seed = p->settings->seed,
    };
    describe_rank(p, stat);
    p->steal = &steal;
    keep_heap(true);
    ms_code code = ms__steal_run(&steal, records, stat, stopped, err);
    keep_heap(false);
    p->steal = NULL;
    ms__journal_end(p);
    stat->journal_ended = p->journal_err.code != MS_OK;
    ms__stall longest = ms__monitor_longest(p->monitor);
    stat->stood_seconds = longest.seconds;
    (void)snprintf(stat->stood_at, sizeof stat->stood_at, "%s", longest.path);
    return code;
}

static ms_code decode_stats(const ms_bytes *parts, size_t nranks, ms_rankstat *ranks, ms_err *err)
{
    ms_code code = MS_OK;
    for (size_t r = 0; r < nranks && code == MS_OK; r++) {
        ms_reader reader = ms_reader_over(parts[r].data, parts[r].len);
        code = ms_rankstat_decode(&ranks[r], &reader);
    }
    return code == MS_OK ? MS_OK : ms_err_set(err, code, 0, "the timings of a rank cannot be read");
}

/* gather: the timings of all ranks to rank 0. */
static ms_code gather_stats(ms_pipeline *p, const ms_rankstat *stat, ms__run *run, ms_err *err)
{
    bool root = ms_pipeline_is_root(p);
    size_t nranks = ms_comm_size(p->comm);
    ms_bytes mine = {0};
    ms_bytes *parts = root ? calloc(nranks, sizeof *parts) : NULL;
    run->ranks = root ? calloc(nranks, sizeof *run->ranks) : NULL;
    ms_code code = root && (!parts || !run->ranks) ? no_memory(err) : ms_rankstat_encode(stat, &mine);
    code = ms_comm_agree(p->comm, code, err);
    code = code == MS_OK ? ms_comm_gather(p->comm, &mine, parts, err) : code;
    if (code == MS_OK) {
        code = ms_comm_agree(p->comm, root ? decode_stats(parts, nranks, run->ranks, err) : MS_OK, err);
    }
    free_parts(parts, nranks);
    ms_bytes_fini(&mine);
    return code;
}

/* Rank 0: one record for each entry that is no task. */
static ms_code put_skips(const ms_pipeline *p, ms_bytes *records, ms_err *err)
{
    static const char stage[] = "enumerate";
    const ms_entries *entries = &p->prepared.entries;
    ms_code code = MS_OK;
    for (size_t i = 0; i < entries->paths.count && code == MS_OK; i++) {
        const ms_entry *entry = &entries->list[i];
        if (entry->state == MS_ENTRY_FILE) {
            continue;
        }
        bool fault = entry->state == MS_ENTRY_FAULT;
        ms_str reason = ms_str_list_at(&entries->reasons, entry->reason);
        ms_record record = {
            .entry = (uint32_t)i,
            .status = fault ? MS_STATUS_FAILED : MS_STATUS_SKIPPED,
            .stage = fault ? stage : NULL,
            .nstage = fault ? sizeof stage - 1 : 0,
            .message = reason.data,
            .nmessage = reason.len,
        };
        code = ms_record_encode(&record, records);
    }
    return code == MS_OK ? MS_OK : ms_err_set(err, code, 0, "no memory for the skipped files");
}

/* merge: rank 0 puts the records of all ranks (and of no rank) in canonical order. */
static ms_code merge(ms_pipeline *p, ms_bytes *parts, size_t nparts, ms__run *run, ms_err *err)
{
    ms_code code = put_skips(p, &parts[nparts - 1], err);
    return code == MS_OK ? ms_merge(&run->merged, parts, nparts, &p->prepared.entries.paths,
                                    &p->prepared.keywords.list, run->stopped, err)
                         : code;
}

static ms_code gather_and_merge(ms_pipeline *p, bool first, ms_bytes *records, ms__run *run, ms_err *err)
{
    bool root = ms_pipeline_is_root(p);
    size_t nparts = (size_t)ms_comm_size(p->comm) + 2;
    ms_bytes *parts = root ? calloc(nparts, sizeof *parts) : NULL;
    ms_code code = ms_comm_agree(p->comm, root && !parts ? no_memory(err) : MS_OK, err);
    double since = ms_clock_now();
    code = code == MS_OK ? ms_comm_gather(p->comm, records, parts, err) : code;
    run->stages.gather = lap(&since);
    if (code == MS_OK && root && first) {
        parts[nparts - 2] = p->prepared.resumed.records; /* moved */
        p->prepared.resumed.records = (ms_bytes){0};
    }
    if (code == MS_OK) {
        code = ms_comm_agree(p->comm, root ? merge(p, parts, nparts, run, err) : MS_OK, err);
    }
    run->stages.merge = lap(&since);
    free_parts(parts, nparts);
    return code;
}

/* Rank 0, at once: whoever has asked may not wait until the report is written. */
static void tell_stopped(const ms_pipeline *p, const ms__run *run)
{
    char shown[256];
    const char *dir = ms__journal_dir(p->settings);
    uint64_t ndone = 0;
    for (size_t r = 0; r < ms_comm_size(p->comm); r++) {
        ndone += run->ranks[r].tasks;
    }
    if (ndone < run->nplanned) {
        (void)fprintf(stderr, "mpiscan: INCOMPLETE: stopped on request behind %llu of %llu tasks%s%s\n",
                      (unsigned long long)ndone, (unsigned long long)run->nplanned,
                      dir ? "; go on with --resume " : "; with --journal DIR it could be resumed",
                      dir ? ms_escape_to(shown, sizeof shown, dir, strlen(dir)) : "");
    }
}

ms_code ms__run_parallel(ms_pipeline *p, bool first, ms__run *run, ms_err *err)
{
    ms_queue queue = {0};
    ms_bytes records = {0};
    ms_rankstat stat = {0};
    ms_code code = ms_comm_sleeping_barrier(p->comm, NULL, NULL, NULL, err);
    double begin = ms_clock_now();
    code = code == MS_OK ? scatter(p, first, &queue, run, err) : code;
    double since = ms_clock_now();
    code = code == MS_OK ? work(p, &queue, &records, &stat, &run->stopped, err) : code;
    ms_queue_fini(&queue);
    run->stages.work = lap(&since);
    code = code == MS_OK ? gather_stats(p, &stat, run, err) : code;
    if (code == MS_OK && run->stopped && first && ms_pipeline_is_root(p)) {
        tell_stopped(p, run);
    }
    code = code == MS_OK ? gather_and_merge(p, first, &records, run, err) : code;
    run->seconds = ms_clock_now() - begin;
    ms_bytes_fini(&records);
    return code;
}

/* Rank 0 does everything by the same functions as in a run of one rank. */
static ms_code work_alone(ms_pipeline *p, ms__run *run, ms_err *err)
{
    ms_work_hooks hooks = {.on_begin = on_begin, .poll = poll, .user = p};
    ms__steal alone = {.comm = p->comm, .progress = &p->progress, .stop = &p->stop};
    ms_work_totals totals = {0};
    ms_queue queue = {0};
    ms_bytes *parts = NULL;
    ms_bytes records[2] = {{0}};
    double begin = ms_clock_now();
    ms_code code = plan_slices(p, 1, false, &parts, &run->nplanned, err);
    code = code == MS_OK ? ms_queue_take_over(&queue, &parts[0], NULL, err) : code;
    keep_heap(true);
    p->steal = &alone;
    code = code == MS_OK ? ms_work_run(p->worker, &queue, &hooks, &records[0], &totals, err) : code;
    keep_heap(false);
    p->steal = NULL;
    ms_queue_fini(&queue);
    code = code == MS_OK ? merge(p, records, 2, run, err) : code;
    run->seconds = ms_clock_now() - begin;
    free_parts(parts, 1);
    ms_bytes_fini(&records[0]);
    ms_bytes_fini(&records[1]);
    return code;
}

ms_code ms__run_sequential(ms_pipeline *p, ms__run *run, ms_err *err)
{
    ms_err own = {0};
    ms_code worked = MS_OK;
    ms_code code = ms_comm_sleeping_barrier(p->comm, NULL, NULL, NULL, err);
    if (code == MS_OK && ms_pipeline_is_root(p)) {
        worked = work_alone(p, run, &own);
    }
    code = code == MS_OK ? ms_comm_sleeping_barrier(p->comm, NULL, NULL, NULL, err) : code;
    if (code != MS_OK) {
        return code;
    }
    *err = own;
    return ms_comm_agree(p->comm, worked, err);
}
