/* The outcome of a run: frees what the pipeline put into it. */
#include "result/run_result.h"

#include <stdlib.h>

void ms_outcome_fini(ms_outcome *outcome)
{
    ms_names_fini(&outcome->paths);
    ms_names_fini(&outcome->keywords);
    ms_merged_fini(&outcome->merged);
    free(outcome->ranks);
    *outcome = (ms_outcome){0};
}
