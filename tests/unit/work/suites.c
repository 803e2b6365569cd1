#include "suites.h"

Suite *work_suite(void);
Suite *work_archive_suite(void);

Suite *(*const unit_suites[])(void) = {work_suite, work_archive_suite, NULL};
