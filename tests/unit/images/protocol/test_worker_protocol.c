/* Suite of images/protocol/worker_protocol.c: encoding and validation of requests and replies, and the table
 * of formats. */
#include "images/protocol/worker_protocol.h"

#include "unit.h"

#include <string.h>

static const ms_gray_request asked = {MS_GRAY_LINEAR, MS_IMAGE_WEBP, true, 300000000, 200, 9};

static ms_gray_reply good_reply(void)
{
    ms_gray_reply reply = {.code = MS_OK,
                           .method = MS_GRAY_METHOD_GENERAL,
                           .from = MS_IMAGE_PNG,
                           .to = MS_IMAGE_PNG,
                           .width = 37,
                           .height = 23,
                           .pages = 1,
                           .nbytes = 1234567890123};
    for (size_t i = 0; i < sizeof reply.hash; i++) {
        reply.hash[i] = (uint8_t)(17 * i + 3);
    }
    return reply;
}

static ms_gray_reply fault_reply(const char *text)
{
    ms_gray_reply reply = {.code = MS_LIMIT};
    (void)strncpy(reply.text, text, sizeof reply.text - 1);
    return reply;
}

/* Encodes and decodes again; `same` is what comes out. */
static ms_code round_trip(const ms_gray_reply *reply, ms_gray_reply *same)
{
    ms_bytes bytes = {0};
    ck_assert_int_eq(ms_gray_reply_encode(reply, &bytes), MS_OK);
    ms_code code = ms_gray_reply_decode(same, bytes.data, bytes.len);
    ms_bytes_fini(&bytes);
    return code;
}

TEST(a_request_survives_encoding)
{
    for (int formula = MS_GRAY_BT601; formula <= MS_GRAY_LINEAR; formula++) {
        ms_gray_request request = asked, got;
        ms_bytes bytes = {0};
        request.formula = (ms_gray_formula)formula;
        request.strip = formula % 2 == 0;
        ck_assert_int_eq(ms_gray_request_encode(&request, &bytes), MS_OK);
        ck_assert_int_eq(ms_gray_request_decode(&got, bytes.data, bytes.len), MS_OK);
        ck_assert_int_eq((int)got.formula, formula);
        ck_assert_int_eq((int)got.target, MS_IMAGE_WEBP);
        ck_assert(got.strip == request.strip && got.max_pixels == 300000000 && got.max_scans == 200 &&
                  got.serial == 9);
        ms_bytes_fini(&bytes);
    }
}

/* The layout is fixed: 4 magic, version, formula, target, strip, 8 pixels, 4 scans, 8 serial. */
static const struct {
    size_t at;
    uint8_t value;
} bad_requests[] = {{0, 'X'}, {3, 0}, {4, 1}, {4, 3}, {5, 3}, {5, 255}, {6, MS_IMAGE_FORMAT_COUNT},
                    {6, 255}, {7, 2}};

TEST(an_invalid_request_is_refused)
{
    ms_bytes bytes = {0};
    ms_gray_request got;
    ck_assert_int_eq(ms_gray_request_encode(&asked, &bytes), MS_OK);
    ck_assert_uint_eq(bytes.len, 28);
    for (size_t i = 0; i < sizeof bad_requests / sizeof bad_requests[0]; i++) {
        uint8_t was = bytes.data[bad_requests[i].at];
        bytes.data[bad_requests[i].at] = bad_requests[i].value;
        got = asked;
        ck_assert_int_eq(ms_gray_request_decode(&got, bytes.data, bytes.len), MS_FORMAT);
        ck_assert(got.max_pixels == 0 && got.max_scans == 0);
        bytes.data[bad_requests[i].at] = was;
    }
    for (size_t n = 0; n < bytes.len; n++) {
        ck_assert_int_eq(ms_gray_request_decode(&got, bytes.data, n), MS_FORMAT);
    }
    ck_assert_int_eq(ms_gray_request_decode(&got, bytes.data, bytes.len), MS_OK);
    ms_bytes_put_u8(&bytes, 0);
    ck_assert_int_eq(ms_gray_request_decode(&got, bytes.data, bytes.len), MS_FORMAT);
    ms_bytes_fini(&bytes);
}

TEST(a_reply_survives_encoding)
{
    ms_gray_reply reply = good_reply(), got;
    ck_assert_int_eq(round_trip(&reply, &got), MS_OK);
    ck_assert(got.code == MS_OK && got.method == MS_GRAY_METHOD_GENERAL && got.from == MS_IMAGE_PNG &&
              got.to == MS_IMAGE_PNG && got.width == 37 && got.height == 23 && got.pages == 1);
    ck_assert_uint_eq(got.nbytes, 1234567890123);
    ck_assert_mem_eq(got.hash, reply.hash, sizeof got.hash);
    ck_assert_str_eq(got.text, "");

    reply = fault_reply("took too much: 4 \xC3\x97 4");
    ck_assert_int_eq(round_trip(&reply, &got), MS_OK);
    ck_assert_int_eq(got.code, MS_LIMIT);
    ck_assert_str_eq(got.text, reply.text);
}

TEST(text_is_escaped_when_encoded)
{
    ms_gray_reply reply = fault_reply("a\x1B[31mb\n"), got;
    ck_assert_int_eq(round_trip(&reply, &got), MS_OK);
    ck_assert_str_eq(got.text, "a\\x1b[31mb\\n");

    memset(reply.text, 'x', sizeof reply.text); /* no NUL */
    ck_assert_int_eq(round_trip(&reply, &got), MS_OK);
    ck_assert_uint_eq(strlen(got.text), sizeof got.text - 1);
    ck_assert_str_eq(got.text + sizeof got.text - 4, "...");

    memset(reply.text, 1, sizeof reply.text); /* grows fourfold */
    ck_assert_int_eq(round_trip(&reply, &got), MS_OK);
    ck_assert_ptr_nonnull(strstr(got.text, "\\x01..."));
}

TEST(a_full_text_fits)
{
    ms_gray_reply reply = fault_reply(""), got;
    memset(reply.text, 'y', sizeof reply.text - 3); /* no room for dots needed */
    ck_assert_int_eq(round_trip(&reply, &got), MS_OK);
    ck_assert_str_eq(got.text, reply.text);
}

/* Replies that a worker may not send. */
static void no_way(ms_gray_reply *r)
{
    r->method = MS_GRAY_METHOD_NONE;
}
static void wrong_way(ms_gray_reply *r)
{
    r->method = (ms_gray_method)3;
}
static void no_from(ms_gray_reply *r)
{
    r->from = MS_IMAGE_NONE;
}
static void no_to(ms_gray_reply *r)
{
    r->to = MS_IMAGE_NONE;
}
static void wrong_from(ms_gray_reply *r)
{
    r->from = MS_IMAGE_FORMAT_COUNT;
}
static void wrong_to(ms_gray_reply *r)
{
    r->to = (ms_image_format)200;
}
static void no_width(ms_gray_reply *r)
{
    r->width = 0;
}
static void no_height(ms_gray_reply *r)
{
    r->height = 0;
}
static void no_pages(ms_gray_reply *r)
{
    r->pages = 0;
}
static void no_bytes(ms_gray_reply *r)
{
    r->nbytes = 0;
}
static void text_with_ok(ms_gray_reply *r)
{
    r->text[0] = 'x';
}
static void fault_without_text(ms_gray_reply *r)
{
    r->code = MS_FORMAT;
}
static void lossless_png(ms_gray_reply *r)
{
    r->method = MS_GRAY_METHOD_JPEG_LOSSLESS;
}
static void lossless_to_png(ms_gray_reply *r)
{
    r->method = MS_GRAY_METHOD_JPEG_LOSSLESS;
    r->from = MS_IMAGE_JPEG;
}
static void usage(ms_gray_reply *r)
{
    *r = fault_reply("x");
    r->code = MS_USAGE;
}
static void internal(ms_gray_reply *r)
{
    *r = fault_reply("x");
    r->code = MS_INTERNAL;
}
static void no_code(ms_gray_reply *r)
{
    *r = fault_reply("x");
    r->code = (ms_code)99;
}

static void (*const lies[])(ms_gray_reply *) = {
    no_way,       wrong_way,          no_from,  no_to,           wrong_from, wrong_to,
    no_width,     no_height,          no_pages, no_bytes,        usage,      text_with_ok,
    lossless_png, fault_without_text, internal, lossless_to_png, no_code};

TEST_EACH(an_invalid_reply_is_refused, lies)
{
    ms_gray_reply reply = good_reply(), got = good_reply();
    ck_assert_int_eq(round_trip(&reply, &got), MS_OK);
    lies[_i](&reply);
    ck_assert_int_eq(round_trip(&reply, &got), MS_FORMAT);
    ck_assert(got.nbytes == 0 && got.width == 0 && got.text[0] == '\0');
}

/* 5 bytes of magic and version, 4 of enums, 20 of numbers, 16 of hash, then a u64 and the text. */
enum { TEXT_LENGTH_AT = 53, TEXT_AT = 61 };

TEST(text_of_any_length_is_accepted)
{
    ms_gray_reply got;
    for (size_t n = 1; n < sizeof got.text; n++) {
        ms_gray_reply reply = fault_reply("x");
        ms_bytes bytes = {0};
        ck_assert_int_eq(ms_gray_reply_encode(&reply, &bytes), MS_OK);
        bytes.data[TEXT_LENGTH_AT] = (uint8_t)n;
        for (size_t i = 1; i < n; i++) {
            ms_bytes_put_u8(&bytes, 'x');
        }
        ck_assert_int_eq(ms_gray_reply_decode(&got, bytes.data, bytes.len), MS_OK);
        ck_assert_uint_eq(strspn(got.text, "x"), n);
        ck_assert_uint_eq(strlen(got.text), n);
        ms_bytes_fini(&bytes);
    }
}

TEST(text_with_control_characters_is_refused)
{
    static const char *const texts[] = {"\x1B[2J",  "a\nb",         "\x7F", "\xFF",
                                        "\xC2\x9B", "\xE2\x80\xAE", "a\tb"};
    ms_gray_reply got;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        ms_gray_reply reply = fault_reply("");
        ms_bytes bytes = {0};
        memset(reply.text, '.', strlen(texts[i]));
        ck_assert_int_eq(ms_gray_reply_encode(&reply, &bytes), MS_OK);
        ck_assert_int_eq(ms_gray_reply_decode(&got, bytes.data, bytes.len), MS_OK);
        memcpy(bytes.data + TEXT_AT, texts[i], strlen(texts[i]));
        ck_assert_int_eq(ms_gray_reply_decode(&got, bytes.data, bytes.len), MS_FORMAT);
        bytes.data[TEXT_AT] = 0;
        ck_assert_int_eq(ms_gray_reply_decode(&got, bytes.data, bytes.len), MS_FORMAT);
        ms_bytes_fini(&bytes);
    }
}

TEST(a_reply_of_another_length_is_refused)
{
    ms_gray_reply reply = fault_reply("some words"), got;
    ms_bytes bytes = {0};
    ck_assert_int_eq(ms_gray_reply_encode(&reply, &bytes), MS_OK);
    ck_assert_uint_eq(bytes.len, TEXT_AT + 10);
    for (size_t n = 0; n < bytes.len; n++) {
        ck_assert_int_eq(ms_gray_reply_decode(&got, bytes.data, n), MS_FORMAT);
    }
    bytes.data[TEXT_LENGTH_AT]++; /* one more than there is */
    ck_assert_int_eq(ms_gray_reply_decode(&got, bytes.data, bytes.len), MS_FORMAT);
    ms_bytes_put_u8(&bytes, '!');
    ck_assert_int_eq(ms_gray_reply_decode(&got, bytes.data, bytes.len), MS_OK);
    ms_bytes_put_u8(&bytes, '!');
    ck_assert_int_eq(ms_gray_reply_decode(&got, bytes.data, bytes.len), MS_FORMAT);
    bytes.data[TEXT_LENGTH_AT + 7] = 0x80; /* a length that overflows */
    ck_assert_int_eq(ms_gray_reply_decode(&got, bytes.data, bytes.len), MS_FORMAT);
    ms_bytes_clear(&bytes);

    for (int i = 0; i < 200; i++) { /* a text one byte too long */
        reply.text[i] = i < 199 ? 'z' : '\0';
    }
    ck_assert_int_eq(ms_gray_reply_encode(&reply, &bytes), MS_OK);
    ck_assert_int_eq(ms_gray_reply_decode(&got, bytes.data, bytes.len), MS_OK);
    bytes.data[TEXT_LENGTH_AT]++;
    ms_bytes_put_u8(&bytes, 'z');
    ck_assert_int_eq(ms_gray_reply_decode(&got, bytes.data, bytes.len), MS_FORMAT);
    ms_bytes_fini(&bytes);
}

static const struct {
    ms_image_format format;
    const char *name, *ext;
    ms_image_format target;
} table[] = {
    {MS_IMAGE_NONE, "none", "", MS_IMAGE_NONE},        {MS_IMAGE_JPEG, "jpeg", "jpg", MS_IMAGE_JPEG},
    {MS_IMAGE_PNG, "png", "png", MS_IMAGE_PNG},        {MS_IMAGE_TIFF, "tiff", "tiff", MS_IMAGE_TIFF},
    {MS_IMAGE_WEBP, "webp", "webp", MS_IMAGE_WEBP},    {MS_IMAGE_GIF, "gif", "gif", MS_IMAGE_WEBP},
    {MS_IMAGE_BMP, "bmp", "bmp", MS_IMAGE_PNG},        {MS_IMAGE_PPM, "ppm", "ppm", MS_IMAGE_PPM},
    {MS_IMAGE_HEIF, "heic", "heic", MS_IMAGE_PNG},     {MS_IMAGE_AVIF, "avif", "avif", MS_IMAGE_PNG},
    {MS_IMAGE_JP2, "jpeg2000", "jp2", MS_IMAGE_PNG},   {MS_IMAGE_JXL, "jpegxl", "jxl", MS_IMAGE_PNG},
    {MS_IMAGE_FORMAT_COUNT, "none", "", MS_IMAGE_NONE}};

TEST(names_extensions_and_targets)
{
    ck_assert_uint_eq(sizeof table / sizeof table[0], MS_IMAGE_FORMAT_COUNT + 1);
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        ck_assert_str_eq(ms_image_format_name(table[i].format), table[i].name);
        ck_assert_str_eq(ms_image_format_ext(table[i].format), table[i].ext);
        ck_assert_int_eq((int)ms_image_target_of(table[i].format, MS_IMAGE_NONE), (int)table[i].target);
        ck_assert_int_eq((int)ms_image_target_of(table[i].format, MS_IMAGE_TIFF), MS_IMAGE_TIFF);
        if (table[i].format != MS_IMAGE_NONE) {
            ck_assert_int_eq((int)ms_image_target_of(MS_IMAGE_JPEG, table[i].format), (int)table[i].target);
        }
    }
}
