/* Long names of GNU tar, and pax headers, read record by record: of any length, in bounded memory. */
#include "logs/archive/tar_internal.h"

#include <string.h>

enum {
    MAX_NAME = 64 << 10, /* bytes of a name that are kept */
    MAX_HEAD = 128,      /* of a record's length and key: longer keys are not of interest */
    MAX_NUMBER = 24,
};

/* A record: "LENGTH KEY=VALUE\n". */
typedef struct record {
    uint8_t head[MAX_HEAD]; /* "LENGTH KEY=" */
    const uint8_t *key;
    size_t nkey;
    uint64_t nvalue;
} record;

static ms_code set_name(ms__tar_reader *tar, ms__tar_extra *extra, uint64_t *left, uint64_t size)
{
    ms_lookahead *in = &tar->base.in;
    uint64_t kept = size < MAX_NAME ? size : MAX_NAME;
    ms_bytes_clear(&extra->name);
    for (uint64_t n = kept; n > 0;) {
        size_t held = ms_lookahead_fill(in, 1);
        held = n < held ? (size_t)n : held;
        if (held == 0) {
            return ms__archive_end_early(&tar->base, "cut off in a header");
        }
        ms_bytes_append(&extra->name, ms_lookahead_bytes(in), held);
        ms_lookahead_advance(in, held);
        n -= held;
    }
    *left -= kept;
    extra->has_name = size > 0;
    return ms_bytes_check(&extra->name) == MS_OK ? MS_OK : ms__archive_no_memory(&tar->base);
}

/* A name ends at its first NUL. */
static ms_code read_long_name(ms__tar_reader *tar, uint64_t *left)
{
    ms__tar_extra *extra = &tar->next;
    MS_TRY(set_name(tar, extra, left, *left));
    if (extra->name.len > 0) {
        ms_bytes_cut(&extra->name, strnlen((const char *)extra->name.data, extra->name.len));
    }
    extra->has_name = extra->name.len > 0;
    return MS_OK;
}

/* "LENGTH KEY=" at the next byte; *n is its length, 0 when it is invalid. Without a '=' in MAX_HEAD bytes the
 * key is as if empty. */
static void read_head(ms_lookahead *in, uint64_t left, record *r, size_t *n)
{
    size_t held = ms_lookahead_fill(in, MAX_HEAD);
    held = held < MAX_HEAD ? held : MAX_HEAD;
    held = left < held ? (size_t)left : held;
    memcpy(r->head, ms_lookahead_bytes(in), held);
    size_t at = 0;
    uint64_t length = 0;
    while (at < held && r->head[at] >= '0' && r->head[at] <= '9' && length <= INT64_MAX / 10) {
        length = length * 10 + (uint64_t)(r->head[at++] - '0');
    }
    bool valid = at > 0 && at < held && r->head[at] == ' ' && length > at + 1 && length <= left;
    *n = 0;
    if (!valid) {
        return;
    }
    r->key = r->head + ++at;
    held = length < held ? (size_t)length : held;
    const uint8_t *equals = memchr(r->key, '=', held - at);
    if (!equals && held == length) {
        return;
    }
    r->nkey = equals ? (size_t)(equals - r->key) : 0;
    *n = at + r->nkey + (equals ? 1 : 0);
    if (length <= *n) {
        *n = 0;
        return;
    }
    r->nvalue = length - *n - 1; /* a newline ends it */
}

static bool is(const record *r, const char *key)
{
    return r->nkey == strlen(key) && memcmp(r->key, key, r->nkey) == 0;
}

/* The value as a decimal number; false when it is not one. */
static bool take_number(ms__tar_reader *tar, const record *r, uint64_t *left, uint64_t *number)
{
    size_t n = (size_t)r->nvalue;
    const uint8_t *bytes = NULL;
    *number = 0;
    if (r->nvalue == 0 || r->nvalue > MAX_NUMBER || ms_lookahead_fill(&tar->base.in, n) < n) {
        return false;
    }
    bytes = ms_lookahead_bytes(&tar->base.in);
    for (size_t i = 0; i < n; i++) {
        if (bytes[i] < '0' || bytes[i] > '9' || *number > INT64_MAX / 10) {
            return false;
        }
        *number = *number * 10 + (uint64_t)(bytes[i] - '0');
    }
    ms_lookahead_advance(&tar->base.in, n);
    *left -= n;
    return *number <= INT64_MAX;
}

/* GNU.sparse.*: 0.0 has an offset and a numbytes for each part, 0.1 has a map, 1.0 a map in the contents. */
static ms_code apply_sparse(ms__tar_reader *tar, const record *r, uint64_t *left, bool *valid)
{
    ms__tar_sparse *sparse = &tar->sparse;
    uint64_t number = 0;
    if (is(r, "GNU.sparse.map")) {
        uint64_t nread = 0;
        sparse->is_sparse = true;
        ms_code code = ms__tar_sparse_read_numbers(sparse, &tar->base.in, r->nvalue, ',', &nread);
        *left -= nread;
        return code;
    }
    bool part = is(r, "GNU.sparse.offset") || is(r, "GNU.sparse.numbytes");
    bool size = is(r, "GNU.sparse.size") || is(r, "GNU.sparse.realsize");
    bool major = is(r, "GNU.sparse.major");
    if (!part && !size && !major && !is(r, "GNU.sparse.numblocks")) {
        return MS_OK;
    }
    *valid = take_number(tar, r, left, &number);
    sparse->is_sparse = sparse->is_sparse || !size;
    sparse->real_size = size ? number : sparse->real_size;
    sparse->in_data = major ? number == 1 : sparse->in_data;
    sparse->invalid = sparse->invalid || !*valid || (major && number > 1);
    return part && *valid ? ms__tar_sparse_add(sparse, number) : MS_OK;
}

/* What a record says; *valid false when its value cannot be. *left counts what is read of it. */
static ms_code apply(ms__tar_reader *tar, ms__tar_extra *extra, const record *r, uint64_t *left, bool *valid)
{
    bool sparse_name = is(r, "GNU.sparse.name");
    if (sparse_name || (is(r, "path") && !extra->sparse_name)) {
        extra->sparse_name = sparse_name;
        return set_name(tar, extra, left, r->nvalue);
    }
    if (is(r, "size")) {
        extra->has_size = r->nvalue > 0;
        *valid = r->nvalue == 0 || take_number(tar, r, left, &extra->size);
        extra->has_size = extra->has_size && *valid;
        return MS_OK;
    }
    if (extra == &tar->next && r->nkey > 11 && memcmp(r->key, "GNU.sparse.", 11) == 0) {
        return apply_sparse(tar, r, left, valid);
    }
    return MS_OK;
}

/* One record; *valid false when it is none. */
static ms_code read_record(ms__tar_reader *tar, ms__tar_extra *extra, uint64_t *left, bool *valid)
{
    ms_lookahead *in = &tar->base.in;
    record r = {0};
    size_t n = 0;
    read_head(in, *left, &r, &n);
    *valid = n > 0;
    if (!*valid) {
        return MS_OK;
    }
    ms_lookahead_advance(in, n);
    *left -= n;
    uint64_t after = *left - r.nvalue - 1;
    ms_code code = apply(tar, extra, &r, left, valid);
    if (code != MS_OK) {
        return code == MS_NOMEM ? ms__archive_no_memory(&tar->base) : code;
    }
    *left -= ms_lookahead_skip(in, *left - after - 1);
    bool ends = *left == after + 1 && ms_lookahead_fill(in, 1) > 0 && *ms_lookahead_bytes(in) == '\n';
    *valid = *valid && ends;
    *left -= ends ? ms_lookahead_skip(in, 1) : 0;
    return MS_OK;
}

/* Zeros may fill up a header. */
static bool is_zero_here(ms_lookahead *in, uint64_t left)
{
    size_t held = ms_lookahead_fill(in, MS_TAR_BLOCK);
    return ms_tar_is_zero(ms_lookahead_bytes(in), left < held ? (size_t)left : held);
}

/* *damage is where a record is invalid, or 0. */
static ms_code read_pax(ms__tar_reader *tar, ms__tar_extra *extra, uint64_t *left, uint64_t *damage)
{
    bool valid = true;
    while (*left > 0 && valid) {
        uint64_t at = tar->base.in.offset;
        MS_TRY(read_record(tar, extra, left, &valid));
        bool zeros = !valid && tar->base.in.offset == at && is_zero_here(&tar->base.in, *left);
        *damage = valid || zeros ? 0 : at;
    }
    return MS_OK;
}

ms_code ms__tar_read_extra(ms__tar_reader *tar, uint8_t type, uint64_t size)
{
    uint64_t left = size;
    uint64_t damage = 0;
    ms_code code = type == 'L'   ? read_long_name(tar, &left)
                   : type == 'K' ? MS_OK
                                 : read_pax(tar, type == 'g' ? &tar->all : &tar->next, &left, &damage);
    MS_TRY(code);
    left += (MS_TAR_BLOCK - size % MS_TAR_BLOCK) % MS_TAR_BLOCK;
    if (ms_lookahead_skip(&tar->base.in, left) < left) {
        return ms__archive_end_early(&tar->base, "cut off in a header");
    }
    if (damage > 0) {
        ms__archive_damage(&tar->base, "invalid pax header", damage);
    }
    return MS_OK;
}
