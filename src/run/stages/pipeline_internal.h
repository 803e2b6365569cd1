/* What the stages share. */
#ifndef MS_RUN_STAGES_PIPELINE_INTERNAL_H
#define MS_RUN_STAGES_PIPELINE_INTERNAL_H

#include "comm/comm.h"
#include "run/monitor/monitor.h"
#include "run/monitor/progress.h"
#include "run/stages/pipeline.h"
#include "run/stages/resume.h"
#include "run/steal/steal.h"
#include "run/work/work.h"
#include "tasks/enumerate/enumerate.h"

/* What rank 0 finds out before the ranks meet, in a thread beside MPI's start. */
struct ms__prepared {
    ms_keywords keywords;
    ms_bytes compiled; /* the keywords, until the worker has them; empty without a launcher */
    ms_entries entries;
    ms__resumed resumed; /* what an earlier attempt has finished of them */
    uint64_t nbytes;     /* sum of the sizes of all files */
    double seconds;      /* that enumerate took */
    char notes[512];
    ms_code code;
    ms_err err;
};

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
    bool remote_host;     /* this is another host than rank 0's, which has listed the files */
    uint32_t attempt;     /* 0: no journal is kept */
    ms_journal *journal;  /* owned: this rank's, during the first run */
    ms_err journal_err;   /* why it ended early; code MS_OK if it did not */
    double begin;         /* ms_clock_now when the pipeline began */
};

/* One run of the work, by all ranks or by rank 0 alone. */
typedef struct ms__run {
    ms_merged merged;   /* rank 0 */
    ms_rankstat *ranks; /* rank 0, owned: one per rank (of the run by all) */
    double seconds;     /* plan .. merge, on rank 0's clock */
    ms_stages stages;   /* of these; enumerate is not a run's */
    bool stopped;       /* on request: not everything was done; the same on all ranks */
    uint64_t nplanned;  /* rank 0: tasks of all ranks */
} ms__run;

void ms__run_fini(ms__run *run);

/* Keywords and files of the settings, for `nranks` ranks, or about so many. Local, rank 0. The error stays in
 * *prepared. */
void ms__prepare(ms__prepared *prepared, const ms_settings *settings, size_t nranks, ms__monitor *monitor);
void ms__prepared_fini(ms__prepared *prepared);
/* Fills the keywords' sample when there is enough to be searched. Local, rank 0. */
void ms__take_sample(ms__prepared *prepared, const ms_settings *settings, ms__monitor *monitor);
/* Once there is a worker: adds to prepared.notes when a keyword is so frequent that it sets the time of the
 * search. Local, rank 0. */
void ms__note_match_density(ms_pipeline *p);

/* Above how many bytes a plain log is split into ranges; 0: never. Local. */
uint64_t ms__split_size(const ms_settings *settings);

/* --to as the images' own format; NONE: the same as the input's. Local. */
ms_image_format ms__image_target(const ms_settings *settings);

/* The directory that outputs go into; NULL with logs. Local. */
const char *ms__gray_dir(const ms_settings *settings);

/* May the ranks be on several hosts? The same on all ranks. Local. */
bool ms__several_hosts(const ms_pipeline *p);
/* With several hosts: all ranks go to rank 0's working directory when a path is relative, and see that the
 * directory for outputs and that of the journal is one and the same. MS_USAGE names the host that cannot.
 * Collective. */
MS_MUST_CHECK ms_code ms__hosts_agree(ms_pipeline *p, ms_err *err);
/* Is it the fault of a file that could not be reached, which another host's rank might have reached? Local.
 */
bool ms__hosts_fault(const ms_record *record);
/* With several hosts: adds to the notes which hosts could not reach files that they were to do. Local, rank
 * 0. */
void ms__hosts_note(const ms_pipeline *p, const ms__run *run, ms_run_result *run_result);

/* This rank's journal: opened when one is kept; fed with each finished task; flushed and closed behind the
 * work. A journal that cannot be written any more ends, which is told in the report, and the run goes on.
 * Local. */
MS_MUST_CHECK ms_code ms__journal_begin(ms_pipeline *p, ms_err *err);
MS_MUST_CHECK ms_code ms__journal_put(ms_pipeline *p, const ms_task *task, const uint8_t *record,
                                      size_t nrecord);
void ms__journal_tick(ms_pipeline *p);
/* Out of tasks: nothing is kept back. */
void ms__journal_rest(ms_pipeline *p);
void ms__journal_end(ms_pipeline *p);

/* plan, scatter, work, gather, merge. The first run takes over what an earlier attempt has finished, and
 * keeps the journal. Collective. */
MS_MUST_CHECK ms_code ms__run_parallel(ms_pipeline *p, bool first, ms__run *run, ms_err *err);
/* The whole list by rank 0 while the others sleep. Collective. */
MS_MUST_CHECK ms_code ms__run_sequential(ms_pipeline *p, ms__run *run, ms_err *err);
/* compare: the one-rank run, measured or estimated, against `first`; fills run_result->compare and adds to
 * its notes. MS_MISMATCH when the answers differ and no file has changed. Collective. */
MS_MUST_CHECK ms_code ms__compare(ms_pipeline *p, const ms__run *first, ms_run_result *run_result,
                                  ms_err *err);

#endif
