/* Runs the suites of one directory, each test in a process of its own. */
#include "suites.h"

#include <stdlib.h>

int main(void)
{
    SRunner *runner = srunner_create(NULL);
    (void)setenv("CK_DEFAULT_TIMEOUT", "300",
                 0); /* libcheck's four seconds are too few on a loaded machine */
    for (size_t i = 0; unit_suites[i]; i++) {
        srunner_add_suite(runner, unit_suites[i]());
    }
    srunner_set_fork_status(runner, CK_FORK);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    int run = srunner_ntests_run(runner);
    srunner_free(runner);
    return failed == 0 && run > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
