/* The stages of a run, in the order in which the data go through them:
 *
 *   enumerate > plan > scatter > work > gather > merge > compare > report
 *
 * Enumerate is prepare.c; rank 0 does it while MPI starts (startup.c). The report is main's. */
#include "base/clock.h"
#include "run/stages/pipeline_internal.h"

#include <stdlib.h>

ms_code ms__run_all_ranks(ms_pipeline *p, const ms__run_options *options, ms__run *run, ms_err *err)
{
    ms__flow flow = {0};
    bool root = ms_pipeline_is_root(p);
    double begin = 0;
    ms_code code = MS_OK;
    MS_TRY_OR(done, ms_comm_sleeping_barrier(p->comm, NULL, NULL, NULL, err));
    begin = flow.since = ms_clock_now();
    code = root ? ms__plan(p, options, ms_comm_size(p->comm), &flow, run, err) : MS_OK;
    MS_TRY_OR(done, ms__scatter(p, code, &flow, run, err));
    MS_TRY_OR(done, ms__work(p, options, &flow, run, err));
    MS_TRY_OR(done, ms__gather(p, &flow, run, err));
    code = root ? ms__merge(p, options, &flow, run, err) : MS_OK;
    code = ms_comm_agree(p->comm, code, err);
    run->seconds = ms_clock_now() - begin;
done:
    ms__flow_fini(&flow);
    return code;
}

/* Rank 0 does everything by the same functions as a run of one rank. */
static ms_code run_alone(ms_pipeline *p, const ms__run_options *options, ms__run *run, ms_err *err)
{
    ms__flow flow = {0};
    ms_code code = MS_OK;
    double begin = flow.since = ms_clock_now();
    MS_TRY_OR(done, ms__plan(p, options, 1, &flow, run, err));
    MS_TRY_OR(done, ms__work_alone(p, options, &flow, err));
    MS_TRY_OR(done, ms__merge(p, options, &flow, run, err));
    run->seconds = ms_clock_now() - begin;
done:
    ms__flow_fini(&flow);
    return code;
}

ms_code ms__run_one_rank(ms_pipeline *p, const ms__run_options *options, ms__run *run, ms_err *err)
{
    ms_err own = {0};
    ms_code code = MS_OK;
    MS_TRY(ms_comm_sleeping_barrier(p->comm, NULL, NULL, NULL, err));
    if (ms_pipeline_is_root(p)) {
        code = run_alone(p, options, run, &own);
    }
    MS_TRY(ms_comm_sleeping_barrier(p->comm, NULL, NULL, NULL, err));
    *err = own;
    return ms_comm_agree(p->comm, code, err);
}

/* Rank 0: what the report needs of the run that was asked for. */
static ms_code fill_run_result(ms_pipeline *p, ms__run *run, ms_run_result *run_result, ms_err *err)
{
    const ms_str_list *keywords = &p->prepared.keywords.list;
    for (size_t i = 0; i < keywords->count; i++) {
        ms_str name = ms_str_list_at(keywords, i);
        ms_str_list_push(&run_result->keywords, name.data, name.len);
    }
    if (ms_settings_search(p->settings, &run_result->search) != MS_OK ||
        ms_str_list_check(&run_result->keywords) != MS_OK || ms_str_list_check(&run_result->notes) != MS_OK) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for the report");
    }
    run_result->paths = p->prepared.entries.paths; /* moved */
    p->prepared.entries.paths = (ms_str_list){0};
    run_result->nfiltered = p->prepared.entries.nfiltered;
    run_result->stages = run->stages;
    run_result->stages.enumerate = p->prepared.seconds;
    run_result->merged = run->merged; /* moved, as the next */
    run_result->ranks = run->ranks;
    run_result->nranks = ms_comm_size(p->comm);
    run_result->stopped = run->stopped && run->merged.ledger.undone > 0; /* it may have come too late */
    *run = (ms__run){0};
    return MS_OK;
}

/* The run that was asked for. */
static ms_code run_first(ms_pipeline *p, ms__run *run, ms_run_result *run_result, ms_err *err)
{
    const ms__run_options options = {
        .journal = true,
        .outputs = true,
        .progress = p->settings->command == MS_COMMAND_IMAGES ? "converting" : "scanning",
    };
    if (ms_pipeline_is_root(p)) {
        ms__note_match_density(p);
    }
    MS_TRY(ms__run_all_ranks(p, &options, run, err));
    run_result->wall_seconds = ms_clock_now() - p->begin - ms_comm_start_seconds(p->comm);
    if (ms_pipeline_is_root(p)) {
        run_result->notes = p->prepared.notes; /* moved */
        p->prepared.notes = (ms_str_list){0};
        ms__note_ranks(p, run, &run_result->notes);
    }
    return MS_OK;
}

ms_code ms_pipeline_run(ms_pipeline *p, ms_run_result *run_result, ms_err *err)
{
    ms__run run = {0};
    ms_err filling = {0};
    ms_code filled = MS_OK;
    ms_code code = MS_OK;
    MS_TRY_OR(done, ms__setup(p, err));
    MS_TRY_OR(done, run_first(p, &run, run_result, err));
    code = ms__compare(p, &run, run_result, err);
    if (code != MS_OK &&
        code != MS_MISMATCH) { /* with two answers the first is still reported, as what it is */
        goto done;
    }
    filled = ms_pipeline_is_root(p) ? fill_run_result(p, &run, run_result, &filling) : MS_OK;
    filled = ms_comm_agree(p->comm, filled, &filling);
    if (filled != MS_OK) {
        *err = filling;
        code = filled;
    }
done:
    ms__stop_disarm();
    ms__run_fini(&run);
    return code;
}
