#include "suites.h"

Suite *work_suite(void);

Suite *(*const unit_suites[])(void) = {work_suite, NULL};
