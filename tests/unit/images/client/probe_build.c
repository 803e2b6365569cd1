/* See probe_build.h. */
#include "probe_build.h"

#include "suites.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void add(ms_bytes *to, const void *data, size_t n)
{
    ck_assert_int_eq(ms_bytes_append(to, data, n), MS_OK);
}

void add_be(ms_bytes *to, uint64_t value, size_t nbytes)
{
    for (size_t i = nbytes; i > 0; i--) {
        uint8_t byte = (uint8_t)(value >> (8 * (i - 1)));
        add(to, &byte, 1);
    }
}

void add_le(ms_bytes *to, uint64_t value, size_t nbytes)
{
    for (size_t i = 0; i < nbytes; i++) {
        uint8_t byte = (uint8_t)(value >> (8 * i));
        add(to, &byte, 1);
    }
}

ms_image_probe probed(const void *data, size_t n)
{
    ms_image_probe in_memory, in_file;
    ms_err err = {0};
    ms_image_probe_bytes(&in_memory, data, n);
    int fd = memfd_create("probe", MFD_CLOEXEC);
    if (fd < 0 || write(fd, data, n) != (ssize_t)n) { /* no assertion a case: each costs a system call */
        ck_abort_msg("no file in memory");
    }
    if (ms_image_probe_file(&in_file, fd, &err) != MS_OK) {
        ck_abort_msg("%s", err.text);
    }
    (void)close(fd);
    if (in_memory.format != in_file.format || in_memory.width != in_file.width ||
        in_memory.height != in_file.height || in_memory.lossless_way != in_file.lossless_way) {
        ck_abort_msg("%s %u x %u in memory, %s %u x %u in a file", ms_image_format_name(in_memory.format),
                     in_memory.width, in_memory.height, ms_image_format_name(in_file.format), in_file.width,
                     in_file.height);
    }
    return in_file;
}

void expect_probe(ms_bytes *bytes, ms_image_format format, uint32_t width, uint32_t height, bool lossless_way)
{
    ms_image_probe got = probed(bytes->data, bytes->len);
    ck_assert_str_eq(ms_image_format_name(got.format), ms_image_format_name(format));
    ck_assert_uint_eq(got.width, width);
    ck_assert_uint_eq(got.height, height);
    ck_assert_int_eq(got.lossless_way, lossless_way);
    ms_bytes_fini(bytes);
}
