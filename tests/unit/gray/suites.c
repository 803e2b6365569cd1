#include "suites.h"

Suite *luma_suite(void);
Suite *huffman_suite(void);
Suite *bit_run_suite(void);
Suite *exif_block_suite(void);
Suite *file_heads_suite(void);
Suite *webp_box_suite(void);
Suite *packet_suite(void);
Suite *gray_output_suite(void);

Suite *(*const unit_suites[])(void) = {luma_suite,       huffman_suite,     bit_run_suite,
                                       exif_block_suite, file_heads_suite,  webp_box_suite,
                                       packet_suite,     gray_output_suite, NULL};
