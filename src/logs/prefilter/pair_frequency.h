/* Byte-pair frequency: how frequent bytes and short strings are in the logs to be searched, estimated from a
 * sample and a prior over logs in general. Private to logs/. */
#ifndef MS_LOGS_PREFILTER_PAIR_FREQUENCY_H
#define MS_LOGS_PREFILTER_PAIR_FREQUENCY_H

#include "base/bytes.h"

typedef struct ms_pair_frequency ms_pair_frequency;

/* Counts the pairs of the sample (n may be 0) and its strings of `width` (1..8) bytes, in lower case.
 * MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms_pair_frequency_new(ms_pair_frequency **frequency, const uint8_t *sample, size_t n,
                                            size_t width);
void ms_pair_frequency_free(ms_pair_frequency *frequency);

/* Estimated log2 of the share of pairs that are these two bytes; always below 0. */
double ms_pair_frequency_pair(const ms_pair_frequency *frequency, uint8_t first, uint8_t second);
/* Occurrences of the `width` bytes in the sample; hash collisions may add to them. */
unsigned ms_pair_frequency_count(const ms_pair_frequency *frequency, const uint8_t *data);
/* Keywords that have these `width` bytes, as added before; hash collisions may add to them. */
unsigned ms_pair_frequency_keywords(const ms_pair_frequency *frequency, const uint8_t *data);
void ms_pair_frequency_add_keyword(ms_pair_frequency *frequency, const uint8_t *data);

/* Approximate log2 (error < 0.1); x > 0. */
double ms_pair_frequency_log2(double x);

/* How frequent a byte is in logs in general; 1 is rare. */
unsigned ms_pair_frequency_commonness(uint8_t byte);

#endif
