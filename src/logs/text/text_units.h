/* Code units of UTF-16 and UTF-32 in bytes, and how likely they are in a text. */
#ifndef MS_LOGS_TEXT_TEXT_UNITS_H
#define MS_LOGS_TEXT_TEXT_UNITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum ms_encoding {
    MS_ENCODING_BYTES,
    MS_ENCODING_UTF16LE,
    MS_ENCODING_UTF16BE,
    MS_ENCODING_UTF32LE,
    MS_ENCODING_UTF32BE,
} ms_encoding;

/* A printable character of ASCII, a tab or a line end. */
bool ms__is_ascii_text(unsigned byte);
/* The unit of 2 or 4 bytes at p. */
uint32_t ms__unit_at(ms_encoding encoding, const uint8_t *p);
size_t ms__unit_size(ms_encoding encoding);
/* Is it a character of a script that logs are written in, or punctuation? */
bool ms__is_likely(uint32_t code_point);
/* Are these n bytes (of whole units of UTF-16) a text: nearly all units likely, in few scripts, and not the
 * text of another encoding read two bytes at a time? 0: no; the order of bytes with the higher score is the
 * likelier one. */
size_t ms__utf16_score(ms_encoding encoding, const uint8_t *data, size_t n);
/* Are these bytes after a mark rather no UTF-16 than some? Local. */
bool ms__utf16_doubtful(ms_encoding encoding, const uint8_t *data, size_t n);
/* Only the first of these: nearly all units likely, in one script besides ASCII and symbols. */
bool ms__utf16_usual(ms_encoding encoding, const uint8_t *data, size_t n);
/* How many units at p, of at most `most`, are ASCII or Latin-1, the first one ASCII? */
size_t ms__latin_units(ms_encoding encoding, const uint8_t *p, size_t n, size_t most);
/* Length of the run of valid UTF-8 without control characters at p, at most `most`. */
size_t ms__byte_run(const uint8_t *p, size_t n, size_t most);

/* Writes the UTF-8 of a code point below 0x110000; returns its length, 1 to 4. Local. */
size_t ms_utf8_put(uint8_t *out, uint32_t code_point);

#endif
