/* Text head: the text that a log begins with, however it is stored. */
#ifndef MS_RUN_WORK_TEXT_HEAD_H
#define MS_RUN_WORK_TEXT_HEAD_H

#include "base/bytes.h"
#include "logs/decode/codec.h"

/* Appends up to n bytes of it to *text, out of the first `size` bytes of the file, or fewer if it has no
 * more. What cannot be read, decoded within the limits, or had for lack of memory is left out without a word.
 * Local. */
void ms_text_head(ms_bytes *text, const char *path, uint64_t size, const ms_decode_limits *limits, size_t n);

#endif
