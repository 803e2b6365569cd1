/* JPEG scan: the fast lossless way, for the JPEGs that nearly all cameras and phones make: baseline, one
 * scan. Y's blocks are copied from scan to scan as bits; no coefficient is taken out, and nothing larger than
 * a row of blocks is held. Whatever is unusual is left to libjpeg, damage above all. */
#ifndef MS_IMAGES_JPEG_JPEG_SCAN_H
#define MS_IMAGES_JPEG_JPEG_SCAN_H

#include "images/jpeg/jpeg_job.h"

typedef struct ms_jpeg_scan ms_jpeg_scan;

/* Makes a walker for the scan that libjpeg's decompressor stands at, its header being read. *scan is NULL and
 * MS_OK returned if the scan is none of that kind. MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms_jpeg_scan_new(ms_jpeg_scan **scan, const struct jpeg_decompress_struct *from);
/* Accepts NULL. Local. */
void ms_jpeg_scan_free(ms_jpeg_scan *scan);

/* Reads the rest of the input and writes the output's scan, to its end marker, into job->sink, where the
 * headers were just written. The output's AC table is the input's for Y; its DC table must know all
 * categories. False if something unusual was met: what is written is then of no use. May jump. Local. */
bool ms_jpeg_scan_run(ms_jpeg_scan *scan, ms_jpeg_job *job);

#endif
