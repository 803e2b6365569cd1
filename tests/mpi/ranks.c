#include "ranks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

ms_comm *ranks_start(int argc, char **argv)
{
    ms_comm *comm = NULL;
    ms_err err = {0};
    ms_launch launch = ms_launch_detect();
    uint32_t expected =
        argc >= 3 && strcmp(argv[1], "--expect") == 0 ? (uint32_t)strtoul(argv[2], NULL, 10) : 0;
    ms_launch_prepare(&launch);
    ms_code code = ms_comm_start(&comm, &launch, &err);
    if (code != MS_OK || ms_comm_size(comm) != expected || expected > 20) {
        (void)fprintf(stderr, "%u ranks were expected, %u started: %s\n", expected,
                      code == MS_OK ? ms_comm_size(comm) : 0, code == MS_OK ? "" : err.text);
        ms_comm_abort(comm, EXIT_FAILURE);
    }
    return comm;
}

bool ranks_all_hold(ms_comm *comm, bool mine, const char *what)
{
    ms_err err = {0};
    ms_code code = mine ? MS_OK : ms_err_set(&err, MS_INTERNAL, 0, "rank %u: %s", ms_comm_rank(comm), what);
    code = ms_comm_agree(comm, code, &err);
    if (code != MS_OK && ms_comm_rank(comm) == 0) {
        (void)fprintf(stderr, "%s\n", err.text);
    }
    return code == MS_OK;
}

int ranks_run_suites(ms_comm *comm, Suite *const *suites)
{
    SRunner *runner = srunner_create(suites[0]);
    for (size_t i = 1; suites[i]; i++) {
        srunner_add_suite(runner, suites[i]);
    }
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, ms_comm_rank(comm) == 0 ? CK_NORMAL : CK_SILENT);
    int failed = srunner_ntests_failed(runner);
    int ran = srunner_ntests_run(runner);
    srunner_free(runner);
    return failed == 0 && ran > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
