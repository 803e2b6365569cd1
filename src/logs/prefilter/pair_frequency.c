#include "logs/prefilter/pair_frequency.h"

#include "logs/keywords/case_fold.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SLOT_BITS = 20, PRIOR = 64 };

struct ms_pair_frequency {
    size_t width;
    double npairs;
    uint32_t pairs[256][256];
    uint16_t counts[1 << SLOT_BITS]; /* by hash; strings may collide */
    uint16_t keyword_counts[1 << SLOT_BITS];
};

unsigned ms_pair_frequency_commonness(uint8_t byte)
{
    /* by descending frequency, as counted in syslog, journal and web server logs */
    static const char order[] = " e1ato02insrd3.5:c4l-/m6ph8u7f9gb[]_=yv,kwS\"()xTAjzCqEIDPRMFUNLOB";
    const char *found = byte != 0 ? strchr(order, byte) : NULL;
    return found ? (unsigned)(sizeof order - (size_t)(found - order)) : 1;
}

/* Hash of the last `width` of eight bytes; the last byte is the highest. */
static size_t slot_of(uint64_t last8, size_t width)
{
    return (size_t)(((last8 >> (64 - 8 * width)) * 0x9E3779B97F4A7C15U) >> (64 - SLOT_BITS));
}

static size_t slot_at(const ms_pair_frequency *frequency, const uint8_t *data)
{
    uint64_t last8 = 0;
    for (size_t i = 0; i < frequency->width; i++) {
        last8 = last8 >> 8 | (uint64_t)ms_ascii_lower(data[i]) << 56;
    }
    return slot_of(last8, frequency->width);
}

static void add(uint16_t *count)
{
    *count = (uint16_t)(*count + (*count < UINT16_MAX));
}

ms_code ms_pair_frequency_new(ms_pair_frequency **frequency, const uint8_t *sample, size_t n, size_t width)
{
    ms_pair_frequency *f = calloc(1, sizeof *f);
    if (!f) {
        return MS_NOMEM;
    }
    f->width = width;
    uint64_t last8 = 0;
    for (size_t i = 0; i < n; i++) {
        uint8_t byte = ms_ascii_lower(sample[i]);
        if (i > 0) {
            f->pairs[last8 >> 56][byte]++;
        }
        last8 = last8 >> 8 | (uint64_t)byte << 56;
        add(&f->counts[slot_of(last8, width)]);
    }
    f->npairs = n > 0 ? (double)(n - 1) : 0;
    *frequency = f;
    return MS_OK;
}

void ms_pair_frequency_free(ms_pair_frequency *frequency)
{
    free(frequency);
}

/* Share of a byte without a sample: Zipf's law over its rank. */
static double share_of(uint8_t byte)
{
    unsigned commonness = ms_pair_frequency_commonness(byte);
    return commonness > 1 ? 0.5 / (75 - (double)commonness) : 0.0005;
}

double ms_pair_frequency_log2(double x)
{
    int exponent = 0;
    double mantissa = frexp(x, &exponent); /* 0.5 .. 1 */
    return exponent + 2 * mantissa - 2;
}

double ms_pair_frequency_pair(const ms_pair_frequency *frequency, uint8_t first, uint8_t second)
{
    uint8_t a = ms_ascii_lower(first);
    uint8_t b = ms_ascii_lower(second);
    double prior = (double)PRIOR * share_of(a) * share_of(b);
    return ms_pair_frequency_log2((frequency->pairs[a][b] + prior) / (frequency->npairs + (double)PRIOR));
}

unsigned ms_pair_frequency_count(const ms_pair_frequency *frequency, const uint8_t *data)
{
    return frequency->counts[slot_at(frequency, data)];
}

unsigned ms_pair_frequency_keywords(const ms_pair_frequency *frequency, const uint8_t *data)
{
    return frequency->keyword_counts[slot_at(frequency, data)];
}

void ms_pair_frequency_add_keyword(ms_pair_frequency *frequency, const uint8_t *data)
{
    add(&frequency->keyword_counts[slot_at(frequency, data)]);
}
