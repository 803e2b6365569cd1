/* Prefix: see prefix.h.
 *
 * For one literal Hyperscan 5.4 compares, at every byte, two neighbouring characters of the literal's last
 * eight: the first two of those that differ (src/hwlm/noodle_build.cpp). "unauthorized access" ends in "d
 * access", and "d " stands in every other log line, while its beginning "unauthorized acc" ends in "ized
 * acc", and "iz" is rare. */
#include "logs/prefix.h"

#include <string.h>

enum { KEY_WINDOW = 8 };

static uint8_t fold(uint8_t byte, bool ignore_case)
{
    return ignore_case && byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte - 'A' + 'a') : byte;
}

/* How common a byte is in logs: 1 is rare. */
static unsigned commonness(uint8_t byte)
{
    /* the commonest first, as counted over syslog, journal and web server logs */
    static const char order[] = " e1ato02insrd3.5:c4l-/m6ph8u7f9gb[]_=yv,kwS\"()xTAjzCqEIDPRMFUNLOB";
    const char *found = byte != 0 ? strchr(order, byte) : NULL;
    return found ? (unsigned)(sizeof order - (size_t)(found - order)) : 1;
}

/* How often the two characters that the library would compare for name[0 .. end) come together. */
static unsigned score(ms_name name, size_t end, bool ignore_case)
{
    size_t from = end > KEY_WINDOW ? end - KEY_WINDOW : 0;
    size_t at = from;
    while (at + 2 < end &&
           fold((uint8_t)name.data[at], ignore_case) == fold((uint8_t)name.data[at + 1], ignore_case)) {
        at++;
    }
    unsigned first = commonness(fold((uint8_t)name.data[at], ignore_case));
    unsigned second = at + 1 < end ? commonness(fold((uint8_t)name.data[at + 1], ignore_case)) : 256;
    return first * second;
}

size_t ms_prefix_choose(ms_name name, bool ignore_case)
{
    size_t best = name.len;
    unsigned lowest = score(name, name.len, ignore_case);
    for (size_t end = name.len - 1; end >= 2; end--) {
        unsigned here = score(name, end, ignore_case);
        if (here < lowest) {
            lowest = here;
            best = end;
        }
    }
    return best;
}

bool ms_prefix_rest_equals(ms_name name, size_t from, const uint8_t *data, size_t n, bool ignore_case)
{
    const uint8_t *rest = (const uint8_t *)name.data + from;
    if (!ignore_case) {
        return memcmp(rest, data, n) == 0;
    }
    for (size_t i = 0; i < n; i++) {
        if (fold(rest[i], true) != fold(data[i], true)) {
            return false;
        }
    }
    return true;
}
