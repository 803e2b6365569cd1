/* JPEG job: what the lossless JPEG way carries between libjpeg's callbacks. The library reports errors by a
 * jump; every value that must survive it lives here and not in a local variable. */
#ifndef MS_IMAGES_JPEG_JPEG_JOB_H
#define MS_IMAGES_JPEG_JPEG_JOB_H

#include "images/formats/gray_output.h"

#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>

enum { MS_JPEG_BUFFER = 128 * 1024 };

typedef struct ms_jpeg_job {
    struct jpeg_error_mgr errors;
    struct jpeg_progress_mgr progress;
    struct jpeg_source_mgr source;
    struct jpeg_destination_mgr sink;
    struct jpeg_decompress_struct from;
    struct jpeg_compress_struct to;
    jmp_buf jump;
    int in; /* borrowed, as are the next three */
    ms_gray_output *output;
    const ms_gray_request *request;
    ms_err *err;
    bool unusual;              /* not for the walk from scan to scan */
    struct ms_jpeg_scan *scan; /* owned; NULL: by libjpeg alone */
    JOCTET in_buffer[MS_JPEG_BUFFER];
    JOCTET out_buffer[MS_JPEG_BUFFER];
} ms_jpeg_job;

/* Makes the job's decompressor and compressor, with callbacks that jump to job->jump, job->err filled. The
 * caller has called setjmp. Local. */
void ms_jpeg_job_begin(ms_jpeg_job *job);
/* Frees what libjpeg and the scan hold; also after a jump. The job can be begun again. Local. */
void ms_jpeg_job_end(ms_jpeg_job *job);
/* Fills job->err and jumps. */
_Noreturn void ms_jpeg_job_fail(ms_jpeg_job *job, ms_code code, const char *text);

/* Asks the decompressor to keep the segments that may be wanted. Before jpeg_read_header. */
void ms_jpeg_meta_want(ms_jpeg_job *job);
/* Writes the segments that stay; after jpeg_write_coefficients. May jump. */
void ms_jpeg_meta_write(ms_jpeg_job *job);

#endif
