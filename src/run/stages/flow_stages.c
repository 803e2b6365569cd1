/* Plan, scatter, gather and merge: how tasks get to the ranks and records back from them. */
#include "base/clock.h"
#include "base/escape.h"
#include "run/stages/pipeline_internal.h"
#include "tasks/schedule/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MORE_PARTS = 2 }; /* of an earlier attempt, and of entries that are no tasks */

void ms__run_fini(ms__run *run)
{
    ms_merged_fini(&run->merged);
    free(run->ranks);
    *run = (ms__run){0};
}

static void free_parts(ms_bytes *parts, size_t n)
{
    for (size_t i = 0; parts && i < n; i++) {
        ms_bytes_fini(&parts[i]);
    }
    free(parts);
}

void ms__flow_fini(ms__flow *flow)
{
    free_parts(flow->slices, flow->nslices);
    free_parts(flow->parts, flow->nparts);
    ms_queue_fini(&flow->queue);
    ms_bytes_fini(&flow->records);
    *flow = (ms__flow){0};
}

static ms_code no_memory(ms_err *err)
{
    return ms_err_set(err, MS_NOMEM, 0, "out of memory for the tasks");
}

/* Seconds since *since, which becomes now. */
static double lap(double *since)
{
    double now = ms_clock_now();
    double seconds = now - *since;
    *since = now;
    return seconds;
}

/* Appends the streams, or the files, among a rank's tasks. */
static ms_code encode_slice(const ms_entries *entries, const ms_plan *plan, size_t rank, bool streams,
                            ms_bytes *slice)
{
    for (size_t i = plan->starts[rank]; i < plan->starts[rank + 1]; i++) {
        if ((entries->list[plan->pieces[i].entry].state == MS_ENTRY_STREAM) == streams) {
            MS_TRY(ms_task_encode(entries, &plan->pieces[i], slice));
        }
    }
    return MS_OK;
}

/* The tasks of each rank as bytes; streams first, so that what is behind them can be stolen. */
static ms_code encode_slices(const ms_pipeline *p, const ms_plan *plan, ms_bytes *slices, size_t nranks)
{
    for (size_t r = 0; r < nranks; r++) {
        MS_TRY(encode_slice(&p->prepared.entries, plan, r, true, &slices[r]));
        MS_TRY(encode_slice(&p->prepared.entries, plan, r, false, &slices[r]));
    }
    return MS_OK;
}

ms_code ms__plan(const ms_pipeline *p, const ms__run_options *options, size_t nranks, ms__flow *flow,
                 ms__run *run, ms_err *err)
{
    ms_plan plan = {0};
    const ms__resumed *resumed = &p->prepared.resumed;
    ms_done done = {.list = resumed->pieces, .count = options->journal ? resumed->npieces : 0};
    MS_TRY(ms_plan_make(&plan, &p->prepared.entries, nranks, ms__split_size(p->settings), &done, err));
    flow->slices = calloc(nranks, sizeof *flow->slices);
    flow->nslices = nranks;
    ms_code code = flow->slices ? encode_slices(p, &plan, flow->slices, nranks) : MS_NOMEM;
    ms_plan_fini(&plan);
    run->stages.plan = lap(&flow->since);
    return code == MS_OK ? MS_OK : no_memory(err);
}

ms_code ms__scatter(ms_pipeline *p, ms_code planned, ms__flow *flow, ms__run *run, ms_err *err)
{
    ms_bytes mine = {0};
    MS_TRY(ms_comm_agree(p->comm, planned, err));
    ms_code code = ms_comm_scatter(p->comm, flow->slices, &mine, err);
    free_parts(flow->slices, flow->nslices);
    flow->slices = NULL;
    if (code == MS_OK) {
        code = ms_comm_agree(p->comm, ms_queue_add_bytes(&flow->queue, &mine, NULL, err), err);
    }
    ms_bytes_fini(&mine);
    run->stages.scatter = lap(&flow->since);
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

/* What each rank did, to rank 0. */
static ms_code gather_stats(ms_pipeline *p, const ms_rankstat *stat, ms__run *run, ms_err *err)
{
    bool root = ms_pipeline_is_root(p);
    size_t nranks = ms_comm_size(p->comm);
    ms_bytes mine = {0};
    ms_bytes *parts = root ? calloc(nranks, sizeof *parts) : NULL;
    run->ranks = root ? calloc(nranks, sizeof *run->ranks) : NULL;
    ms_code code = root && (!parts || !run->ranks) ? no_memory(err) : ms_rankstat_encode(stat, &mine);
    MS_TRY_OR(done, ms_comm_agree(p->comm, code, err));
    MS_TRY_OR(done, ms_comm_gather(p->comm, &mine, parts, err));
    code = ms_comm_agree(p->comm, root ? decode_stats(parts, nranks, run->ranks, err) : MS_OK, err);
done:
    free_parts(parts, nranks);
    ms_bytes_fini(&mine);
    return code;
}

ms_code ms__gather(ms_pipeline *p, ms__flow *flow, ms__run *run, ms_err *err)
{
    bool root = ms_pipeline_is_root(p);
    MS_TRY(gather_stats(p, &flow->stat, run, err));
    flow->nparts = ms_comm_size(p->comm) + MORE_PARTS;
    flow->parts = root ? calloc(flow->nparts, sizeof *flow->parts) : NULL;
    MS_TRY(ms_comm_agree(p->comm, root && !flow->parts ? no_memory(err) : MS_OK, err));
    flow->since = ms_clock_now();
    MS_TRY(ms_comm_gather(p->comm, &flow->records, flow->parts, err));
    run->stages.gather = lap(&flow->since);
    return MS_OK;
}

/* One record for each entry that is no task. */
static ms_code put_skips(const ms_pipeline *p, ms_bytes *records, ms_err *err)
{
    static const char stage[] = "enumerate";
    const ms_entries *entries = &p->prepared.entries;
    ms_code code = MS_OK;
    for (size_t i = 0; i < entries->paths.count && code == MS_OK; i++) {
        const ms_entry *entry = &entries->list[i];
        if (entry->state == MS_ENTRY_FILE || entry->state == MS_ENTRY_STREAM) {
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
    return code == MS_OK ? MS_OK : ms_err_set(err, code, 0, "out of memory for the skipped files");
}

/* At once, in the report's words: whoever has asked does not wait until the report is written. */
static void print_stopped(const ms_pipeline *p, const ms_ledger *ledger)
{
    char shown[256];
    const char *dir = ms__journal_dir(p->settings);
    if (ledger->undone > 0) {
        (void)fprintf(stderr, "mpiscan: INCOMPLETE: interrupted after %llu of %llu file%s; %s%s\n",
                      (unsigned long long)(ledger->enumerated - ledger->undone),
                      (unsigned long long)ledger->enumerated, ledger->enumerated == 1 ? "" : "s",
                      dir ? "continue with --resume " : "not resumable without --journal DIR",
                      dir ? ms_escape_to(shown, sizeof shown, dir, strlen(dir)) : "");
    }
}

/* Without a gather: the records of this rank are those of all. */
static ms_code take_own(ms__flow *flow, ms_err *err)
{
    flow->nparts = 1 + MORE_PARTS;
    flow->parts = calloc(flow->nparts, sizeof *flow->parts);
    if (!flow->parts) {
        return no_memory(err);
    }
    flow->parts[0] = flow->records;
    flow->records = (ms_bytes){0};
    return MS_OK;
}

ms_code ms__merge(ms_pipeline *p, const ms__run_options *options, ms__flow *flow, ms__run *run, ms_err *err)
{
    if (!flow->parts) {
        MS_TRY(take_own(flow, err));
    }
    if (options->journal) {
        flow->parts[flow->nparts - 2] = p->prepared.resumed.records; /* moved */
        p->prepared.resumed.records = (ms_bytes){0};
    }
    MS_TRY(put_skips(p, &flow->parts[flow->nparts - 1], err));
    MS_TRY(ms_merge(&run->merged, flow->parts, flow->nparts, &p->prepared.entries.paths,
                    &p->prepared.keywords.list, run->stopped, err));
    run->stages.merge = lap(&flow->since);
    if (run->stopped && options->progress) {
        print_stopped(p, &run->merged.ledger);
    }
    return MS_OK;
}
