/* JPEG job: the state of one lossless conversion, and libjpeg's callbacks: I/O on descriptors, the limit on
 * scans, errors as jumps (longjmp). Values that must survive a jump are here, not in local variables. */
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
    bool unusual;              /* not for the scan copy */
    struct ms_jpeg_scan *scan; /* jpeg_gray.c's; NULL: by libjpeg alone */
    JOCTET in_buffer[MS_JPEG_BUFFER];
    JOCTET out_buffer[MS_JPEG_BUFFER];
} ms_jpeg_job;

/* Creates decompressor and compressor, with callbacks that fill job->err and jump to job->jump: the caller
 * has called setjmp. Local. */
void ms_jpeg_job_begin(ms_jpeg_job *job);
/* Frees what libjpeg holds; also after a jump. The job can be begun again. Local. */
void ms_jpeg_job_end(ms_jpeg_job *job);

/* Makes the decompressor save the segments that ms_jpeg_meta_write may write. Before jpeg_read_header. */
void ms_jpeg_meta_request(ms_jpeg_job *job);
/* Writes the segments to keep; after jpeg_write_coefficients or jpeg_start_compress. May jump. */
void ms_jpeg_meta_write(ms_jpeg_job *job);

#endif
