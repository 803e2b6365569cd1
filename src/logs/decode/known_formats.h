/* Known formats: binary formats that are recognized by their first bytes. A magic number alone is not enough
 * where text may begin with it: other fields of the header have to hold, or the bytes must not be text.
 * Those that compress or encrypt hide their text: searching them would silently miss matches. */
#ifndef MS_LOGS_DECODE_KNOWN_FORMATS_H
#define MS_LOGS_DECODE_KNOWN_FORMATS_H

#include "logs/decode/codec.h"

/* ms_codec_of with a second proof where the magic number may begin other data. Local, as below. */
ms_codec ms_codec_proved(const uint8_t *head, size_t n);
/* Name of the format, e.g. "7z", that hides its text; NULL: none of them. The more bytes (32 KiB are all that
 * count), the more certain. */
const char *ms_hidden_format(const uint8_t *head, size_t n);
/* Does it hold its text as it is, among other data, which may be compressed? (ELF, SQLite, pcap ...) */
bool ms_is_plain_format(const uint8_t *head, size_t n);
/* Name of the compressed format that a file name ends in; NULL: none. For a warning only: contents decide. */
const char *ms_format_of_name(const char *name, size_t n);
/* Can data of this format be told by their first bytes? Local. */
bool ms_format_has_magic(const char *format);

/* The same as ms_hidden_format for compressed data after zeros, with which the head begins: no tool would
 * decode them. */
const char *ms_hidden_after_zeros(const uint8_t *head, size_t n);

#endif
