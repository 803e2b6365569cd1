#include "base/number.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Reads the digits at *text and moves it past them; false without a digit or above UINT64_MAX. */
static bool read_digits(const char **text, uint64_t *value)
{
    const char *p = *text;
    uint64_t sum = 0;
    if (*p < '0' || *p > '9') {
        return false;
    }
    for (; *p >= '0' && *p <= '9'; p++) {
        uint64_t digit = (uint64_t)(*p - '0');
        if (sum > (UINT64_MAX - digit) / 10) {
            return false;
        }
        sum = sum * 10 + digit;
    }
    *text = p;
    *value = sum;
    return true;
}

ms_code ms_number_parse_u64(const char *text, uint64_t min, uint64_t max, uint64_t *value)
{
    uint64_t sum = 0;
    if (!read_digits(&text, &sum) || *text != 0 || sum < min || sum > max) {
        return MS_USAGE;
    }
    *value = sum;
    return MS_OK;
}

ms_code ms_number_parse_size(const char *text, uint64_t min, uint64_t max, uint64_t *value)
{
    static const char units[] = "KMGT";
    uint64_t sum = 0;
    if (!read_digits(&text, &sum)) {
        return MS_USAGE;
    }
    if (*text != 0) {
        char upper = (char)(*text >= 'a' && *text <= 'z' ? *text - 'a' + 'A' : *text);
        const char *unit = strchr(units, upper);
        unsigned shift = unit ? 10U * (unsigned)(unit - units + 1) : 0U;
        const char *rest = unit ? text + 1 : text;
        if (sum > UINT64_MAX >> shift) {
            return MS_USAGE;
        }
        if (*rest != 0 && strcasecmp(rest, "B") != 0 && !(unit && strcasecmp(rest, "iB") == 0)) {
            return MS_USAGE;
        }
        sum <<= shift;
    }
    if (sum < min || sum > max) {
        return MS_USAGE;
    }
    *value = sum;
    return MS_OK;
}

ms_code ms_number_parse_f64(const char *text, double min, double max, double *value)
{
    if (strspn(text, "0123456789.") != strlen(text) || *text == 0) {
        return MS_USAGE;
    }
    char *end = NULL;
    double parsed = strtod(text, &end);
    if (*end != 0 || !isfinite(parsed) || parsed < min || parsed > max) {
        return MS_USAGE;
    }
    *value = parsed;
    return MS_OK;
}

ms_code ms_number_to_int(uint64_t value, int *narrow)
{
    if (value > INT_MAX) {
        return MS_LIMIT;
    }
    *narrow = (int)value;
    return MS_OK;
}
