#include "logs/decode/unsupported_formats.h"

#include "logs/decode/codec.h"

#include <ctype.h>
#include <string.h>

typedef struct signature {
    const char *name;
    size_t n;
    uint8_t magic[10];
} signature;

static const signature signatures[] = {
    {"compress", 2, {0x1F, 0x9D}}, /* .Z */
    {"pack", 2, {0x1F, 0x1E}},     /* .z */
    {"lzop", 4, {0x89, 'L', 'Z', 'O'}},
    {"zip", 4, {'P', 'K', 3, 4}},
    {"zip", 8, {'P', 'K', '0', '0', 'P', 'K', 3, 4}}, /* split into one part */
    {"7z", 6, {'7', 'z', 0xBC, 0xAF, 0x27, 0x1C}},
    {"rar", 6, {'R', 'a', 'r', '!', 0x1A, 0x07}},
    {"lrzip", 5, {'L', 'R', 'Z', 'I', 0}},
    {"snappy", 10, {0xFF, 6, 0, 0, 's', 'N', 'a', 'P', 'p', 'Y'}}, /* framing format, 4.1 */
    {"rpm", 4, {0xED, 0xAB, 0xEE, 0xDB}},
    {"cabinet", 8, {'M', 'S', 'C', 'F', 0, 0, 0, 0}},
    {"lz4 legacy", 4, {0x02, 0x21, 0x4C, 0x18}},
    {"zlib", 2, {0x78, 0x01}}, /* RFC 1950, 2.2; 78 5E is the text "x^" */
    {"zlib", 2, {0x78, 0x9C}},
    {"UTF-32", 4, {0xFF, 0xFE, 0x00, 0x00}}, /* its byte-order mark begins like that of UTF-16 */
    {"UTF-32", 4, {0x00, 0x00, 0xFE, 0xFF}},
};

/* zstd before its format was settled: versions 0.1 to 0.7. */
static bool is_old_zstd(const uint8_t *head, size_t n)
{
    return n >= 4 && memcmp(head + 1, "\xB5\x2F\xFD", 3) == 0 &&
           (head[0] == 0x1E || (head[0] >= 0x22 && head[0] <= 0x27));
}

/* zlib's best level has 78 DA, which in UTF-8 begins "x" and a character of two bytes. */
static bool is_best_zlib(const uint8_t *head, size_t n)
{
    return n >= 3 && head[0] == 0x78 && head[1] == 0xDA && (head[2] & 0xC0) != 0x80;
}

/* Archives of ar(1) with object files are searched as text; Debian packages contain compressed data. */
static bool is_debian_package(const uint8_t *head, size_t n)
{
    return n >= 16 && memcmp(head, "!<arch>\ndebian-b", 16) == 0;
}

/* cpio(5) with an ASCII magic, followed by digits only. */
static bool is_cpio(const uint8_t *head, size_t n)
{
    bool digits = n >= 16 && (memcmp(head, "070701", 6) == 0 || memcmp(head, "070702", 6) == 0 ||
                              memcmp(head, "070707", 6) == 0);
    for (size_t i = 0; i < 16 && digits; i++) {
        digits = isxdigit(head[i]);
    }
    return digits;
}

const char *ms_unsupported_format(const uint8_t *head, size_t n)
{
    for (size_t i = 0; i < sizeof signatures / sizeof signatures[0]; i++) {
        if (n >= signatures[i].n && memcmp(head, signatures[i].magic, signatures[i].n) == 0) {
            return signatures[i].name;
        }
    }
    if (is_debian_package(head, n) || is_cpio(head, n)) {
        return head[0] == '0' ? "cpio" : "deb";
    }
    return is_old_zstd(head, n) ? "old zstd" : is_best_zlib(head, n) ? "zlib" : NULL;
}

const char *ms_unsupported_after_zeros(const uint8_t *head, size_t n)
{
    size_t at = 0;
    while (at < n && head[at] == 0) {
        at++;
    }
    ms_codec codec = ms_codec_of(head + at, n - at);
    bool weak = codec == MS_CODEC_NONE || codec == MS_CODEC_LZMA || n - at < MS_CODEC_HEAD;
    return weak ? NULL : ms_codec_name(codec);
}
