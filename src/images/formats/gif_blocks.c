/* Source: GIF89a specification, sections 17 to 27 and appendix B. */
#include "images/formats/gif_blocks.h"

#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>

enum {
    SCREEN_END = 13, /* header and logical screen descriptor */
    DESCRIPTOR = 9,  /* of an image, after its introducer */
    EXTENSION = 0x21,
    IMAGE = 0x2C,
    TRAILER = 0x3B,
    HAS_TABLE = 0x80,
    BUFFER = 16 * 1024,
};

typedef struct reader {
    int fd;
    uint64_t at;   /* of the next byte */
    uint64_t from; /* of the buffer */
    size_t n;      /* bytes in it */
    uint8_t buffer[BUFFER];
} reader;

/* The next byte, or -1 at the end. */
static int next(reader *r)
{
    if (r->at < r->from || r->at - r->from >= r->n) {
        ssize_t got = pread(r->fd, r->buffer, sizeof r->buffer, (off_t)r->at);
        r->from = r->at;
        r->n = got > 0 ? (size_t)got : 0;
        if (r->n == 0) {
            return -1;
        }
    }
    return r->buffer[r->at++ - r->from];
}

static void skip_table(reader *r, int flags)
{
    r->at += flags & HAS_TABLE ? (uint64_t)3 << ((flags & 7) + 1) : 0;
}

/* Skips sub-blocks to the empty one; false when it is missing. */
static bool skip_data(reader *r)
{
    int length = next(r);
    while (length > 0) {
        r->at += (uint64_t)length;
        length = next(r);
    }
    return length == 0;
}

static bool skip_image(reader *r)
{
    r->at += DESCRIPTOR - 1;
    int flags = next(r);
    if (flags < 0) {
        return false;
    }
    skip_table(r, flags);
    return next(r) >= 0 && skip_data(r); /* LZW code size first */
}

uint32_t ms_gif_frames(int fd)
{
    reader r = {.fd = fd, .at = SCREEN_END - 3};
    int flags = next(&r);
    uint32_t frames = 0;
    r.at = SCREEN_END;
    skip_table(&r, flags < 0 ? 0 : flags);
    for (;;) {
        int block = next(&r);
        if (block == TRAILER) {
            return frames;
        }
        if (block == IMAGE && skip_image(&r)) {
            frames++;
        } else if (block != EXTENSION || next(&r) < 0 || !skip_data(&r)) {
            return 0;
        }
    }
}
