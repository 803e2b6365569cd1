/* PNG, JPEG and PNM stream into the output, with metadata inserted at a known offset; TIFF (written with
 * seeks) and WebP (metadata changes its header) are made in memory first. */
#include "images/vips/picture_save.h"

#include "images/formats/exif_tiff.h"
#include "images/formats/webp_chunks.h"

#include <math.h>
#include <string.h>

enum {
    JPEG_QUALITY = 92,
    WEBP_QUALITY = 90,
    PNG_FAST = 3,  /* with filter "sub" smaller than level 6 without, in half the time */
    PNG_SMALL = 6, /* for palettes and line art */
    JPEG_HEAD = 2, /* SOI: libvips writes no JFIF segment with strip */
    PNG_HEAD = 33, /* signature and IHDR */
    SEGMENT_MAX = 65533,
    JPEG_MAX = 65500, /* pixels per side */
    WEBP_MAX = 16383,
    BIG_TIFF = 2000000000,
};

typedef struct sink {
    ms_gray_output *output; /* streams to it; or NULL: */
    ms_bytes memory;        /* owned: the whole file, for a saver that seeks */
    size_t at;
    bool no_memory;
} sink;

static gint64 on_write(VipsTargetCustom *target, const void *data, gint64 n, sink *s)
{
    (void)target;
    if (s->output) {
        return ms_gray_output_write(s->output, data, (size_t)n) == MS_OK ? n : -1;
    }
    size_t end = s->at + (size_t)n;
    if (end > s->memory.len) {
        if (ms_bytes_reserve(&s->memory, end - s->memory.len) != MS_OK) {
            s->no_memory = true;
            return -1;
        }
        if (s->at > s->memory.len) {
            memset(s->memory.data + s->memory.len, 0, s->at - s->memory.len);
        }
        s->memory.len = end;
    }
    memcpy(s->memory.data + s->at, data, (size_t)n);
    s->at = end;
    return n;
}

static gint64 on_read(VipsTargetCustom *target, void *data, gint64 n, sink *s)
{
    (void)target;
    size_t left = s->at < s->memory.len ? s->memory.len - s->at : 0;
    size_t got = (size_t)n < left ? (size_t)n : left;
    memcpy(data, s->memory.data + s->at, got);
    s->at += got;
    return (gint64)got;
}

static gint64 on_seek(VipsTargetCustom *target, gint64 offset, int whence, sink *s)
{
    (void)target;
    gint64 from = whence == SEEK_CUR ? (gint64)s->at : whence == SEEK_END ? (gint64)s->memory.len : 0;
    if (s->output || offset + from < 0) {
        return -1;
    }
    s->at = (size_t)(offset + from);
    return (gint64)s->at;
}

static void put_be32(ms_bytes *to, uint32_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8) {
        ms_bytes_put_u8(to, (uint8_t)(value >> shift));
    }
}

/* PNG's CRC (W3C PNG, annex D) of `data` from `at` on. */
static uint32_t crc_of(const ms_bytes *data, size_t at)
{
    uint32_t crc = 0xFFFFFFFFU;
    for (; at < data->len; at++) {
        crc ^= data->data[at];
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc >> 1) ^ (crc & 1 ? 0xEDB88320U : 0);
        }
    }
    return ~crc;
}

static void put_png_chunk(ms_bytes *to, const char *name, const ms_bytes *data)
{
    put_be32(to, (uint32_t)data->len);
    size_t from = to->len;
    ms_bytes_append(to, name, 4);
    ms_bytes_append(to, data->data, data->len);
    put_be32(to, crc_of(to, from));
}

/* An APP1 segment beginning with `head` (with its NULs); dropped if larger than a segment. */
static void put_app1(ms_bytes *to, const char *head, size_t nhead, const ms_bytes *data)
{
    size_t n = nhead + data->len;
    if (data->len == 0 || n > SEGMENT_MAX) {
        return;
    }
    const uint8_t marker[4] = {0xFF, 0xE1, (uint8_t)((n + 2) >> 8), (uint8_t)((n + 2) & 0xFF)};
    ms_bytes_append(to, marker, sizeof marker);
    ms_bytes_append(to, head, nhead);
    ms_bytes_append(to, data->data, data->len);
}

/* The JFIF segment (ITU-T T.871, 10.1), in dots per inch if the resolution is known. */
static void put_jfif(ms_bytes *to, const VipsImage *image)
{
    double dpi = rint(image->Xres * 25.4);
    bool known = dpi >= 1 && dpi <= 65535 && fabs(image->Xres - 1.0) > 1e-6; /* 1.0: libvips' unknown */
    unsigned density = known ? (unsigned)dpi : 1;
    const uint8_t segment[] = {0xFF,
                               0xE0,
                               0,
                               16,
                               'J',
                               'F',
                               'I',
                               'F',
                               0,
                               1,
                               1,
                               known ? 1 : 0,
                               (uint8_t)(density >> 8),
                               (uint8_t)density,
                               (uint8_t)(density >> 8),
                               (uint8_t)density,
                               0,
                               0};
    ms_bytes_append(to, segment, sizeof segment);
}

/* Metadata of the formats that stream, inserted by the output. */
static ms_code prepare_insert(const ms_picture_meta *meta, const VipsImage *image, ms_image_format to,
                              ms_gray_output *output)
{
    static const char xmp_head[] = "http://ns.adobe.com/xap/1.0/"; /* with its NUL */
    static const char exif_head[6] = "Exif\0";
    if (to == MS_IMAGE_JPEG) {
        output->insert_at = JPEG_HEAD;
        put_jfif(&output->insert, image);
        put_app1(&output->insert, exif_head, sizeof exif_head, &meta->exif);
        put_app1(&output->insert, xmp_head, sizeof xmp_head, &meta->xmp);
    } else if (to == MS_IMAGE_PNG && meta->exif.len > 0) {
        output->insert_at = PNG_HEAD;
        put_png_chunk(&output->insert, "eXIf", &meta->exif);
    }
    return ms_bytes_check(&output->insert);
}

static int save_png(const ms_picture *picture, VipsTarget *target)
{
    return vips_pngsave_target(picture->image, target, "compression", picture->palette ? PNG_SMALL : PNG_FAST,
                               "filter",
                               picture->palette ? VIPS_FOREIGN_PNG_FILTER_NONE : VIPS_FOREIGN_PNG_FILTER_SUB,
                               "bitdepth", picture->image->BandFmt == VIPS_FORMAT_USHORT ? 16 : 8, NULL);
}

static int save_tiff(const ms_picture *picture, VipsTarget *target)
{
    VipsImage *image = picture->image;
    bool big =
        (double)image->Xsize * image->Ysize * image->Bands * (double)vips_format_sizeof(image->BandFmt) >
        (double)BIG_TIFF;
    if (picture->bilevel) {
        return vips_tiffsave_target(image, target, "compression", VIPS_FOREIGN_TIFF_COMPRESSION_CCITTFAX4,
                                    "bitdepth", 1, "bigtiff", big, NULL);
    }
    return vips_tiffsave_target(image, target, "compression", VIPS_FOREIGN_TIFF_COMPRESSION_DEFLATE,
                                "predictor", VIPS_FOREIGN_TIFF_PREDICTOR_HORIZONTAL, "bigtiff", big, NULL);
}

static int save_as(const ms_picture *picture, ms_image_format to, VipsTarget *target)
{
    VipsImage *image = picture->image;
    switch ((int)to) {
    case MS_IMAGE_JPEG:
        return vips_jpegsave_target(image, target, "Q", JPEG_QUALITY, "optimize_coding", TRUE, "strip", TRUE,
                                    NULL);
    case MS_IMAGE_PNG:
        return save_png(picture, target);
    case MS_IMAGE_WEBP:
        return vips_webpsave_target(image, target, "lossless", picture->lossless, "Q", WEBP_QUALITY, "strip",
                                    TRUE, NULL);
    case MS_IMAGE_TIFF:
        return save_tiff(picture, target);
    case MS_IMAGE_PPM:
        return vips_ppmsave_target(image, target, "format", VIPS_FOREIGN_PPM_FORMAT_PGM, "strip", TRUE, NULL);
    default:
        vips_error("save", "%s cannot be written", ms_image_format_name(to));
        return -1;
    }
}

static ms_code check_fit(const ms_picture *picture, const ms_gray_reply *reply, ms_err *err)
{
    const char *name = ms_image_format_name(reply->to);
    bool single = reply->to == MS_IMAGE_JPEG || reply->to == MS_IMAGE_PNG || reply->to == MS_IMAGE_PPM ||
                  (picture->from == MS_IMAGE_TIFF && reply->to != MS_IMAGE_TIFF); /* pages are not frames */
    int side = reply->to == MS_IMAGE_JPEG ? JPEG_MAX : reply->to == MS_IMAGE_WEBP ? WEBP_MAX : INT32_MAX;
    int height = (int)reply->height > picture->image->Ysize ? picture->image->Ysize : (int)reply->height;
    if (single && reply->pages > 1) {
        return ms_err_set(err, MS_FORMAT, 0, "%u pages do not fit into one %s file", reply->pages, name);
    }
    if (picture->image->Xsize > side || height > side) {
        return ms_err_set(err, MS_LIMIT, 0, "%d x %d pixels do not fit into a %s file", picture->image->Xsize,
                          height, name);
    }
    return MS_OK;
}

/* A white background, for formats without alpha. */
static ms_code flatten(ms_picture *picture, ms_image_format to, ms_err *err)
{
    if (picture->image->Bands < 2 || (to != MS_IMAGE_JPEG && to != MS_IMAGE_PPM)) {
        return MS_OK;
    }
    double white = picture->image->BandFmt == VIPS_FORMAT_UCHAR ? 255 : 65535;
    VipsArrayDouble *background = vips_array_double_newv(1, white);
    VipsImage *flat = NULL;
    int failed = vips_flatten(picture->image, &flat, "background", background, "max_alpha", white, NULL);
    vips_area_unref(VIPS_AREA(background));
    if (failed) {
        return ms_picture_error(err, "flatten");
    }
    g_object_unref(picture->image);
    picture->image = flat;
    return MS_OK;
}

/* A failing vips_webpsave leaks its input (8.14): it gets one already decoded, which cannot fail. */
static ms_code decode_all(ms_picture *picture, ms_err *err)
{
    VipsImage *decoded = vips_image_copy_memory(picture->image);
    if (!decoded) {
        return ms_picture_error(err, ms_image_format_name(picture->from));
    }
    g_object_unref(picture->image);
    picture->image = decoded;
    return MS_OK;
}

static ms_code save_through(const ms_picture *picture, ms_image_format to, sink *s, ms_err *err)
{
    VipsTargetCustom *target = vips_target_custom_new();
    (void)g_signal_connect(target, "write", G_CALLBACK(on_write), s);
    (void)g_signal_connect(target, "read", G_CALLBACK(on_read), s);
    (void)g_signal_connect(target, "seek", G_CALLBACK(on_seek), s);
    int failed = save_as(picture, to, VIPS_TARGET(target));
    g_object_unref(target);
    if (s->output && s->output->err.code != MS_OK) {
        vips_error_clear();
        *err = s->output->err;
        return err->code;
    }
    if (s->no_memory) {
        vips_error_clear();
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for the output");
    }
    return failed ? ms_picture_error(err, ms_image_format_name(picture->from)) : MS_OK;
}

ms_code ms_picture_save(ms_picture *picture, const ms_picture_meta *meta, const ms_gray_reply *reply,
                        ms_gray_output *output, ms_bytes *memory, ms_err *err)
{
    bool streams = reply->to != MS_IMAGE_TIFF && reply->to != MS_IMAGE_WEBP;
    sink s = {.output = streams ? output : NULL};
    if (check_fit(picture, reply, err) != MS_OK || flatten(picture, reply->to, err) != MS_OK ||
        (reply->to == MS_IMAGE_WEBP && decode_all(picture, err) != MS_OK)) {
        return err->code;
    }
    if (prepare_insert(meta, picture->image, reply->to, output) != MS_OK) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for metadata");
    }
    if (meta->xmp.len > 0 && (reply->to == MS_IMAGE_PNG || reply->to == MS_IMAGE_TIFF)) {
        vips_image_set_blob_copy(picture->image, VIPS_META_XMP_NAME, meta->xmp.data, meta->xmp.len);
    }
    ms_code code = save_through(picture, reply->to, &s, err);
    if (code == MS_OK && reply->to == MS_IMAGE_WEBP) {
        code = ms_webp_attach_metadata(&s.memory, &meta->exif, &meta->xmp, err);
        if (code == MS_OK && ms_gray_output_write(output, s.memory.data, s.memory.len) != MS_OK) {
            *err = output->err;
            code = err->code;
        }
    }
    if (code == MS_OK && reply->to == MS_IMAGE_TIFF) {
        *memory = s.memory;
        return ms_exif_into_tiff(memory, &meta->exif) == MS_OK
                   ? MS_OK
                   : ms_err_set(err, MS_NOMEM, 0, "out of memory for metadata");
    }
    ms_bytes_fini(&s.memory);
    return code;
}
