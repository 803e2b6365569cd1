/* The scan of a usual JPEG is copied as bits (jpeg_scan.h). All others, and those in which that finds
 * something unusual, go through libjpeg-turbo's coefficient interface; TurboJPEG's tjTransform can neither
 * select segments, nor limit scans, nor write piecewise. */
#include "images/jpeg/jpeg_gray.h"

#include "images/jpeg/jpeg_job.h"
#include "images/jpeg/jpeg_scan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Whether component 0 is the gray image in full size. libjpeg derives the color space from markers, then from
 * component ids. */
static bool has_plain_y(const struct jpeg_decompress_struct *from)
{
    if (from->jpeg_color_space == JCS_GRAYSCALE) {
        return from->num_components == 1;
    }
    return from->jpeg_color_space == JCS_YCbCr && from->num_components == 3 &&
           from->comp_info[0].h_samp_factor == from->max_h_samp_factor &&
           from->comp_info[0].v_samp_factor == from->max_v_samp_factor;
}

/* As jpegtran does: setting the color space resets the quantization table's number. */
static void set_output(ms_jpeg_job *job)
{
    struct jpeg_compress_struct *to = &job->to;
    jpeg_copy_critical_parameters(&job->from, to);
    int quant_tbl_no = to->comp_info[0].quant_tbl_no;
    jpeg_set_colorspace(to, JCS_GRAYSCALE);
    to->comp_info[0].quant_tbl_no = quant_tbl_no;
}

/* With optimized tables: without that pass, libjpeg-turbo writes coefficients that are out of range as
 * invalid bits instead of refusing them. */
static void copy_by_library(ms_jpeg_job *job)
{
    jvirt_barray_ptr *coefficients = jpeg_read_coefficients(&job->from);
    set_output(job);
    job->to.optimize_coding = TRUE;
    if (job->from.progressive_mode) {
        jpeg_simple_progression(&job->to);
    }
    jpeg_write_coefficients(&job->to, coefficients);
    ms_jpeg_meta_write(job);
    jpeg_finish_compress(&job->to);
    (void)jpeg_finish_decompress(&job->from);
}

/* Each block keeps its AC symbols, so the output uses the input's AC table. libjpeg writes the headers, those
 * of frame and scan at the first jpeg_write_scanlines, even of 0 lines. */
static void copy_by_scan(ms_jpeg_job *job)
{
    const JHUFF_TBL *ac = job->from.ac_huff_tbl_ptrs[job->from.comp_info[0].ac_tbl_no];
    set_output(job);
    memcpy(job->to.ac_huff_tbl_ptrs[0]->bits, ac->bits, sizeof ac->bits);
    memcpy(job->to.ac_huff_tbl_ptrs[0]->huffval, ac->huffval, sizeof ac->huffval);
    job->to.in_color_space = JCS_GRAYSCALE;
    job->to.input_components = 1;
    jpeg_start_compress(&job->to, TRUE);
    ms_jpeg_meta_write(job);
    JSAMPROW none = NULL;
    (void)jpeg_write_scanlines(&job->to, &none, 0);
    job->unusual = !ms_jpeg_scan_run(job->scan, job);
}

/* May jump. */
static ms_code convert(ms_jpeg_job *job, ms_gray_reply *reply, bool *done)
{
    ms_jpeg_job_begin(job);
    ms_jpeg_meta_request(job);
    (void)jpeg_read_header(&job->from, TRUE);
    reply->width = job->from.image_width;
    reply->height = job->from.image_height;
    reply->pages = 1;
    if ((uint64_t)reply->width * reply->height > job->request->max_pixels) {
        return ms_err_set(job->err, MS_LIMIT, 0, "%u x %u pixels are more than %llu", reply->width,
                          reply->height, (unsigned long long)job->request->max_pixels);
    }
    if (!has_plain_y(&job->from)) {
        return MS_OK;
    }
    *done = true;
    reply->method = MS_GRAY_METHOD_JPEG_LOSSLESS;
    if (!job->unusual && ms_jpeg_scan_new(&job->scan, &job->from) != MS_OK) {
        return ms_err_set(job->err, MS_NOMEM, 0, "out of memory for a JPEG");
    }
    if (job->scan) {
        copy_by_scan(job);
    } else {
        copy_by_library(job);
    }
    return MS_OK;
}

/* One attempt. job->unusual: before, use libjpeg alone; after, such an attempt is needed. */
static ms_code attempt(ms_jpeg_job *job, ms_gray_reply *reply, bool *done)
{
    ms_code code = MS_OK;
    if (setjmp(job->jump) == 0) {
        code = convert(job, reply, done);
    } else {
        code = job->err->code; /* the pointer err does not change after setjmp */
    }
    ms_jpeg_job_end(job);
    ms_jpeg_scan_free(job->scan);
    job->scan = NULL;
    return code;
}

ms_code ms_jpeg_gray(int in, ms_gray_output *output, const ms_gray_request *request, bool by_library,
                     ms_gray_reply *reply, bool *done, ms_err *err)
{
    *done = false;
    if (lseek(in, 0, SEEK_SET) < 0) {
        return ms_err_set(err, MS_IO, errno, "cannot read the image");
    }
    ms_jpeg_job *job = calloc(1, sizeof *job);
    if (!job) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for a JPEG");
    }
    job->in = in;
    job->output = output;
    job->request = request;
    job->err = err;
    job->unusual = by_library;
    ms_code code = attempt(job, reply, done);
    if (code == MS_OK && job->unusual && !by_library) {
        code = ms_gray_output_restart(output);
        if (code != MS_OK || lseek(in, 0, SEEK_SET) < 0) {
            code = ms_err_set(err, MS_IO, errno, "cannot rewind");
        } else {
            code = attempt(job, reply, done);
        }
    }
    free(job);
    return code;
}
