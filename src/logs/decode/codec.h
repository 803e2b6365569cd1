/* Codec: one way in which logs are compressed. What a decoder (decoder.h) needs of it: a step that turns some
 * input into some output, and tells where a member ends. Members, padding, offsets and limits of text are the
 * decoder's. */
#ifndef MS_LOGS_DECODE_CODEC_H
#define MS_LOGS_DECODE_CODEC_H

#include "base/err.h"

#include <stdint.h>

typedef enum ms_codec {
    MS_CODEC_NONE,
    MS_CODEC_GZIP,
    MS_CODEC_ZSTD,
    MS_CODEC_XZ,
    MS_CODEC_BZIP2,
    MS_CODEC_LZ4,
    MS_CODEC_LZMA, /* .lzma, the format before xz */
    MS_CODEC_LZIP,
} ms_codec;

/* The most bytes that are looked at to tell a codec. */
#define MS_CODEC_HEAD 16

/* A frame that zstd and lz4 pass over: 0x184D2A5X, then its length, little-endian (RFC 8878, 3.1.2)? Local.
 */
bool ms_codec_skips(const uint8_t *head, size_t n);
/* By the first bytes; n < MS_CODEC_HEAD means that there are no more. Behind frames that are passed over,
 * which go for zstd, there may be lz4 all the same. Local. */
ms_codec ms_codec_of(const uint8_t *head, size_t n);
/* May a member of `codec` be followed by this? Skippable frames belong to zstd and to lz4. Local. */
bool ms_codec_continues(ms_codec codec, const uint8_t *head, size_t n);
/* "gzip"; never NULL. Local. */
const char *ms_codec_name(ms_codec codec);

typedef struct ms_decode_limits {
    uint64_t max_decompressed; /* decoded bytes of one file; 0: no limit */
    uint64_t max_window; /* bytes of decoded text that a format may make the decoder remember (the window of
                          * zstd, the dictionary of xz); 0: MS_DEFAULT_WINDOW */
    /* Asked before each piece of work, however little text it yields: members may be empty, and millions of
     * them, or be passed over. Anything but MS_OK ends the reading with that code. NULL allowed. */
    ms_code (*on_work)(void *user);
    void *user;
} ms_decode_limits;

/* Asks limits->on_work, if there is any; limits may be NULL. Local. */
MS_MUST_CHECK ms_code ms_decode_ask(const ms_decode_limits *limits, ms_err *err);

/* What zstd(1) decodes without being told to: --ultra -22, --long=27. xz -9 needs half of it. */
#define MS_DEFAULT_WINDOW ((uint64_t)128 << 20)

typedef enum ms_step {
    MS_STEP_MORE,    /* wants more input or more room */
    MS_STEP_END,     /* the member has ended and was right */
    MS_STEP_FAILED,  /* the input is corrupt: io->why says how, to be read behind "corrupt: " */
    MS_STEP_REFUSED, /* it may be right: io->why says why not, to be read behind "the gzip data " */
} ms_step;

/* The codec moves the pointers on by what it has consumed and produced. */
typedef struct ms_codec_io {
    const uint8_t *in;
    size_t nin;
    uint8_t *out;
    size_t nout;
    const char *why; /* static text */
} ms_codec_io;

typedef struct ms_codec_ops {
    /* *state is owned by the caller until close. MS_NOMEM. */
    ms_code (*open)(void **state, const ms_decode_limits *limits, ms_err *err);
    /* The next byte of input is a member's first. */
    void (*begin)(void *state);
    /* Called with nout > 0, the first time of a member with MS_CODEC_HEAD bytes if there are so many. A step
     * that neither consumes nor produces asks for more input. */
    ms_step (*step)(void *state, ms_codec_io *io);
    void (*close)(void *state); /* accepts NULL */
} ms_codec_ops;

/* NULL for MS_CODEC_NONE. Local. */
const ms_codec_ops *ms_codec_ops_of(ms_codec codec);

#endif
