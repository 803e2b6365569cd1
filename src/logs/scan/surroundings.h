/* Surroundings: which part of a line longer than --max-line is shown: its beginning, or what is around its
 * first match. The end of that match is known to within a step, by feeding the line to the matcher in such
 * steps from its beginning, so that the part shown depends on the line alone. Pure. */
#ifndef MS_LOGS_SCAN_SURROUNDINGS_H
#define MS_LOGS_SCAN_SURROUNDINGS_H

#include "base/err.h"

#include <stdint.h>

/* Bytes of a line to feed at once. Local, as all below. */
size_t ms_surroundings_step(size_t max_line);
/* The end of the step in which the matcher has found a keyword: when nfed > 0 bytes of the line were fed. */
uint64_t ms_surroundings_found(uint64_t nfed, size_t max_line);
/* Offset in the line after the max_line bytes to show, if the line is that long. `found` 0: not known, then
 * it is max_line. */
uint64_t ms_surroundings_end(uint64_t found, size_t max_line);
/* Offset of the first byte to show of a line of nbytes. */
uint64_t ms_surroundings_begin(uint64_t nbytes, uint64_t found, size_t max_line);
/* Bytes at the beginning of the part shown that belong to a UTF-8 sequence before it: 0 to 3. */
size_t ms_surroundings_cut(const uint8_t *text, size_t n);

#endif
