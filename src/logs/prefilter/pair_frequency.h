/* Rarity: how common bytes and short byte strings are in the logs to be searched, by a sample of them and by
 * what is known of logs in general. Private to logs/. */
#ifndef MS_LOGS_PREFILTER_PAIR_FREQUENCY_H
#define MS_LOGS_PREFILTER_PAIR_FREQUENCY_H

#include "base/bytes.h"

typedef struct ms_pair_frequency ms_pair_frequency;

/* Counts the sample's bytes (n may be 0), its pairs, and its byte strings of `width` (1..8) bytes, all in
 * lower case. MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms_pair_frequency_new(ms_pair_frequency **pair_frequency, const uint8_t *sample,
                                            size_t n, size_t width);
void ms_pair_frequency_free(ms_pair_frequency *pair_frequency);

/* About the logarithm to base 2 of the share of pairs that are these two bytes; always below 0. */
double ms_pair_frequency_pair(const ms_pair_frequency *pair_frequency, uint8_t first, uint8_t second);
/* How often the `width` bytes stand in the sample, or somewhat more. */
unsigned ms_pair_frequency_count(const ms_pair_frequency *pair_frequency, const uint8_t *data);
/* How many keywords hold these `width` bytes, or somewhat more: what ms_pair_frequency_note has been told. */
unsigned ms_pair_frequency_noted(const ms_pair_frequency *pair_frequency, const uint8_t *data);
void ms_pair_frequency_note(ms_pair_frequency *pair_frequency, const uint8_t *data);

/* The logarithm to base 2, to a tenth; x > 0. */
double ms_pair_frequency_log2(double x);

/* How common a byte is in logs, without a sample: 1 is rare. */
unsigned ms_pair_frequency_commonness(uint8_t byte);

#endif
