/* What is asked of a conversion and what came of it, as bytes for the socket between a rank and its worker;
 * and what is fixed about each format: names, and what is written in its place. See gray.h. Both sides trust
 * nothing of what they receive: a decoded value is one that the other side may say. */
#include "images/protocol/worker_protocol.h"

#include "base/escape.h"

#include <string.h>

enum {
    REQUEST_MAGIC = 0x5152474D, /* "MGRQ" */
    REPLY_MAGIC = 0x5352474D,   /* "MGRS" */
    WIRE_VERSION = 2
};

/* A format that is written back as itself is its own stand-in. The others:
 *   GIF             WebP (lossless): all frames with their times, transparency and each of the 256 grays. A
 * GIF again would be quantised to a palette once more; a PNG holds one frame. BMP             PNG: without
 * loss, and libvips writes no BMP of its own. HEIC, AVIF,     PNG: the only one that keeps 10, 12 and 16 bits
 * and the alpha of all four, without a second loss, on JPEG 2000, XL   every build of libvips (their own
 * encoders are optional and slow). --to jpg is there for small files.
 */
static const struct {
    const char *name;
    const char *ext;
    ms_image_format target;
    /* Of a byte of the file, in bytes of plain text searched meanwhile (10 a nanosecond): medians over files
     * of more than 20 kB of 7 public test corpora, in one worker on one core. Of JPEG XL there were none. */
    uint32_t byte_cost;
} formats[MS_IMAGE_FORMAT_COUNT] = {
    [MS_IMAGE_NONE] = {"none", "", MS_IMAGE_NONE, 0},
    [MS_IMAGE_JPEG] = {"jpeg", "jpg", MS_IMAGE_JPEG, 80},
    [MS_IMAGE_PNG] = {"png", "png", MS_IMAGE_PNG, 500},
    [MS_IMAGE_TIFF] = {"tiff", "tiff", MS_IMAGE_TIFF, 500},
    [MS_IMAGE_WEBP] = {"webp", "webp", MS_IMAGE_WEBP, 9000},
    [MS_IMAGE_GIF] = {"gif", "gif", MS_IMAGE_WEBP, 5000},
    [MS_IMAGE_BMP] = {"bmp", "bmp", MS_IMAGE_PNG, 150},
    [MS_IMAGE_PPM] = {"ppm", "ppm", MS_IMAGE_PPM, 150},
    [MS_IMAGE_HEIF] = {"heic", "heic", MS_IMAGE_PNG, 4500},
    [MS_IMAGE_AVIF] = {"avif", "avif", MS_IMAGE_PNG, 20000},
    [MS_IMAGE_JP2] = {"jpeg2000", "jp2", MS_IMAGE_PNG, 5000},
    [MS_IMAGE_JXL] = {"jpegxl", "jxl", MS_IMAGE_PNG, 5000},
};

static ms_image_format known(ms_image_format format)
{
    return (unsigned)format < MS_IMAGE_FORMAT_COUNT ? format : MS_IMAGE_NONE;
}

const char *ms_image_format_name(ms_image_format format)
{
    return formats[known(format)].name;
}

const char *ms_image_format_ext(ms_image_format format)
{
    return formats[known(format)].ext;
}

uint32_t ms_image_byte_cost(ms_image_format format)
{
    return formats[known(format)].byte_cost;
}

ms_image_format ms_image_target_of(ms_image_format from, ms_image_format asked)
{
    return formats[known(asked != MS_IMAGE_NONE ? asked : from)].target;
}

ms_code ms_gray_request_encode(const ms_gray_request *request, ms_bytes *to)
{
    MS_TRY(ms_bytes_reserve(to, 64)); /* so that all or nothing is appended */
    ms_bytes_put_u32(to, REQUEST_MAGIC);
    ms_bytes_put_u8(to, WIRE_VERSION);
    ms_bytes_put_u8(to, (uint8_t)request->formula);
    ms_bytes_put_u8(to, (uint8_t)request->target);
    ms_bytes_put_u8(to, request->strip ? 1 : 0);
    ms_bytes_put_u64(to, request->max_pixels);
    ms_bytes_put_u32(to, request->max_scans);
    ms_bytes_put_u64(to, request->serial);
    return ms_bytes_check(to);
}

ms_code ms_gray_request_decode(ms_gray_request *request, const void *data, size_t n)
{
    *request = (ms_gray_request){0};
    ms_reader reader = ms_reader_over(data, n);
    bool right = ms_reader_u32(&reader) == REQUEST_MAGIC && ms_reader_u8(&reader) == WIRE_VERSION;
    uint8_t formula = ms_reader_u8(&reader);
    uint8_t target = ms_reader_u8(&reader);
    uint8_t strip = ms_reader_u8(&reader);
    uint64_t max_pixels = ms_reader_u64(&reader);
    uint32_t max_scans = ms_reader_u32(&reader);
    uint64_t serial = ms_reader_u64(&reader);
    if (!right || reader.failed || ms_reader_left(&reader) > 0 || formula > MS_GRAY_LINEAR ||
        target >= MS_IMAGE_FORMAT_COUNT || strip > 1) {
        return MS_FORMAT;
    }
    *request = (ms_gray_request){
        (ms_gray_formula)formula, (ms_image_format)target, strip == 1, max_pixels, max_scans, serial};
    return MS_OK;
}

ms_code ms_gray_reply_encode(const ms_gray_reply *reply, ms_bytes *to)
{
    char text[sizeof reply->text];
    (void)ms_escape_to(text, sizeof text, reply->text, strnlen(reply->text, sizeof reply->text));
    MS_TRY(ms_bytes_reserve(to, 64 + sizeof text));
    ms_bytes_put_u32(to, REPLY_MAGIC);
    ms_bytes_put_u8(to, WIRE_VERSION);
    ms_bytes_put_u8(to, (uint8_t)reply->code);
    ms_bytes_put_u8(to, (uint8_t)reply->way);
    ms_bytes_put_u8(to, (uint8_t)reply->from);
    ms_bytes_put_u8(to, (uint8_t)reply->to);
    ms_bytes_put_u32(to, reply->width);
    ms_bytes_put_u32(to, reply->height);
    ms_bytes_put_u32(to, reply->pages);
    ms_bytes_put_u64(to, reply->nbytes);
    ms_bytes_put_u64(to, reply->serial);
    ms_bytes_append(to, reply->hash, sizeof reply->hash);
    ms_bytes_put_blob(to, text, strlen(text));
    return ms_bytes_check(to);
}

/* Text that would come out of escaping as it went in: nothing in it can drive a terminal. */
static bool take_text(ms_gray_reply *reply, const uint8_t *text, size_t n)
{
    char shown[sizeof reply->text + 8]; /* so that nothing is cut */
    if (!text || n >= sizeof reply->text) {
        return false;
    }
    (void)ms_escape_to(shown, sizeof shown, text, n);
    if (strlen(shown) != n || memcmp(shown, text, n) != 0) {
        return false;
    }
    memcpy(reply->text, shown, n + 1);
    return true;
}

/* May a worker say this? */
static bool makes_sense(const ms_gray_reply *reply)
{
    if ((unsigned)reply->way > MS_GRAY_WAY_GENERAL || known(reply->from) != reply->from ||
        known(reply->to) != reply->to) {
        return false;
    }
    if (reply->code != MS_OK) {
        bool allowed = reply->code == MS_FORMAT || reply->code == MS_LIMIT || reply->code == MS_IO ||
                       reply->code == MS_NOMEM;
        return allowed && reply->text[0] != '\0';
    }
    bool lossless = reply->way == MS_GRAY_WAY_JPEG_LOSSLESS;
    return reply->text[0] == '\0' && reply->way != MS_GRAY_WAY_NONE && reply->from != MS_IMAGE_NONE &&
           reply->to != MS_IMAGE_NONE &&
           (!lossless || (reply->from == MS_IMAGE_JPEG && reply->to == MS_IMAGE_JPEG)) && reply->width > 0 &&
           reply->height > 0 && reply->pages > 0 && reply->nbytes > 0;
}

ms_code ms_gray_reply_decode(ms_gray_reply *reply, const void *data, size_t n)
{
    ms_gray_reply got = {0};
    ms_reader reader = ms_reader_over(data, n);
    bool right = ms_reader_u32(&reader) == REPLY_MAGIC && ms_reader_u8(&reader) == WIRE_VERSION;
    got.code = (ms_code)ms_reader_u8(&reader);
    got.way = (ms_gray_way)ms_reader_u8(&reader);
    got.from = (ms_image_format)ms_reader_u8(&reader);
    got.to = (ms_image_format)ms_reader_u8(&reader);
    got.width = ms_reader_u32(&reader);
    got.height = ms_reader_u32(&reader);
    got.pages = ms_reader_u32(&reader);
    got.nbytes = ms_reader_u64(&reader);
    got.serial = ms_reader_u64(&reader);
    const uint8_t *hash = ms_reader_take(&reader, sizeof got.hash);
    size_t ntext = 0;
    const uint8_t *text = ms_reader_blob(&reader, &ntext);
    if (!right || reader.failed || ms_reader_left(&reader) > 0 || !hash || !take_text(&got, text, ntext) ||
        !makes_sense(&got)) {
        *reply = (ms_gray_reply){0};
        return MS_FORMAT;
    }
    memcpy(got.hash, hash, sizeof got.hash);
    *reply = got;
    return MS_OK;
}
