#include "suites.h"

Suite *keywords_suite(void);
Suite *pattern_suite(void);
Suite *prefix_suite(void);
Suite *letters_suite(void);
Suite *needles_suite(void);
Suite *windows_suite(void);
Suite *sieve_suite(void);
Suite *literals_suite(void);
Suite *floods_suite(void);
Suite *find_suite(void);
Suite *engine_suite(void);
Suite *required_suite(void);
Suite *compile_suite(void);
Suite *matcher_suite(void);
Suite *utf16_suite(void);
Suite *crowd_suite(void);
Suite *opener_suite(void);
Suite *file_suite(void);
Suite *codec_suite(void);
Suite *kinds_suite(void);
Suite *decoder_suite(void);
Suite *map_suite(void);
Suite *pace_suite(void);
Suite *range_suite(void);
Suite *stream_suite(void);
Suite *stream_archive_suite(void);
Suite *emit_suite(void);
Suite *scanner_suite(void);
Suite *scanner_hand_suite(void);
Suite *scanner_cut_suite(void);
Suite *tar_header_suite(void);
Suite *tar_suite(void);
Suite *archive_suite(void);
Suite *asked_suite(void);

Suite *(*const unit_suites[])(void) = {
    keywords_suite,       pattern_suite,  prefix_suite,   letters_suite,      needles_suite,
    windows_suite,        sieve_suite,    literals_suite, floods_suite,       find_suite,
    engine_suite,         required_suite, crowd_suite,    opener_suite,       compile_suite,
    matcher_suite,        utf16_suite,    file_suite,     map_suite,          pace_suite,
    codec_suite,          kinds_suite,    decoder_suite,  range_suite,        stream_suite,
    stream_archive_suite, emit_suite,     scanner_suite,  scanner_hand_suite, scanner_cut_suite,
    tar_header_suite,     tar_suite,      archive_suite,  asked_suite,        NULL};
