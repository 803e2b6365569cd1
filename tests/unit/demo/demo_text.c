#include "demo_text.h"

#include "unit.h"

#include <string.h>

ms_bytes lines_bytes(const ms_demo_logs_options *options, uint64_t index, bool injected, size_t block)
{
    ms__demo_lines lines;
    ms__demo_lines_init(&lines, options, index, injected);
    ms_bytes bytes = {0};
    size_t n = 0;
    do {
        bytes.len += n;
        ck_assert_int_eq(ms_bytes_reserve(&bytes, block + 1), MS_OK);
        n = ms__demo_lines_fill(&lines, (char *)bytes.data + bytes.len, block);
        ck_assert_uint_le(n, block);
    } while (n > 0);
    bytes.data[bytes.len] = 0;
    return bytes;
}

size_t lines_with(const ms_bytes *text, const char *phrase)
{
    size_t count = 0;
    const char *at = (const char *)text->data;
    const char *end = at + text->len;
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        if (!stop) { /* no assertion a line: each costs a system call */
            ck_abort_msg("a line without an end");
        }
        count += !phrase || memmem(at, (size_t)(stop - at), phrase, strlen(phrase));
        at = stop + 1;
    }
    return count;
}
