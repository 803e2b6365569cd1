/* Suite of logs/stream/stream.c: what is read of a file that is stored, or behaves, in an unusual way. */
#include "logs/stream/stream.h"

#include "logs_fixture.h"
#include "logs_pack.h"
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct stored {
    const char *about;
    const char *file;
    size_t nfile;
    const char *text;
    size_t ntext;
    uint64_t start;
    ms_code code;
} stored;

#define FILE_IS(about, file, text, start)                                                                    \
    {                                                                                                        \
        about, file, sizeof(file) - 1, text, sizeof(text) - 1, start, MS_OK                                  \
    }
#define REFUSED(name, file)                                                                                  \
    {                                                                                                        \
        name, file, sizeof(file) - 1, "", 0, 0, MS_FORMAT                                                    \
    }

static const stored stored_files[] = {
    FILE_IS("empty", "", "", 0),
    FILE_IS("one byte", "\xFF", "\xFF", 0),
    FILE_IS("plain", "hello, world\n\0\r\n", "hello, world\n\0\r\n", 0),
    FILE_IS("UTF-8 mark", "\xEF\xBB\xBFhello", "hello", 3),
    FILE_IS("nothing but a UTF-8 mark", "\xEF\xBB\xBF", "", 3),
    FILE_IS("two marks", "\xEF\xBB\xBF\xEF\xBB\xBF", "\xEF\xBB\xBF", 3),
    FILE_IS("half a mark", "\xEF\xBB", "\xEF\xBB", 0),
    FILE_IS("nothing but a UTF-16 mark", "\xFF\xFE", "", 0),
    FILE_IS("UTF-16LE", "\xFF\xFE\x61\0\xE4\0\n\0", "a\xC3\xA4\n", 0),
    FILE_IS("UTF-16BE", "\xFE\xFF\0\x61\0\xE4\0\n", "a\xC3\xA4\n", 0),
    FILE_IS("UTF-16, odd length", "\xFF\xFE\x61\0\x62", "ab", 0),
    FILE_IS("UTF-16, a surrogate lost", "\xFE\xFF\xD8\0", "\xEF\xBF\xBD", 0),
    FILE_IS("nearly gzip", "\x1F\x8B\x07 text", "\x1F\x8B\x07 text", 0),
    FILE_IS("nearly bzip2", "BZhello", "BZhello", 0),
    FILE_IS("nearly bzip2, too", "BZh9 is not", "BZh9 is not", 0),
    REFUSED("compress", "\x1F\x9D\x90text"),
    REFUSED("lzop", "\x89LZO\0\r\n\x1A\n"),
    REFUSED("7z", "7z\xBC\xAF\x27\x1C\0\x04"),
    REFUSED("rar", "Rar!\x1A\x07\x01\0"),
    FILE_IS("nearly lzma", "]\0\0text that goes on", "]\0\0text that goes on", 0),
    REFUSED("lz4 legacy", "\x02\x21\x4C\x18\x64"),
    FILE_IS("UTF-32LE", "\xFF\xFE\0\0a\0\0\0", "a", 0),
    FILE_IS("UTF-32BE", "\0\0\xFE\xFF\0\0\0a", "a", 0),
};

TEST_EACH(stored_as, stored_files)
{
    const stored *s = &stored_files[_i];
    scratch directory = scratch_open();
    file_write(directory.file, s->file, s->nfile);
    for (size_t cap = 16; cap < 40; cap++) {
        ms_bytes got = {0};
        ms_err err = {0};
        uint64_t start = 0;
        ms_code code = logs_read_all(directory.file, s->nfile, cap, &got, &start, &err);
        ck_assert_msg(code == s->code, "%s: code %d %s", s->about, code, err.text);
        ck_assert_msg(code == MS_OK || strstr(err.text, s->about), "%s: %s", s->about, err.text);
        ck_assert_msg(got.len == s->ntext && start == s->start, "%s: %zu bytes", s->about, got.len);
        ck_assert_msg(got.len == 0 || memcmp(got.data, s->text, got.len) == 0, "%s", s->about);
        ms_bytes_fini(&got);
    }
    scratch_close(&directory);
}

/* The first bytes look like bzip2, those after them like text, and what follows 512 bytes like neither. */
TEST(format_does_not_depend_on_the_buffer)
{
    static const size_t caps[] = {16, 511, 512, 4096, 1 << 20};
    scratch directory = scratch_open();
    ms_bytes file = {0};
    ms_bytes_append(&file, "BZh91AY&SY", 10);
    while (file.len < 600) {
        ms_bytes_append(&file, " a line of text\n", 16);
    }
    for (size_t i = 0; i < 4000; i++) {
        ms_bytes_put_u8(&file, (uint8_t)(i % 7));
    }
    file_write(directory.file, file.data, file.len);
    for (size_t i = 0; i < sizeof caps / sizeof caps[0]; i++) {
        ms_bytes got = {0};
        ms_err err = {0};
        uint64_t start = 0;
        ck_assert_msg(logs_read_all(directory.file, file.len, caps[i], &got, &start, &err) == MS_OK,
                      "%zu: %s", caps[i], err.text);
        ck_assert_uint_eq(got.len, file.len);
        ms_bytes_fini(&got);
    }
    ms_bytes_fini(&file);
    scratch_close(&directory);
}

/* Text in any form, in any compression, in two of them: never recognized by a name. */
typedef struct packed {
    const char *about;
    const char *stored;
    size_t nstored;
    const char *text; /* or words of the error */
    size_t ntext;
    uint64_t start;
    ms_code code;
} packed;

#define PACKED(about, stored, text, start, code)                                                             \
    {                                                                                                        \
        about, stored, sizeof(stored) - 1, text, sizeof(text) - 1, start, code                               \
    }

static const packed packed_files[] = {
    PACKED("nothing", "", "", 0, MS_OK),
    PACKED("plain", "hello, world\n\0\r\n", "hello, world\n\0\r\n", 0, MS_OK),
    PACKED("UTF-8 mark", "\xEF\xBB\xBFhello", "hello", 3, MS_OK),
    PACKED("UTF-16LE", "\xFF\xFE\x61\0\xE4\0\n\0", "a\xC3\xA4\n", 0, MS_OK),
    PACKED("UTF-16BE", "\xFE\xFF\0\x61\0\xE4\0\n", "a\xC3\xA4\n", 0, MS_OK),
    PACKED("7z", "7z\xBC\xAF\x27\x1C\0\x04", "7z data are not searched", 0, MS_FORMAT),
    PACKED("foreign", "FOREIGN", "foreign", 0, MS_FOREIGN),
};

static ms_code refuse_foreign(const uint8_t *head, size_t n, ms_err *err)
{
    bool foreign = n >= 7 && memcmp(head, "FOREIGN", 7) == 0;
    return foreign ? ms_err_set(err, MS_FOREIGN, 0, "is foreign") : MS_OK;
}

/* Reads what `stored` is, packed `depth` times with this codec and that one in turn. */
static ms_code read_packed(const packed *p, const ms_codec codecs[3], size_t depth, size_t cap, ms_bytes *to,
                           uint64_t *start, ms_err *err)
{
    ms_bytes all[4] = {{0}};
    ms_stream *stream = NULL;
    ms_code code = MS_OK;
    ms_bytes_append(&all[0], p->stored, p->nstored);
    for (size_t i = 0; i < depth; i++) {
        logs_pack(codecs[i], all[i].data, all[i].len, &all[i + 1]);
    }
    logs_pieces from = {.data = all[depth].data, .n = all[depth].len, .piece = cap};
    ck_assert_int_eq(ms_stream_over(&stream, logs_pieces_source(&from), err), MS_OK);
    ms_stream_set_foreign(stream, refuse_foreign);
    for (size_t n = 1; n > 0 && code == MS_OK; to->len += n) {
        ck_assert_int_eq(ms_bytes_reserve(to, cap), MS_OK);
        code = ms_stream_read(stream, to->data + to->len, cap, &n, err);
    }
    *start = ms_stream_start(stream);
    ms_stream_close(stream);
    for (size_t i = 0; i < 4; i++) {
        ms_bytes_fini(&all[i]);
    }
    return code;
}

TEST_EACH(packed_as, packed_files)
{
    const packed *p = &packed_files[_i];
    for (int i = FIRST_CODEC; i <= LAST_CODEC; i++) {
        for (size_t depth = 1; depth <= 3; depth++) {
            ms_codec codecs[3] = {(ms_codec)i, (ms_codec)(i < LAST_CODEC ? i + 1 : FIRST_CODEC), (ms_codec)i};
            for (size_t cap = 16; cap < 2000; cap = cap * 5 + 1) {
                ms_bytes got = {0};
                ms_err err = {0};
                uint64_t start = 1;
                ms_code code = read_packed(p, codecs, depth, cap, &got, &start, &err);
                ms_code wanted = depth == 3 ? MS_FORMAT : p->code;
                const char *words = depth == 3 ? "more than twice" : p->text;
                ck_assert_msg(code == wanted, "%s: %d %s", p->about, code, err.text);
                ck_assert_msg(code == MS_OK || strstr(err.text, words), "%s: %s", p->about, err.text);
                ck_assert(code == MS_OK || depth == 3 || strstr(err.text, ms_codec_name(codecs[depth - 1])));
                ck_assert_msg(code != MS_OK || (got.len == p->ntext && start == p->start), "%s", p->about);
                ck_assert(code == MS_OK || got.len == 0);
                ck_assert(got.len == 0 || memcmp(got.data, p->text, got.len) == 0);
                ms_bytes_fini(&got);
            }
        }
    }
}

/* The first bytes are examined before they are passed on: an error after them must not lose them. */
TEST(error_right_after_the_first_bytes)
{
    scratch directory = scratch_open();
    ms_bytes file = {0};
    ms_bytes got = {0};
    ms_err err = {0};
    uint64_t start = 0;
    logs_pack(MS_CODEC_GZIP, "hello", 5, &file);
    file_write(directory.file, file.data, file.len - 1);
    ck_assert_int_eq(logs_read_all(directory.file, file.len - 1, 100, &got, &start, &err), MS_FORMAT);
    ck_assert_uint_eq(got.len, 5);
    ck_assert(memcmp(got.data, "hello", 5) == 0);
    ck_assert_ptr_nonnull(strstr(err.text, "truncated"));
    got.len = 0; /* it has shrunk */
    ck_assert_int_eq(logs_read_all(directory.file, file.len, 100, &got, &start, &err), MS_IO);
    ck_assert_uint_eq(got.len, 5);
    ms_bytes_fini(&got);
    ms_bytes_fini(&file);
    scratch_close(&directory);
}

TEST(a_range_of_what_became_compressed)
{
    scratch directory = scratch_open();
    ms_bytes file = {0};
    ms_stream *stream = NULL;
    ms_err err = {0};
    uint8_t buf[64];
    size_t n = 0;
    ms_stream_split part;
    logs_pack(MS_CODEC_GZIP, "hello", 5, &file);
    file_write(directory.file, file.data, file.len);
    ck_assert_int_eq(ms_stream_open(&stream, NULL, directory.file, file.len, &err), MS_OK);
    ck_assert_int_eq(ms_stream_select(stream, 0, 5, &part, &err), MS_OK);
    ck_assert_int_eq(ms_stream_read(stream, buf, sizeof buf, &n, &err), MS_FORMAT);
    ck_assert_uint_eq(n, 0);
    ck_assert_ptr_nonnull(strstr(err.text, "has become gzip data"));
    ms_stream_close(stream);
    ms_bytes_fini(&file);
    scratch_close(&directory);
}

TEST(limits_reach_the_decoder)
{
    scratch directory = scratch_open();
    ms_bytes file = {0};
    ms_stream *stream = NULL;
    ms_err err = {0};
    ms_decode_limits limits = {.max_decompressed = 4};
    uint8_t buf[64];
    size_t n = 0;
    logs_pack(MS_CODEC_XZ, "hello", 5, &file);
    file_write(directory.file, file.data, file.len);
    ck_assert_int_eq(ms_stream_open(&stream, NULL, directory.file, file.len, &err), MS_OK);
    ms_stream_set_limits(stream, &limits);
    ck_assert_int_eq(ms_stream_read(stream, buf, sizeof buf, &n, &err), MS_OK);
    ck_assert_uint_eq(n, 4);
    ck_assert_int_eq(ms_stream_read(stream, buf, sizeof buf, &n, &err), MS_FORMAT);
    ms_stream_close(stream);
    ms_bytes_fini(&file);
    scratch_close(&directory);
}

TEST(long_utf16_in_small_buffers)
{
    enum { N = 200000 };
    scratch directory = scratch_open();
    uint8_t *raw = malloc(2 + 2 * N);
    ck_assert_ptr_nonnull(raw);
    memcpy(raw, "\xFE\xFF", 2);
    for (size_t i = 0; i < N; i++) { /* U+0430: two bytes of UTF-8 */
        raw[2 + 2 * i] = 0x04;
        raw[3 + 2 * i] = 0x30;
    }
    file_write(directory.file, raw, 2 + 2 * N);
    for (size_t cap = 16; cap < 70000; cap = cap * 3 + 1) {
        ms_bytes got = {0};
        ms_err err = {0};
        uint64_t start = 1;
        ck_assert_int_eq(logs_read_all(directory.file, 2 + 2 * N, cap, &got, &start, &err), MS_OK);
        ck_assert_uint_eq(got.len, 2 * N);
        ck_assert_uint_eq(start, 0);
        for (size_t i = 0; i < N; i++) {
            if (memcmp(got.data + 2 * i, "\xD0\xB0", 2) != 0) {
                ck_abort_msg("character %zu", i);
            }
        }
        ms_bytes_fini(&got);
    }
    free(raw);
    scratch_close(&directory);
}

TEST(no_more_than_its_size)
{
    scratch directory = scratch_open();
    file_write(directory.file, "0123456789abcdefghijklmnopqrstuvwxyz", 36);
    for (uint64_t size = 1; size <= 36; size++) {
        ms_bytes got = {0};
        ms_err err = {0};
        uint64_t start = 0;
        ck_assert_int_eq(logs_read_all(directory.file, size, 16, &got, &start, &err), MS_OK);
        ck_assert_uint_eq(got.len, size);
        ms_bytes_fini(&got);
    }
    scratch_close(&directory);
}

TEST(shorter_file_is_reported)
{
    scratch directory = scratch_open();
    for (size_t n = 0; n < 40; n++) {
        ms_bytes got = {0};
        ms_err err = {0};
        uint64_t start = 0;
        file_write(directory.file, "0123456789abcdefghijklmnopqrstuvwxyz0123", n);
        ck_assert_int_eq(logs_read_all(directory.file, 41, 16, &got, &start, &err), MS_IO);
        ck_assert_uint_eq(got.len, n); /* what was there counts */
        ck_assert_ptr_nonnull(strstr(err.text, "shrank"));
        ms_bytes_fini(&got);
    }
    scratch_close(&directory);
}

TEST(truncated_between_two_reads)
{
    scratch directory = scratch_open();
    ms_stream *stream = NULL;
    ms_err err = {0};
    uint8_t buf[16];
    size_t n = 0;
    static uint8_t text[40000];
    memset(text, 'x', sizeof text);
    file_write(directory.file, text, sizeof text);
    ck_assert_int_eq(ms_stream_open(&stream, NULL, directory.file, sizeof text, &err), MS_OK);
    ck_assert_int_eq(ms_stream_read(stream, buf, 16, &n, &err), MS_OK); /* reads 32 KiB to see what it is */
    ck_assert_int_eq(truncate(directory.file, 32772), 0);
    size_t all = 16;
    ms_code code = MS_OK;
    while (code == MS_OK) {
        code = ms_stream_read(stream, buf, 16, &n, &err);
        all += n;
        ck_assert(code == MS_OK ? n > 0 : n == 0);
    }
    ck_assert_int_eq(code, MS_IO);
    ck_assert_uint_eq(all, 32772);
    ck_assert_ptr_nonnull(strstr(err.text, "32772 of 40000"));
    ms_stream_close(stream);
    scratch_close(&directory);
}

/* Empty when it was listed: then it has nothing in any run, however much was written since. */
TEST(an_empty_file_that_grew_stays_empty)
{
    scratch directory = scratch_open();
    ms_bytes got = {0};
    ms_err err = {0};
    uint64_t start = 0;
    file_write(directory.file, "grown", 5);
    ck_assert_int_eq(logs_read_all(directory.file, 0, 16, &got, &start, &err), MS_OK);
    ck_assert_uint_eq(got.len, 0);
    ms_bytes_fini(&got);
    scratch_close(&directory);
}

TEST(a_file_of_proc_says_0_and_is_read)
{
    struct stat st;
    ms_bytes got = {0};
    ms_err err = {0};
    uint64_t start = 0;
    ck_assert_int_eq(stat("/proc/self/status", &st), 0);
    ck_assert_int_eq(st.st_size, 0);
    ck_assert_int_eq(logs_read_all("/proc/self/status", 0, 16, &got, &start, &err), MS_OK);
    ck_assert_uint_gt(got.len, 16);
    ck_assert_ptr_nonnull(memmem(got.data, got.len, "Name:", 5));
    ms_bytes_fini(&got);
}

TEST(what_is_not_a_regular_file_never_blocks)
{
    scratch directory = scratch_open();
    ms_stream *stream = NULL;
    ms_err err = {0};
    ck_assert_int_eq(ms_stream_open(&stream, NULL, directory.file, 9, &err), MS_IO);
    ck_assert_int_eq(err.sys_errno, ENOENT);
    ck_assert_int_eq(mkfifo(directory.file, 0600), 0);
    const char *const paths[] = {directory.file, directory.root, "/dev/null"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        ms_bytes got = {0};
        uint64_t start = 0;
        (void)alarm(3); /* ends the test by a signal if this waits for a writer */
        ck_assert_int_eq(logs_read_all(paths[i], 9, 100, &got, &start, &err), MS_IO);
        (void)alarm(0);
        ck_assert_msg(strstr(err.text, "no longer a regular file"), "%s: %s", paths[i], err.text);
        ms_bytes_fini(&got);
    }
    ck_assert_ptr_null(stream);
    ms_stream_close(NULL);
    scratch_close(&directory);
}
