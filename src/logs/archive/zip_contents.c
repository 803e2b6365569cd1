/* Contents of zip members: decoded, and verified against the local header or the data descriptor. */
#include "logs/archive/zip_internal.h"

#include <isa-l/crc.h>
#include <stdlib.h>
#include <string.h>

enum { LZMA = 14, LZMA_HEAD = 9, ALONE_HEAD = 13, SCRATCH = 32 << 10 };

static const struct {
    uint16_t method;
    ms_codec codec;
} codecs[] = {
    {8, MS_CODEC_DEFLATE}, {12, MS_CODEC_BZIP2}, {LZMA, MS_CODEC_LZMA},
    {20, MS_CODEC_ZSTD},   {93, MS_CODEC_ZSTD},  {95, MS_CODEC_XZ},
};

static ms_codec codec_of(uint16_t method)
{
    for (size_t i = 0; i < sizeof codecs / sizeof codecs[0]; i++) {
        if (codecs[i].method == method) {
            return codecs[i].codec;
        }
    }
    return MS_CODEC_NONE;
}

static bool has_descriptor(const ms__zip_contents *c)
{
    return (c->entry.flags & MS__ZIP_DESCRIPTOR) != 0;
}

static uint64_t nused(const ms__zip_contents *c)
{
    return c->reader->in.offset - c->begin;
}

static ms_code fail(ms__zip_contents *c, const char *what)
{
    c->code = ms_err_set(&c->why, MS_FORMAT, 0, "zip archive: %s", what);
    return c->code;
}

/* An error of the archive is one of the member. */
static ms_code fail_archive(ms__zip_contents *c, ms_code code)
{
    c->code = code;
    c->why = c->reader->why;
    return code;
}

static ms_code cut_off(ms__zip_contents *c)
{
    return fail_archive(c, ms__archive_end_early(c->reader, "cut off in a member"));
}

/* A request to stop ends the archive, too. */
static ms_code poll(ms__zip_contents *c)
{
    c->reader->code = ms_decode_poll(c->limits, &c->reader->why);
    return c->reader->code == MS_OK ? MS_OK : fail_archive(c, c->reader->code);
}

/* What cannot be decoded. */
static void refuse(ms__zip_contents *c)
{
    uint16_t method = c->entry.method;
    if ((c->entry.flags & (MS__ZIP_ENCRYPTED | MS__ZIP_STRONG)) != 0 || method == 99) {
        (void)fail(c, "the member is encrypted");
    } else if (method != 0 && !c->ops) {
        c->code = ms_err_set(&c->why, MS_FORMAT, 0, "zip archive: data of method %u (%s) are not searched",
                             (unsigned)method, ms__zip_method_name(method));
    } else if (method == LZMA && !c->known && (c->entry.flags & MS__ZIP_END_MARKER) == 0) {
        (void)fail(c, "lzma data of unknown length are not searched");
    }
    c->refused = c->code != MS_OK;
}

/* Sizes of 0, or all ones, are of a writer that did not know them. */
ms_code ms__zip_contents_begin(ms__zip_contents *c, const ms__zip_entry *entry, ms_err *err)
{
    ms__zip_contents_fini(c);
    c->entry = *entry;
    c->known = !has_descriptor(c) || entry->empty || (entry->stored != 0 && entry->stored != UINT32_MAX);
    c->begin = c->reader->in.offset;
    c->ops = ms_codec_ops_of(codec_of(entry->method));
    refuse(c);
    if (c->code != MS_OK || !c->ops) {
        return MS_OK;
    }
    MS_TRY(c->ops->open(&c->state, c->limits, err));
    c->ops->begin(c->state);
    return MS_OK;
}

void ms__zip_contents_fini(ms__zip_contents *c)
{
    if (c->state) {
        c->ops->close(c->state);
    }
    *c = (ms__zip_contents){.reader = c->reader, .limits = c->limits, .ndecoded = c->ndecoded};
}

/* Stored bytes that are known to be left. */
static uint64_t nleft(const ms__zip_contents *c)
{
    return c->known ? c->entry.stored - nused(c) : UINT64_MAX;
}

/* Before lzma data stands a version, and the size of the properties (5.8.8); liblzma reads a .lzma header. */
static ms_code begin_lzma(ms__zip_contents *c)
{
    uint8_t head[ALONE_HEAD];
    uint8_t none = 0;
    bool marked = (c->entry.flags & MS__ZIP_END_MARKER) != 0;
    uint64_t size = marked ? UINT64_MAX : c->entry.size;
    if (nleft(c) < LZMA_HEAD || ms_lookahead_fill(&c->reader->in, LZMA_HEAD) < LZMA_HEAD) {
        return nleft(c) < LZMA_HEAD ? fail(c, "the lzma data are truncated") : cut_off(c);
    }
    const uint8_t *bytes = ms_lookahead_bytes(&c->reader->in);
    if (ms__zip_u16(bytes + 2) != LZMA_HEAD - 4) {
        return fail(c, "the lzma data have an invalid header");
    }
    memcpy(head, bytes + 4, LZMA_HEAD - 4);
    for (size_t i = 0; i < 8; i++) {
        head[LZMA_HEAD - 4 + i] = (uint8_t)(size >> (8 * i));
    }
    ms_lookahead_advance(&c->reader->in, LZMA_HEAD);
    ms_codec_io io = {.in = head, .nin = sizeof head, .out = &none, .nout = 1};
    ms_step done = c->ops->step(c->state, &io);
    bool begun = done == MS_STEP_MORE && io.nin == 0 && io.nout == 1;
    return begun ? MS_OK : fail(c, io.why ? io.why : "the lzma data have an invalid header");
}

/* After the end of a frame or stream; zstd, xz and bzip2 data may have several. */
static void end_data(ms__zip_contents *c)
{
    bool single = c->entry.method == 8 || c->entry.method == LZMA;
    c->data_end = single || !c->known || nleft(c) == 0;
    if (!c->data_end) {
        c->ops->begin(c->state);
    }
}

static ms_code step_error(ms__zip_contents *c, const ms_codec_io *io, bool corrupt)
{
    c->code = ms_err_set(&c->why, MS_FORMAT, 0,
                         corrupt ? "zip archive: the %s data are corrupt at byte %llu: %s"
                                 : "zip archive: the %s data at byte %llu %s",
                         ms_codec_name(codec_of(c->entry.method)), (unsigned long long)c->reader->in.offset,
                         io->why);
    return c->code;
}

/* One step of the codec, on what is in the buffer. */
static ms_code step(ms__zip_contents *c, ms_codec_io *io)
{
    ms_lookahead *in = &c->reader->in;
    size_t held = ms_lookahead_fill(in, MS_CODEC_HEAD);
    size_t given = nleft(c) < held ? (size_t)nleft(c) : held;
    size_t cap = io->nout;
    io->in = ms_lookahead_bytes(in);
    io->nin = given;
    ms_step done = c->ops->step(c->state, io);
    if (io->nin > given) {
        ms_lookahead_back(in, io->nin - given);
    } else {
        ms_lookahead_advance(in, given - io->nin);
    }
    if (done == MS_STEP_FAILED || done == MS_STEP_REFUSED) {
        return step_error(c, io, done == MS_STEP_FAILED);
    }
    if (done == MS_STEP_END) {
        end_data(c);
        return MS_OK;
    }
    if (io->nin < given || io->nout < cap) {
        return MS_OK;
    }
    if (nleft(c) == given) {
        return fail(c, "the compressed data are truncated");
    }
    return held < MS_LOOKAHEAD_MAX && ms_lookahead_fill(in, held + 1) > held ? MS_OK : cut_off(c);
}

static void decode(ms__zip_contents *c, uint8_t *buf, size_t cap, size_t *n)
{
    ms_codec_io io = {.out = buf, .nout = cap};
    ms_code code = c->entry.method == LZMA && nused(c) == 0 ? begin_lzma(c) : MS_OK;
    while (code == MS_OK && io.nout > 0 && !c->data_end) {
        code = step(c, &io);
    }
    *n = cap - io.nout;
    *c->ndecoded += *n;
    if (code == MS_OK && ms_decode_spend(c->limits, *n, &c->reader->why) != MS_OK) {
        c->reader->code = c->reader->why.code;
        (void)fail_archive(c, c->reader->code);
    }
}

/* The limit has been reached: is there more? Then no further member is decoded. */
static void probe_limit(ms__zip_contents *c)
{
    uint8_t byte = 0;
    size_t n = 0;
    decode(c, &byte, 1, &n);
    if (n > 0) {
        c->reader->code = ms_err_set(&c->reader->why, MS_FORMAT, 0,
                                     "holds more than %llu bytes of zip data (--max-decompressed)",
                                     (unsigned long long)c->limits->max_decompressed);
        (void)fail_archive(c, c->reader->code);
    }
}

static void decode_within_limit(ms__zip_contents *c, uint8_t *buf, size_t cap, size_t *n)
{
    uint64_t max = c->limits->max_decompressed;
    uint64_t left = max == 0 ? UINT64_MAX : max > *c->ndecoded ? max - *c->ndecoded : 0;
    if (left == 0) {
        probe_limit(c);
    } else {
        decode(c, buf, left < cap ? (size_t)left : cap, n);
    }
}

/* How far stored data of unknown size reach: sets nsafe. */
static void search_end(ms__zip_contents *c)
{
    ms_lookahead *in = &c->reader->in;
    size_t held = ms_lookahead_fill(in, SCRATCH);
    const ms__zip_search search = {.nbefore = c->nmade, .crc = c->crc, .last = in->end};
    size_t end = 0;
    c->found_end = ms__zip_find_end(&search, ms_lookahead_bytes(in), held, &end);
    c->nsafe = c->nmade + end;
    if (!c->found_end && end == 0) {
        (void)cut_off(c);
    }
}

static void read_stored(ms__zip_contents *c, uint8_t *buf, size_t cap, size_t *n)
{
    if (!c->known && c->nmade == c->nsafe && !c->found_end) {
        search_end(c);
    }
    uint64_t left = c->known ? nleft(c) : c->nsafe - c->nmade;
    c->data_end = left == 0;
    if (c->code == MS_OK && left > 0) {
        *n = ms_lookahead_read(&c->reader->in, buf, left < cap ? (size_t)left : cap);
        if (*n == 0) {
            (void)cut_off(c);
        }
    }
}

/* After the data: reads the descriptor. `any`: only the stored size is known. */
static bool take_descriptor(ms__zip_contents *c, bool any, ms__zip_entry *entry)
{
    ms_lookahead *in = &c->reader->in;
    size_t held = ms_lookahead_fill(in, MS__ZIP_MAX_DESCRIPTOR + 4);
    size_t length = ms__zip_match_descriptor(ms_lookahead_bytes(in), held, any, entry);
    ms_lookahead_advance(in, length);
    return length > 0;
}

/* Fewer bytes than an end record and a descriptor are cut off. */
static void verify_descriptor(ms__zip_contents *c, ms__zip_entry *made)
{
    if (take_descriptor(c, false, made)) {
        return;
    }
    if (ms_lookahead_fill(&c->reader->in, MS__ZIP_MAX_DESCRIPTOR) < MS__ZIP_MAX_DESCRIPTOR) {
        (void)cut_off(c);
        return;
    }
    (void)fail(c, "the data descriptor does not agree with the contents");
    (void)take_descriptor(c, true, made);
}

/* All has been read: verifies it. */
static void verify(ms__zip_contents *c)
{
    ms__zip_entry made = c->entry;
    made.stored = nused(c);
    made.size = c->nmade;
    made.crc = c->crc;
    c->checked = true;
    if (c->known && nleft(c) > 0) {
        (void)fail(c, "other data follow the compressed data of the member");
        c->checked = false; /* the rest is skipped */
    } else if (has_descriptor(c)) {
        verify_descriptor(c, &made);
        c->entry = made;
    } else if (made.size != c->entry.size) {
        c->code = ms_err_set(&c->why, MS_FORMAT, 0, "zip archive: the member has %llu bytes, not %llu",
                             (unsigned long long)made.size, (unsigned long long)c->entry.size);
    } else if (made.crc != c->entry.crc) {
        (void)fail(c, "the member has a wrong checksum");
    }
}

ms_code ms__zip_contents_read(ms__zip_contents *c, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    *n = 0;
    if (c->code == MS_OK && !c->data_end) {
        if (poll(c) != MS_OK) {
            ; /* ends here */
        } else if (c->ops) {
            decode_within_limit(c, buf, cap, n);
        } else {
            read_stored(c, buf, cap, n);
        }
        c->crc = crc32_gzip_refl(c->crc, buf, *n);
        c->nmade += *n;
    }
    if (*n > 0) {
        return MS_OK;
    }
    if (c->code == MS_OK && c->data_end && !c->checked) {
        verify(c);
    }
    if (c->code != MS_OK && err) {
        *err = c->why;
    }
    return c->code;
}

/* Data that are not decoded, of unknown length: they end before a descriptor that has their length. */
static ms_code skip_unknown(ms__zip_contents *c)
{
    ms_lookahead *in = &c->reader->in;
    for (;;) {
        size_t held = ms_lookahead_fill(in, SCRATCH);
        const ms__zip_search search = {.nbefore = nused(c), .any = true, .last = in->end};
        size_t end = 0;
        bool found = ms__zip_find_end(&search, ms_lookahead_bytes(in), held, &end);
        ms_lookahead_advance(in, end);
        if (found) {
            c->entry.stored = nused(c);
            (void)take_descriptor(c, true, &c->entry);
            return MS_OK;
        }
        if (end == 0) {
            return cut_off(c);
        }
        MS_TRY(poll(c));
    }
}

static ms_code skip_known(ms__zip_contents *c)
{
    uint64_t left = nleft(c);
    if (ms_lookahead_skip(&c->reader->in, left) < left) {
        return cut_off(c);
    }
    ms__zip_entry entry = c->entry;
    if (has_descriptor(c) && take_descriptor(c, true, &entry)) {
        c->entry = entry;
    }
    return MS_OK;
}

/* Reads to the end what has to be decoded to find it. */
static ms_code read_to_end(ms__zip_contents *c)
{
    ms_err ignored = {0};
    ms_code code = MS_OK;
    size_t n = 1;
    uint8_t *buf = malloc(SCRATCH);
    if (!buf) {
        return ms__archive_no_memory(c->reader);
    }
    while (code == MS_OK && n > 0) {
        code = ms__zip_contents_read(c, buf, SCRATCH, &n, &ignored);
    }
    free(buf);
    return MS_OK;
}

ms_code ms__zip_contents_skip(ms__zip_contents *c)
{
    if (!c->known && c->code == MS_OK && !c->checked) {
        MS_TRY(read_to_end(c));
    }
    if (c->reader->code != MS_OK || c->checked) {
        return c->reader->code;
    }
    if (!c->known && !c->refused) {
        c->lost = true;
        ms__archive_damage(c->reader, "a member of unknown length is corrupt", c->reader->in.offset);
        return MS_OK;
    }
    return c->known ? skip_known(c) : skip_unknown(c);
}
