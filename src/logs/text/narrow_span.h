/* Strings of UTF-16 and UTF-32 in binary data, of characters of Latin-1 only: units of a byte and NULs.
 * Private to logs/text. */
#ifndef MS_LOGS_TEXT_NARROW_SPAN_H
#define MS_LOGS_TEXT_NARROW_SPAN_H

#include "logs/text/text_units.h"

/* How many runs of NULs are there that UTF-16 and UTF-32 do not have, nor a text in bytes but as a hole? */
size_t ms__count_numbers(const uint8_t *p, size_t n);
/* The encoding of the string that begins with the NUL at z, or a byte before it, at *begin;
 * MS_ENCODING_BYTES: none does. Local. */
ms_encoding ms__narrow_at(const uint8_t *data, size_t z, size_t n, size_t *begin);
/* Decodes as ms_mixed_decode does; returns whether the string has ended after *nin bytes. Local. */
bool ms__narrow_decode(ms_encoding encoding, const uint8_t *in, size_t *nin, bool end, uint8_t *out,
                       size_t *nout);

#endif
