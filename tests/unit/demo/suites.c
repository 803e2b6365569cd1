#include "suites.h"

Suite *demo_random_suite(void);
Suite *demo_lines_suite(void);
Suite *demo_syslog_suite(void);
Suite *demo_folder_suite(void);
Suite *demo_logs_suite(void);
Suite *demo_picture_suite(void);
Suite *demo_encode_suite(void);
Suite *demo_images_suite(void);

Suite *(*const unit_suites[])(void) = {demo_random_suite, demo_lines_suite,  demo_syslog_suite,
                                       demo_folder_suite, demo_logs_suite,   demo_picture_suite,
                                       demo_encode_suite, demo_images_suite, NULL};
