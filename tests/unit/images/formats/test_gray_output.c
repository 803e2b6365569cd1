/* Suite of images/formats/gray_output.c: counting, hashing, inserting, and restarting. */
#include "images/formats/gray_output.h"
#include "memory_file.h"

#include "unit.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static void expect(int fd, ms_gray_output *output, const char *text)
{
    char data[64] = "";
    ms_gray_reply reply = {0};
    XXH128_canonical_t canonical;
    ms_gray_output_end(output, &reply);
    ck_assert_int_eq(pread(fd, data, sizeof data, 0), (ssize_t)strlen(text));
    ck_assert_str_eq(data, text);
    ck_assert_uint_eq(reply.nbytes, strlen(text));
    XXH128_canonicalFromHash(&canonical, XXH3_128bits(text, strlen(text)));
    ck_assert_mem_eq(reply.hash, canonical.digest, sizeof reply.hash);
}

TEST(counts_and_hashes)
{
    ms_gray_output output;
    ms_err err = {0};
    int fd = memory_file("", 0);
    ck_assert_int_eq(ms_gray_output_init(&output, fd, &err), MS_OK);
    expect(fd, &output, "");
    ck_assert_int_eq(ms_gray_output_write(&output, "abc", 3), MS_OK);
    ms_bytes_append(&output.insert, "--", 2);
    output.insert_at = 5;
    ck_assert_int_eq(ms_gray_output_write(&output, "defg", 4), MS_OK);
    expect(fd, &output, "abcde--fg"); /* before the sixth byte */
    ck_assert_int_eq(ms_gray_output_restart(&output), MS_OK);
    expect(fd, &output, "");
    ck_assert_int_eq(ms_gray_output_write(&output, "new", 3), MS_OK);
    expect(fd, &output, "new");
    ms_gray_output_fini(&output);
    ms_gray_output_fini(&output);
    (void)close(fd);
}

TEST(full)
{
    ms_gray_output output;
    ms_err err = {0};
    int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(ms_gray_output_init(&output, fd, &err), MS_OK);
    ck_assert_int_eq(ms_gray_output_write(&output, "abc", 3), MS_IO);
    ck_assert_ptr_nonnull(strstr(output.err.text, "No space left"));
    ck_assert_int_eq(ms_gray_output_write(&output, "abc", 3), MS_IO);
    ms_gray_output_fini(&output);
    (void)close(fd);
}
