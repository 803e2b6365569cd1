/* Archives: walked through with their members read as streams, archives within them entered; the same
 * whatever the pieces in which the bytes come; every byte that is given was in the archive. The first byte of
 * the input says how large the pieces are, and whether damaged headers get a right checksum, so that more of
 * them is looked at. */
#include "base/bytes.h"
#include "fuzz.h"
#include "logs/stream/archive.h"
#include "logs/stream/tar.h"

#include <string.h>

typedef struct pieces {
    const uint8_t *data;
    size_t n, step;
} pieces;

static ms_code read_pieces(void *self, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    pieces *p = self;
    (void)err;
    *n = p->step < cap ? p->step : cap;
    *n = p->n < *n ? p->n : *n;
    if (*n > 0) {
        memcpy(buf, p->data, *n);
        p->data += *n;
    }
    p->n -= *n;
    return MS_OK;
}

static void add(ms_bytes *to, const void *data, size_t n)
{
    ms_bytes_append(to, data, n);
    FUZZ_CHECK(ms_bytes_check(to) == MS_OK);
}

/* What is in the members of the outermost archive, as it is stored. */
static ms_bytes walk(const uint8_t *data, size_t size, size_t step)
{
    pieces p = {.data = data, .n = size, .step = step};
    ms_tar *tar = NULL;
    ms_tar_member member;
    ms_err err = {0};
    ms_bytes to = {0};
    bool more = true;
    uint64_t total = 0;
    FUZZ_CHECK(ms_tar_open(&tar, (ms_source){.read = read_pieces, .self = &p}, &err) == MS_OK);
    ms_source source = ms_tar_contents(tar);
    while (ms_tar_next(tar, &member, &more, &err) == MS_OK && more) {
        uint8_t buf[20000];
        size_t n = 1;
        add(&to, member.name, member.nname);
        while (source.read(source.self, buf, step < sizeof buf ? step : sizeof buf, &n, &err) == MS_OK &&
               n > 0) {
            add(&to, buf, n);
            total += n;
        }
    }
    FUZZ_CHECK(total <= size && !more);
    add(&to, err.text, strlen(err.text));
    ms_tar_close(tar);
    return to;
}

static void search(const uint8_t *data, size_t size, size_t step)
{
    pieces p = {.data = data, .n = size, .step = step};
    ms_archive_options options = {.limits = {.max_decompressed = 1 << 20}};
    ms_archive *archive = NULL;
    ms_archive_member member;
    ms_err err = {0};
    bool more = true;
    FUZZ_CHECK(ms_archive_open(&archive, (ms_source){.read = read_pieces, .self = &p}, &options, &err) ==
               MS_OK);
    while (ms_archive_next(archive, &member, &more, &err) == MS_OK && more) {
        FUZZ_CHECK((member.stream != NULL) == (member.code == MS_OK));
        uint8_t buf[4096];
        size_t n = 1;
        ms_code code = member.code;
        while (code == MS_OK && n > 0) {
            code = ms_stream_read(member.stream, buf, sizeof buf, &n, &err);
            FUZZ_CHECK(n <= sizeof buf);
        }
        if (code == MS_ARCHIVE) {
            code = ms_archive_enter(archive, &err);
            FUZZ_CHECK(code == MS_OK || code == MS_LIMIT);
        }
    }
    ms_archive_close(archive);
}

static void repair(uint8_t *data, size_t size)
{
    for (size_t at = 0; at + 512 <= size; at += 512) {
        unsigned sum = 8 * ' ';
        for (size_t i = 0; i < 512; i++) {
            sum += i >= 148 && i < 156 ? 0 : data[at + i];
        }
        for (size_t i = 0; memcmp(data + at + 257, "ustar", 5) == 0 && i < 6; i++) {
            data[at + 148 + i] = (uint8_t)('0' + (sum >> (3 * (5 - i)) & 7));
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t how = fuzz_take(&data, &size);
    size_t step = (size_t)(how & 0x7F) * 16 + 1;
    ms_bytes image = {0};
    add(&image, data, size);
    if ((how & 0x80) != 0) {
        repair(image.data, image.len);
    }
    ms_bytes one = walk(image.data, image.len, step);
    ms_bytes other = walk(image.data, image.len, SIZE_MAX);
    FUZZ_CHECK(one.len == other.len && (one.len == 0 || memcmp(one.data, other.data, one.len) == 0));
    ms_bytes_fini(&one);
    ms_bytes_fini(&other);
    search(image.data, image.len, step);
    ms_bytes_fini(&image);
    return 0;
}
