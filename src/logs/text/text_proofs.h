/* Proofs for and against UTF-16 and UTF-32: what a few bytes are likely to be. Private to logs/text. */
#ifndef MS_LOGS_TEXT_TEXT_PROOFS_H
#define MS_LOGS_TEXT_TEXT_PROOFS_H

#include "logs/text/text_units.h"

enum {
    MS__AHEAD = 160,   /* bytes after a position by which it is judged */
    MS__CERTAIN = 4,   /* units of Latin-1 that prove a span */
    MS__LINE = 8,      /* bytes of a line that can be judged */
    MS__RUN = 16,      /* bytes of UTF-8 that prove that a span has ended, if they look like words */
    MS__LONG_RUN = 32, /* if they do not */
};

ms_encoding ms__other_order(ms_encoding encoding);
bool ms__is_code_point(uint32_t unit);
/* The character at p of a UTF-16 text, n >= 2; returns its bytes. */
size_t ms__utf16_character(ms_encoding encoding, const uint8_t *p, size_t n, uint32_t *code_point);

/* Is the text shifted by a byte from p on, or are the bytes of its units swapped? */
bool ms__is_latin(ms_encoding encoding, const uint8_t *p, size_t n, bool end);
/* Are the units, of at most 256, those of a text in UTF-32? After a mark most of them are enough. */
bool ms__is_utf32(ms_encoding encoding, const uint8_t *data, size_t n, bool marked);
/* Words have blanks, digits and punctuation at even and at odd places. Kana have the byte '0' at every other
 * one. */
bool ms__looks_like_words(const uint8_t *p, size_t n);
/* Is the line at p UTF-8, or ASCII? Three characters and a newline may be two of UTF-16, but seldom are,
 * unless a NUL follows; a mark follows nothing else than a line. */
bool ms__is_byte_line(const uint8_t *p, size_t n);
/* By the first line, or more; what is appended later may be anything. */
ms_encoding ms__without_mark(const uint8_t *head, size_t n);
/* So many Latin units that chance does not explain them? */
bool ms__proves(ms_encoding encoding, const uint8_t *data, size_t at, size_t n, bool end);
/* The same for UTF-32, in which every unit has a NUL or two in its place. */
bool ms__proves_utf32(ms_encoding encoding, const uint8_t *data, size_t at, size_t n, bool end);
/* A line end of UTF-16 at `at`, after a text without Latin units. */
bool ms__ends_line(ms_encoding encoding, const uint8_t *data, size_t at, size_t n);
/* Is the unit at p no character of a text, nor are half of those that follow? NUL is none at all. */
bool ms__is_unlikely(ms_encoding encoding, const uint8_t *p, size_t n);
/* Every other unit a NUL: UTF-32. */
bool ms__is_wide(const uint8_t *p, size_t n);
/* A line of few bytes, from the beginning of a line on: "root\n". Where its newline would be the upper half
 * of a unit, that would be a letter of Gurmukhi. */
bool ms__is_short_line(ms_encoding encoding, const uint8_t *p, size_t n, size_t run);
/* Is the line a text in the other order only? */
bool ms__is_swapped(ms_encoding encoding, const uint8_t *p, size_t n);

#endif
