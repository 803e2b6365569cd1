/* Character set: text of a named encoding to UTF-8, by iconv(3), in pieces of any size. */
#ifndef MS_LOGS_TEXT_CHARSET_H
#define MS_LOGS_TEXT_CHARSET_H

#include "base/err.h"

#include <stdint.h>

typedef struct ms_charset ms_charset;

/* Does iconv(3) know the name, e.g. "SHIFT_JIS"? Local. */
bool ms_charset_known(const char *name);
/* MS_USAGE for an unknown name, MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms_charset_open(ms_charset **charset, const char *name, ms_err *err);
void ms_charset_close(ms_charset *charset);

/* Decodes in[0 .. *nin) into out[0 .. *nout), *nout >= MS_CHARSET_ROOM; sets both to the bytes used. A byte
 * (a unit of UTF-16 or UTF-32) that begins no character becomes U+FFFD, and nothing after it is lost. Uses
 * all but MS_CHARSET_LEAST bytes of input, at its `end` all, unless the output is full. Local. */
#define MS_CHARSET_ROOM 64
#define MS_CHARSET_LEAST 32
void ms_charset_decode(ms_charset *charset, const uint8_t *in, size_t *nin, bool end, uint8_t *out,
                       size_t *nout);

#endif
