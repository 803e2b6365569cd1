/* Suite of logs/decode/decoder.c and of every codec under it: whole, in pieces of any size, or loud. */
#include "logs/decode/decoder.h"

#include "logs_fixture.h"
#include "logs_pack.h"
#include "unit.h"

#include <lz4frame.h>
#include <stdio.h>

#include <string.h>

static const ms_decode_limits no_limits = {0};

/* Text that compresses, and does not lie within one block. */
static ms_bytes make_text(size_t n, uint64_t seed)
{
    chance c = {.state = seed};
    ms_bytes text = {0};
    while (text.len < n) {
        char line[64];
        int len = snprintf(line, sizeof line, "line %zu: user%zu did %zx\n", text.len, chance_below(&c, 50),
                           (size_t)chance_next(&c));
        ms_bytes_append(&text, line, (size_t)len);
    }
    text.len = n;
    return text;
}

/* Decoding must end with `code`, its words hold `words`, and what came before be the first `n` bytes of
 * `text`. */
static void expect(ms_codec codec, const ms_bytes *packed, size_t piece, size_t room, ms_code code,
                   const char *words, const uint8_t *text, size_t n)
{
    logs_pieces from = {.data = packed->data, .n = packed->len, .piece = piece};
    ms_bytes got = {0};
    ms_err err = {0};
    ms_code ended = logs_unpack(codec, &from, &no_limits, room, &got, &err);
    ck_assert_msg(ended == code, "%s: code %d %s", ms_codec_name(codec), ended, err.text);
    ck_assert_msg(!words || strstr(err.text, words), "%s: %s", ms_codec_name(codec), err.text);
    ck_assert_msg(!words || strstr(err.text, ms_codec_name(codec)), "%s", err.text);
    ck_assert_msg(got.len == n, "%s: %zu of %zu bytes; %s", ms_codec_name(codec), got.len, n, err.text);
    ck_assert(n == 0 || memcmp(got.data, text, n) == 0);
    ms_bytes_fini(&got);
}

TEST_RANGE(whole_in_pieces_of_any_size, FIRST_CODEC, LAST_CODEC + 1)
{
    static const size_t lengths[] = {0, 1, 500, 300000};
    static const size_t pieces[] = {1, 7, 4096, SIZE_MAX};
    static const size_t rooms[] = {16, 1000, 1 << 20};
    ms_codec codec = (ms_codec)_i;
    for (size_t i = 0; i < 4; i++) {
        ms_bytes text = make_text(lengths[i], 1);
        ms_bytes packed = {0};
        logs_pack(codec, text.data, text.len, &packed);
        for (size_t j = 0; j<12; j += text.len> 1000 ? 5 : 1) { /* of the long one each size once */
            expect(codec, &packed, pieces[j / 3], rooms[j % 3], MS_OK, NULL, text.data, text.len);
        }
        if (text.len < 1000) {
            expect(codec, &packed, 1, 1, MS_OK, NULL, text.data, text.len);
        }
        ms_bytes_fini(&packed);
        ms_bytes_fini(&text);
    }
}

/* What does not compress is stored, and longer than one input buffer. */
TEST_RANGE(noise, FIRST_CODEC, LAST_CODEC + 1)
{
    ms_codec codec = (ms_codec)_i;
    chance c = {.state = 5};
    ms_bytes text = {0};
    ms_bytes packed = {0};
    for (size_t i = 0; i < 40000; i++) {
        ms_bytes_put_u64(&text, chance_next(&c));
    }
    logs_pack(codec, text.data, text.len, &packed);
    expect(codec, &packed, SIZE_MAX, 1 << 20, MS_OK, NULL, text.data, text.len);
    expect(codec, &packed, 1000, 333, MS_OK, NULL, text.data, text.len);
    ms_bytes_fini(&packed);
    ms_bytes_fini(&text);
}

/* A file of two members, cut anywhere: a fault, but at the boundary between them; what was whole is there. */
TEST_RANGE(every_truncation_is_reported, FIRST_CODEC, LAST_CODEC + 1)
{
    ms_codec codec = (ms_codec)_i;
    ms_bytes text = make_text(700, 2);
    ms_bytes packed = {0};
    logs_pack(codec, text.data, 400, &packed);
    size_t boundary = packed.len;
    logs_pack(codec, text.data + 400, 300, &packed);
    for (size_t cut = 1; cut < packed.len; cut++) {
        logs_pieces from = {.data = packed.data, .n = cut, .piece = cut % 3 == 0 ? 1 : 1000};
        ms_bytes got = {0};
        ms_err err = {0};
        char offset[64];
        ms_code code = logs_unpack(codec, &from, &no_limits, cut % 2 == 0 ? 16 : 4096, &got, &err);
        ck_assert_msg(code == (cut == boundary ? MS_OK : MS_FORMAT), "%s: cut at %zu", ms_codec_name(codec),
                      cut);
        ck_assert_uint_ge(got.len, cut >= boundary ? 400 : 0);
        ck_assert_uint_le(got.len, cut >= boundary ? 700 : 400);
        ck_assert(got.len == 0 || memcmp(got.data, text.data, got.len) == 0);
        (void)snprintf(offset, sizeof offset, "end at byte %zu", cut);
        bool odd = cut > boundary && cut < boundary + 16; /* the second magic may be cut as well */
        ck_assert_msg(cut == boundary || odd || strstr(err.text, offset), "%s: cut at %zu: %s",
                      ms_codec_name(codec), cut, err.text);
        ms_bytes_fini(&got);
    }
    ms_bytes_fini(&packed);
    ms_bytes_fini(&text);
}

/* Bits turned at random. A format with checksums never gives other text without an error. */
TEST_RANGE(every_bit_flip_is_reported, FIRST_CODEC, LAST_CODEC + 1)
{
    ms_codec codec = (ms_codec)_i;
    chance c = {.state = 3};
    ms_bytes text = make_text(3000, 3);
    ms_bytes packed = {0};
    size_t nfaults = 0;
    logs_pack(codec, text.data, text.len, &packed);
    for (size_t i = 0; i < 2000; i++) {
        size_t at = chance_below(&c, packed.len);
        uint8_t kept = packed.data[at];
        packed.data[at] ^= (uint8_t)(1U << chance_below(&c, 8));
        logs_pieces from = {.data = packed.data, .n = packed.len, .piece = 1 + chance_below(&c, 2000)};
        ms_bytes got = {0};
        ms_err err = {0};
        ms_decode_limits limits = {.max_decompressed = 100000, .max_window = 1 << 20};
        ms_code code = logs_unpack(codec, &from, &limits, 16 + chance_below(&c, 4000), &got, &err);
        nfaults += code != MS_OK;
        ck_assert_msg(code == MS_OK || err.text[0] != 0, "byte %zu", at);
        bool same = got.len == text.len && memcmp(got.data, text.data, text.len) == 0;
        ck_assert_msg(code != MS_OK || same || codec == MS_CODEC_LZMA, "%s: byte %zu", ms_codec_name(codec),
                      at);
        ms_bytes_fini(&got);
        packed.data[at] = kept;
    }
    ck_assert_msg(nfaults > (codec == MS_CODEC_LZMA ? 250 : 1900), "%zu", nfaults);
    ms_bytes_fini(&packed);
    ms_bytes_fini(&text);
}

TEST_RANGE(many_members, FIRST_CODEC, LAST_CODEC + 1)
{
    ms_codec codec = (ms_codec)_i;
    ms_bytes text = make_text(3000, 4);
    ms_bytes packed = {0};
    for (size_t at = 0, n = 0; at < text.len; at += n, n = (n + 1) % 100) { /* the first is empty */
        n = n < text.len - at ? n : text.len - at;
        logs_pack(codec, text.data + at, n, &packed);
    }
    expect(codec, &packed, SIZE_MAX, 4096, MS_OK, NULL, text.data, text.len);
    expect(codec, &packed, 5, 50, MS_OK, NULL, text.data, text.len);
    ms_bytes_fini(&packed);
    ms_bytes_fini(&text);
}

/* Zeros after a member are padding, however many, and another member may follow; anything else is an error.
 */
TEST_RANGE(data_after_a_member, FIRST_CODEC, LAST_CODEC + 1)
{
    ms_codec codec = (ms_codec)_i;
    ms_bytes text = make_text(500, 5);
    ms_bytes packed = {0};
    char words[64];
    logs_pack(codec, text.data, 200, &packed);
    for (size_t i = 0; i < 70001; i++) {
        ms_bytes_put_u8(&packed, 0);
    }
    expect(codec, &packed, 1000, 4096, MS_OK, NULL, text.data, 200);
    logs_pack(codec, text.data + 200, 300, &packed);
    expect(codec, &packed, 1000, 4096, MS_OK, NULL, text.data, 500);
    ms_bytes_append(&packed, "\0\0trailing", 10);
    (void)snprintf(words, sizeof words, "end at byte %zu, but something else follows", packed.len - 8);
    expect(codec, &packed, 1000, 4096, MS_FORMAT, words, text.data, 500);
    expect(codec, &packed, 1, 16, MS_FORMAT, words, text.data, 500);
    ms_bytes_fini(&packed);
    ms_bytes_fini(&text);
}

TEST_RANGE(skippable_frames, 0, 2)
{
    static const ms_codec skipping[] = {MS_CODEC_ZSTD, MS_CODEC_LZ4};
    ms_codec codec = skipping[_i];
    ms_bytes text = make_text(500, 6);
    ms_bytes packed = {0};
    logs_pack_skippable(0, 4, &packed);
    logs_pack(codec, text.data, 200, &packed);
    logs_pack_skippable(7, 70000, &packed);
    logs_pack_skippable(15, 0, &packed);
    logs_pack(codec, text.data + 200, 300, &packed);
    logs_pack_skippable(3, 9, &packed);
    ck_assert_int_eq(ms_codec_of(packed.data, packed.len), MS_CODEC_ZSTD);
    expect(MS_CODEC_ZSTD, &packed, SIZE_MAX, 4096, MS_OK, NULL, text.data, 500);
    expect(MS_CODEC_ZSTD, &packed, 1, 16, MS_OK, NULL, text.data, 500);
    expect(codec, &packed, 1, 16, MS_OK, NULL, text.data, 500);
    packed.len--;
    expect(codec, &packed, 1, 16, MS_FORMAT, "truncated", text.data, 500);
    ms_bytes_fini(&packed);
    ms_bytes_fini(&text);
}

/* Which of the two they belong to shows only after them, however many and long they are. */
TEST_RANGE(only_skippable_frames_first, 0, 2)
{
    static const ms_codec following[] = {MS_CODEC_ZSTD, MS_CODEC_LZ4};
    ms_bytes text = make_text(500, 6);
    ms_bytes packed = {0};
    logs_pack_skippable(0, 300, &packed);
    expect(MS_CODEC_ZSTD, &packed, 7, 16, MS_OK, NULL, NULL, 0);
    logs_pack_skippable(9, 0, &packed);
    logs_pack_skippable(1, 70000, &packed);
    size_t front = packed.len;
    logs_pack(following[_i], text.data, 500, &packed);
    expect(MS_CODEC_ZSTD, &packed, 7, 16, MS_OK, NULL, text.data, 500);
    logs_pack(following[1 - _i], text.data, 500, &packed); /* now it is settled */
    expect(following[_i], &packed, 7, 16, MS_FORMAT, "something else follows", text.data, 500);
    packed.len = front;
    logs_pack(MS_CODEC_GZIP, text.data, 500, &packed);
    expect(MS_CODEC_ZSTD, &packed, 7, 16, MS_FORMAT, "something else follows", NULL, 0);
    ms_bytes_fini(&packed);
    ms_bytes_fini(&text);
}

/* The last bytes are a checksum's, or a length's: the text is there, and the error after it. */
TEST(wrong_checksum_after_the_text)
{
    static const struct {
        ms_codec codec;
        size_t from_end;
        bool nothing; /* an error of the format comes before the block is passed on */
    } ends[] = {{MS_CODEC_GZIP, 8, false},  {MS_CODEC_GZIP, 1, false}, {MS_CODEC_ZSTD, 1, false},
                {MS_CODEC_XZ, 1, false},    {MS_CODEC_LZ4, 1, false},  {MS_CODEC_LZIP, 20, false},
                {MS_CODEC_LZIP, 12, false}, {MS_CODEC_LZIP, 1, false}, {MS_CODEC_BZIP2, 2, false}};
    ms_bytes text = make_text(200000, 7);
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        ms_bytes packed = {0};
        logs_pack(ends[i].codec, text.data, text.len, &packed);
        packed.data[packed.len - ends[i].from_end] ^= 0x10;
        expect(ends[i].codec, &packed, SIZE_MAX, 1 << 20, MS_FORMAT, "corrupt at byte", text.data, text.len);
        expect(ends[i].codec, &packed, 10, 100, MS_FORMAT, "corrupt at byte", text.data, text.len);
        ms_bytes_fini(&packed);
    }
    ms_bytes_fini(&text);
}

/* An error in the middle: the blocks before it are passed on, whatever the sizes of buffer and input. */
TEST_RANGE(text_before_an_error_is_kept, FIRST_CODEC, LAST_CODEC + 1)
{
    ms_codec codec = (ms_codec)_i;
    ms_bytes text = make_text(1200000, 8);
    ms_bytes packed = {0};
    logs_pack(codec, text.data, text.len, &packed);
    memset(packed.data + packed.len / 2, 0xFF, 64);
    size_t least =
        codec == MS_CODEC_XZ || codec == MS_CODEC_LZMA || codec == MS_CODEC_LZIP ? 0 : text.len / 4;
    ms_bytes first = {0};
    for (size_t i = 0; i < 4; i++) {
        logs_pieces from = {.data = packed.data, .n = packed.len, .piece = i % 2 == 0 ? SIZE_MAX : 999};
        ms_bytes got = {0};
        ms_err err = {0};
        ck_assert_int_eq(logs_unpack(codec, &from, &no_limits, i < 2 ? 1 << 19 : 1234, &got, &err),
                         MS_FORMAT);
        ck_assert_msg(got.len >= least, "%s: only %zu bytes", ms_codec_name(codec), got.len);
        if (i > 0) {
            ck_assert_msg(got.len == first.len && memcmp(got.data, first.data, first.len) == 0,
                          "%s: %zu, %zu", ms_codec_name(codec), got.len, first.len);
        } else {
            ck_assert(memcmp(got.data, text.data, least) == 0);
            ms_bytes_append(&first, got.data, got.len);
        }
        ms_bytes_fini(&got);
    }
    ms_bytes_fini(&first);
    ms_bytes_fini(&packed);
    ms_bytes_fini(&text);
}

TEST_RANGE(decompression_limit, FIRST_CODEC, LAST_CODEC + 1)
{
    ms_codec codec = (ms_codec)_i;
    ms_bytes text = make_text(100000, 9);
    ms_bytes packed = {0};
    logs_pack(codec, text.data, 60000, &packed);
    logs_pack(codec, text.data + 60000, 40000, &packed);
    for (uint64_t most = 99998; most <= 100002; most++) {
        ms_decode_limits limits = {.max_decompressed = most};
        logs_pieces from = {.data = packed.data, .n = packed.len, .piece = SIZE_MAX};
        ms_bytes got = {0};
        ms_err err = {0};
        bool fits = most >= text.len;
        ck_assert_int_eq(logs_unpack(codec, &from, &limits, 4096, &got, &err), fits ? MS_OK : MS_FORMAT);
        ck_assert_uint_eq(got.len, fits ? text.len : most);
        ck_assert(memcmp(got.data, text.data, got.len) == 0);
        ck_assert(fits || strstr(err.text, "--max-decompressed"));
        ms_bytes_fini(&got);
    }
    ms_bytes_fini(&packed);
    ms_bytes_fini(&text);
}

static ms_code with_window(ms_codec codec, const ms_bytes *packed, uint64_t window, ms_err *err)
{
    ms_decode_limits limits = {.max_window = window};
    logs_pieces from = {.data = packed->data, .n = packed->len, .piece = SIZE_MAX};
    ms_bytes got = {0};
    ms_code code = logs_unpack(codec, &from, &limits, 4096, &got, err);
    ms_bytes_fini(&got);
    return code;
}

TEST(no_larger_window_than_allowed)
{
    ms_bytes text = make_text(100, 10);
    ms_bytes zstd = {0};
    ms_bytes xz = {0};
    ms_err err = {0};
    logs_pack_zstd(22, text.data, text.len, &zstd);
    logs_pack(MS_CODEC_XZ, text.data, text.len, &xz); /* preset 1: a dictionary of 1 MiB */
    ck_assert_int_eq(with_window(MS_CODEC_ZSTD, &zstd, 0, &err), MS_OK);
    ck_assert_int_eq(with_window(MS_CODEC_ZSTD, &zstd, 1 << 22, &err), MS_OK);
    ck_assert_int_eq(with_window(MS_CODEC_ZSTD, &zstd, (1 << 22) - 1, &err), MS_FORMAT);
    ck_assert_ptr_nonnull(strstr(err.text, "window than --memlimit-decompress allows"));
    ck_assert_int_eq(with_window(MS_CODEC_XZ, &xz, 1 << 20, &err), MS_OK);
    ck_assert_int_eq(with_window(MS_CODEC_XZ, &xz, 1 << 16, &err), MS_FORMAT);
    ck_assert_ptr_nonnull(strstr(err.text, "dictionary than --memlimit-decompress allows"));
    ms_bytes_fini(&zstd);
    logs_pack_zstd(27, text.data, text.len, &zstd); /* --long=27, and the next larger one */
    ck_assert_int_eq(with_window(MS_CODEC_ZSTD, &zstd, 0, &err), MS_OK);
    ms_bytes_fini(&zstd);
    logs_pack_zstd(28, text.data, text.len, &zstd);
    ck_assert_int_eq(with_window(MS_CODEC_ZSTD, &zstd, 0, &err), MS_FORMAT);
    ms_bytes_fini(&zstd);
    ms_bytes_fini(&xz);
    ms_bytes_fini(&text);
}

/* Of all layers of a file, and of the members of archives. */
TEST(what_is_decoded_counts_together)
{
    ms_decode_budget budget = {.nstored = 1000};
    ms_decode_limits limits = {
        .max_decompressed = UINT64_C(3) << 30, .max_ratio = 1 << 20, .budget = &budget};
    ms_err err = {0};
    ck_assert_int_eq(ms_decode_spend(&limits, MS_RATIO_FROM, &err), MS_OK);
    ck_assert_int_eq(ms_decode_spend(&limits, 1, &err), MS_FORMAT); /* 1,073,741 for one */
    ck_assert_ptr_nonnull(strstr(err.text, "1000 bytes hold more than 1048576 times as many"));
    budget.nstored = 2000;
    ck_assert_int_eq(ms_decode_spend(&limits, 1, &err), MS_OK);
    ck_assert_int_eq(ms_decode_spend(&limits, UINT64_C(2) << 30, &err), MS_FORMAT);
    ck_assert_ptr_nonnull(strstr(err.text, "(--max-decompressed)"));
    budget = (ms_decode_budget){0}; /* a pipe: its size is not known */
    ck_assert_int_eq(ms_decode_spend(&limits, UINT64_C(2) << 30, &err), MS_OK);
    limits.budget = NULL;
    ck_assert_int_eq(ms_decode_spend(&limits, UINT64_MAX, &err), MS_OK);
}

/* A decoder of two layers with windows of the largest size that one may have, and one more of 2 MiB. */
TEST(windows_of_layers_count_together)
{
    enum { NLAYERS = 3 };
    ms_bytes text = make_text(100, 10);
    ms_bytes packed[NLAYERS] = {0};
    ms_decode_budget budget = {0};
    ms_decode_limits limits = {.max_window = 1 << 23, .budget = &budget};
    ms_decoder *decoders[NLAYERS] = {0};
    ms_err err = {0};
    for (size_t i = 0; i < NLAYERS; i++) {
        logs_pieces from = {.data = packed[i].data};
        size_t n = 0;
        uint8_t buf[16];
        logs_pack_zstd(23, text.data, text.len, &packed[i]);
        from = (logs_pieces){.data = packed[i].data, .n = packed[i].len, .piece = SIZE_MAX};
        ck_assert_int_eq(
            ms_decoder_open(&decoders[i], MS_CODEC_ZSTD, logs_pieces_source(&from), &limits, &err), MS_OK);
        ms_code code = ms_decoder_read(decoders[i], buf, sizeof buf, &n, &err);
        ck_assert(n > 0 || code != MS_OK);
        code = code == MS_OK ? ms_decoder_read(decoders[i], buf, sizeof buf, &n, &err) : code;
        ck_assert_int_eq(code, i == 0 ? MS_OK : MS_FORMAT); /* each has buffers beside its window */
    }
    ck_assert_ptr_nonnull(strstr(err.text, "need more than 16 MiB of memory"));
    for (size_t i = 0; i < NLAYERS; i++) {
        ms_decoder_close(decoders[i]);
        ms_bytes_fini(&packed[i]);
    }
    ck_assert_uint_eq(budget.memory, 0);
    ms_bytes_fini(&text);
}

TEST(missing_dictionary_is_reported)
{
    /* RFC 8878, 3.1.1.1: one segment, the dictionary's number in one byte; a raw block "hello" */
    static const char zstd_frame[] = "\x28\xB5\x2F\xFD\x21\x07\x05\x29\0\0hello";
    ms_bytes zstd = {0};
    ms_bytes lz4 = {0};
    LZ4F_preferences_t how = {.frameInfo = {.dictID = 7}};
    ms_bytes_append(&zstd, zstd_frame, sizeof zstd_frame - 1);
    ck_assert_int_eq(ms_bytes_reserve(&lz4, 1000), MS_OK);
    lz4.len = LZ4F_compressFrame(lz4.data, 1000, "hello", 5, &how);
    expect(MS_CODEC_ZSTD, &zstd, 1, 16, MS_FORMAT, "need a dictionary", NULL, 0);
    expect(MS_CODEC_LZ4, &lz4, 1, 16, MS_FORMAT, "need a dictionary", NULL, 0);
    zstd.data[4] = 0x20; /* the same without a number */
    memmove(zstd.data + 5, zstd.data + 6, zstd.len - 6);
    zstd.len--;
    expect(MS_CODEC_ZSTD, &zstd, 1, 16, MS_OK, NULL, (const uint8_t *)"hello", 5);
    ms_bytes_fini(&zstd);
    ms_bytes_fini(&lz4);
}

TEST(gzip_headers)
{
    for (unsigned flags = 0; flags < 64; flags += 2) { /* 32 is reserved */
        ms_bytes packed = {0};
        logs_pack_gzip(flags & 0x1E, "hello, world", 12, &packed);
        for (size_t piece = 1; piece < 60; piece += 3) {
            expect(MS_CODEC_GZIP, &packed, piece, 16, MS_OK, NULL, (const uint8_t *)"hello, world", 12);
        }
        if (flags & GZIP_HCRC) { /* the time is a part of what the header's checksum covers */
            packed.data[4] ^= 1;
            expect(MS_CODEC_GZIP, &packed, 1, 16, MS_FORMAT, "corrupt", NULL, 0);
            expect(MS_CODEC_GZIP, &packed, SIZE_MAX, 16, MS_FORMAT, "corrupt", NULL, 0);
        }
        ms_bytes_fini(&packed);
    }
}

/* A match of 258 bytes that reaches before the beginning of the text: nothing is made of it, however much
 * input and room there is (ISA-L says that it has made 258 bytes), and nothing before it is lost. */
TEST(gzip_hands_on_exactly_what_it_decoded)
{
    /* RFC 1951, 3.2.6: fixed codes; "abc", length 258 at distance 3, length 258 at distance 24577 */
    static const char head[] = "\x1F\x8B\x08\0\0\0\0\0\0\x03\x4B\x4C\x4A\x1E\x45\xA3\x17\x00\x00";
    ms_bytes packed = {0};
    ms_bytes text = {0};
    ms_bytes_append(&packed, head, sizeof head - 1);
    for (size_t i = 0; i < 1000; i++) {
        ms_bytes_put_u8(&packed, 'x');
    }
    for (size_t i = 0; i < 87; i++) {
        ms_bytes_append(&text, "abc", 3);
    }
    expect(MS_CODEC_GZIP, &packed, SIZE_MAX, 1 << 20, MS_FORMAT, "corrupt at byte ", text.data, text.len);
    expect(MS_CODEC_GZIP, &packed, SIZE_MAX, 1, MS_FORMAT, "corrupt at byte ", text.data, text.len);
    expect(MS_CODEC_GZIP, &packed, 1, 1, MS_FORMAT, "corrupt at byte ", text.data, text.len);
    ms_bytes_fini(&text);
    ms_bytes_fini(&packed);
}

/* A block, then a wrong header of the next one: the block is passed on whole, also into a small buffer. */
TEST(a_block_before_a_wrong_header)
{
    static const size_t rooms[] = {1, 16, 100, 65535, 65536, 1 << 20};
    /* RFC 8878, 3.1.1: a window, no size; a raw block of 100 bytes; a header of the reserved type */
    static const char zstd_head[] = "\x28\xB5\x2F\xFD\0\x48\x20\x03\0";
    ms_bytes text = make_text(200000, 12);
    ms_bytes zstd = {0};
    ms_bytes lz4 = {0};
    ms_bytes_append(&zstd, zstd_head, sizeof zstd_head - 1);
    ms_bytes_append(&zstd, text.data, 100);
    ms_bytes_append(&zstd, "\x06\0\0\0\0\0\0", 7);
    logs_pack(MS_CODEC_LZ4, text.data, text.len, &lz4); /* 7 bytes; blocks: size, data, checksum */
    size_t second = 7 + 4 + (lz4.data[7] | (size_t)lz4.data[8] << 8 | (size_t)lz4.data[9] << 16) + 4;
    memset(lz4.data + second, 0x7F, 4);
    for (size_t i = 0; i < sizeof rooms / sizeof rooms[0]; i++) {
        expect(MS_CODEC_ZSTD, &zstd, SIZE_MAX, rooms[i], MS_FORMAT, "corrupt at byte", text.data, 100);
        expect(MS_CODEC_LZ4, &lz4, SIZE_MAX, rooms[i], MS_FORMAT, "corrupt at byte", text.data, 65536);
    }
    ms_bytes_fini(&zstd);
    ms_bytes_fini(&lz4);
    ms_bytes_fini(&text);
}

TEST_RANGE(error_of_the_source_is_passed_on, FIRST_CODEC, LAST_CODEC + 1)
{
    ms_codec codec = (ms_codec)_i;
    ms_bytes text = make_text(100000, 11);
    ms_bytes packed = {0};
    ms_bytes got = {0};
    ms_err err = {0};
    logs_pack(codec, text.data, text.len, &packed);
    logs_pieces from = {.data = packed.data, .n = packed.len, .piece = 1000, .failure = MS_IO};
    ck_assert_int_eq(logs_unpack(codec, &from, &no_limits, 4096, &got, &err), MS_IO);
    ck_assert_str_eq(err.text, "the source fails");
    ck_assert_uint_eq(got.len, text.len);
    ms_bytes_fini(&got);
    ms_bytes_fini(&packed);
    ms_bytes_fini(&text);
}
