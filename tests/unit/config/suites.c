#include "suites.h"

Suite *options_suite(void);
Suite *value_suite(void);
Suite *words_suite(void);
Suite *settings_suite(void);
Suite *sheet_suite(void);
Suite *help_suite(void);
Suite *man_suite(void);
Suite *answer_suite(void);
Suite *dummy_suite(void);

Suite *(*const unit_suites[])(void) = {options_suite, value_suite, words_suite,  settings_suite, sheet_suite,
                                       help_suite,    man_suite,   answer_suite, dummy_suite,    NULL};
