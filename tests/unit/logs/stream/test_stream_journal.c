/* Suite of logs/stream/stream.c: systemd journals, in place and from a temporary copy. */
#include "logs/stream/stream.h"

#include "journal_image.h"
#include "logs_fixture.h"
#include "logs_pack.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

static const char lines[] = "2025-11-30T00:00:00.000001+0000 h unknown: one\n"
                            "2025-11-30T00:00:00.000002+0000 h unknown: two\n";

static journal_image make_journal(void)
{
    journal_image image = journal_begin(false, true, 0, 264);
    journal_add(&image, UINT64_C(1764460800000001),
                (const char *const[]){"_HOSTNAME=h", "MESSAGE=one", NULL});
    journal_add(&image, UINT64_C(1764460800000002),
                (const char *const[]){"_HOSTNAME=h", "MESSAGE=two", NULL});
    journal_end(&image);
    return image;
}

static void expect(const scratch *dir, size_t nfile, size_t cap, ms_code code)
{
    ms_bytes text = {0};
    ms_err err = {0};
    uint64_t start = 0;
    ms_code got = logs_read_all(dir->file, nfile, cap, &text, &start, &err);
    ck_assert_msg(got == code, "%d: %s", got, err.text);
    ck_assert(text.len == strlen(lines) && memcmp(text.data, lines, text.len) == 0);
    ms_bytes_fini(&text);
}

TEST(a_journal_under_any_name_in_buffers_of_any_size)
{
    static const size_t caps[] = {MS_STREAM_MIN_READ, 100, 65536};
    scratch dir = scratch_open();
    journal_image image = make_journal();
    for (size_t i = 0; i < sizeof caps / sizeof caps[0]; i++) {
        file_write(dir.file, image.bytes.data, image.bytes.len);
        expect(&dir, image.bytes.len, caps[i], MS_OK);
        ms_bytes_append(&image.bytes, "more", 4);
        file_write(dir.file, image.bytes.data, image.bytes.len); /* it has grown since it was listed */
        ms_bytes_cut(&image.bytes, image.bytes.len - 4);
        expect(&dir, image.bytes.len, caps[i], MS_OK);
    }
    ms_bytes_fini(&image.bytes);
    scratch_close(&dir);
}

TEST(a_compressed_journal_whole_and_cut)
{
    scratch dir = scratch_open();
    journal_image image = make_journal();
    ms_bytes packed = {0};
    logs_pack(MS_CODEC_GZIP, image.bytes.data, image.bytes.len, &packed);
    file_write(dir.file, packed.data, packed.len);
    expect(&dir, packed.len, 4096, MS_OK);
    packed.len -= 4; /* within the checksum */
    file_write(dir.file, packed.data, packed.len);
    expect(&dir, packed.len, 4096, MS_FORMAT);
    ms_bytes_fini(&packed);
    ms_bytes_fini(&image.bytes);
    scratch_close(&dir);
}

TEST(without_a_temporary_file_a_compressed_journal_is_a_fault)
{
    scratch dir = scratch_open();
    journal_image image = make_journal();
    ms_bytes packed = {0};
    ms_bytes text = {0};
    ms_err err = {0};
    uint64_t start = 0;
    logs_pack(MS_CODEC_GZIP, image.bytes.data, image.bytes.len, &packed);
    file_write(dir.file, packed.data, packed.len);
    ck_assert_int_eq(setenv("TMPDIR", dir.file, 1), 0);
    ck_assert_int_eq(logs_read_all(dir.file, packed.len, 4096, &text, &start, &err), MS_IO);
    ck_assert_ptr_nonnull(strstr(err.text, "no temporary file can be created (TMPDIR)"));
    ms_bytes_fini(&text);
    ms_bytes_fini(&packed);
    ms_bytes_fini(&image.bytes);
    scratch_close(&dir);
}

TEST(a_journal_is_not_split)
{
    scratch dir = scratch_open();
    journal_image image = make_journal();
    ms_stream *stream = NULL;
    ms_stream_split split;
    ms_err err = {0};
    bool decoded = false;
    uint8_t buf[4096];
    size_t n = 0;
    file_write(dir.file, image.bytes.data, image.bytes.len);
    ck_assert_int_eq(ms_stream_open(&stream, NULL, dir.file, image.bytes.len, &err), MS_OK);
    ck_assert(!ms_stream_can_split(stream, &decoded));
    ms_stream_close(stream);
    ck_assert_int_eq(ms_stream_open(&stream, NULL, dir.file, image.bytes.len, &err), MS_OK);
    ck_assert_int_eq(ms_stream_select(stream, 0, 100, &split, &err), MS_OK);
    ck_assert_int_eq(ms_stream_read(stream, buf, sizeof buf, &n, &err), MS_FORMAT);
    ck_assert_str_eq(err.text, "has become a systemd journal since it was split");
    ms_stream_close(stream);
    ms_bytes_fini(&image.bytes);
    scratch_close(&dir);
}
