#include "suites.h"

Suite *record_suite(void);
Suite *join_suite(void);
Suite *journal_suite(void);
Suite *merge_suite(void);
Suite *shard_suite(void);
Suite *digest_suite(void);
Suite *rankstat_suite(void);
Suite *compare_suite(void);
Suite *verdict_suite(void);
Suite *outcome_suite(void);
Suite *members_suite(void);

Suite *(*const unit_suites[])(void) = {record_suite,  join_suite,    journal_suite,  merge_suite,
                                       shard_suite,   digest_suite,  rankstat_suite, compare_suite,
                                       verdict_suite, outcome_suite, members_suite,  NULL};
