/* Files that GNU tar stores without their holes. Source: GNU tar manual, "Storing Sparse Files": the old
 * format, and 0.0, 0.1 and 1.0 of pax. */
#include "logs/archive/tar_internal.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_PARTS = 1 << 20, FIRST_PARTS = 64 };

void ms__tar_sparse_clear(ms__tar_sparse *sparse)
{
    *sparse = (ms__tar_sparse){
        .parts = sparse->parts, .cap = sparse->cap, .nzeros = sparse->nzeros, .limits = sparse->limits};
}

void ms__tar_sparse_fini(ms__tar_sparse *sparse)
{
    free(sparse->parts);
    *sparse = (ms__tar_sparse){0};
}

static ms_code add_part(ms__tar_sparse *sparse, ms__tar_part part)
{
    if (sparse->n == sparse->cap) {
        size_t cap = sparse->cap > 0 ? 2 * sparse->cap : FIRST_PARTS;
        ms__tar_part *parts = realloc(sparse->parts, cap * sizeof *parts);
        if (!parts) {
            return MS_NOMEM;
        }
        sparse->parts = parts;
        sparse->cap = cap;
    }
    sparse->parts[sparse->n++] = part;
    return MS_OK;
}

ms_code ms__tar_sparse_add(ms__tar_sparse *sparse, uint64_t number)
{
    sparse->is_sparse = true;
    sparse->has_offset = !sparse->has_offset;
    sparse->invalid = sparse->invalid || number > INT64_MAX || sparse->n == MAX_PARTS;
    if (sparse->has_offset || sparse->invalid) {
        sparse->offset = number;
        return MS_OK;
    }
    return add_part(sparse, (ms__tar_part){.offset = sparse->offset, .size = number});
}

ms_code ms__tar_sparse_read_numbers(ms__tar_sparse *sparse, ms_lookahead *in, uint64_t size,
                                    uint8_t separator, uint64_t *nread)
{
    uint64_t number = 0;
    bool has_digit = false;
    for (*nread = 0; *nread < size && ms_lookahead_fill(in, 1) > 0; ++*nread) {
        uint8_t byte = *ms_lookahead_bytes(in);
        ms_lookahead_advance(in, 1);
        if (byte == separator) {
            sparse->invalid = sparse->invalid || !has_digit;
            MS_TRY(ms__tar_sparse_add(sparse, number));
            number = 0;
            has_digit = false;
            continue;
        }
        has_digit = byte >= '0' && byte <= '9' && number <= INT64_MAX / 10;
        sparse->invalid = sparse->invalid || !has_digit;
        number = has_digit ? number * 10 + (uint64_t)(byte - '0') : 0;
    }
    return has_digit ? ms__tar_sparse_add(sparse, number) : MS_OK;
}

/* One number and its newline. */
static bool take_line(ms_lookahead *in, uint64_t size, uint64_t *nread, uint64_t *number)
{
    size_t ndigits = 0;
    *number = 0;
    while (*nread < size && ms_lookahead_fill(in, 1) > 0) {
        uint8_t byte = *ms_lookahead_bytes(in);
        ms_lookahead_advance(in, 1);
        ++*nread;
        if (byte == '\n') {
            return ndigits > 0;
        }
        if (byte < '0' || byte > '9' || ++ndigits > 18) {
            return false;
        }
        *number = *number * 10 + (uint64_t)(byte - '0');
    }
    return false;
}

ms_code ms__tar_sparse_read_map(ms__tar_sparse *sparse, ms_lookahead *in, uint64_t size, uint64_t *nread)
{
    uint64_t count = 0;
    uint64_t number = 0;
    *nread = 0;
    sparse->invalid = !take_line(in, size, nread, &count) || count > MAX_PARTS;
    for (uint64_t i = 0; i < 2 * count && !sparse->invalid; i++) {
        sparse->invalid = !take_line(in, size, nread, &number);
        MS_TRY(ms__tar_sparse_add(sparse, number));
    }
    uint64_t padding = (MS_TAR_BLOCK - *nread % MS_TAR_BLOCK) % MS_TAR_BLOCK;
    *nread += ms_lookahead_skip(in, padding < size - *nread ? padding : size - *nread);
    return MS_OK;
}

bool ms__tar_sparse_begin(ms__tar_sparse *sparse, uint64_t stored)
{
    uint64_t end = 0;
    bool valid = !sparse->invalid && !sparse->has_offset && sparse->real_size <= INT64_MAX;
    for (size_t i = 0; i < sparse->n && valid; i++) {
        const ms__tar_part *part = &sparse->parts[i];
        valid = part->offset >= end && part->size <= stored;
        stored -= valid ? part->size : 0;
        end = part->offset + part->size;
    }
    sparse->at = 0;
    sparse->next = 0;
    return valid && stored == 0 && end <= sparse->real_size;
}

/* Bytes up to the next part, or the end. */
static uint64_t hole(ms__tar_sparse *sparse)
{
    while (sparse->next < sparse->n &&
           sparse->at >= sparse->parts[sparse->next].offset + sparse->parts[sparse->next].size) {
        sparse->next++;
    }
    uint64_t end = sparse->next < sparse->n ? sparse->parts[sparse->next].offset : sparse->real_size;
    return end > sparse->at ? end - sparse->at : 0;
}

ms_code ms__tar_sparse_read(ms__tar_sparse *sparse, ms_lookahead *in, uint64_t *left, uint8_t *buf,
                            size_t cap, size_t *n, ms_err *err)
{
    uint64_t zeros = hole(sparse);
    *n = 0;
    if (zeros > 0) {
        uint64_t max = sparse->limits.max_decompressed;
        uint64_t allowed = max > 0 ? max - sparse->nzeros : UINT64_MAX;
        if (allowed == 0) {
            return ms_err_set(err, MS_LIMIT, 0, "holds more than %llu bytes of holes (--max-decompressed)",
                              (unsigned long long)max);
        }
        zeros = zeros < allowed ? zeros : allowed;
        *n = zeros < cap ? (size_t)zeros : cap;
        sparse->nzeros += *n;
        memset(buf, 0, *n);
        MS_TRY(ms_decode_spend(&sparse->limits, *n, err));
    } else if (sparse->next < sparse->n) {
        const ms__tar_part *part = &sparse->parts[sparse->next];
        uint64_t rest = part->offset + part->size - sparse->at;
        *n = ms_lookahead_read(in, buf, rest < cap ? (size_t)rest : cap);
        *left -= *n;
    }
    sparse->at += *n;
    return MS_OK;
}

uint64_t ms__tar_sparse_skip_hole(ms__tar_sparse *sparse, uint64_t unit)
{
    uint64_t n = hole(sparse);
    n -= n % unit;
    sparse->at += n;
    return n;
}
