#include "logs/decode/known_formats.h"

#include "logs/decode/codec.h"
#include "logs/decode/format_proofs.h"
#include "logs/text/byte_test.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

typedef struct signature {
    const char *name;
    size_t at;
    const char *magic;
    size_t n;
    ms__proof proof; /* NULL: the magic number is no beginning of a text */
} signature;

#define MAGIC(bytes) (bytes), sizeof(bytes) - 1

/* Sources: file(1)'s magic files, and the formats' own specifications. */
static const signature hidden[] = {
    /* one compressed file */
    {"compress", 0, MAGIC("\x1F\x9D"), ms__proof_compress}, /* .Z */
    {"pack", 0, MAGIC("\x1F\x1E"), NULL},                   /* .z */
    {"old pack", 0, MAGIC("\x1F\x1F"), ms__proof_binary},
    {"compact", 0, MAGIC("\xFF\x1F"), NULL},
    {"freeze", 0, MAGIC("\x1F\x9E"), NULL},
    {"freeze", 0, MAGIC("\x1F\x9F"), NULL},
    {"lzh gzip", 0, MAGIC("\x1F\xA0"), NULL},
    {"lzop", 0, MAGIC("\x89LZO"), NULL},
    {"lrzip", 0, MAGIC("LRZI\0"), NULL},
    {"rzip", 0, MAGIC("RZIP"), ms__proof_rzip},
    {"bzip3", 0, MAGIC("BZ3v1"), ms__proof_bzip3},
    {"zpaq", 0, MAGIC("zPQ"), ms__proof_zpaq},
    {"zpaq", 0, MAGIC("7kSt\xA0\x31\x83\xD3\x8C\xB2\x28\xB0\xD3"), NULL},
    {"lzip of an unknown version", 0, MAGIC("LZIP"), ms__proof_binary}, /* after the codec's versions */
    {"snappy", 0, MAGIC("\xFF\x06\0\0sNaPpY"), NULL},                   /* framing format, 4.1 */
    {"snappy", 0, MAGIC("\x82SNAPPY\0"), NULL},                         /* of snappy-java */
    {"s2", 0, MAGIC("\xFF\x06\0\0S2sTwO"), NULL},
    {"lz4 legacy", 0, MAGIC("\x02\x21\x4C\x18"), NULL},
    {"LZ4Block", 0, MAGIC("LZ4Block"), ms__proof_binary}, /* of lz4-java */
    {"zstd dictionary", 0, MAGIC("\x37\xA4\x30\xEC"), NULL},
    {"lzfse", 0, MAGIC("bvx1"), ms__proof_binary},
    {"lzfse", 0, MAGIC("bvx2"), ms__proof_binary},
    {"lzfse", 0, MAGIC("bvxn"), ms__proof_binary},
    {"lzfse", 0, MAGIC("bvx-"), ms__proof_binary},
    {"pbzx", 0, MAGIC("pbzx\0"), NULL},
    {"SZDD", 0, MAGIC("SZDD\x88\xF0\x27\x33"), NULL},
    {"KWAJ", 0, MAGIC("KWAJ\x88\xF0\x27\xD1"), NULL},
    {"ppmd", 0, MAGIC("\x8F\xAF\xAC\x84"), NULL},
    {"xpk", 0, MAGIC("XPKF"), ms__proof_binary},
    {"powerpacker", 0, MAGIC("PP20"), ms__proof_binary},
    /* archives */
    {"7z", 0, MAGIC("7z\xBC\xAF\x27\x1C"), NULL},
    {"rar", 0, MAGIC("Rar!\x1A\x07"), NULL},
    {"rar", 0, MAGIC("RE~^"), ms__proof_binary},
    {"ace", 7, MAGIC("**ACE**"), ms__proof_binary},
    {"arj", 0, MAGIC("\x60\xEA"), ms__proof_arj},
    {"arc", 0, MAGIC("\x1A"), ms__proof_arc},
    {"lha", 2, MAGIC("-l"), ms__proof_lha},
    {"lha", 2, MAGIC("-p"), ms__proof_lha},
    {"zoo", 20, MAGIC("\xDC\xA7\xC4\xFD"), NULL},
    {"cabinet", 0, MAGIC("MSCF\0\0\0\0"), NULL},
    {"InstallShield cabinet", 0, MAGIC("ISc("), ms__proof_binary},
    {"wim", 0, MAGIC("MSWIM\0\0\0"), NULL},
    {"xar", 0, MAGIC("xar!\0"), NULL},
    {"stuffit", 0, MAGIC("StuffIt (c)1997"), ms__proof_binary},
    {"stuffit", 10, MAGIC("rLau"), ms__proof_binary},
    {"stuffit", 0, MAGIC("StuffIt!"), ms__proof_binary},
    {"dar", 0, MAGIC("\0\0\0\x7B"), ms__proof_binary},
    {"rpm", 0, MAGIC("\xED\xAB\xEE\xDB"), NULL},
    {"delta rpm", 0, MAGIC("drpm"), ms__proof_binary},
    {"Android backup", 0, MAGIC("ANDROID BACKUP\n"), ms__proof_android},
    {"git pack", 0, MAGIC("PACK\0\0\0"), NULL},
    {"borg segment", 0, MAGIC("BORG_SEG"), ms__proof_binary},
    /* file systems and dumps */
    {"squashfs", 0, MAGIC("hsqs"), ms__proof_squashfs},
    {"squashfs", 0, MAGIC("sqsh"), ms__proof_squashfs},
    {"cramfs", 0, MAGIC("\x45\x3D\xCD\x28"), NULL},
    {"cramfs", 0, MAGIC("\x28\xCD\x3D\x45"), NULL},
    {"kdump", 0, MAGIC("KDUMP   "), ms__proof_binary},
    {"kdump", 0, MAGIC("makedumpfile\0"), NULL},
    {"partclone", 0, MAGIC("partclone-image"), ms__proof_binary},
    /* encrypted */
    {"openssl", 0, MAGIC("Salted__"), ms__proof_binary},
    {"age", 0, MAGIC("age-encryption.org/v1\n"), ms__proof_age},
    {"LUKS", 0, MAGIC("LUKS\xBA\xBE"), NULL},
    {"AES Crypt", 0, MAGIC("AES"), ms__proof_binary},
    {"KeePass", 0, MAGIC("\x03\xD9\xA2\x9A"), NULL},
    {"mcrypt", 0, MAGIC("\0m\x03"), NULL},
    {"ccrypt", 0, MAGIC("c051"), ms__proof_binary},
    {"cryptsetup reencryption", 0, MAGIC("LUKS\xDE\xAD"), NULL},
    {"BitLocker", 3, MAGIC("-FVE-FS-"), NULL},
    /* logs and tables */
    {"Windows event log (EVTX)", 0, MAGIC("ElfFile\0"), NULL},
    {"macOS unified log", 0, MAGIC("\0\x10\0\0\x11\0\0\0"), NULL}, /* .tracev3 */
    {"Parquet", 0, MAGIC("PAR1"), ms__proof_binary},
    {"Parquet", 0, MAGIC("PARE"), ms__proof_binary},
    {"ORC", 0, MAGIC("ORC"), ms__proof_binary},
    {"Avro", 0, MAGIC("Obj\x01"), ms__proof_avro},
    {"Arrow", 0, MAGIC("ARROW1\0\0"), NULL},
    {"HDF5", 0, MAGIC("\x89HDF\r\n\x1A\n"), NULL},
    {"Hadoop sequence file", 0, MAGIC("SEQ\x06"), ms__proof_binary},
    {"Hadoop RCFile", 0, MAGIC("RCF\x01"), ms__proof_binary},
    {"Outlook", 0, MAGIC("!BDN"), ms__proof_binary},
    {"PDF", 0, MAGIC("%PDF-"), ms__proof_binary},
    {"DjVu", 0, MAGIC("AT&TFORM"), ms__proof_binary},
};

/* Formats without a magic number. */
static const struct {
    const char *name;
    ms__proof proof;
} proved[] = {
    {"zlib", ms__proof_zlib},
    {"OpenPGP", ms__proof_openpgp},
    {"Windows event trace (ETL)", ms__proof_etl},
};

static const signature plain[] = {
    {"ELF", 0, MAGIC("\177ELF"), ms__proof_binary},
    {"SQLite", 0, MAGIC("SQLite format 3\0"), NULL},
    {"SQLite journal", 0, MAGIC("\xD9\xD5\x05\xF9\x20\xA1\x63\xD7"), NULL},
    {"SQLite log", 0, MAGIC("\x37\x7F\x06\x82"), NULL},
    {"SQLite log", 0, MAGIC("\x37\x7F\x06\x83"), NULL},
    {"pcap", 0, MAGIC("\xD4\xC3\xB2\xA1"), NULL},
    {"pcap", 0, MAGIC("\xA1\xB2\xC3\xD4"), NULL},
    {"pcap", 0, MAGIC("\x4D\x3C\xB2\xA1"), NULL},
    {"pcap", 0, MAGIC("\xA1\xB2\x3C\x4D"), NULL},
    {"pcapng", 0, MAGIC("\x0A\x0D\x0D\x0A"), ms__proof_binary},
    {"snoop", 0, MAGIC("snoop\0\0\0"), NULL},
    {"btsnoop", 0, MAGIC("btsnoop\0"), NULL},
    {"systemd journal", 0, MAGIC("LPKSHHRH"), ms__proof_binary},
    {"OpenPGP key", 0, MAGIC("\x94"), ms__proof_openpgp_key},
    {"OpenPGP key", 0, MAGIC("\x95"), ms__proof_openpgp_key},
    {"OpenPGP key", 0, MAGIC("\x98"), ms__proof_openpgp_key},
    {"OpenPGP key", 0, MAGIC("\x99"), ms__proof_openpgp_key},
    {"OpenPGP key", 0, MAGIC("\xC5"), ms__proof_openpgp_key},
    {"OpenPGP key", 0, MAGIC("\xC6"), ms__proof_openpgp_key},
    {"OpenPGP key", 0, MAGIC("\x88"), ms__proof_openpgp_key},
    {"OpenPGP key", 0, MAGIC("\x89"), ms__proof_openpgp_key},
    {"OpenPGP key", 0, MAGIC("\xC2"), ms__proof_openpgp_key},
    {"MS-DOS program", 0, MAGIC("MZ"), ms__proof_binary},
    {"Java class", 0, MAGIC("\xCA\xFE\xBA\xBE"), NULL},
    {"Mach-O", 0, MAGIC("\xCF\xFA\xED\xFE"), NULL},
    {"WebAssembly", 0, MAGIC("\0asm"), NULL},
    {"ar", 0, MAGIC("!<arch>\n"), NULL},
    {"OLE", 0, MAGIC("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), NULL},
    {"minidump", 0, MAGIC("MDMP\x93\xA7"), NULL},
    {"MySQL log", 0,
     MAGIC("\xFE"
           "bin"),
     ms__proof_binary},
    {"MySQL log", 0,
     MAGIC("\xFD"
           "bin"),
     ms__proof_binary},
    {"qcow", 0, MAGIC("QFI\xFB"), NULL},
    {"VMDK", 0, MAGIC("KDMV"), ms__proof_binary},
    {"tdb", 0, MAGIC("TDB file\n\0"), NULL},
    {"LLVM bitcode", 0, MAGIC("BC\xC0\xDE"), NULL},
    {"Windows event log (EVT)", 4, MAGIC("LfLe"), ms__proof_binary},
};

static bool holds(const signature *s, const uint8_t *head, size_t n)
{
    return n >= s->at + s->n && memcmp(head + s->at, s->magic, s->n) == 0 && (!s->proof || s->proof(head, n));
}

/* zstd before its format was settled: versions 0.1 to 0.7. */
static bool is_old_zstd(const uint8_t *head, size_t n)
{
    return n >= 4 && memcmp(head + 1, "\xB5\x2F\xFD", 3) == 0 &&
           (head[0] == 0x1E || (head[0] >= 0x22 && head[0] <= 0x27));
}

/* gzip with another method than deflate; no tool writes one. */
static bool is_odd_gzip(const uint8_t *head, size_t n)
{
    return n >= 3 && head[0] == 0x1F && head[1] == 0x8B && head[2] != 8 &&
           ms_bytes_are_binary(head + 3, n - 3);
}

ms_codec ms_codec_proved(const uint8_t *head, size_t n)
{
    ms_codec codec = ms_codec_of(head, n);
    n = n < MS_BYTE_TEST_SAMPLE ? n : MS_BYTE_TEST_SAMPLE;
    bool refuted = (codec == MS_CODEC_LZMA && !ms__proof_lzma(head, n)) ||
                   (codec == MS_CODEC_LZIP && n >= 6 && !ms_bytes_are_binary(head, n)) ||
                   (codec == MS_CODEC_BZIP2 && n >= 32 && !ms_bytes_are_binary(head + 10, n - 10));
    return refuted ? MS_CODEC_NONE : codec;
}

const char *ms_hidden_format(const uint8_t *head, size_t n)
{
    n = n < MS_BYTE_TEST_SAMPLE ? n : MS_BYTE_TEST_SAMPLE;
    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++) {
        if (holds(&hidden[i], head, n)) {
            return hidden[i].name;
        }
    }
    for (size_t i = 0; i < sizeof proved / sizeof proved[0]; i++) {
        if (proved[i].proof(head, n)) {
            return proved[i].name;
        }
    }
    return is_old_zstd(head, n) ? "old zstd" : is_odd_gzip(head, n) ? "gzip" : NULL;
}

bool ms_is_plain_format(const uint8_t *head, size_t n)
{
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        if (holds(&plain[i], head, n)) {
            return true;
        }
    }
    return false;
}

const char *ms_format_of_name(const char *name, size_t n)
{
    static const struct {
        const char *ending, *format;
    } endings[] = {
        {".gz", "gzip"},
        {".tgz", "gzip"},
        {".xz", "xz"},
        {".txz", "xz"},
        {".zst", "zstd"},
        {".tzst", "zstd"},
        {".zstd", "zstd"},
        {".bz2", "bzip2"},
        {".tbz2", "bzip2"},
        {".tbz", "bzip2"},
        {".lz4", "lz4"},
        {".lzma", "lzma"},
        {".lz", "lzip"},
        {".zip", "zip"},
        {".br", "brotli"},
        {".brotli", "brotli"},
        {".Z", "compress"},
        {".7z", "7z"},
        {".rar", "rar"},
        {".lzo", "lzop"},
        {".sz", "snappy"},
        {".snappy", "snappy"},
        {".bz3", "bzip3"},
        {".rz", "rzip"},
        {".lrz", "lrzip"},
        {".zz", "zlib"},
        {".zlib", "zlib"},
        {".deflate", "deflate"},
        {".lzfse", "lzfse"},
        {".zpaq", "zpaq"},
        {".gpg", "OpenPGP"},
        {".pgp", "OpenPGP"},
        {".age", "age"},
        {".journal", "systemd journal"},
        {".journal~", "systemd journal"},
    };
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        size_t length = strlen(endings[i].ending);
        if (n > length && strncasecmp(name + n - length, endings[i].ending, length) == 0) {
            return endings[i].format;
        }
    }
    bool part = n > 4 && strncasecmp(name + n - 4, ".z", 2) == 0 && isdigit((unsigned char)name[n - 2]) &&
                isdigit((unsigned char)name[n - 1]); /* .z01: of a zip archive that is split */
    return part ? "zip" : NULL;
}

bool ms_format_has_magic(const char *format)
{
    return strcmp(format, "brotli") != 0 && strcmp(format, "deflate") != 0 && strcmp(format, "snappy") != 0;
}

const char *ms_hidden_after_zeros(const uint8_t *head, size_t n)
{
    size_t at = 0;
    while (at < n && head[at] == 0) {
        at++;
    }
    ms_codec codec = ms_codec_of(head + at, n - at);
    bool weak = codec == MS_CODEC_NONE || codec == MS_CODEC_LZMA || n - at < MS_CODEC_HEAD;
    return weak ? NULL : ms_codec_name(codec);
}
