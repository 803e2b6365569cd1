/* Packing: see packing.h. */
#include "logs/stream/codec_guess.h"

#include "logs/stream/tar_header.h"

enum { MOST_HEADERS = 8 };

/* Is a member of this type a file? Others, and pax headers, may have contents too, but none that is searched.
 */
static bool is_file(uint8_t type)
{
    return type == '0' || type == 0 || type == '7';
}

/* The first member's, of an archive that begins with `head`. */
static ms_codec member_codec(const ms_file *file, uint8_t *head, size_t n)
{
    uint64_t at = 0;
    uint64_t size = 0;
    for (int i = 0; i < MOST_HEADERS && n >= MS_TAR_BLOCK; i++) {
        if (!ms_tar_is_header(head) || !ms_tar_size(head, &size) || size > ms_file_size(file)) {
            return MS_CODEC_NONE;
        }
        if (is_file(head[MS_TAR_TYPE]) && size > 0) {
            return ms_codec_of(head + MS_TAR_BLOCK, n - MS_TAR_BLOCK);
        }
        at += MS_TAR_BLOCK + (size + MS_TAR_BLOCK - 1) / MS_TAR_BLOCK * MS_TAR_BLOCK;
        if (ms_file_peek(file, at, head, MS_TAR_BLOCK + MS_CODEC_HEAD, &n, NULL) != MS_OK) {
            return MS_CODEC_NONE;
        }
    }
    return MS_CODEC_NONE;
}

ms_codec ms_codec_guess(const ms_file *file)
{
    uint8_t head[MS_TAR_BLOCK + MS_CODEC_HEAD];
    size_t n = 0;
    if (ms_file_peek(file, 0, head, sizeof head, &n, NULL) != MS_OK) {
        return MS_CODEC_NONE;
    }
    ms_codec codec = ms_codec_of(head, n);
    return codec == MS_CODEC_NONE && ms_tar_looks_like(head, n) ? member_codec(file, head, n) : codec;
}
