/* Suite of logs/decode/known_formats.c: what is known and not searched, and what is text all the same.
 */
#include "logs/decode/known_formats.h"

#include "logs_pack.h"
#include "unit.h"

#include <string.h>
#include <sys/resource.h>

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
    HEAD(NULL, "\x1F\x9D of text"),
    HEAD("lrzip", "LRZI\0\x06"),
    HEAD(NULL, "LRZIP"),
    HEAD("rzip", "RZIP\x02\x01\0\0"),
    HEAD(NULL, "RZIP is a program"),
    HEAD("bzip3", "BZ3v1\0\0\0\x01"),
    HEAD(NULL, "BZ3v1 is a format"),
    HEAD("zpaq", "zPQ\x02\x01\0"),
    HEAD(NULL, "zPQ and so on"),
    HEAD("lzip of an unknown version", "LZIP\x02\x0C\0\0"),
    HEAD(NULL, "LZIP is a program"),
    HEAD("lzh gzip", "\x1F\xA0\0"),
    HEAD("gzip", "\x1F\x8B\x07\0\0\0\0"),
    HEAD("snappy", "\xFF\x06\0\0sNaPpY"),
    HEAD(NULL, "\xFF\x06\0\0sNaPp"),
    HEAD("cabinet", "MSCF\0\0\0\0x"),
    HEAD(NULL, "MSCF text"),
    HEAD("zlib",
         "x\x9C\xCB\x48\xCD\xC9\xC9\xD7\x51\x28\xCF\x2F\xCA\x49\x01\x00\x1D\x54\x04\x89"), /* hello, world */
    HEAD("zlib", "x\x5E\xCB\x48\xCD\xC9\xC9\xD7\x51\x28\xCF\x2F\xCA\x49\x01\x00\x1D\x54\x04\x89"),
    HEAD("zlib", "x\xDA\xCB\x48\xCD\xC9\xC9\xD7\x51\x28\xCF\x2F\xCA\x49\x01\x00\x1D\x54\x04\x89"),
    HEAD("zlib", "x\x01\xCB\x48\xCD\xC9\xC9\xD7\x51\x28\xCF\x2F\xCA\x49\x01\x00\x1D\x54\x04\x89"),
    HEAD("zlib",
         "8\x11\xCB\x48\xCD\xC9\xC9\xD7\x51\x28\xCF\x2F\xCA\x49\x01\x00\x1D\x54\x04\x89"), /* window of 2 KiB
                                                                                            */
    HEAD(NULL, "x\x9C foo\nfoo\n"),
    HEAD(NULL, "x\xDA\xA9 of Arabic"),
    HEAD(NULL, "x^y = z, or what is it"),
    HEAD(NULL, "8 is a number\n"),
    HEAD("OpenPGP", "\x8C\x0D\x04\x09\x03\x0A\x11\x22\x33\x44\x55\x66\x77\x88\xFF\xD2"),
    HEAD("OpenPGP", "\x85\x01\x0C\x03\x11\x22\x33\x44\x55\x66\x77\x88\x01\x08\0\x9A"),
    HEAD(NULL, "\x85\x85 and text"),
    HEAD("openssl", "Salted__\x01\x02\x03\x04\x05\x06\x07\x08"),
    HEAD(NULL, "Salted__ passwords are better\n"),
    HEAD(NULL, "-----BEGIN PGP MESSAGE-----\n"),
    HEAD("age", "age-encryption.org/v1\n-> X25519 abc\n--- def\n\x80\x01\x02\x03\x04\x05\x06"),
    HEAD(NULL, "age-encryption.org/v1\n is the first line\n"),
    HEAD("Windows event log (EVTX)", "ElfFile\0\0\0\0\0"),
    HEAD(NULL, "ElfFile is a class\n"),
    HEAD("Parquet", "PAR1\x15\x04\x15\0"),
    HEAD(NULL, "PAR1 of four\n"),
    HEAD("ORC", "ORC\x0A\x0B\0\0\x01\x02"),
    HEAD(NULL, "ORC: Moria\n"),
    HEAD("Avro", "Obj\x01\x04\x14"
                 "avro.codec\x0E"
                 "deflate\0"),
    HEAD(NULL, "Obj\x01\x04\x14"
               "avro.codec\x08"
               "null\0"),
    HEAD("squashfs", "hsqs\x01\0\0\0\0\0\0\0\0\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\x04\0\0\0"),
    HEAD(NULL, "hsqs is what it begins with, and text follows"),
    HEAD("arj", "\x60\xEA\x2A\0\x1E\x0B\x01\x02\x10\0\x02\xD9\x6F\x54\x0D"),
    HEAD(NULL, "\x60\xEA in Latin-1"),
    HEAD("lha", "\x19\x7F-lh5-\x21\0\0\0\x30\0\0\0\0\0\0\0\x20\x01\x03"
                "abc"),
    HEAD(NULL, "a -lh5- is an option of it"),
    HEAD(NULL, "\xC7\x71 are two letters of Latin-1\n"),
    HEAD("PDF", "%PDF-1.5\n%\xE2\xE3\xCF\xD3\n\0\x01\x02"),
    HEAD(NULL, "%PDF-1.5 is the version\n"),
    HEAD("old zstd", "\x1E\xB5\x2F\xFD"),
    HEAD("old zstd", "\x22\xB5\x2F\xFD"),
    HEAD("old zstd", "\x27\xB5\x2F\xFD"),
    HEAD(NULL, "\x21\xB5\x2F\xFD"),
    HEAD(NULL, "\x28\xB5\x2F\xFD"),
    HEAD(NULL, "LPKSHHRH\x0F\0\0\0\x14\0\0\0"),
    HEAD(NULL, "LPKSHHRH: a log"),
    HEAD("rpm", "\xED\xAB\xEE\xDB\x03"),
    HEAD(NULL, "!<arch>\nmain.o/         1"),
    HEAD("arc", "\x1A\x08name.txt\0\0\0\0\0\x10\1\1\1\xA3\x58\xC0\x63\1\1\1\1\1\1"),
    HEAD(NULL, "\x1A\x08name.txt\0\0\0\0\0\x10\1\1\1\0\0\0\0\1\1\1\1\1\1"),                  /* no date */
    HEAD(NULL, "\x1A\1\x30\0\x26\0\x0F\0\x9D\1\xA3\x58\xC0\x63xterm|X11 terminal emulator"), /* terminfo */
    HEAD(NULL, "070701 12:00:00 up"),
    HEAD(NULL, "0707011530001234 foo login\nfoo 2\n"),
};

TEST_EACH(by_first_bytes, samples)
{
    const sample *s = &samples[_i];
    const char *name = ms_hidden_format((const uint8_t *)s->head, s->n);
    ck_assert_str_eq(name ? name : "", s->name ? s->name : "");
}

TEST(after_zeros)
{
    for (size_t nzeros = 0; nzeros < 600; nzeros += 7) {
        for (int codec = FIRST_CODEC; codec <= LAST_CODEC; codec++) {
            ms_bytes data = {0};
            uint8_t zeros[600] = {0};
            ms_bytes_append(&data, zeros, nzeros);
            ck_assert_ptr_null(ms_hidden_after_zeros(data.data, data.len));
            logs_pack((ms_codec)codec, "some text", 9, &data);
            const char *name = ms_hidden_after_zeros(data.data, data.len);
            const char *wanted = codec == MS_CODEC_LZMA ? NULL : ms_codec_name((ms_codec)codec);
            ck_assert_str_eq(name ? name : "", wanted ? wanted : "");
            ms_bytes_fini(&data);
        }
    }
    ck_assert_ptr_null(ms_hidden_after_zeros((const uint8_t *)"\0\0text that is longer", 23));
    ck_assert_ptr_null(ms_hidden_after_zeros((const uint8_t *)"\0\0\x1F\x8B\x08", 5));
}

#if !defined(__SANITIZE_ADDRESS__)
/* No LZMA data, but a header that asks for a dictionary of 4 GiB, which is not there: the trial must not need
 * it. */
TEST(lzma_trial_needs_no_large_dictionary)
{
    uint8_t head[512];
    const struct rlimit limit = {.rlim_cur = 512 << 20, .rlim_max = 512 << 20};
    memset(head, 0xFF, sizeof head);
    head[0] = 0x5D;
    head[13] = 0;
    ck_assert_int_eq(ms_codec_of(head, sizeof head), MS_CODEC_LZMA);
    ck_assert_int_eq(setrlimit(RLIMIT_DATA, &limit), 0);
    ck_assert_int_eq(ms_codec_proved(head, sizeof head), MS_CODEC_NONE);
}
#endif

TEST(names)
{
    static const struct {
        const char *name, *format;
    } names[] = {
        {"a.log.gz", "gzip"}, {"A.ZIP", "zip"}, {"a.z02", "zip"},    {"a.Z99", "zip"}, {".gz", NULL},
        {"a.z0", NULL},       {"a.zo2", NULL},  {"a.Z", "compress"}, {"a.log", NULL},  {"", NULL},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *format = ms_format_of_name(names[i].name, strlen(names[i].name));
        ck_assert_str_eq(format ? format : "", names[i].format ? names[i].format : "");
    }
}

/* Keys and signatures hide no text: names and addresses can be read in them. */
TEST(openpgp_keys_are_plain)
{
    static const uint8_t key[16] = {0x99, 0x01, 0x0D, 4,    0x60, 0x91, 0xB7, 0xB3,
                                    1,    8,    0,    0xE4, 0x60, 0x91, 1};
    static const uint8_t signature[16] = {0x89, 0x01, 0x1C, 4, 0, 1, 8, 0, 6, 5, 2, 0x60, 0x91, 0xB7, 0xB3};
    static const uint8_t message[16] = {0x85, 0x01, 0x0C, 3,    0x11, 0x22, 0x33,
                                        0x44, 0x55, 0x66, 0x77, 0x88, 1};
    ck_assert(ms_is_plain_format(key, sizeof key));
    ck_assert(ms_is_plain_format(signature, sizeof signature));
    ck_assert(!ms_is_plain_format(message, sizeof message));
    ck_assert(!ms_is_plain_format((const uint8_t *)"\x99 of them in text", 20));
}
