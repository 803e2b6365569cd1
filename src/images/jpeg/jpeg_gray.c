/* The lossless JPEG way: see jpeg_gray.h. A usual JPEG's scan is copied as bits (jpeg_scan.h). All others,
 * and those in which that meets something unusual, go by libjpeg-turbo's coefficient interface and not by
 * TurboJPEG's tjTransform, which can neither choose among segments, nor limit scans, nor write piecewise. */
#include "images/jpeg/jpeg_gray.h"

#include "images/jpeg/jpeg_job.h"
#include "images/jpeg/jpeg_scan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Is component 0 the gray picture in full size? Decided as libjpeg does: by markers, then by component ids.
 */
static bool has_plain_y(const struct jpeg_decompress_struct *from)
{
    if (from->jpeg_color_space == JCS_GRAYSCALE) {
        return from->num_components == 1;
    }
    return from->jpeg_color_space == JCS_YCbCr && from->num_components == 3 &&
           from->comp_info[0].h_samp_factor == from->max_h_samp_factor &&
           from->comp_info[0].v_samp_factor == from->max_v_samp_factor;
}

/* Gray out of the input's parameters. As jpegtran does it: the color space resets the choice of quantisation
 * table. */
static void set_output(ms_jpeg_job *job)
{
    struct jpeg_compress_struct *to = &job->to;
    jpeg_copy_critical_parameters(&job->from, to);
    int quant_tbl_no = to->comp_info[0].quant_tbl_no;
    jpeg_set_colorspace(to, JCS_GRAYSCALE);
    to->comp_info[0].quant_tbl_no = quant_tbl_no;
}

/* With tables made for the picture: without that pass, libjpeg-turbo writes coefficients that are out of
 * range as bits that nobody can read, instead of refusing them. */
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

/* Scan to scan; each block keeps its AC symbols, so the input's code for them fits the output. libjpeg writes
 * the headers, as for a picture of which no line is ever given to it; the frame's and the scan's come with
 * the first call for lines, if only of none. */
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

/* Everything that may jump. */
static ms_code convert(ms_jpeg_job *job, ms_gray_reply *reply, bool *taken)
{
    ms_jpeg_job_begin(job);
    ms_jpeg_meta_want(job);
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
    *taken = true;
    reply->way = MS_GRAY_WAY_JPEG_LOSSLESS;
    if (!job->unusual && ms_jpeg_scan_new(&job->scan, &job->from) != MS_OK) {
        return ms_err_set(job->err, MS_NOMEM, 0, "no memory for a JPEG");
    }
    if (job->scan) {
        copy_by_scan(job);
    } else {
        copy_by_library(job);
    }
    return MS_OK;
}

/* One try. job->unusual: before, whether to leave all to libjpeg; after, whether a try that does so is
 * needed. */
static ms_code try_once(ms_jpeg_job *job, ms_gray_reply *reply, bool *taken)
{
    ms_code code = MS_OK;
    if (setjmp(job->jump) == 0) {
        code = convert(job, reply, taken);
    } else {
        code = job->err->code; /* err is not changed after setjmp, what it points at may be */
    }
    ms_jpeg_job_end(job);
    return code;
}

ms_code ms_jpeg_gray(int in, ms_gray_output *output, const ms_gray_request *request, bool by_library,
                     ms_gray_reply *reply, bool *taken, ms_err *err)
{
    *taken = false;
    if (lseek(in, 0, SEEK_SET) < 0) {
        return ms_err_set(err, MS_IO, errno, "cannot read the image");
    }
    ms_jpeg_job *job = calloc(1, sizeof *job);
    if (!job) {
        return ms_err_set(err, MS_NOMEM, 0, "no memory for a JPEG");
    }
    job->in = in;
    job->output = output;
    job->request = request;
    job->err = err;
    job->unusual = by_library;
    ms_code code = try_once(job, reply, taken);
    if (code == MS_OK && job->unusual && !by_library) {
        code = ms_gray_output_restart(output);
        if (code != MS_OK || lseek(in, 0, SEEK_SET) < 0) {
            code = ms_err_set(err, MS_IO, errno, "cannot begin anew");
        } else {
            code = try_once(job, reply, taken);
        }
    }
    free(job);
    return code;
}
