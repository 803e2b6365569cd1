#include "images/worker/convert.h"

#include "base/escape.h"
#include "images/formats/tiff_join.h"
#include "images/jpeg/jpeg_gray.h"
#include "images/vips/picture_save.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { HEAD = 64 };

/* Loaders that libvips marks as untrusted, as they were fuzzed less. They are needed and run in the sandbox;
 * all other untrusted loaders stay blocked. */
static const char *const unblocked[] = {"VipsForeignLoadPpm", "VipsForeignLoadJp2k", "VipsForeignLoadJxl"};

/* Warnings may be the reason of an error that libvips reports without one, as libpng's are; the rank reads
 * what GLib writes before it aborts from standard error. */
static void on_log(const gchar *domain, GLogLevelFlags level, const gchar *message, gpointer user)
{
    (void)domain;
    (void)user;
    if (level & G_LOG_LEVEL_WARNING) {
        vips_error("", "%s", message);
    }
    if (level & (G_LOG_FLAG_FATAL | G_LOG_LEVEL_ERROR)) {
        ssize_t ignored = write(STDERR_FILENO, message, strlen(message));
        (void)ignored;
    }
}

ms_code ms_convert_begin(ms_err *err)
{
    (void)g_log_set_default_handler(on_log, NULL);
    /* Large images stay in memory, as the sandbox allows no temporary file; no run-time code generation. */
    (void)g_setenv("VIPS_DISC_THRESHOLD", "1000g", TRUE);
    (void)g_setenv("VIPS_NOVECTOR", "1", TRUE);
    if (vips_init("mpiscan-gray") != 0) {
        return ms_picture_error(err, "cannot start libvips");
    }
    vips_concurrency_set(1);
    vips_cache_set_max(0);
    vips_cache_set_max_mem(0);
    vips_cache_set_max_files(0);
    vips_block_untrusted_set(TRUE);
    for (size_t i = 0; i < sizeof unblocked / sizeof *unblocked; i++) {
        vips_operation_block_set(unblocked[i], FALSE);
    }
    return MS_OK;
}

/* One picture, or one page of a TIFF. */
static ms_code convert_page(int in, uint32_t page, uint64_t *budget, const ms_gray_request *request,
                            ms_gray_reply *reply, ms_gray_output *output, ms_bytes *memory, ms_err *err)
{
    ms_picture picture = {0};
    ms_picture_meta meta = {0};
    if (lseek(in, 0, SEEK_SET) < 0) {
        return ms_err_set(err, MS_IO, errno, "cannot read the image");
    }
    MS_TRY(ms_picture_open(&picture, in, page, request, budget, reply, err));
    ms_code code = MS_OK;
    MS_TRY_OR(close_picture, ms_picture_meta_take(&meta, &picture, in, request, reply, err));
    if (page > 0) { /* EXIF belongs to the file: written with its first page */
        ms_bytes_clear(&meta.exif);
    }
    code = ms_picture_save(&picture, &meta, reply, output, memory, err);
    ms_picture_meta_fini(&meta);
close_picture:
    ms_picture_close(&picture);
    return code;
}

/* To TIFF: page by page, as pages may differ in size and format. The reply has the first one's size. */
static ms_code convert_pages(int in, const ms_gray_request *request, ms_gray_reply *reply,
                             ms_gray_output *output, ms_err *err)
{
    ms_tiff_join join = {.output = output};
    ms_gray_reply first = *reply;
    ms_code code = MS_OK;
    uint64_t budget = request->max_pixels;
    uint32_t pages = 1;
    for (uint32_t page = 0; page < pages; page++) {
        ms_bytes file = {0};
        code = convert_page(in, page, &budget, request, reply, output, &file, err);
        if (code == MS_OK) {
            code = ms_tiff_join_add(&join, &file, err);
        }
        ms_bytes_fini(&file);
        if (page == 0) {
            first = *reply;
            pages = reply->from == MS_IMAGE_TIFF ? reply->pages : 1;
        }
        MS_TRY_OR(fini_join, code);
    }
    MS_TRY_OR(fini_join, ms_tiff_join_end(&join, err));
fini_join:
    ms_tiff_join_fini(&join);
    *reply = first;
    return code;
}

static ms_code convert_general(int in, const ms_gray_request *request, ms_gray_reply *reply,
                               ms_gray_output *output, ms_err *err)
{
    uint64_t budget = request->max_pixels;
    reply->method = MS_GRAY_METHOD_GENERAL;
    return reply->to == MS_IMAGE_TIFF ? convert_pages(in, request, reply, output, err)
                                      : convert_page(in, 0, &budget, request, reply, output, NULL, err);
}

static ms_code convert(int in, ms_gray_output *output, const ms_gray_request *request, ms_gray_reply *reply,
                       ms_err *err)
{
    uint8_t head[HEAD];
    bool done = false;
    ssize_t got = pread(in, head, sizeof head, 0);
    if (got < 0) {
        return ms_err_set(err, MS_IO, errno, "cannot read the image");
    }
    reply->from = ms_image_format_of(head, (size_t)got);
    reply->to = ms_image_target_of(reply->from, request->target);
    if (reply->from == MS_IMAGE_NONE) {
        reply->to = MS_IMAGE_NONE;
        return ms_err_set(err, MS_FORMAT, 0, "not an image of a supported format");
    }
    if (reply->from == MS_IMAGE_JPEG && reply->to == MS_IMAGE_JPEG && request->formula == MS_GRAY_BT601) {
        ms_code code = ms_jpeg_gray(in, output, request, false, reply, &done, err);
        if (code != MS_OK || done) {
            return code;
        }
    }
    return convert_general(in, request, reply, output, err);
}

void ms_convert(int in, int out, const ms_gray_request *request, ms_gray_reply *reply)
{
    ms_gray_output output = {0};
    ms_err err = {0};
    *reply = (ms_gray_reply){0};
    vips_error_clear(); /* of an image before */
    reply->code = ms_gray_output_init(&output, out, &err);
    if (reply->code == MS_OK) {
        reply->code = convert(in, &output, request, reply, &err);
        ms_gray_output_end(&output, reply);
    }
    if (reply->code != MS_OK) {
        const char *text = err.text[0] ? err.text : ms_code_text(reply->code);
        (void)ms_escape_message_to(reply->text, sizeof reply->text, text, strlen(text));
    }
    ms_gray_output_fini(&output);
}
