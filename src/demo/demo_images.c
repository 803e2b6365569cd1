/* The set of demo pictures as a whole: names, sizes, formats. What a picture shows is demo_picture.c's, its
 * bytes are demo_encode.c's. */
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

static void name_of(char name[MS__DEMO_NAME_MAX], uint64_t count, uint64_t index)
{
    int digits = 1;
    for (uint64_t rest = count; rest >= 10; rest /= 10) {
        digits++;
    }
    digits = digits > 4 ? digits : 4;
    char all[21];
    (void)snprintf(all, sizeof all, "%020" PRIu64, index + 1);
    (void)snprintf(name, MS__DEMO_NAME_MAX, "photo_%s.%s", all + 20 - digits, is_png(index) ? "png" : "jpg");
}

/* Of the JPEGs two in four have the usual sampling. */
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
        return ms_err_set(err, MS_NOMEM, 0, "no memory for a picture of the demo set");
    }
    ms_code code = is_png(index) ? ms__picture_png(&picture, to, err)
                                 : ms__picture_jpeg(&picture, sampling_of(index), to, err);
    *npixels = (uint64_t)width * height;
    ms__picture_fini(&picture);
    return code;
}

static ms_code make_file(const ms__demo_directory *directory, const ms_demo_images_options *options,
                         uint64_t index, ms_bytes *bytes, ms_demo_images_summary *sum, ms_err *err)
{
    uint64_t npixels = 0;
    MS_TRY(encode(options, index, bytes, &npixels, err));
    char name[MS__DEMO_NAME_MAX];
    name_of(name, options->count, index);
    MS_TRY(ms__demo_directory_put_bytes(directory, name, bytes, err));
    sum->nfiles++;
    sum->nbytes += bytes->len;
    sum->npixels += npixels;
    sum->njpeg += is_png(index) ? 0 : 1;
    return MS_OK;
}

/* `marker`: what to note beside the directory; NULL: nothing. */
static ms_code make_set(const char *dir, const ms_demo_images_options *options, const char *marker,
                        ms_demo_images_summary *summary, ms_err *err)
{
    ms__demo_directory directory = {0};
    ms_demo_images_summary sum = {0};
    ms_bytes bytes = {0};
    MS_TRY(ms__demo_directory_open(&directory, dir, err));
    ms_code code = MS_OK;
    MS_TRY_OR(done, marker ? ms__demo_made_set(dir, "", err) : MS_OK);
    for (uint64_t i = 0; i < options->count; i++) {
        MS_TRY_OR(done, make_file(&directory, options, i, &bytes, &sum, err));
    }
    MS_TRY_OR(done, marker ? ms__demo_made_set(dir, marker, err) : MS_OK);
    *summary = sum;
done:
    ms_bytes_fini(&bytes);
    ms__demo_directory_close(&directory);
    return code;
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
    if (reuse) {
        MS_TRY(ms__demo_made_begin(dir, text, &summary->reused, err));
    }
    return summary->reused ? MS_OK : make_set(dir, options, reuse ? text : NULL, summary, err);
}
