/* JPEG scan: fast lossless copy of Y for baseline JPEGs of one scan, as nearly all cameras and phones write
 * them. Blocks are copied as bits; no coefficient is decoded, and at most a row of blocks is held. Anything
 * unusual, damage above all, is left to libjpeg. */
#ifndef MS_IMAGES_JPEG_JPEG_SCAN_H
#define MS_IMAGES_JPEG_JPEG_SCAN_H

#include "images/jpeg/jpeg_job.h"

typedef struct ms_jpeg_scan ms_jpeg_scan;

/* For the scan at which libjpeg's decompressor is, after jpeg_read_header. *scan is NULL and MS_OK returned
 * for other kinds of scans. MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms_jpeg_scan_new(ms_jpeg_scan **scan, const struct jpeg_decompress_struct *from);
/* Accepts NULL. Local. */
void ms_jpeg_scan_free(ms_jpeg_scan *scan);

/* Reads the rest of the input and writes the output's scan and end marker to job->sink, after the headers.
 * The output's AC table must be the input's for Y, its DC table must have all categories. False if something
 * unusual was found: the output is then unusable. May jump. Local. */
bool ms_jpeg_scan_run(ms_jpeg_scan *scan, ms_jpeg_job *job);

#endif
