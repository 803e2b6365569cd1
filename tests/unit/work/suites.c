#include "suites.h"

Suite *ahead_suite(void);
Suite *work_suite(void);
Suite *classify_suite(void);
Suite *weigh_suite(void);
Suite *work_archive_suite(void);
Suite *work_range_suite(void);

Suite *(*const unit_suites[])(void) = {
    ahead_suite, work_suite, classify_suite, weigh_suite, work_archive_suite, work_range_suite, NULL};
