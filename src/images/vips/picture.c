/* The loader follows from the first bytes alone; libvips never guesses one. */
#include "images/vips/picture.h"

#include "images/formats/gif_blocks.h"
#include "images/formats/pnm_text.h"
#include "images/formats/tiff_tags.h"
#include "images/formats/webp_chunks.h"
#include "images/vips/bmp_image.h"

#include <stdio.h>
#include <string.h>

/* Of HEIF files the primary image is loaded. */
static const struct loader {
    const char *name;
    const char *option; /* an extra one of the format */
} loaders[MS_IMAGE_FORMAT_COUNT] = {
    [MS_IMAGE_JPEG] = {"jpegload_source", NULL},   [MS_IMAGE_PNG] = {"pngload_source", NULL},
    [MS_IMAGE_TIFF] = {"tiffload_source", "page"}, [MS_IMAGE_WEBP] = {"webpload_source", "n"},
    [MS_IMAGE_GIF] = {"gifload_source", "n"},      [MS_IMAGE_PPM] = {"ppmload_source", NULL},
    [MS_IMAGE_HEIF] = {"heifload_source", NULL},   [MS_IMAGE_AVIF] = {"heifload_source", NULL},
    [MS_IMAGE_JP2] = {"jp2kload_source", NULL},    [MS_IMAGE_JXL] = {"jxlload_source", NULL},
};

/* Every warning is an error: a damaged image must not pass for a complete one. */
static ms_code load(ms_picture *picture, int in, uint32_t page, uint64_t budget, ms_err *err)
{
    const struct loader *loader = &loaders[picture->from];
    const char *format = ms_image_format_name(picture->from);
    if (picture->from == MS_IMAGE_WEBP && ms_webp_pixels(in) > budget) {
        return ms_err_set(err, MS_LIMIT, 0, "more than %llu pixels", (unsigned long long)budget);
    }
    if (!loader->name || vips_type_find("VipsOperation", loader->name) == 0) {
        return ms_err_set(err, MS_FORMAT, 0, "the installed libvips cannot read %s", format);
    }
    VipsSource *source = vips_source_new_from_descriptor(in);
    if (!source) {
        return ms_picture_error(err, format);
    }
    int value = picture->from == MS_IMAGE_TIFF ? (int)page : -1; /* -1: all frames */
    int failed =
        vips_call(loader->name, source, &picture->opened, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on",
                  VIPS_FAIL_ON_WARNING, loader->option, value, NULL); /* a NULL option ends the list */
    g_object_unref(source);
    return failed ? ms_picture_error(err, format) : MS_OK;
}

/* Truncation that libraries do not report. */
static ms_code check_complete(const ms_picture *picture, int in, const ms_gray_reply *reply, ms_err *err)
{
    const VipsImage *image = picture->opened;
    uint64_t samples = (uint64_t)image->Xsize * (uint64_t)image->Ysize * (uint64_t)image->Bands;
    if (picture->from == MS_IMAGE_TIFF && ms_tiff_pages(in) != reply->pages) {
        return ms_err_set(err, MS_FORMAT, 0, "tiff: broken chain of pages");
    }
    if (picture->from == MS_IMAGE_GIF && ms_gif_frames(in) != reply->pages) { /* also between two frames */
        return ms_err_set(err, MS_FORMAT, 0, "gif: no trailer, frames may be missing");
    }
    if (picture->from == MS_IMAGE_PPM && !ms_pnm_is_complete(in, samples)) {
        return ms_err_set(err, MS_FORMAT, 0, "%s: truncated", ms_image_format_name(picture->from));
    }
    return MS_OK;
}

static ms_code check_size(const ms_picture *picture, const ms_gray_request *request, uint64_t *budget,
                          ms_gray_reply *reply, ms_err *err)
{
    VipsImage *image = picture->opened;
    int page_height = vips_image_get_page_height(image);
    uint64_t pixels = (uint64_t)image->Xsize * (uint64_t)image->Ysize;
    reply->width = (uint32_t)image->Xsize;
    reply->height = (uint32_t)page_height;
    reply->pages = (uint32_t)(picture->from == MS_IMAGE_TIFF ? vips_image_get_n_pages(image)
                                                             : image->Ysize / page_height);
    if (pixels > *budget) {
        char npages[32] = "";
        if (reply->pages > 1) {
            (void)snprintf(npages, sizeof npages, ", %u pages,", reply->pages);
        }
        return ms_err_set(err, MS_LIMIT, 0, "%d x %d pixels%s are more than %llu", image->Xsize, page_height,
                          npages, (unsigned long long)request->max_pixels);
    }
    *budget -= pixels;
    return MS_OK;
}

/* Replaces *image by `next`, or on failure by NULL. */
static ms_code replace(VipsImage **image, VipsImage *next, int failed, ms_err *err)
{
    g_object_unref(*image);
    *image = failed ? NULL : next;
    return failed ? ms_picture_error(err, "conversion") : MS_OK;
}

static bool is_gray(const VipsImage *image)
{
    return image->Bands < 3 || image->Type == VIPS_INTERPRETATION_B_W ||
           image->Type == VIPS_INTERPRETATION_GREY16;
}

/* CMYK, Lab and the like to sRGB, by their profile or libvips' fallback. */
static ms_code to_rgb(VipsImage **image, ms_err *err)
{
    VipsImage *next = NULL;
    VipsInterpretation type = (*image)->Type;
    bool convert = type == VIPS_INTERPRETATION_CMYK || type == VIPS_INTERPRETATION_LAB ||
                   type == VIPS_INTERPRETATION_LABS || type == VIPS_INTERPRETATION_LABQ ||
                   type == VIPS_INTERPRETATION_XYZ || type == VIPS_INTERPRETATION_scRGB ||
                   (*image)->Coding != VIPS_CODING_NONE;
    if (!convert || ((*image)->Bands < 3 && (*image)->Coding == VIPS_CODING_NONE)) {
        return MS_OK;
    }
    bool deep = (*image)->BandFmt != VIPS_FORMAT_UCHAR && type != VIPS_INTERPRETATION_LABQ;
    VipsInterpretation space = deep ? VIPS_INTERPRETATION_RGB16 : VIPS_INTERPRETATION_sRGB;
    int failed = vips_colourspace(*image, &next, space, NULL);
    return replace(image, next, failed, err);
}

/* Already gray: only bands after alpha are dropped. */
static ms_code trim_gray(VipsImage **image, ms_err *err)
{
    VipsImage *next = NULL;
    VipsInterpretation type =
        (*image)->BandFmt == VIPS_FORMAT_UCHAR ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_GREY16;
    int failed = 0;
    if ((*image)->Bands > 2) {
        failed = vips_extract_band(*image, &next, 0, "n", 2, NULL);
        if (replace(image, next, failed, err) != MS_OK) {
            return err->code;
        }
    }
    failed = vips_copy(*image, &next, "interpretation", type, NULL);
    return replace(image, next, failed, err);
}

static ms_code make_gray(ms_picture *picture, const ms_gray_request *request, ms_err *err)
{
    picture->image = picture->opened;
    g_object_ref(picture->image);
    if (to_rgb(&picture->image, err) != MS_OK) {
        return err->code;
    }
    VipsBandFormat format = picture->image->BandFmt;
    if (format != VIPS_FORMAT_UCHAR && format != VIPS_FORMAT_USHORT) {
        return ms_err_set(err, MS_FORMAT, 0, "samples of type %s are not supported (only 8 or 16 bit)",
                          vips_enum_nick(VIPS_TYPE_BAND_FORMAT, (int)format));
    }
    if (is_gray(picture->image)) {
        return trim_gray(&picture->image, err);
    }
    if (ms_luma_init(&picture->luma, request->formula, format == VIPS_FORMAT_UCHAR ? 255 : 65535) != MS_OK) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory");
    }
    VipsImage *gray = ms_luma_image(&picture->luma, picture->image);
    return replace(&picture->image, gray, gray ? 0 : -1, err);
}

/* Properties of the input's coding that the saver follows. */
static void note_coding(ms_picture *picture, int in)
{
    VipsImage *image = picture->opened;
    if (vips_image_get_typeof(image, "palette-bit-depth") != 0) {
        picture->palette = true;
    }
    picture->bilevel = picture->from == MS_IMAGE_TIFF && ms_tiff_tag(in, MS_TIFF_BITS_PER_SAMPLE, 1) == 1 &&
                       image->Bands == 1 && image->BandFmt == VIPS_FORMAT_UCHAR;
    picture->lossless = picture->from == MS_IMAGE_WEBP
                            ? ms_webp_is_lossless(in)
                            : picture->from != MS_IMAGE_JPEG && picture->from != MS_IMAGE_HEIF &&
                                  picture->from != MS_IMAGE_AVIF;
}

ms_code ms_picture_open(ms_picture *picture, int in, uint32_t page, const ms_gray_request *request,
                        uint64_t *budget, ms_gray_reply *reply, ms_err *err)
{
    *picture = (ms_picture){.from = reply->from};
    ms_code code = reply->from == MS_IMAGE_BMP
                       ? ms_bmp_open(&picture->opened, in, request->max_pixels, &picture->palette, err)
                       : load(picture, in, page, *budget, err);
    MS_TRY_OR(close_picture, code);
    MS_TRY_OR(close_picture, check_size(picture, request, budget, reply, err));
    MS_TRY_OR(close_picture, check_complete(picture, in, reply, err));
    note_coding(picture, in);
    MS_TRY_OR(close_picture, make_gray(picture, request, err));
    return MS_OK;
close_picture:
    ms_picture_close(picture);
    return code;
}

void ms_picture_close(ms_picture *picture)
{
    if (picture->image) {
        g_object_unref(picture->image);
    }
    if (picture->opened) {
        g_object_unref(picture->opened);
    }
    ms_luma_fini(&picture->luma);
    *picture = (ms_picture){0};
}
