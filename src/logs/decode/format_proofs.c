#include "logs/decode/format_proofs.h"

#include "logs/decode/codec.h"
#include "logs/text/byte_test.h"

#include <ctype.h>
#include <isa-l/igzip_lib.h>
#include <stdlib.h>
#include <string.h>

enum { TRIAL_OUT = 4096 };

static uint32_t le16(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static uint32_t le32(const uint8_t *p)
{
    return le16(p) | le16(p + 2) << 16;
}

static uint32_t be16(const uint8_t *p)
{
    return (uint32_t)p[0] << 8 | p[1];
}

static bool is_printable(const uint8_t *data, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (data[i] < ' ' || data[i] == 0x7F) {
            return false;
        }
    }
    return true;
}

bool ms__proof_binary(const uint8_t *head, size_t n)
{
    return ms_bytes_are_binary(head, n);
}

/* Bits of a code 9 to 16, two unused bits, block mode. */
bool ms__proof_compress(const uint8_t *head, size_t n)
{
    return n >= 3 && (head[2] & 0x1F) >= 9 && (head[2] & 0x1F) <= 16 && (head[2] & 0x60) == 0;
}

/* Size of the main header, at most 2600, and of its first part; versions; type 2: a comment header. */
bool ms__proof_arj(const uint8_t *head, size_t n)
{
    return n >= 11 && le16(head + 2) >= 30 && le16(head + 2) <= 2600 && head[4] >= 30 && head[4] <= 64 &&
           head[5] < 128 && head[7] < 16 && head[10] == 2;
}

/* Month, day, hour and minute of an MS-DOS date and time. */
static bool is_dos_time(const uint8_t *p)
{
    unsigned date = (unsigned)p[0] | (unsigned)p[1] << 8;
    unsigned time = (unsigned)p[2] | (unsigned)p[3] << 8;
    unsigned month = date >> 5 & 15;
    return month >= 1 && month <= 12 && (date & 31) >= 1 && time >> 11 < 24 && (time >> 5 & 63) < 60;
}

/* Method 1 to 11, a name of up to 12 characters, NUL; at 19 the time. Compiled terminfo has 1A 01 and a
 * number in place of the name. */
bool ms__proof_arc(const uint8_t *head, size_t n)
{
    if (n < 29 || head[1] == 0 || head[1] > 11) {
        return false;
    }
    const uint8_t *end = memchr(head + 2, 0, 13);
    return end && end > head + 3 && is_printable(head + 2, (size_t)(end - head - 2)) &&
           is_dos_time(head + 19);
}

/* "-lh5-" and the like, then sizes and at 20 the header's level; the size of a level 0 or 1 header at 0. */
bool ms__proof_lha(const uint8_t *head, size_t n)
{
    return n >= 22 && head[6] == '-' && isalnum(head[4]) && isalnum(head[5]) && head[20] <= 3 &&
           (head[20] >= 2 || head[0] >= 20) && ms_bytes_are_binary(head, n);
}

bool ms__proof_rzip(const uint8_t *head, size_t n)
{
    return n >= 6 && head[4] == 2 && head[5] <= 1;
}

/* Size of a block: 65 KiB to 511 MiB. */
bool ms__proof_bzip3(const uint8_t *head, size_t n)
{
    return n >= 9 && le32(head + 5) >= 65 << 10 && le32(head + 5) <= 511 << 20 &&
           ms_bytes_are_binary(head, n);
}

/* Level 1 or 2, type 1. */
bool ms__proof_zpaq(const uint8_t *head, size_t n)
{
    return n >= 5 && (head[3] == 1 || head[3] == 2) && head[4] == 1;
}

/* Major version at 28, in the file's byte order. */
bool ms__proof_squashfs(const uint8_t *head, size_t n)
{
    uint32_t version = n < 32 ? 0 : head[0] == 'h' ? le16(head + 28) : be16(head + 28);
    return version >= 1 && version <= 4;
}

/* Its metadata name the codec; "null", or none, does not compress. */
bool ms__proof_avro(const uint8_t *head, size_t n)
{
    const uint8_t *codec = memmem(head, n, "avro.codec", 10);
    size_t left = codec ? n - (size_t)(codec - head) - 10 : 0;
    return left > 5 && memcmp(codec + 11, "null", 4) != 0;
}

bool ms__proof_age(const uint8_t *head, size_t n)
{
    return n >= 25 && memcmp(head + 22, "-> ", 3) == 0 && ms_bytes_are_binary(head, n);
}

/* A version, then 1: compressed. */
bool ms__proof_android(const uint8_t *head, size_t n)
{
    return n >= 19 && isdigit(head[15]) && head[16] == '\n' && head[17] == '1' && head[18] == '\n';
}

/* The first buffer begins with its size; at 72 the system trace header (type 1 or 2, marker C0) of the log
 * file's header, whose first field at 104 is the same size. */
bool ms__proof_etl(const uint8_t *head, size_t n)
{
    return n >= 108 && le32(head) >= 1024 && le32(head) <= 16 << 20 && le32(head) % 512 == 0 &&
           (head[74] == 1 || head[74] == 2) && head[75] == 0xC0 && le32(head + 104) == le32(head);
}

/* Length of a packet's header with its tag (RFC 9580, 4.2), or 0. *partial: no length is known. */
static size_t packet_header(const uint8_t *head, size_t n, unsigned *tag, uint64_t *length, bool *partial)
{
    static const size_t sizes[] = {2, 3, 5, 1};
    *partial = false;
    if (n < 8 || head[0] < 0x80) {
        return 0;
    }
    if (head[0] < 0xC0) {
        size_t size = sizes[head[0] & 3];
        *tag = head[0] >> 2 & 15;
        *length = size == 2 ? head[1] : size == 3 ? be16(head + 1) : 0;
        *length = size == 5 ? be16(head + 1) << 16 | be16(head + 3) : *length;
        *partial = size == 1;
        return size;
    }
    *tag = head[0] & 63;
    *partial = head[1] >= 224 && head[1] < 255;
    *length = head[1] < 192   ? head[1]
              : head[1] < 224 ? ((head[1] - 192U) << 8) + head[2] + 192
                              : be16(head + 2) << 16 | be16(head + 4);
    return head[1] < 192 || *partial ? 2 : head[1] < 224 ? 3 : 6;
}

/* The versions and algorithms of what an encrypted or compressed message begins with. */
bool ms__proof_openpgp(const uint8_t *head, size_t n)
{
    unsigned tag = 0;
    uint64_t length = 0;
    bool partial = false;
    size_t at = packet_header(head, n, &tag, &length, &partial);
    if (at == 0 || n < at + 4 || !ms_bytes_are_binary(head, n)) {
        return false;
    }
    const uint8_t *body = head + at;
    switch (tag) {
    case 1: /* session key for a public key: version, key, algorithm */
        return !partial && n >= at + 10 && length >= 12 && length <= 2100 &&
               ((body[0] == 3 && body[9] >= 1 && body[9] <= 26) || body[0] == 6);
    case 3: /* for a password: version, cipher, string-to-key */
        return !partial && length >= 4 && length <= 200 &&
               ((body[0] == 4 && body[1] >= 1 && body[1] <= 13 &&
                 (body[2] <= 1 || body[2] == 3 || body[2] == 4)) ||
                body[0] == 5 || body[0] == 6);
    case 4: /* one-pass signature, which a compressed or literal packet follows */
        return !partial && length == 13 && body[0] == 3 && n > at + 13 && (body[13] & 0xFC) == 0xA0;
    case 8: /* compressed: algorithm */
        return body[0] >= 1 && body[0] <= 3 && (partial || length > 4) && ms_bytes_are_random(head, n);
    case 18:
        return (body[0] == 1 || body[0] == 2) && (partial || length > 16) && ms_bytes_are_random(head, n);
    default:
        return false;
    }
}

/* The version, and the algorithm, of a key or a signature (RFC 9580, 5.2 and 5.5). */
bool ms__proof_openpgp_key(const uint8_t *head, size_t n)
{
    unsigned tag = 0;
    uint64_t length = 0;
    bool partial = false;
    size_t at = packet_header(head, n, &tag, &length, &partial);
    if (at == 0 || n < at + 6 || partial || length < 8 || !ms_bytes_are_binary(head, n)) {
        return false;
    }
    const uint8_t *body = head + at;
    if (tag == 5 || tag == 6) {
        return body[0] >= 4 && body[0] <= 6 && body[5] >= 1 && body[5] <= 28;
    }
    return tag == 2 && ((body[0] >= 4 && body[0] <= 6 && body[2] >= 1 && body[2] <= 28) ||
                        (body[0] == 3 && body[1] == 5));
}

/* Does ISA-L decode the first bytes? *whole: to their end, with its checksum. */
static bool inflates(const uint8_t *head, size_t n, bool *whole)
{
    uint8_t out[TRIAL_OUT];
    struct inflate_state *state = malloc(sizeof *state);
    int code = ISAL_DECOMP_OK;
    if (!state) {
        return true; /* the fault says so rather than the miss */
    }
    isal_inflate_init(state);
    state->crc_flag = ISAL_ZLIB;
    state->next_in = (uint8_t *)(uintptr_t)head; /* ISA-L does not write there */
    state->avail_in = (uint32_t)n;
    do {
        state->next_out = out;
        state->avail_out = sizeof out;
        code = isal_inflate(state);
    } while (code == ISAL_DECOMP_OK && state->avail_out == 0);
    *whole = code == ISAL_DECOMP_OK && state->block_state == ISAL_BLOCK_FINISH;
    free(state);
    return code == ISAL_DECOMP_OK || code == ISAL_END_INPUT;
}

/* RFC 1950, 2.2: method and window, a check of both; the first bytes decode. With a preset dictionary they
 * cannot be decoded. */
bool ms__proof_zlib(const uint8_t *head, size_t n)
{
    bool whole = false;
    if (n < 6 || (head[0] & 15) != 8 || head[0] >> 4 > 7 || be16(head) % 31 != 0) {
        return false;
    }
    if ((head[1] & 0x20) != 0) {
        return ms_bytes_are_random(head, n);
    }
    return inflates(head, n, &whole) && (whole || ms_bytes_are_binary(head, n));
}

/* LZMA alone has no magic number, so its first bytes must decode. */
bool ms__proof_lzma(const uint8_t *head, size_t n)
{
    const ms_codec_ops *ops = ms_codec_ops_of(MS_CODEC_LZMA);
    ms_decode_limits limits = {.max_window = MS_DEFAULT_WINDOW};
    uint8_t begin[512];
    uint8_t out[TRIAL_OUT];
    void *state = NULL;
    ms_step step = MS_STEP_MORE;
    n = n < sizeof begin ? n : sizeof begin;
    memcpy(begin, head, n);
    memcpy(begin + 1, "\0\0\x10\0",
           4); /* a dictionary of 1 MiB: larger ones cost memory, and change nothing here */
    if (ops->open(&state, &limits, NULL) != MS_OK) {
        return true;
    }
    ops->begin(state);
    ms_codec_io io = {.in = begin, .nin = n, .out = out, .nout = sizeof out};
    for (size_t before = SIZE_MAX; step == MS_STEP_MORE && io.nin < before && io.nin > 0;) {
        before = io.nin;
        io.out = out;
        io.nout = sizeof out;
        step = ops->step(state, &io);
    }
    ops->close(state);
    return step != MS_STEP_FAILED;
}
