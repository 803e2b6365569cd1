/* Checked numbers: parsing user input, and narrowing to int. */
#ifndef MS_BASE_NUMBER_H
#define MS_BASE_NUMBER_H

#include "base/err.h"

#include <stdint.h>

/* A decimal number without sign, blank or suffix, min <= value <= max. otherwise MS_USAGE,
 * and *value is unchanged. */
MS_MUST_CHECK ms_code ms_number_parse_u64(const char *text, uint64_t min, uint64_t max, uint64_t *value);
/* The same with an optional suffix K, M, G or T (powers of 1024, either case; an "iB" or "B" may follow). */
MS_MUST_CHECK ms_code ms_number_parse_size(const char *text, uint64_t min, uint64_t max, uint64_t *value);
/* A finite decimal fraction, min <= value <= max. */
MS_MUST_CHECK ms_code ms_number_parse_f64(const char *text, double min, double max, double *value);
/* value as an int when it fits, or MS_LIMIT. */
MS_MUST_CHECK ms_code ms_number_to_int(uint64_t value, int *narrow);

#endif
