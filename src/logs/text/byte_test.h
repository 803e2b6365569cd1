/* Byte test: what a few KiB look like by the frequency of their bytes: text of some encoding, data that are
 * compressed or encrypted, or other binary data. Knows no format. */
#ifndef MS_LOGS_TEXT_BYTE_TEST_H
#define MS_LOGS_TEXT_BYTE_TEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes from which a test tells most; fewer are less certain. */
#define MS_BYTE_TEST_SAMPLE 32768

/* Has it a NUL, or more control characters than a text has? Text of any encoding that ASCII is a part of,
 * also Shift-JIS, GB18030 and the like, is not binary; UTF-16 is. Local, as below. */
bool ms_bytes_are_binary(const uint8_t *data, size_t n);
/* Are they evenly distributed, as compressed and encrypted data are? Never for text, nor for fewer than 32
 * bytes. Of random data 5 % of samples of 32 bytes are missed, 1 % of 64, 0.1 % of 128, none of 256. */
bool ms_bytes_are_random(const uint8_t *data, size_t n);
/* ASCII without control characters but those of terminals and printers. Fast. */
bool ms_bytes_are_ascii(const uint8_t *data, size_t n);
/* Valid UTF-8, whose last character may be cut. */
bool ms_bytes_are_utf8(const uint8_t *data, size_t n);

#endif
