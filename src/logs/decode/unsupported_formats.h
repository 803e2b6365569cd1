/* Unsupported formats: binary formats that are recognized by their first bytes and refused, as searching them
 * like text would silently miss matches. */
#ifndef MS_LOGS_DECODE_UNSUPPORTED_FORMATS_H
#define MS_LOGS_DECODE_UNSUPPORTED_FORMATS_H

#include <stddef.h>
#include <stdint.h>

/* Name of the format, e.g. "zip"; NULL: not one of them. Local, as below. */
const char *ms_unsupported_format(const uint8_t *head, size_t n);

/* The same for compressed data after zeros, with which the head begins: no tool would decode them. */
const char *ms_unsupported_after_zeros(const uint8_t *head, size_t n);

#endif
