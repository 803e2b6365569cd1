/* Walks over the blocks of a GIF file without decoding any: see gif_blocks.h. Source: GIF89a specification,
 * sections 17 to 27 and appendix B. */
#include "images/formats/gif_blocks.h"

#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>

enum {
    SCREEN_END = 13, /* header and logical screen descriptor */
    DESCRIPTOR = 9,  /* of an image, behind its introducer */
    EXTENSION = 0x21,
    IMAGE = 0x2C,
    TRAILER = 0x3B,
    HAS_TABLE = 0x80,
    WINDOW = 16 * 1024,
};

typedef struct walk {
    int fd;
    uint64_t at;   /* of the next byte */
    uint64_t from; /* of the window */
    size_t n;      /* bytes in it */
    uint8_t window[WINDOW];
} walk;

/* The next byte, or -1 at the end. */
static int next(walk *w)
{
    if (w->at < w->from || w->at - w->from >= w->n) {
        ssize_t got = pread(w->fd, w->window, sizeof w->window, (off_t)w->at);
        w->from = w->at;
        w->n = got > 0 ? (size_t)got : 0;
        if (w->n == 0) {
            return -1;
        }
    }
    return w->window[w->at++ - w->from];
}

static void skip_table(walk *w, int flags)
{
    w->at += flags & HAS_TABLE ? (uint64_t)3 << ((flags & 7) + 1) : 0;
}

/* To behind the empty sub-block; false when there is none. */
static bool skip_data(walk *w)
{
    int length = next(w);
    while (length > 0) {
        w->at += (uint64_t)length;
        length = next(w);
    }
    return length == 0;
}

static bool skip_image(walk *w)
{
    w->at += DESCRIPTOR - 1;
    int flags = next(w);
    if (flags < 0) {
        return false;
    }
    skip_table(w, flags);
    return next(w) >= 0 && skip_data(w); /* the size of codes comes first */
}

uint32_t ms_gif_frames(int fd)
{
    walk w = {.fd = fd, .at = SCREEN_END - 3};
    int flags = next(&w);
    uint32_t frames = 0;
    w.at = SCREEN_END;
    skip_table(&w, flags < 0 ? 0 : flags);
    for (;;) {
        int block = next(&w);
        if (block == TRAILER) {
            return frames;
        }
        if (block == IMAGE && skip_image(&w)) {
            frames++;
        } else if (block != EXTENSION || next(&w) < 0 || !skip_data(&w)) {
            return 0;
        }
    }
}
