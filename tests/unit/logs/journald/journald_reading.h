/* What the suites of logs/journald share: bytes in memory as a file, and all that is read of it. */
#ifndef TESTS_UNIT_LOGS_JOURNALD_READING_H
#define TESTS_UNIT_LOGS_JOURNALD_READING_H

#include "logs/journald/journald.h"

#include "journal_image.h"

#define TIME UINT64_C(1764460800123456) /* 2025-11-30T00:00:00.123456 */
#define FIELDS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define HOST "_HOSTNAME=web1"

/* Reads at and after `fails_at` fail. */
typedef struct memory {
    const uint8_t *data;
    uint64_t size, fails_at;
    unsigned npolls, stop_at;
} memory;

typedef struct outcome {
    ms_bytes text; /* a NUL after it, which does not count */
    ms_code code;  /* final: reading again gives it again */
    ms_err err;
} outcome;

void free_outcome(outcome *o);
outcome read_all(memory *m, uint64_t size, bool grown, const ms_journald_options *options);
outcome read_image(const journal_image *image);
/* One of 16 ways to store the same entries: compact, keyed, and four kinds of compression. */
journal_image journal_begin_way(int way, uint64_t version);

#endif
