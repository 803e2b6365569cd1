/* The lossless JPEG way: see jpeg_gray.h. By libjpeg-turbo's coefficient interface and not by TurboJPEG's
 * tjTransform, which can neither choose among segments, nor limit scans, nor write piecewise. */
#include "gray/jpeg_gray.h"

#include "gray/jpeg_job.h"

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

/* The input's code for Y's AC symbols fits the output too, as each block keeps its symbols: no second pass
 * for a table of its own, and no growth. Taken before the scan, as a later one may redefine it. The encoder
 * writes end of block and sixteen zeros in its own way, so the table must have both. */
static void keep_ac_table(ms_jpeg_job *job)
{
    int number = job->from.comp_info[0].ac_tbl_no;
    const JHUFF_TBL *table =
        number >= 0 && number < NUM_HUFF_TBLS ? job->from.ac_huff_tbl_ptrs[number] : NULL;
    if (!table || job->from.arith_code || job->from.progressive_mode) {
        return;
    }
    size_t symbols = 0;
    for (size_t bits = 1; bits <= 16; bits++) {
        symbols += table->bits[bits];
    }
    symbols = symbols < sizeof table->huffval ? symbols : sizeof table->huffval;
    if (memchr(table->huffval, 0x00, symbols) && memchr(table->huffval, 0xF0, symbols)) {
        job->ac_table = *table;
        job->has_ac_table = true;
    }
}

/* Gray out of the input's parameters. As jpegtran does it: the colour space resets the choice of quantisation
 * table. */
static void set_output(ms_jpeg_job *job)
{
    struct jpeg_compress_struct *to = &job->to;
    jpeg_copy_critical_parameters(&job->from, to);
    int quant_tbl_no = to->comp_info[0].quant_tbl_no;
    jpeg_set_colorspace(to, JCS_GRAYSCALE);
    to->comp_info[0].quant_tbl_no = quant_tbl_no;
    to->optimize_coding = TRUE;
    if (job->from.progressive_mode) {
        jpeg_simple_progression(to);
    } else if (job->has_ac_table && job->from.input_scan_number == 1) {
        memcpy(to->ac_huff_tbl_ptrs[0]->bits, job->ac_table.bits, sizeof job->ac_table.bits);
        memcpy(to->ac_huff_tbl_ptrs[0]->huffval, job->ac_table.huffval, sizeof job->ac_table.huffval);
        to->optimize_coding = FALSE;
    }
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
    keep_ac_table(job);
    jvirt_barray_ptr *coefficients = jpeg_read_coefficients(&job->from);
    set_output(job);
    jpeg_write_coefficients(&job->to, coefficients);
    ms_jpeg_meta_write(job);
    jpeg_finish_compress(&job->to);
    (void)jpeg_finish_decompress(&job->from);
    return MS_OK;
}

ms_code ms_jpeg_gray(int in, ms_gray_output *output, const ms_gray_request *request, ms_gray_reply *reply,
                     bool *taken, ms_err *err)
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
    ms_code code = MS_OK;
    if (setjmp(job->jump) == 0) {
        code = convert(job, reply, taken);
    } else {
        code = job->err->code; /* err is not changed after setjmp, what it points at may be */
    }
    ms_jpeg_job_end(job);
    free(job);
    return code;
}
