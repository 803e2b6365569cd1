#include "suites.h"

Suite *gray_suite(void);
Suite *magic_suite(void);
Suite *probe_suite(void);
Suite *probe_jpeg_suite(void);
Suite *probe_boxes_suite(void);
Suite *probe_tags_suite(void);
Suite *child_suite(void);
Suite *client_suite(void);
Suite *client_find_suite(void);
Suite *client_idle_suite(void);

Suite *(*const unit_suites[])(void) = {gray_suite,        magic_suite,       probe_suite, probe_jpeg_suite,
                                       probe_boxes_suite, probe_tags_suite,  child_suite, client_suite,
                                       client_find_suite, client_idle_suite, NULL};
