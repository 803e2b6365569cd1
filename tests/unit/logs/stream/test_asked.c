/* Suite of ms_decode_limits.on_work: whatever yields no text for long asks now and then whether it shall go
 * on, and ends at once when it shall not: empty members, members of an archive that are passed over,
 * boundaries that are not there. */
#include "logs/decode/decoder.h"
#include "logs/split/compressed_split.h"
#include "logs/split/frame_boundaries.h"
#include "logs/stream/archive.h"
#include "logs_fixture.h"
#include "logs_pack.h"
#include "tar_image.h"

#include <string.h>

enum { PIECE = 65536, PIECES = 8, STOP_AT = 3 };

typedef struct asker {
    size_t ncalls;
    size_t stop_at; /* the call that returns MS_STOPPED; 0: none */
} asker;

static ms_code ask(void *user)
{
    asker *a = user;
    return ++a->ncalls == a->stop_at ? MS_STOPPED : MS_OK;
}

static ms_decode_limits asking(asker *a)
{
    return (ms_decode_limits){.on_work = ask, .user = a};
}

/* Members without text, of PIECES pieces and more. */
static ms_bytes many_empty(ms_codec codec)
{
    ms_bytes one = {0};
    ms_bytes many = {0};
    logs_pack(codec, "", 0, &one);
    while (many.len < (size_t)PIECES * PIECE) {
        ms_bytes_append(&many, one.data, one.len);
    }
    ms_bytes_fini(&one);
    return many;
}

static ms_code unpack(ms_codec codec, const ms_bytes *packed, asker *a, size_t *used)
{
    ms_decode_limits limits = asking(a);
    logs_pieces from = {.data = packed->data, .n = packed->len, .piece = SIZE_MAX};
    ms_bytes got = {0};
    ms_err err = {0};
    ms_code code = logs_unpack(codec, &from, &limits, 4096, &got, &err);
    ck_assert_uint_eq(got.len, 0);
    ms_bytes_fini(&got);
    *used = from.at;
    return code;
}

TEST_RANGE(decoders_poll, 0, 6)
{
    static const ms_codec codecs[] = {MS_CODEC_GZIP,  MS_CODEC_ZSTD, MS_CODEC_XZ,
                                      MS_CODEC_BZIP2, MS_CODEC_LZ4,  MS_CODEC_LZIP};
    ms_bytes packed = many_empty(codecs[_i]);
    asker patient = {0};
    asker impatient = {.stop_at = STOP_AT};
    size_t used = 0;
    ck_assert_int_eq(unpack(codecs[_i], &packed, &patient, &used), MS_OK);
    ck_assert_uint_ge(patient.ncalls, PIECES);
    ck_assert_int_eq(unpack(codecs[_i], &packed, &impatient, &used), MS_STOPPED);
    ck_assert_uint_eq(impatient.ncalls, STOP_AT); /* an error is final: the hook is not called again */
    ck_assert_uint_le(used, (size_t)STOP_AT * PIECE);
    ms_bytes_fini(&packed);
}

/* Opens the range from byte 1 on, and reads it to its end. */
static ms_code read_range(ms_file *file, ms_codec codec, asker *a)
{
    ms_decode_limits limits = asking(a);
    ms_split *range = NULL;
    uint8_t buf[256];
    size_t n = 1;
    ms_err err = {0};
    ms_code code = ms_split_open(&range, file, codec, 1, ms_file_size(file), &limits, &err);
    while (code == MS_OK && n > 0) {
        ms_source source = ms_split_source(range);
        code = source.read(source.self, buf, sizeof buf, &n, &err);
    }
    ms_split_close(range);
    return code;
}

TEST_RANGE(ranges_poll, 0, 3)
{
    static const ms_codec codecs[] = {MS_CODEC_ZSTD, MS_CODEC_XZ, MS_CODEC_BZIP2};
    scratch directory = scratch_open();
    ms_bytes packed = many_empty(codecs[_i]);
    ms_file *file = NULL;
    ms_err err = {0};
    file_write(directory.file, packed.data, packed.len);
    ck_assert_int_eq(ms_file_open(&file, NULL, directory.file, packed.len, &err), MS_OK);
    asker patient = {0};
    ck_assert_int_eq(read_range(file, codecs[_i], &patient), MS_OK);
    ck_assert_uint_ge(patient.ncalls, PIECES);
    for (size_t stop_at = 1; stop_at <= PIECES; stop_at++) {
        asker impatient = {.stop_at = stop_at};
        ck_assert_int_eq(read_range(file, codecs[_i], &impatient), MS_STOPPED);
    }
    ms_file_close(file);
    ms_bytes_fini(&packed);
    scratch_close(&directory);
}

TEST(boundary_search_polls)
{
    scratch directory = scratch_open();
    ms_bytes text = {0};
    ms_file *file = NULL;
    ms_err err = {0};
    uint64_t at = 0;
    tar_zeros(&text, (size_t)PIECES * PIECE);
    file_write(directory.file, text.data, text.len);
    ck_assert_int_eq(ms_file_open(&file, NULL, directory.file, text.len, &err), MS_OK);
    asker patient = {0};
    asker impatient = {.stop_at = STOP_AT};
    ms_decode_limits limits = asking(&patient);
    ck_assert_int_eq(ms_frame_boundaries_find(file, MS_CODEC_ZSTD, 1, text.len, &limits, &at, &err), MS_OK);
    ck_assert_uint_eq(at, text.len);
    ck_assert_uint_ge(patient.ncalls, PIECES);
    limits = asking(&impatient);
    ck_assert_int_eq(ms_frame_boundaries_find(file, MS_CODEC_ZSTD, 1, text.len, &limits, &at, &err),
                     MS_STOPPED);
    ms_file_close(file);
    ms_bytes_fini(&text);
    scratch_close(&directory);
}

/* All members, none of them read. */
static ms_code pass_members(const ms_bytes *image, asker *a, size_t *used)
{
    logs_pieces from = {.data = image->data, .n = image->len, .piece = SIZE_MAX};
    ms_archive_options options = {.limits = asking(a)};
    ms_archive *archive = NULL;
    ms_archive_member member;
    ms_err err = {0};
    bool more = true;
    const ms_archive_input input = {.source = logs_pieces_source(&from), .format = MS_ARCHIVE_TAR};
    ms_code code = ms_archive_open(&archive, &input, &options, &err);
    while (code == MS_OK && more) {
        code = ms_archive_next(archive, &member, &more, &err);
    }
    ms_archive_close(archive);
    *used = from.at;
    return code;
}

TEST(archives_ask)
{
    ms_bytes image = {0};
    asker patient = {0};
    asker impatient = {.stop_at = STOP_AT};
    size_t used = 0;
    tar_header(&image, USTAR, '0', "long", (uint64_t)PIECES * PIECE);
    tar_zeros(&image, (size_t)PIECES * PIECE + 1024);
    ck_assert_int_eq(pass_members(&image, &patient, &used), MS_OK);
    ck_assert_uint_ge(patient.ncalls, PIECES);
    ck_assert_int_eq(pass_members(&image, &impatient, &used), MS_STOPPED);
    ck_assert_uint_le(used, (size_t)STOP_AT * PIECE);
    ms_bytes_fini(&image);
}
