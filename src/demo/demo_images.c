#include "demo/demo_images.h"

#include "demo/demo_internal.h"
#include "demo/demo_picture.h"

#include <inttypes.h>
#include <stdio.h>

static const double megapixels_min = 0.001, megapixels_max = 200;

static bool is_png(uint64_t index)
{
    return index % 3 == 2;
}

/* Two in four JPEGs have the usual sampling. */
static ms__sampling sampling_of(uint64_t index)
{
    static const ms__sampling samplings[] = {MS__SAMPLING_420, MS__SAMPLING_422, MS__SAMPLING_420,
                                             MS__SAMPLING_444};
    return samplings[(index - index / 3) % 4];
}

/* The bytes of picture `index` into *to, and its number of pixels. */
static ms_code encode(const ms_demo_images_options *options, uint64_t index, ms_bytes *to, uint64_t *npixels,
                      ms_err *err)
{
    ms__picture picture;
    uint32_t width = 0, height = 0;
    ms__picture_size(index, (uint64_t)(options->megapixels * 1e6), &width, &height);
    if (ms__picture_init(&picture, options->seed, index, width, height) != MS_OK) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for a demo picture");
    }
    ms_code code = is_png(index) ? ms__picture_png(&picture, to, err)
                                 : ms__picture_jpeg(&picture, sampling_of(index), to, err);
    *npixels = (uint64_t)width * height;
    ms__picture_fini(&picture);
    return code;
}

typedef struct job {
    const ms_demo_images_options *options;
    ms_demo_images_summary sum;
    ms_bytes bytes; /* owned: of one file */
} job;

static ms_code make_files(const ms__demo_directory *directory, void *user, ms_err *err)
{
    job *of = user;
    for (uint64_t i = 0; i < of->options->count; i++) {
        char name[MS__DEMO_NAME_MAX];
        uint64_t npixels = 0;
        MS_TRY(encode(of->options, i, &of->bytes, &npixels, err));
        ms__demo_name(name, "photo", of->options->count, i + 1, is_png(i) ? "png" : "jpg");
        MS_TRY(ms__demo_directory_put_bytes(directory, name, &of->bytes, err));
        of->sum.nfiles++;
        of->sum.nbytes += of->bytes.len;
        of->sum.npixels += npixels;
        of->sum.njpeg += is_png(i) ? 0 : 1;
    }
    return MS_OK;
}

ms_code ms_demo_images_make(const char *dir, const ms_demo_images_options *options, bool reuse,
                            ms_demo_images_summary *summary, ms_err *err)
{
    *summary = (ms_demo_images_summary){0};
    if (options->count == 0) {
        return ms_err_set(err, MS_USAGE, 0, "a demo set needs at least one picture");
    }
    if (!(options->megapixels >= megapixels_min &&
          options->megapixels <= megapixels_max)) { /* NaN fails too */
        return ms_err_set(err, MS_USAGE, 0, "a demo picture has between %g and %g megapixels", megapixels_min,
                          megapixels_max);
    }
    char text[128];
    (void)snprintf(text, sizeof text, "images %" PRIu64 " %a %" PRIu64 "\n", options->count,
                   options->megapixels, options->seed);
    job all = {.options = options};
    ms_code code = ms__demo_make(dir, reuse ? text : NULL, &all.sum.reused, make_files, &all, err);
    ms_bytes_fini(&all.bytes);
    MS_TRY(code);
    *summary = all.sum;
    return MS_OK;
}
