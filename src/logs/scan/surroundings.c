/* A step is a quarter of what is shown: the match ends in the third quarter, or in the first three of the
 * line's beginning. */
#include "logs/scan/surroundings.h"

size_t ms_surroundings_step(size_t max_line)
{
    return max_line >= 16 ? max_line / 4 : 4;
}

uint64_t ms_surroundings_found(uint64_t nfed, size_t max_line)
{
    size_t step = ms_surroundings_step(max_line);
    return (nfed + step - 1) / step * step;
}

uint64_t ms_surroundings_end(uint64_t found, size_t max_line)
{
    uint64_t end = found + max_line / 4;
    return end > max_line ? end : max_line;
}

uint64_t ms_surroundings_begin(uint64_t nbytes, uint64_t found, size_t max_line)
{
    uint64_t end = ms_surroundings_end(found, max_line);
    end = end < nbytes ? end : nbytes;
    return end > max_line ? end - max_line : 0;
}

size_t ms_surroundings_cut(const uint8_t *text, size_t n)
{
    size_t cut = 0;
    while (cut < n && cut < 3 && (text[cut] & 0xC0) == 0x80) {
        cut++;
    }
    return cut;
}
