/* The value of --simulate: how long a simulated task takes on which rank. */
#include "config/settings.h"

#include "base/number.h"

#include <string.h>

#define MOST_NSEC 1e9
#define MOST_FACTOR 1e6

/* "RANK:FACTOR"; *factor changes when it is for this rank. */
static ms_code read_factor(char *part, uint32_t rank, double *factor)
{
    uint64_t whose = 0;
    double value = 0;
    char *colon = strchr(part, ':');
    if (!colon) {
        return MS_USAGE;
    }
    *colon = 0;
    MS_TRY(ms_number_parse_u64(part, 0, UINT32_MAX, &whose));
    MS_TRY(ms_number_parse_f64(colon + 1, 0, MOST_FACTOR, &value));
    if (whose == rank) {
        *factor = value;
    }
    return MS_OK;
}

ms_code ms_settings_simulated(const char *text, uint32_t rank, double *nsec_a_byte)
{
    char part[64];
    double factor = 1;
    double nsec = 0;
    ms_code code = MS_OK;
    for (const char *at = text; code == MS_OK; at++) {
        size_t n = strcspn(at, ",");
        if (n >= sizeof part) {
            return MS_USAGE;
        }
        memcpy(part, at, n);
        part[n] = 0;
        code = at == text ? ms_number_parse_f64(part, 0, MOST_NSEC, &nsec) : read_factor(part, rank, &factor);
        at += n;
        if (*at == 0) {
            break;
        }
    }
    *nsec_a_byte = nsec * factor;
    return code;
}
