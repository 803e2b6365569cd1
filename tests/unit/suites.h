/* What a unit test program consists of: its directory's suites.c defines the list, runner.c runs it. */
#ifndef TESTS_UNIT_SUITES_H
#define TESTS_UNIT_SUITES_H

#include <check.h>

/* NULL-terminated; each function makes one suite. */
extern Suite *(*const unit_suites[])(void);

#endif
