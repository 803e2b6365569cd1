#include "suites.h"

Suite *number_suite(void);
Suite *escape_suite(void);
Suite *bytes_suite(void);
Suite *beside_suite(void);

Suite *(*const unit_suites[])(void) = {number_suite, escape_suite, bytes_suite, beside_suite, NULL};
