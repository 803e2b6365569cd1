#include "tar_image.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

void tar_zeros(ms_bytes *to, size_t n)
{
    ck_assert_int_eq(ms_bytes_reserve(to, n + 1), MS_OK);
    memset(to->data + to->len, 0, n);
    to->len += n;
}

void tar_sum(ms_bytes *to, size_t at, bool with_sign)
{
    uint8_t *block = to->data + at;
    int sum = 0;
    char text[16];
    memset(block + 148, ' ', 8);
    for (size_t i = 0; i < 512; i++) {
        sum += with_sign && block[i] >= 0x80 ? block[i] - 0x100 : block[i];
    }
    (void)snprintf(text, sizeof text, "%06o", (unsigned)sum);
    memcpy(block + 148, text, 7); /* six digits, NUL; a blank stays after them */
}

void tar_header(ms_bytes *to, const char *magic, char type, const char *name, uint64_t size)
{
    char text[16];
    size_t at = to->len;
    tar_zeros(to, 512);
    uint8_t *block = to->data + at;
    memcpy(block, name, strnlen(name, 100));
    memcpy(block + 100,
           "0000644\0"
           "0000000\0"
           "0000000",
           24);
    (void)snprintf(text, sizeof text, "%011llo", (unsigned long long)size);
    memcpy(block + 124, text, 12);
    memcpy(block + 136, "00000000000", 12);
    block[156] = (uint8_t)type;
    memcpy(block + 257, magic, 8);
    tar_sum(to, at, false);
}

void tar_body(ms_bytes *to, const void *data, size_t n)
{
    ms_bytes_append(to, data, n);
    tar_zeros(to, (512 - n % 512) % 512);
}

void tar_member(ms_bytes *to, const char *magic, char type, const char *name, const char *contents)
{
    tar_header(to, magic, type, name, strlen(contents));
    tar_body(to, contents, strlen(contents));
}
