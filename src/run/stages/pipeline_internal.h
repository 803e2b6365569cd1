/* What the stages share. */
#ifndef MS_RUN_STAGES_PIPELINE_INTERNAL_H
#define MS_RUN_STAGES_PIPELINE_INTERNAL_H

#include "comm/comm.h"
#include "run/journal/journaling.h"
#include "run/journal/resume.h"
#include "run/monitor/monitor.h"
#include "run/monitor/progress.h"
#include "run/stages/pipeline.h"
#include "run/steal/steal.h"
#include "run/work/work.h"
#include "tasks/enumerate/enumerate.h"

/* What rank 0 prepares before the ranks meet, in a thread beside MPI's start. */
typedef struct ms__prepared {
    ms_keywords keywords;
    ms_bytes compiled; /* the keywords, until the worker has them; empty without a launcher */
    ms_entries entries;
    ms__resumed resumed; /* what an earlier attempt has finished of them */
    ms_str_list notes;
    uint64_t nbytes; /* sum of the sizes of all files */
    bool launched;   /* by mpirun or the like, which makes standard input a pipe; set before */
    bool streams;    /* there are some among the entries: they can be read only once */
    double seconds;  /* that enumerate took */
    ms_code code;
    ms_err err;
} ms__prepared;

struct ms_pipeline {
    const ms_settings *settings; /* borrowed */
    ms_launch launch;
    ms_comm *comm;
    ms__prepared prepared; /* rank 0; the keywords, in both forms, on all ranks */
    ms_worker *worker;
    ms__progress progress;
    ms__stop stop;
    ms__monitor *monitor; /* owned */
    ms__steal *steal;     /* of the run under way, borrowed */
    ms__journaling journaling;
    uint32_t attempt; /* 0: no journal is kept */
    bool remote_host; /* this is another host than rank 0's, which has listed the files */
    double begin;     /* ms_clock_now when the pipeline began */
};

/* What distinguishes the run that the user asked for from one that is only measured. */
typedef struct ms__run_options {
    bool journal;         /* use what an earlier attempt has finished, and keep a journal */
    bool outputs;         /* write gray images; else they are converted into nothing */
    const char *progress; /* what to show on standard error; NULL: nothing */
} ms__run_options;

/* One run of the work, by all ranks or by rank 0 alone. */
typedef struct ms__run {
    ms_merged merged;   /* rank 0 */
    ms_rankstat *ranks; /* rank 0, owned: one per rank (of the run by all) */
    double seconds;     /* plan .. merge, on rank 0's clock */
    ms_stages stages;   /* of these; enumerate is not a run's */
    bool stopped;       /* on request: not everything was done; the same on all ranks */
} ms__run;

void ms__run_fini(ms__run *run);

/* What one stage of a run hands to the next. */
typedef struct ms__flow {
    ms_bytes *slices; /* plan to scatter; rank 0: the tasks of each rank, as bytes */
    size_t nslices;
    ms_queue queue;   /* scatter to work: this rank's tasks */
    ms_bytes records; /* work to gather: of the tasks that this rank has done */
    ms_rankstat stat; /* likewise: what this rank did */
    ms_bytes *parts;  /* gather to merge; rank 0: the records of each rank, those of an earlier attempt, and
                         those of entries that are no tasks */
    size_t nparts;
    double since; /* clock: when the stage began */
} ms__flow;

void ms__flow_fini(ms__flow *flow);

/* The stages, in order. plan: rank 0 divides all tasks among `nranks`. Local, rank 0. */
MS_MUST_CHECK ms_code ms__plan(const ms_pipeline *p, const ms__run_options *options, size_t nranks,
                               ms__flow *flow, ms__run *run, ms_err *err);
/* scatter: each rank gets its tasks; `planned` is rank 0's outcome of the plan. Collective. */
MS_MUST_CHECK ms_code ms__scatter(ms_pipeline *p, ms_code planned, ms__flow *flow, ms__run *run, ms_err *err);
/* work: this rank's tasks, and what it steals from others. Collective. */
MS_MUST_CHECK ms_code ms__work(ms_pipeline *p, const ms__run_options *options, ms__flow *flow, ms__run *run,
                               ms_err *err);
/* The same by rank 0 for tasks of its own queue only. Local. */
MS_MUST_CHECK ms_code ms__work_alone(ms_pipeline *p, const ms__run_options *options, ms__flow *flow,
                                     ms_err *err);
/* gather: what the ranks did, then their records, to rank 0. Collective. */
MS_MUST_CHECK ms_code ms__gather(ms_pipeline *p, ms__flow *flow, ms__run *run, ms_err *err);
/* merge: rank 0 puts flow->parts, of which all but the last two are filled, into canonical order. Local, rank
 * 0. */
MS_MUST_CHECK ms_code ms__merge(ms_pipeline *p, const ms__run_options *options, ms__flow *flow, ms__run *run,
                                ms_err *err);

/* All stages by all ranks. Collective. */
MS_MUST_CHECK ms_code ms__run_all_ranks(ms_pipeline *p, const ms__run_options *options, ms__run *run,
                                        ms_err *err);
/* All tasks by rank 0 while the others sleep. Collective. */
MS_MUST_CHECK ms_code ms__run_one_rank(ms_pipeline *p, const ms__run_options *options, ms__run *run,
                                       ms_err *err);
/* compare: the one-rank run, measured or estimated, against `first`; fills run_result->compare and adds to
 * its notes. MS_MISMATCH when the answers differ and no file has changed. Collective. */
MS_MUST_CHECK ms_code ms__compare(ms_pipeline *p, const ms__run *first, ms_run_result *run_result,
                                  ms_err *err);

/* Keywords and files of the settings, for `nranks` ranks, or about so many. The error stays in *prepared.
 * Local, rank 0. */
void ms__prepare(ms__prepared *prepared, const ms_settings *settings, size_t nranks, ms__monitor *monitor);
void ms__prepared_fini(ms__prepared *prepared);
/* The demo set, made if need be, as the only root. MS_USAGE, MS_IO, MS_NOMEM. Local, rank 0. */
MS_MUST_CHECK ms_code ms__demo_root(const ms_settings *settings, ms_str_list *roots, ms_str_list *notes,
                                    ms_err *err);
/* Fills the keywords' sample when there is enough to be searched. Local, rank 0. */
void ms__take_sample(ms__prepared *prepared, const ms_settings *settings, ms__monitor *monitor);
/* Once rank 0 has prepared: every rank gets what it needs of that, and becomes ready to work. Collective. */
MS_MUST_CHECK ms_code ms__setup(ms_pipeline *p, ms_err *err);

/* Above how many bytes a plain log is split; 0: never. Local. */
uint64_t ms__split_size(const ms_settings *settings);
/* --to as the images' own format; NONE: the same as the input's. Local. */
ms_image_format ms__image_target(const ms_settings *settings);
/* The directory that outputs go into; NULL with logs. Local. */
const char *ms__gray_dir(const ms_settings *settings);

/* May the ranks be on several hosts? The same on all ranks. Local. */
bool ms__several_hosts(const ms_pipeline *p);
/* With several hosts: all ranks go to rank 0's working directory when a path is relative, and check that the
 * directory for outputs and that of the journal is one and the same. MS_USAGE names the host that cannot.
 * Collective. */
MS_MUST_CHECK ms_code ms__hosts_agree(ms_pipeline *p, ms_err *err);
/* Is it the fault of a file that could not be reached, which another host's rank might have reached? Local.
 */
bool ms__is_host_fault(const ms_record *record);

/* Notes for the report; all Local, rank 0. What was probably meant otherwise: a first operand that is no file
 * but a keyword, a list of files with CR LF. `roots` has the operands first. */
void ms__note_operands(const ms_settings *settings, const ms_str_list *roots, ms_str_list *notes);
/* A keyword so frequent that it sets the time of the search: once
 * there is a worker. */
void ms__note_match_density(ms_pipeline *p);
/* What the ranks of the run report: hosts that could not reach files that they were to do, journals that
 * ended early, the longest stall. */
void ms__note_ranks(const ms_pipeline *p, const ms__run *run, ms_str_list *notes);

#endif
