#include "suites.h"

Suite *base64_suite(void);
Suite *sink_suite(void);
Suite *text_words_suite(void);
Suite *report_suite(void);
Suite *report_text_suite(void);
Suite *text_figures_suite(void);
Suite *report_json_suite(void);
Suite *report_csv_suite(void);
Suite *shard_lines_suite(void);
Suite *report_archive_suite(void);

Suite *(*const unit_suites[])(void) = {base64_suite,
                                       sink_suite,
                                       text_words_suite,
                                       report_suite,
                                       report_text_suite,
                                       text_figures_suite,
                                       report_json_suite,
                                       report_csv_suite,
                                       shard_lines_suite,
                                       report_archive_suite,
                                       NULL};
