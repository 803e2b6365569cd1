/* Archives for the fuzz targets of their formats: walked through with their members read as streams, archives
 * within them entered; the same whatever the pieces in which the bytes come; no more comes out than was in
 * the archive, or than the limit of what is decompressed. */
#ifndef TESTS_FUZZ_FUZZ_MEMBERS_H
#define TESTS_FUZZ_FUZZ_MEMBERS_H

#include "base/bytes.h"
#include "fuzz.h"
#include "logs/stream/archive.h"

#include <string.h>

#define FUZZ_MAX_TEXT ((size_t)1 << 20)

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

/* What is in the members of the outermost archive, as it is stored. Of a corrupt block, bzip2 may yield more
 * or less, depending on the pieces: then *vague is set. */
static ms_bytes walk(ms_archive_format format, uint64_t prefix, const uint8_t *data, size_t size, size_t step,
                     bool *vague)
{
    pieces p = {.data = data, .n = size, .step = step};
    const ms_archive_input input = {
        .source = {.read = read_pieces, .self = &p}, .format = format, .prefix = prefix};
    const ms_members_options options = {.limits = {.max_decompressed = FUZZ_MAX_TEXT}};
    ms_members *members = NULL;
    ms_member member;
    ms_err err = {0};
    ms_bytes to = {0};
    bool more = true;
    uint64_t total = 0;
    FUZZ_CHECK(ms_members_open(&members, &input, &options, &err) == MS_OK);
    ms_source source = ms_members_contents(members);
    while (ms_members_next(members, &member, &more, &err) == MS_OK && more) {
        uint8_t buf[20000];
        size_t n = 1;
        add(&to, member.name, member.nname);
        add(&to, member.why.text, strlen(member.why.text));
        size_t cap = step < sizeof buf ? step : sizeof buf;
        while (member.code == MS_OK && source.read(source.self, buf, cap, &n, &err) == MS_OK && n > 0) {
            add(&to, buf, n);
            total += n;
        }
        *vague = *vague || strstr(err.text, "bzip2 data");
    }
    FUZZ_CHECK(total <= FUZZ_MAX_TEXT + size && !more);
    add(&to, err.text, strlen(err.text));
    ms_members_close(members);
    return to;
}

static void search(ms_archive_format format, uint64_t prefix, const uint8_t *data, size_t size, size_t step)
{
    pieces p = {.data = data, .n = size, .step = step};
    const ms_archive_input input = {
        .source = {.read = read_pieces, .self = &p}, .format = format, .prefix = prefix};
    ms_archive_options options = {.limits = {.max_decompressed = FUZZ_MAX_TEXT}};
    ms_archive *archive = NULL;
    ms_archive_member member;
    ms_err err = {0};
    bool more = true;
    FUZZ_CHECK(ms_archive_open(&archive, &input, &options, &err) == MS_OK);
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

/* The archive begins at byte `prefix`. */
static inline void fuzz_members(ms_archive_format format, uint64_t prefix, const ms_bytes *image, size_t step)
{
    bool vague = false;
    ms_bytes one = walk(format, prefix, image->data, image->len, step, &vague);
    ms_bytes other = walk(format, prefix, image->data, image->len, SIZE_MAX, &vague);
    FUZZ_CHECK(vague ||
               (one.len == other.len && (one.len == 0 || memcmp(one.data, other.data, one.len) == 0)));
    ms_bytes_fini(&one);
    ms_bytes_fini(&other);
    search(format, prefix, image->data, image->len, step);
}

#endif
