/* Mixed text: bytes in which spans of UTF-16 or UTF-32, in either byte order, with a mark or without, become
 * UTF-8; everything else stays as it is. A log may change its encoding when another program appends to it, so
 * each span is judged by itself. In binary data only spans of Latin-1 are: nothing that can be searched for
 * as bytes is within one. What is decided never depends on how the input is cut into pieces. */
#ifndef MS_LOGS_TEXT_MIXED_TEXT_H
#define MS_LOGS_TEXT_MIXED_TEXT_H

#include "logs/text/text_units.h"

/* Bytes by which ms_mixed_begin judges. */
#define MS_MIXED_HEAD 4096
/* With so many bytes each call below uses some. */
#define MS_MIXED_LEAST 1280

typedef struct ms_mixed {
    ms_encoding encoding; /* of the next byte */
    bool both;            /* few bytes after a mark, which may be either */
    bool certain;         /* by a mark: units that are unlikely in a text do not end it */
    bool line_start;      /* the next unit begins a line */
    bool binary;          /* all of it is binary data, or */
    bool data;            /* what was last before a span */
    bool narrow;          /* the span ends at the first unit that is neither ASCII nor Latin-1 */
    ms_encoding left;     /* of the span that ended just before the next byte, if one did */
    size_t tested;        /* of the next bytes, those whose NULs have been judged */
    uint64_t base;        /* bytes so far that are text as they are */
    uint64_t judged;      /* of these, up to the last NUL that was judged */
    uint64_t work;        /* bytes that may be looked at again */
} ms_mixed;

/* The encoding at the beginning of a text, by its first bytes (MS_MIXED_HEAD, or all there are). Returns the
 * length of a byte-order mark, which is not part of the text. RFC 2781, Unicode 23.8. Local. */
size_t ms_mixed_begin(ms_mixed *mixed, const uint8_t *head, size_t n);

/* While the encoding is MS_ENCODING_BYTES: how many of the n bytes are text as they are. `end`: no more
 * follow. When that is less than n, either a span of another encoding begins there, which mixed->encoding
 * then names, after a mark of *mark bytes; or more bytes are needed, and no more than MS_MIXED_LEAST are
 * kept. Local. */
size_t ms_mixed_bytes(ms_mixed *mixed, const uint8_t *data, size_t n, bool end, size_t *mark);

/* In another encoding: decodes in[0 .. *nin) into out[0 .. *nout), *nout >= MS_MIXED_ROOM; sets both to the
 * bytes used. Stops where the encoding becomes MS_ENCODING_BYTES, or more input or output is needed. What is
 * not valid becomes U+FFFD. Local. */
#define MS_MIXED_ROOM 96
void ms_mixed_decode(ms_mixed *mixed, const uint8_t *in, size_t *nin, bool end, uint8_t *out, size_t *nout);

#endif
