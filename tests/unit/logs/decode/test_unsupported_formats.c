/* Suite of logs/decode/unsupported_formats.c: what is known and not searched, and what is text all the same.
 */
#include "logs/decode/unsupported_formats.h"

#include "logs_pack.h"
#include "unit.h"

#include <string.h>

typedef struct sample {
    const char *name; /* NULL: not refused */
    size_t n;
    const char *head;
} sample;

#define HEAD(name, bytes)                                                                                    \
    {                                                                                                        \
        name, sizeof(bytes) - 1, bytes                                                                       \
    }

static const sample samples[] = {
    HEAD(NULL, ""),
    HEAD(NULL, "hello, world"),
    HEAD("compress", "\x1F\x9D\x90"),
    HEAD(NULL, "\x1F"),
    HEAD("pack", "\x1F\x1E\0"),
    HEAD("lrzip", "LRZI\0\x06"),
    HEAD(NULL, "LRZIP"),
    HEAD("snappy", "\xFF\x06\0\0sNaPpY"),
    HEAD(NULL, "\xFF\x06\0\0sNaPp"),
    HEAD("cabinet", "MSCF\0\0\0\0x"),
    HEAD(NULL, "MSCF text"),
    HEAD("zlib", "x\x01\xB5"),
    HEAD("zlib", "x\x9C\xB5"),
    HEAD("zlib", "x\xDA\x4B"),
    HEAD(NULL, "x\xDA\xA9"), /* a letter of Arabic */
    HEAD(NULL, "x^y"),
    HEAD("old zstd", "\x1E\xB5\x2F\xFD"),
    HEAD("old zstd", "\x22\xB5\x2F\xFD"),
    HEAD("old zstd", "\x27\xB5\x2F\xFD"),
    HEAD(NULL, "\x21\xB5\x2F\xFD"),
    HEAD(NULL, "\x28\xB5\x2F\xFD"),
    HEAD("zip", "PK00PK\x03\x04"),
    HEAD("rpm", "\xED\xAB\xEE\xDB\x03"),
    HEAD("deb", "!<arch>\ndebian-binary   1"),
    HEAD(NULL, "!<arch>\nmain.o/         1"),
    HEAD("cpio", "07070100000A1F00"),
    HEAD("cpio", "0707070000020000"),
    HEAD(NULL, "070701 12:00:00 up"),
    HEAD("UTF-32", "\xFF\xFE\0\0"),
    HEAD(NULL, "\xFF\xFE\0\x01"),
};

TEST_EACH(by_first_bytes, samples)
{
    const sample *s = &samples[_i];
    const char *name = ms_unsupported_format((const uint8_t *)s->head, s->n);
    ck_assert_str_eq(name ? name : "", s->name ? s->name : "");
}

TEST(after_zeros)
{
    for (size_t nzeros = 0; nzeros < 600; nzeros += 7) {
        for (int codec = FIRST_CODEC; codec <= LAST_CODEC; codec++) {
            ms_bytes data = {0};
            uint8_t zeros[600] = {0};
            ms_bytes_append(&data, zeros, nzeros);
            ck_assert_ptr_null(ms_unsupported_after_zeros(data.data, data.len));
            logs_pack((ms_codec)codec, "some text", 9, &data);
            const char *name = ms_unsupported_after_zeros(data.data, data.len);
            const char *wanted = codec == MS_CODEC_LZMA ? NULL : ms_codec_name((ms_codec)codec);
            ck_assert_str_eq(name ? name : "", wanted ? wanted : "");
            ms_bytes_fini(&data);
        }
    }
    ck_assert_ptr_null(ms_unsupported_after_zeros((const uint8_t *)"\0\0text that is longer", 23));
    ck_assert_ptr_null(ms_unsupported_after_zeros((const uint8_t *)"\0\0\x1F\x8B\x08", 5));
}
