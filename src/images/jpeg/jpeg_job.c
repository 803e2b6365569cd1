/* An input that ends early or is visibly corrupt is an error, never part of an image. */
#include "images/jpeg/jpeg_job.h"

#include <errno.h>
#include <jerror.h>
#include <string.h>
#include <unistd.h>

static _Noreturn void fail(ms_jpeg_job *job, ms_code code, int sys_errno, const char *text)
{
    (void)ms_err_set(job->err, code, sys_errno, "%s", text);
    longjmp(job->jump, 1);
}

static _Noreturn void on_error(j_common_ptr codec)
{
    char text[JMSG_LENGTH_MAX];
    ms_code code = codec->err->msg_code == JERR_OUT_OF_MEMORY ? MS_NOMEM : MS_FORMAT;
    (*codec->err->format_message)(codec, text);
    fail(codec->client_data, code, 0, text);
}

/* Warnings that do not affect the image. Some cameras write extraneous bytes before the end marker. */
static bool is_harmless(const struct jpeg_error_mgr *errors)
{
    switch (errors->msg_code) {
    case JWRN_EXTRANEOUS_DATA:
        return errors->msg_parm.i[1] == JPEG_EOI;
    case JWRN_ADOBE_XFORM:
    case JWRN_BOGUS_ICC:
        return true;
    default:
        return false;
    }
}

static void on_message(j_common_ptr codec, int level)
{
    if (level < 0 && !is_harmless(codec->err)) {
        on_error(codec);
    }
}

static void on_output_message(j_common_ptr codec)
{
    (void)codec; /* nothing below main prints */
}

static void init_source(j_decompress_ptr from)
{
    (void)from;
}

static boolean fill_input(j_decompress_ptr from)
{
    ms_jpeg_job *job = from->client_data;
    ssize_t got = 0;
    do {
        got = read(job->in, job->in_buffer, sizeof job->in_buffer);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
        fail(job, MS_IO, errno, "cannot read the image");
    }
    if (got == 0) {
        fail(job, MS_FORMAT, 0, "Premature end of JPEG file");
    }
    job->source.next_input_byte = job->in_buffer;
    job->source.bytes_in_buffer = (size_t)got;
    return TRUE;
}

static void skip_input(j_decompress_ptr from, long nbytes)
{
    ms_jpeg_job *job = from->client_data;
    while (nbytes > 0) {
        size_t have = job->source.bytes_in_buffer;
        if ((size_t)nbytes <= have) {
            job->source.next_input_byte += nbytes;
            job->source.bytes_in_buffer -= (size_t)nbytes;
            return;
        }
        nbytes -= (long)have;
        (void)fill_input(from);
    }
}

static void init_sink(j_compress_ptr to)
{
    ms_jpeg_job *job = to->client_data;
    job->sink.next_output_byte = job->out_buffer;
    job->sink.free_in_buffer = sizeof job->out_buffer;
}

static void write_out(ms_jpeg_job *job, size_t n)
{
    if (ms_gray_output_write(job->output, job->out_buffer, n) != MS_OK) {
        *job->err = job->output->err;
        longjmp(job->jump, 1);
    }
}

static boolean empty_sink(j_compress_ptr to)
{
    ms_jpeg_job *job = to->client_data;
    write_out(job, sizeof job->out_buffer);
    init_sink(to);
    return TRUE;
}

static void end_sink(j_compress_ptr to)
{
    ms_jpeg_job *job = to->client_data;
    write_out(job, sizeof job->out_buffer - job->sink.free_in_buffer);
}

/* Each scan of a progressive file costs a pass over the whole image, however small the scan is. */
static void on_progress(j_common_ptr codec)
{
    ms_jpeg_job *job = codec->client_data;
    if (codec->is_decompressor && job->from.input_scan_number > 0 &&
        (uint32_t)job->from.input_scan_number > job->request->max_scans) {
        (void)ms_err_set(job->err, MS_LIMIT, 0, "more than %u scans", job->request->max_scans);
        longjmp(job->jump, 1);
    }
}

void ms_jpeg_job_begin(ms_jpeg_job *job)
{
    (void)jpeg_std_error(&job->errors);
    job->errors.error_exit = on_error;
    job->errors.emit_message = on_message;
    job->errors.output_message = on_output_message;
    job->progress.progress_monitor = on_progress;
    job->source = (struct jpeg_source_mgr){.init_source = init_source,
                                           .fill_input_buffer = fill_input,
                                           .skip_input_data = skip_input,
                                           .resync_to_restart = jpeg_resync_to_restart,
                                           .term_source = init_source};
    job->sink = (struct jpeg_destination_mgr){
        .init_destination = init_sink, .empty_output_buffer = empty_sink, .term_destination = end_sink};
    job->from.err = &job->errors;
    job->from.client_data = job;
    jpeg_create_decompress(&job->from);
    job->from.src = &job->source;
    job->from.progress = &job->progress;
    job->to.err = &job->errors;
    job->to.client_data = job;
    jpeg_create_compress(&job->to);
    job->to.dest = &job->sink;
}

void ms_jpeg_job_end(ms_jpeg_job *job)
{
    jpeg_destroy_compress(&job->to); /* both accept what was not created, all zero */
    jpeg_destroy_decompress(&job->from);
}
