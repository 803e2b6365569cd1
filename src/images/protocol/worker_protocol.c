#include "images/protocol/worker_protocol.h"

#include "base/escape.h"

#include <string.h>

enum {
    REQUEST_MAGIC = 0x5152474D, /* "MGRQ" */
    REPLY_MAGIC = 0x5352474D,   /* "MGRS" */
    WIRE_VERSION = 2
};

ms_code ms_gray_request_encode(const ms_gray_request *request, ms_bytes *to)
{
    MS_TRY(ms_bytes_reserve(to, 64)); /* all or nothing is appended */
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
    bool valid = ms_reader_u32(&reader) == REQUEST_MAGIC && ms_reader_u8(&reader) == WIRE_VERSION;
    uint8_t formula = ms_reader_u8(&reader);
    uint8_t target = ms_reader_u8(&reader);
    uint8_t strip = ms_reader_u8(&reader);
    uint64_t max_pixels = ms_reader_u64(&reader);
    uint32_t max_scans = ms_reader_u32(&reader);
    uint64_t serial = ms_reader_u64(&reader);
    if (!valid || reader.failed || ms_reader_left(&reader) > 0 || formula > MS_GRAY_LINEAR ||
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
    (void)ms_escape_message_to(text, sizeof text, reply->text, strnlen(reply->text, sizeof reply->text));
    MS_TRY(ms_bytes_reserve(to, 64 + sizeof text));
    ms_bytes_put_u32(to, REPLY_MAGIC);
    ms_bytes_put_u8(to, WIRE_VERSION);
    ms_bytes_put_u8(to, (uint8_t)reply->code);
    ms_bytes_put_u8(to, (uint8_t)reply->method);
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

/* Accepts only text that escaping leaves unchanged: it is printed to terminals. */
static bool decode_text(ms_gray_reply *reply, const uint8_t *text, size_t n)
{
    char shown[sizeof reply->text + 8];
    if (!text || n >= sizeof reply->text) {
        return false;
    }
    (void)ms_escape_message_to(shown, sizeof shown, text, n);
    if (strlen(shown) != n || memcmp(shown, text, n) != 0) {
        return false;
    }
    memcpy(reply->text, shown, n + 1);
    return true;
}

static bool is_known(ms_image_format format)
{
    return (unsigned)format < MS_IMAGE_FORMAT_COUNT;
}

static bool is_valid(const ms_gray_reply *reply)
{
    if ((unsigned)reply->method > MS_GRAY_METHOD_GENERAL || !is_known(reply->from) || !is_known(reply->to)) {
        return false;
    }
    if (reply->code != MS_OK) {
        bool allowed = reply->code == MS_FORMAT || reply->code == MS_LIMIT || reply->code == MS_IO ||
                       reply->code == MS_NOMEM;
        return allowed && reply->text[0] != '\0';
    }
    bool lossless = reply->method == MS_GRAY_METHOD_JPEG_LOSSLESS;
    return reply->text[0] == '\0' && reply->method != MS_GRAY_METHOD_NONE && reply->from != MS_IMAGE_NONE &&
           reply->to != MS_IMAGE_NONE &&
           (!lossless || (reply->from == MS_IMAGE_JPEG && reply->to == MS_IMAGE_JPEG)) && reply->width > 0 &&
           reply->height > 0 && reply->pages > 0 && reply->nbytes > 0;
}

ms_code ms_gray_reply_decode(ms_gray_reply *reply, const void *data, size_t n)
{
    ms_gray_reply got = {0};
    ms_reader reader = ms_reader_over(data, n);
    bool valid = ms_reader_u32(&reader) == REPLY_MAGIC && ms_reader_u8(&reader) == WIRE_VERSION;
    got.code = (ms_code)ms_reader_u8(&reader);
    got.method = (ms_gray_method)ms_reader_u8(&reader);
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
    if (!valid || reader.failed || ms_reader_left(&reader) > 0 || !hash || !decode_text(&got, text, ntext) ||
        !is_valid(&got)) {
        *reply = (ms_gray_reply){0};
        return MS_FORMAT;
    }
    memcpy(got.hash, hash, sizeof got.hash);
    *reply = got;
    return MS_OK;
}
