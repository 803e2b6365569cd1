/* Kinds: forms of data that are known and not searched: to search them as if they were text would be a silent
 * miss. Told by the first bytes, as ms_codec_of (codec.h) tells what can be decoded. */
#ifndef MS_LOGS_DECODE_UNSUPPORTED_FORMATS_H
#define MS_LOGS_DECODE_UNSUPPORTED_FORMATS_H

#include <stddef.h>
#include <stdint.h>

/* "zip", or NULL: something else. Local, as below. */
const char *ms_unsupported_format(const uint8_t *head, size_t n);

/* The same of what stands behind zeros, those at the front of the head among them: compressed data that no
 * tool would find there. */
const char *ms_unsupported_after_zeros(const uint8_t *head, size_t n);

#endif
