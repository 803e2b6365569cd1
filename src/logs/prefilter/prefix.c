/* For one literal Hyperscan 5.4 compares, at every byte, two neighboring bytes of the literal's last eight:
 * the first two of those that differ (src/hwlm/noodle_build.cpp). "unauthorized access" ends in "d access",
 * and "d " is frequent in logs; its prefix "unauthorized acc" ends in "ized acc", and "iz" is rare. */
#include "logs/prefilter/prefix.h"

#include "logs/keywords/case_fold.h"
#include "logs/prefilter/pair_frequency.h"

enum { KEY_WINDOW = 8 };

static uint8_t fold(uint8_t byte, bool ignore_case)
{
    return ignore_case ? ms_ascii_lower(byte) : byte;
}

/* Frequency of the two bytes that Hyperscan would compare for keyword[0 .. end). */
static unsigned score(ms_str keyword, size_t end, bool ignore_case)
{
    const uint8_t *p = (const uint8_t *)keyword.data;
    size_t from = end > KEY_WINDOW ? end - KEY_WINDOW : 0;
    size_t at = from;
    while (at + 2 < end && fold(p[at], ignore_case) == fold(p[at + 1], ignore_case)) {
        at++;
    }
    unsigned first = ms_pair_frequency_commonness(fold(p[at], ignore_case));
    unsigned second = at + 1 < end ? ms_pair_frequency_commonness(fold(p[at + 1], ignore_case)) : 256;
    return first * second;
}

size_t ms_prefix_choose(ms_str keyword, bool ignore_case)
{
    size_t best = keyword.len;
    unsigned lowest = score(keyword, keyword.len, ignore_case);
    for (size_t end = keyword.len - 1; end >= 2; end--) {
        unsigned here = score(keyword, end, ignore_case);
        if (here < lowest || (here == lowest && end >= KEY_WINDOW)) {
            lowest = here;
            best = end;
        }
    }
    return best;
}
