/* EXIF and XMP are carried as bytes and written by us: libvips has libexif write EXIF anew, with additional
 * fields, the time of day among them. */
#include "images/vips/picture_meta.h"

#include "images/formats/exif_block.h"
#include "images/formats/exif_tiff.h"

#include <string.h>

void ms_picture_meta_fini(ms_picture_meta *meta)
{
    ms_bytes_fini(&meta->exif);
    ms_bytes_fini(&meta->xmp);
}

static ms_code copy_blob(ms_bytes *to, VipsImage *image, const char *name, ms_err *err)
{
    const void *data = NULL;
    size_t n = 0;
    if (vips_image_get_typeof(image, name) == 0) {
        return MS_OK;
    }
    if (vips_image_get_blob(image, name, &data, &n) != 0) {
        return ms_picture_error(err, name);
    }
    ms_bytes_append(to, data, n);
    ms_code code = ms_bytes_check(to);
    return code == MS_OK ? MS_OK : ms_err_set(err, code, 0, "out of memory for metadata");
}

static bool is_gray_profile(VipsImage *image)
{
    const void *data = NULL;
    size_t n = 0;
    return vips_image_get_blob(image, VIPS_META_ICC_NAME, &data, &n) == 0 && n >= 20 &&
           memcmp((const char *)data + 16, "GRAY", 4) == 0;
}

static bool is_dropped(const char *name, bool strip)
{
    static const char *const always[] = {"exif-", VIPS_META_XMP_NAME, VIPS_META_IPTC_NAME,
                                         VIPS_META_PHOTOSHOP_NAME, "jpeg-thumbnail-data"};
    static const char *const stripped[] = {VIPS_META_IMAGEDESCRIPTION, "png-comment-"};
    bool drop = false;
    for (size_t i = 0; i < sizeof always / sizeof *always; i++) {
        drop = drop || strncmp(name, always[i], strlen(always[i])) == 0;
    }
    for (size_t i = 0; i < sizeof stripped / sizeof *stripped; i++) {
        drop = drop || (strip && strncmp(name, stripped[i], strlen(stripped[i])) == 0);
    }
    return drop;
}

static void drop_fields(VipsImage *image, bool strip)
{
    char **names = vips_image_get_fields(image);
    for (size_t i = 0; names && names[i]; i++) {
        if (is_dropped(names[i], strip)) {
            (void)vips_image_remove(image, names[i]);
        }
    }
    g_strfreev(names);
    if (vips_image_get_typeof(image, VIPS_META_ICC_NAME) != 0 && (strip || !is_gray_profile(image))) {
        (void)vips_image_remove(image, VIPS_META_ICC_NAME);
    }
}

/* Rotates the pixels to orientation 1. That needs the image in memory, by now one sample per pixel. */
static ms_code rotate(VipsImage **image, ms_err *err)
{
    VipsImage *copy = vips_image_copy_memory(*image);
    VipsImage *rotated = NULL;
    int failed = copy ? vips_autorot(copy, &rotated, NULL) : -1;
    if (copy) {
        g_object_unref(copy);
    }
    if (failed) {
        return ms_picture_error(err, "rotation");
    }
    g_object_unref(*image);
    *image = rotated;
    return MS_OK;
}

/* Prepares the block for writing: no thumbnail, orientation after rotation; with strip at most the
 * orientation. */
static ms_code edit_exif(ms_bytes *exif, bool strip, int orientation, ms_err *err)
{
    if (exif->len >= 6 && memcmp(exif->data, "Exif\0\0", 6) == 0) {
        memmove(exif->data, exif->data + 6, exif->len - 6);
        exif->len -= 6;
    }
    if (!strip) {
        exif->len = ms_exif_drop_thumbnail(exif->data, exif->len);
        ms_exif_set_orientation(exif->data, exif->len, (unsigned)orientation);
        return MS_OK;
    }
    ms_bytes_clear(exif);
    uint8_t minimal[MS_EXIF_MINIMAL_SIZE];
    ms_exif_minimal(minimal, (unsigned)orientation);
    if (orientation != 1) {
        ms_bytes_append(exif, minimal, sizeof minimal);
    }
    ms_code code = ms_bytes_check(exif);
    return code == MS_OK ? MS_OK : ms_err_set(err, code, 0, "out of memory for metadata");
}

ms_code ms_picture_meta_take(ms_picture_meta *meta, ms_picture *picture, int in,
                             const ms_gray_request *request, const ms_gray_reply *reply, ms_err *err)
{
    *meta = (ms_picture_meta){0};
    int orientation = vips_image_get_orientation(picture->image);
    bool must_rotate = request->strip || reply->to != reply->from;
    ms_code code = MS_OK;
    MS_TRY_OR(fini_meta, copy_blob(&meta->exif, picture->image, VIPS_META_EXIF_NAME, err));
    if (!request->strip) {
        MS_TRY_OR(fini_meta, copy_blob(&meta->xmp, picture->image, VIPS_META_XMP_NAME, err));
    }
    if (!request->strip && reply->from == MS_IMAGE_TIFF && ms_exif_from_tiff(in, &meta->exif) != MS_OK) {
        code = ms_err_set(err, MS_NOMEM, 0, "out of memory for metadata");
        goto fini_meta;
    }
    if (orientation != 1 && must_rotate && reply->pages == 1) {
        MS_TRY_OR(fini_meta, rotate(&picture->image, err));
        orientation = 1;
    }
    MS_TRY_OR(fini_meta, edit_exif(&meta->exif, request->strip, orientation, err));
    drop_fields(picture->image, request->strip);
    return MS_OK;
fini_meta:
    ms_picture_meta_fini(meta);
    return code;
}
