/* Codec: a compression format. What a decoder (decoder.h) needs of it: a step that turns some input into some
 * output, and reports the end of a member. Members, padding, offsets and the limit of decoded bytes are
 * handled by the decoder. */
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
    /* Alone (RFC 1951), within other formats; never detected. As ISA-L reads ahead, the step that ends the
     * data returns up to MS_CODEC_BACK bytes, before io->in, that it or earlier steps consumed. Not for
     * decoders. */
    MS_CODEC_DEFLATE,
} ms_codec;

/* Bytes needed to detect a codec. */
#define MS_CODEC_HEAD 16
#define MS_CODEC_BACK 8

/* Is it a skippable frame of zstd or lz4: 0x184D2A5X, then its length, little-endian (RFC 8878, 3.1.2)?
 * Local. */
bool ms_codec_is_skippable(const uint8_t *head, size_t n);
/* Detects the codec by the first bytes; n < MS_CODEC_HEAD means that there are no more. Skippable frames
 * count as zstd, though lz4 may follow. Local. */
ms_codec ms_codec_of(const uint8_t *head, size_t n);
/* Can a member of `codec` be followed by this? Skippable frames belong to zstd and to lz4. Local. */
bool ms_codec_continues(ms_codec codec, const uint8_t *head, size_t n);
/* "gzip"; never NULL. Local. */
const char *ms_codec_name(ms_codec codec);

/* What all decoders of one file have used: those within others, and of the members of archives. */
typedef struct ms_decode_budget {
    uint64_t nstored; /* bytes of the file itself; 0: not known */
    uint64_t nmade;   /* decoded bytes so far, of all layers */
    uint64_t memory;  /* bytes that the decoders keep now */
} ms_decode_budget;

typedef struct ms_decode_limits {
    uint64_t max_decompressed; /* decoded bytes of one file; 0: no limit */
    uint64_t
        max_ratio; /* decoded bytes for one of the file, from MS_RATIO_FROM decoded bytes on; 0: no limit */
    uint64_t max_window;      /* bytes of decoded text that the format may require the decoder to keep (zstd's
                                 window, xz's dictionary); 0: MS_DEFAULT_WINDOW */
    ms_decode_budget *budget; /* of the file, borrowed; all decoders together may keep twice max_window. NULL:
                                 each is by itself */
    /* Polled before each piece of work, even where it yields no text: millions of members may be empty or
     * skipped. Anything but MS_OK ends the reading with that code. May be NULL. */
    ms_code (*on_work)(void *user);
    void *user;
} ms_decode_limits;

/* Calls limits->on_work if there is one; limits may be NULL. Local. */
MS_MUST_CHECK ms_code ms_decode_poll(const ms_decode_limits *limits, ms_err *err);

/* Has the file used n more decoded bytes than allowed? MS_FORMAT. Local. */
MS_MUST_CHECK ms_code ms_decode_spend(const ms_decode_limits *limits, uint64_t n, ms_err *err);
/* A decoder that kept *held bytes keeps `now`: sets *held. MS_FORMAT: all together too many. Local. */
MS_MUST_CHECK ms_code ms_decode_keep(const ms_decode_limits *limits, uint64_t *held, uint64_t now,
                                     ms_err *err);

#define MS_RATIO_FROM ((uint64_t)1 << 30)

/* The default limit of zstd(1): --ultra -22, --long=27. xz -9 needs half of it. */
#define MS_DEFAULT_WINDOW ((uint64_t)128 << 20)

typedef enum ms_step {
    MS_STEP_MORE,    /* needs more input or output space */
    MS_STEP_END,     /* the member has ended and is valid */
    MS_STEP_FAILED,  /* the input is corrupt: io->why completes "corrupt: " */
    MS_STEP_REFUSED, /* unsupported, but maybe valid: io->why completes "the gzip data " */
} ms_step;

/* A step advances the pointers by what it has consumed and produced. */
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
    /* The next byte of input is the first of a member. */
    void (*begin)(void *state);
    /* Called with nout > 0; the first time in a member with MS_CODEC_HEAD bytes if there are as many. A step
     * that neither consumes nor produces needs more input. */
    ms_step (*step)(void *state, ms_codec_io *io);
    void (*close)(void *state); /* accepts NULL */
    /* Bytes that it keeps now. NULL: always less than 8 MiB. */
    uint64_t (*memory)(const void *state);
} ms_codec_ops;

/* NULL for MS_CODEC_NONE. Local. */
const ms_codec_ops *ms_codec_ops_of(ms_codec codec);

#endif
