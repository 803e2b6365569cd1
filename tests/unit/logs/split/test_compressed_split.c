/* Suite of logs/split/compressed_split.c, with logs/split/frame_boundaries.c and logs/split/xz_blocks.c below
 * it: the ranges of a compressed file put one after the other are its text, wherever it is cut; what is
 * wrong with a boundary is reported. */
#include "logs/split/compressed_split.h"

#include "logs_fixture.h"
#include "logs_pack.h"
#include "unit.h"

#include "logs/split/frame_boundaries.h"
#include "logs/split/xz_blocks.h"

#include <lzma.h>
#include <stdlib.h>
#include <string.h>

static const ms_codec known[] = {MS_CODEC_ZSTD, MS_CODEC_XZ, MS_CODEC_BZIP2};
static const ms_decode_limits no_limits = {0};
enum { NKNOWN = sizeof known / sizeof known[0], MOST = 1 << 17 };

/* One stream of xz, in blocks of at most `most` bytes of text, for a decoder that has 2 MiB for its
 * dictionary.
 */
static void pack_blocks(const uint8_t *text, size_t n, size_t most, ms_bytes *to)
{
    lzma_stream stream = LZMA_STREAM_INIT;
    lzma_options_lzma options;
    ck_assert(!lzma_lzma_preset(&options, 0));
    options.dict_size = 1U << 21;
    lzma_filter filters[] = {{LZMA_FILTER_LZMA2, &options}, {LZMA_VLI_UNKNOWN, NULL}};
    ck_assert_int_eq(lzma_stream_encoder(&stream, filters, LZMA_CHECK_CRC32), LZMA_OK);
    ck_assert_int_eq(ms_bytes_reserve(to, 2 * n + 200 * (n / most + 2)), MS_OK);
    stream.next_out = to->data + to->len;
    stream.avail_out = to->cap - to->len;
    for (size_t at = 0; at < n; at += most) {
        stream.next_in = text + at;
        stream.avail_in = n - at < most ? n - at : most;
        ck_assert_int_eq(lzma_code(&stream, LZMA_FULL_FLUSH), LZMA_STREAM_END);
    }
    ck_assert_int_eq(lzma_code(&stream, LZMA_FINISH), LZMA_STREAM_END);
    to->len += (size_t)stream.total_out;
    lzma_end(&stream);
}

/* Members of random lengths, none at all among them. */
static void pack_members(chance *c, ms_codec codec, const ms_bytes *text, ms_bytes *to)
{
    for (size_t at = 0; at < text->len;) {
        size_t n = chance_below(c, 3) == 0 ? 0 : 1 + chance_below(c, 300);
        n = n < text->len - at ? n : text->len - at;
        if (codec == MS_CODEC_XZ && n > 0) {
            pack_blocks(text->data + at, n, 1 + chance_below(c, 100), to);
        } else {
            logs_pack(codec, text->data + at, n, to);
        }
        if (codec == MS_CODEC_ZSTD && chance_below(c, 3) == 0) {
            logs_pack_skippable(3, chance_below(c, 40), to);
        }
        at += n;
    }
}

/* What a range gives, in buffers of `room`; its boundaries. */
static ms_code read_range(const scratch *directory, uint64_t size, ms_codec codec, uint64_t begin,
                          uint64_t end, size_t room, ms_bytes *to, uint64_t boundaries[2], ms_err *err)
{
    ms_file *file = NULL;
    ms_split *range = NULL;
    size_t n = 1;
    ck_assert_int_eq(ms_file_open(&file, NULL, directory->file, size, err), MS_OK);
    ms_code code = ms_split_open(&range, file, codec, begin, end, &no_limits, err);
    if (code == MS_OK) {
        ms_split_boundaries(range, &boundaries[0], &boundaries[1]);
    }
    while (code == MS_OK && n > 0) {
        ms_source source = ms_split_source(range);
        ck_assert_int_eq(ms_bytes_reserve(to, room), MS_OK);
        code = source.read(source.self, to->data + to->len, room, &n, err);
        to->len += code == MS_OK ? n : 0;
    }
    ms_split_close(range);
    ms_file_close(file);
    return code;
}

/* All ranges of at most `step` bytes go well, follow each other, begin after newlines, and are the text. How
 * many hold lines. */
static size_t expect_text(const scratch *directory, const ms_bytes *packed, ms_codec codec, uint64_t step,
                          size_t room, const ms_bytes *text)
{
    ms_bytes got = {0};
    uint64_t reached = 0;
    size_t nlines = 0;
    for (uint64_t begin = 0; begin < packed->len; begin += step) {
        uint64_t end = packed->len - begin < step ? packed->len : begin + step;
        uint64_t boundaries[2] = {0};
        size_t before = got.len;
        ms_err err = {0};
        ms_code code = read_range(directory, packed->len, codec, begin, end, room, &got, boundaries, &err);
        ck_assert_msg(code == MS_OK, "%s", err.text);
        ck_assert(got.len == before || before == 0 || got.data[before - 1] == '\n');
        ck_assert(boundaries[1] > 0 || got.len == before);
        ck_assert(boundaries[1] == 0 || (boundaries[0] == reached && boundaries[1] >= end));
        ck_assert(boundaries[1] == 0 || begin == 0 || (boundaries[0] >= begin && boundaries[0] < end));
        reached = boundaries[1] > 0 ? boundaries[1] : reached;
        nlines += got.len > before;
    }
    ck_assert_uint_eq(reached, packed->len);
    ck_assert_uint_eq(got.len, text->len);
    ck_assert(got.len == 0 || memcmp(got.data, text->data, got.len) == 0);
    ms_bytes_fini(&got);
    return nlines;
}

TEST_RANGE(ranges_are_the_text, 0, NKNOWN)
{
    static const char *const words[] = {"alert", "failed", NULL};
    static const uint64_t steps[] = {1, 7, 60, 401, 5000, 1 << 30};
    scratch directory = scratch_open();
    ms_keywords keywords = logs_keywords(words, 0);
    chance c = {.state = 100 + (uint64_t)_i};
    size_t nlines = 0;
    for (size_t round = 0; round < 6; round++) {
        ms_bytes text = logs_random_text(&c, &keywords, round == 0 ? 1 : 4000, round == 1 ? 900 : 50);
        ms_bytes packed = {0};
        pack_members(&c, known[_i], &text, &packed);
        file_write(directory.file, packed.data, packed.len);
        for (size_t i = round < 2 ? 0 : 1; i < sizeof steps / sizeof steps[0]; i++) {
            nlines += expect_text(&directory, &packed, known[_i], steps[i], i % 2 == 0 ? 5000 : 16, &text);
        }
        ms_bytes_fini(&packed);
        ms_bytes_fini(&text);
    }
    ck_assert_uint_gt(nlines, 100);
    ms_keywords_fini(&keywords);
    scratch_close(&directory);
}

static ms_bytes make_lines(size_t n)
{
    ms_bytes text = {0};
    for (size_t i = 0; i < n; i++) {
        ms_bytes_append(&text, i % 5 == 4 ? "\n" : "xyz.", i % 5 == 4 ? 1 : 4);
    }
    return text;
}

/* Does any of the file's ranges fail, in words that hold `words`? */
static void expect_failure(const ms_bytes *packed, ms_codec codec, uint64_t step, const char *words)
{
    scratch directory = scratch_open();
    size_t nfailures = 0;
    file_write(directory.file, packed->data, packed->len);
    for (uint64_t begin = 0; begin < packed->len; begin += step) {
        uint64_t end = packed->len - begin < step ? packed->len : begin + step;
        uint64_t boundaries[2];
        ms_bytes got = {0};
        ms_err err = {0};
        if (read_range(&directory, packed->len, codec, begin, end, 100, &got, boundaries, &err) != MS_OK) {
            nfailures += strstr(err.text, words) != NULL;
        }
        ms_bytes_fini(&got);
    }
    ck_assert_msg(nfailures > 0, "not reported: %s", words);
    scratch_close(&directory);
}

/* A frame whose block, not compressed, holds what looks like frames. */
TEST(false_frame_boundary)
{
    ms_bytes inner = {0};
    ms_bytes packed = {0};
    ms_bytes text = make_lines(40);
    logs_pack(MS_CODEC_ZSTD, text.data, text.len, &inner);
    uint32_t block = (uint32_t)(inner.len << 3 | 1);
    uint8_t head[] = {
        0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x70, (uint8_t)block, (uint8_t)(block >> 8), (uint8_t)(block >> 16)};
    ms_bytes_append(&packed, head, sizeof head);
    ms_bytes_append(&packed, inner.data, inner.len);
    logs_pack(MS_CODEC_ZSTD, text.data, text.len, &packed);
    expect_failure(&packed, MS_CODEC_ZSTD, 5, "no member of the zstd data begins at byte 9");
    ms_bytes_fini(&text);
    ms_bytes_fini(&inner);
    ms_bytes_fini(&packed);
}

/* Every byte that is changed, and every byte that is missing, is reported by some range, or changes nothing.
 */
TEST_RANGE(damage_is_reported, 0, NKNOWN)
{
    scratch directory = scratch_open();
    ms_bytes text = make_lines(300);
    ms_bytes packed = {0};
    chance c = {.state = 4};
    ms_codec codec = known[_i];
    pack_members(&c, codec, &text, &packed);
    for (size_t round = 0; round < 300; round++) {
        size_t at = chance_below(&c, packed.len);
        uint8_t was = packed.data[at];
        size_t n = round % 3 == 0 ? at : packed.len;
        ms_bytes got = {0};
        ms_err err = {0};
        uint64_t reached = 0;
        ms_code code = MS_OK;
        packed.data[at] ^= (uint8_t)(round % 3 == 0 ? 0 : 1U << chance_below(&c, 8));
        file_write(directory.file, packed.data, n);
        for (uint64_t begin = 0; begin < n && code == MS_OK; begin += 200) {
            uint64_t boundaries[2] = {0};
            code = read_range(&directory, n, codec, begin, n - begin < 200 ? n : begin + 200, 1000, &got,
                              boundaries, &err);
            bool resumes = boundaries[1] == 0 || boundaries[0] == reached;
            code = code == MS_OK && !resumes ? MS_FORMAT : code;
            reached = boundaries[1] > 0 ? boundaries[1] : reached;
        }
        logs_pieces from = {.data = packed.data, .n = n, .piece = SIZE_MAX};
        ms_bytes whole = {0};
        ms_code whole_code = logs_unpack(codec, &from, &no_limits, 1000, &whole, &err);
        ck_assert_msg(code != MS_OK || n == 0 || (whole_code == MS_OK && got.len == whole.len), "byte %zu",
                      at);
        ck_assert(code != MS_OK || got.len == 0 || memcmp(got.data, whole.data, got.len) == 0);
        packed.data[at] = was;
        ms_bytes_fini(&whole);
        ms_bytes_fini(&got);
    }
    ms_bytes_fini(&packed);
    ms_bytes_fini(&text);
    scratch_close(&directory);
}

static bool pays(ms_codec codec, const ms_bytes *packed)
{
    scratch directory = scratch_open();
    ms_file *file = NULL;
    ms_err err = {0};
    file_write(directory.file, packed->data, packed->len);
    ck_assert_int_eq(ms_file_open(&file, NULL, directory.file, packed->len, &err), MS_OK);
    bool does = ms_split_worthwhile(file, codec, &no_limits);
    ms_file_close(file);
    scratch_close(&directory);
    return does;
}

TEST(one_member_is_not_split_and_many_are)
{
    ms_bytes text = make_lines(3000);
    for (size_t i = 0; i < NKNOWN; i++) {
        ms_bytes packed = {0};
        ck_assert(ms_split_supported(known[i]));
        logs_pack(known[i], text.data, text.len, &packed);
        ck_assert(!pays(known[i], &packed));
        logs_pack(known[i], text.data, text.len, &packed);
        ck_assert(pays(known[i], &packed));
        ms_bytes_fini(&packed);
    }
    ck_assert(!ms_split_supported(MS_CODEC_GZIP) && !ms_split_supported(MS_CODEC_NONE));
    ms_bytes_fini(&text);
}

static ms_code stop_now(void *user)
{
    return *(const bool *)user ? MS_STOPPED : MS_OK;
}

/* The index says how much text there is: more than is allowed is reported before any is decoded. */
TEST(xz_limits)
{
    scratch directory = scratch_open();
    ms_bytes text = make_lines(3000);
    ms_bytes packed = {0};
    ms_file *file = NULL;
    ms_xz_blocks *blocks = NULL;
    ms_err err = {0};
    pack_blocks(text.data, text.len, 700, &packed);
    file_write(directory.file, packed.data, packed.len);
    ck_assert_int_eq(ms_file_open(&file, NULL, directory.file, packed.len, &err), MS_OK);
    ms_decode_limits limits = {.max_decompressed = text.len - 1};
    ck_assert_int_eq(ms_xz_blocks_open(&blocks, file, &limits, &err), MS_FORMAT);
    ck_assert_ptr_null(blocks);
    limits.max_decompressed++;
    ck_assert_int_eq(ms_xz_blocks_open(&blocks, file, &limits, &err), MS_OK);
    ck_assert_uint_eq(ms_xz_blocks_count(blocks), (text.len + 699) / 700);
    ms_xz_blocks_close(blocks);
    uint8_t byte = 0;
    size_t n = 0;
    limits = (ms_decode_limits){.max_window = 1}; /* and the usual 1 MiB */
    ck_assert_int_eq(ms_xz_blocks_open(&blocks, file, &limits, &err), MS_OK);
    ms_xz_blocks_select(blocks, 0, packed.len);
    ck_assert_int_eq(ms_xz_blocks_read(blocks, &byte, 1, &n, &err), MS_FORMAT);
    ck_assert_uint_eq(n, 0);
    ms_xz_blocks_close(blocks);
    bool stop = false;
    limits = (ms_decode_limits){.on_work = stop_now, .user = &stop};
    ck_assert_int_eq(ms_xz_blocks_open(&blocks, file, &limits, &err), MS_OK);
    ms_xz_blocks_select(blocks, 0, packed.len);
    ck_assert_int_eq(ms_xz_blocks_read(blocks, &byte, 1, &n, &err), MS_OK);
    stop = true; /* which is seen at the next block */
    uint8_t more[700];
    ck_assert_int_eq(ms_xz_blocks_read(blocks, more, 699, &n, &err), MS_OK);
    ck_assert_int_eq(ms_xz_blocks_read(blocks, more, 700, &n, &err), MS_STOPPED);
    ms_xz_blocks_close(blocks);
    ms_file_close(file);
    ms_bytes_fini(&packed);
    ms_bytes_fini(&text);
    scratch_close(&directory);
}
