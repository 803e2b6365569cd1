/* Escapes untrusted bytes (file names, log lines) for people: what is shown can neither control a terminal
 * nor hide or reorder text, and stands for one sequence of bytes only. */
#ifndef MS_BASE_ESCAPE_H
#define MS_BASE_ESCAPE_H

#include "base/bytes.h"

/* Names and lines: a backslash becomes \\; tab, newline and carriage return \t \n \r; every byte of what
 * follows \xHH: other C0 controls, DEL, C1 controls, bytes that are not UTF-8, and characters that are
 * invisible, reorder text or break a line (ms_rune_is_harmful). The joiners U+200C and U+200D and the
 * variation selectors U+FE00..U+FE0F, which words and emoji need, stay after a character beyond ASCII. Undone
 * by reading
 * \\ \t \n \r \xHH. */
typedef enum ms_escape_mode {
    MS_ESCAPE_NAME,
    MS_ESCAPE_LINE,   /* a tab stays */
    MS_ESCAPE_MESSAGE /* a backslash stays: for text in which names are escaped already */
} ms_escape_mode;

/* Appends n bytes to *to, escaped. Local, as all here. */
void ms_escape_append(ms_bytes *to, const void *data, size_t n, ms_escape_mode mode);
/* A name, of which the ASCII characters in `also` (at most 6) become \xHH too: what separates names there. */
void ms_escape_append_also(ms_bytes *to, const void *data, size_t n, const char *also);
/* Every byte becomes \xHH. */
void ms_escape_append_hex(ms_bytes *to, const void *data, size_t n);
/* A name, or a message, into a C string of `size` bytes (size >= 4), truncated with "..." when it does not
 * fit; returns `to`. */
const char *ms_escape_to(char *to, size_t size, const void *data, size_t n);
const char *ms_escape_message_to(char *to, size_t size, const void *data, size_t n);
/* Is the code point a control, invisible, or one that reorders text or breaks a line? */
bool ms_rune_is_harmful(uint32_t rune);
/* Length in bytes of the valid UTF-8 sequence at data[0] (1..4; n >= 1), or 0. RFC 3629: no surrogates, no
 * overlong forms, nothing above U+10FFFF. *rune is its code point. */
size_t ms_utf8_decode(const uint8_t *data, size_t n, uint32_t *rune);
/* Are all n bytes valid UTF-8? */
bool ms_utf8_valid(const void *data, size_t n);
/* Are all n bytes below 0x80? At the speed of memory. */
bool ms_is_ascii(const uint8_t *data, size_t n);

#endif
