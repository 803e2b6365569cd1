#include "suites.h"

Suite *folder_suite(void);
Suite *walk_suite(void);
Suite *operands_suite(void);
Suite *filter_suite(void);
Suite *entries_suite(void);
Suite *files_from_suite(void);
Suite *plan_suite(void);
Suite *task_suite(void);
Suite *prices_suite(void);
Suite *queue_suite(void);
Suite *thief_suite(void);

Suite *(*const unit_suites[])(void) = {folder_suite,  walk_suite,       operands_suite, filter_suite,
                                       entries_suite, files_from_suite, plan_suite,     task_suite,
                                       prices_suite,  queue_suite,      thief_suite,    NULL};
