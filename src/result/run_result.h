/* The result of a run: everything that the report shows. Filled on rank 0, const for the report. */
#ifndef MS_RESULT_RUN_RESULT_H
#define MS_RESULT_RUN_RESULT_H

#include "base/str_list.h"
#include "result/compare.h"
#include "result/merge.h"
#include "result/rankstat.h"

/* Seconds of each stage of the first run, on rank 0's clock; it waits for the others in work and gather.
 */
typedef struct ms_stages {
    double enumerate, plan, scatter, work, gather, merge;
} ms_stages;

typedef struct ms_run_result {
    ms_str_list paths;    /* owned: the path of every entry, in canonical order */
    ms_str_list keywords; /* owned: the keywords as typed; a keyword id is an index into it */
    ms_str_list search;   /* owned: ms_settings_search: where they came from, and the options of the search */
    ms_merged merged;     /* owned: one record per entry, and the ledger */
    bool stopped;         /* interrupted before everything was done */
    uint64_t nfiltered;   /* entries left out by --include, --exclude, --max-depth (not enumerated) */
    ms_rankstat *ranks;   /* owned: one per rank */
    size_t nranks;
    ms_comparison compare; /* with the one-rank run */
    double wall_seconds;   /* enumerate .. merge of the first run, without MPI's start */
    ms_stages stages;      /* all 0: not known */
    ms_str_list notes;     /* owned: what the reader should know besides, a sentence or two each */
} ms_run_result;

/* Frees; idempotent, accepts {0}. Local. */
void ms_run_result_fini(ms_run_result *run_result);

#endif
