/* Escapes untrusted bytes (file names, log lines) for a terminal. */
#ifndef MS_BASE_ESCAPE_H
#define MS_BASE_ESCAPE_H

#include "base/bytes.h"

/* Appends n bytes to *to, escaped so that they can neither control a terminal nor reorder text: C0 and C1
 * controls, DEL, bytes that are not UTF-8 and the bidirectional and line-separating format characters
 * (U+200E, U+200F, U+2028..U+202E, U+2066..U+2069) become \xHH for each byte; \t \n \r their short form. With
 * keep_tab a tab is kept. A backslash is not escaped: this is for people, the exact bytes are in the JSON
 * report. Local. */
void ms_escape_append(ms_bytes *to, const void *data, size_t n, bool keep_tab);
/* The same into a C string of `size` bytes (size >= 4), truncated with "..." when it does not fit; returns
 * `to`. For file names within error texts. */
const char *ms_escape_to(char *to, size_t size, const void *data, size_t n);
/* Length in bytes of the valid UTF-8 sequence at data[0] (1..4; n >= 1), or 0. RFC 3629: no surrogates, no
 * overlong forms, nothing above U+10FFFF. *rune is its code point. */
size_t ms_utf8_decode(const uint8_t *data, size_t n, uint32_t *rune);
/* Are all n bytes valid UTF-8? */
bool ms_utf8_valid(const void *data, size_t n);

#endif
