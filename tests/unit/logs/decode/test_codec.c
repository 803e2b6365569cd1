/* Suite of logs/decode/codec.c: what data are, by their first bytes. */
#include "logs/decode/codec.h"

#include "logs_pack.h"
#include "unit.h"

#include <string.h>

typedef struct sample {
    ms_codec codec;
    size_t n;
    const char *head;
} sample;

#define HEAD(codec, bytes)                                                                                   \
    {                                                                                                        \
        MS_CODEC_##codec, sizeof(bytes) - 1, bytes                                                           \
    }

static const sample samples[] = {
    HEAD(NONE, ""),
    HEAD(NONE, "hello, world\n and more"),
    HEAD(NONE, "\x1F"),
    HEAD(GZIP, "\x1F\x8B"),
    HEAD(GZIP, "\x1F\x8B\x08"),
    HEAD(GZIP, "\x1F\x8B\x08\0\0\0\0\0\0\x03"),
    HEAD(NONE, "\x1F\x8B\x07\0\0\0\0\0\0\x03"),
    HEAD(ZSTD, "\x28\xB5"),
    HEAD(ZSTD, "\x28\xB5\x2F\xFD\x24"),
    HEAD(NONE, "\x28\xB5\x2F\xFC\x24"),
    HEAD(NONE, "\xFD"),
    HEAD(XZ, "\xFD\x37\x7A"),
    HEAD(XZ, "\xFD\x37\x7A\x58\x5A\0\0\x04"),
    HEAD(NONE, "\xFD\x37\x7A\x58\x5A\x01"),
    HEAD(LZ4, "\x04\x22\x4D\x18\x64"),
    HEAD(NONE, "\x04\x22\x4D\x19\x64"),
    HEAD(NONE, "BZh9"), /* text, as far as these bytes show */
    HEAD(NONE, "BZh9 is not"),
    HEAD(NONE, "BZh91AY&SX"),
    HEAD(NONE, "BZh01AY&SY"),
    HEAD(BZIP2, "BZh91A"),
    HEAD(BZIP2, "BZh91AY&SY\0"),
    HEAD(BZIP2, "BZh1\x17\x72\x45\x38\x50\x90"),
    HEAD(LZIP, "LZIP\x01\x0C"),
    HEAD(LZIP, "LZIP\0\x0C"),
    HEAD(NONE, "LZIP"),
    HEAD(NONE, "LZIP\x02\x0C"),
    HEAD(LZMA, "]\0\0\x80\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0"),
    HEAD(LZMA, "]\0\0\x80\0\x14\0\0\0\0\0\0\0\0"),
    HEAD(NONE, "]\0\0text that goes on"),
    HEAD(LZMA, "]\0\0\x12\0\x14\0\0\0\0\0\0\0\0"),
    HEAD(LZMA, "\x03\0\0\x80\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0"), /* pb=0 */
    HEAD(NONE, "\x62\0\x10\0\0\x14\x05\0\0\0\0\0\0\0"),             /* lc=8 */
    HEAD(LZMA, "\x5E\0\x18\0\0\x14\x05\0\0\x3F\0\0\0\0"),           /* lc=4 */
    HEAD(NONE, "\x5E\0\x18\0\0\x14\x05\0\0\x40\0\0\0\0"),
    HEAD(NONE, "\x5E\0\x18\0\0\x14\x05\0\0\x3F\0\0\0\x01"),
    HEAD(NONE, "\x5E\0\x17\0\0\x14\x05\0\0\x3F\0\0\0\0"),
    HEAD(NONE, "\x5E\0\x08\0\0\x14\x05\0\0\x3F\0\0\0\0"),
    HEAD(NONE, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
    HEAD(NONE, "\xE1\0\x10\0\0\x14\x05\0\0\0\0\0\0\0"),
    HEAD(ZSTD, "\x50\x2A\x4D\x18\x04\0\0\0"),
    HEAD(ZSTD, "\x5F\x2A\x4D\x18\x04\0\0\0long\x28\xB5\x2F\xFD"),
    HEAD(ZSTD, "\x5F\x2A\x4D\x18\x04\0\0\0long\x04\x22\x4D\x18"), /* until the decoder comes there */
    HEAD(ZSTD, "\x5F\x2A\x4D\x18\xFF\xFF\xFF\xFFlong\x04\x22\x4D\x18"),
    HEAD(NONE, "\x60\x2A\x4D\x18\x04\0\0\0"),
    HEAD(NONE, "P*M"),
};

TEST_EACH(by_first_bytes, samples)
{
    const sample *s = &samples[_i];
    ck_assert_str_eq(ms_codec_name(ms_codec_of((const uint8_t *)s->head, s->n)), ms_codec_name(s->codec));
    for (int codec = FIRST_CODEC; codec <= LAST_CODEC; codec++) {
        bool frame = s->n >= 4 && memcmp(s->head + 1, "\x2A\x4D\x18", 3) == 0 && (s->head[0] & 0xF0) == 0x50;
        bool wanted = frame ? codec == MS_CODEC_ZSTD || codec == MS_CODEC_LZ4 : codec == (int)s->codec;
        ck_assert_int_eq(ms_codec_continues((ms_codec)codec, (const uint8_t *)s->head, s->n), wanted);
    }
}

TEST_RANGE(output_of_the_libraries_is_recognized, FIRST_CODEC, LAST_CODEC + 1)
{
    ms_bytes packed = {0};
    logs_pack((ms_codec)_i, "some text", 9, &packed);
    ck_assert_int_eq(ms_codec_of(packed.data, packed.len), _i);
    ck_assert_ptr_nonnull(ms_codec_ops_of((ms_codec)_i));
    ms_bytes_fini(&packed);
}
