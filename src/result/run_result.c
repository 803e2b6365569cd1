#include "result/run_result.h"

#include <stdlib.h>

void ms_run_result_fini(ms_run_result *run_result)
{
    ms_str_list_fini(&run_result->paths);
    ms_str_list_fini(&run_result->keywords);
    ms_str_list_fini(&run_result->search);
    ms_str_list_fini(&run_result->notes);
    ms_merged_fini(&run_result->merged);
    free(run_result->ranks);
    *run_result = (ms_run_result){0};
}
