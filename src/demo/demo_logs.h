/* Seeded synthetic logs: the demo set, and the sets of the benchmarks. The same options give the same bytes
 * on every machine. */
#ifndef MS_DEMO_DEMO_LOGS_H
#define MS_DEMO_DEMO_LOGS_H

#include "base/bytes.h"

typedef struct ms_demo_logs_options {
    uint64_t files;        /* 1.. */
    uint64_t lines_a_file; /* 0.. */
    double inject;         /* share of the files, 0..1, that get one alert line; selected by the seed */
    uint64_t seed;
    bool syslog; /* realistic syslog lines (RFC 3164) instead of plain login lines */
} ms_demo_logs_options;

typedef struct ms_demo_logs_summary {
    bool reused;        /* the set exists: the rest is 0 */
    uint64_t nfiles;    /* in the set */
    uint64_t nbytes;    /* of the whole set */
    uint64_t ninjected; /* files with the alert line */
} ms_demo_logs_summary;

/* Makes directory `dir` (and missing parents) with the files log_0001.log.. (as many digits as the count
 * needs, at least 4), each written to a temporary file and renamed. With `reuse`, a set made with the same
 * options, by DIR.made, is kept, and MS_USAGE is returned when the directory holds anything but a demo set.
 * Other files of the directory are not touched. Bounded memory for any number of lines.
 *
 * Exactly inject * files (rounded, halves up) files are selected; in each, the alert replaces one line. Files
 * without lines have none: then ninjected is 0. A file's bytes depend on its index, the seed, the style,
 * lines_a_file and whether it was selected, never on another file, and but for the alert not on inject.
 *
 * MS_USAGE when `options` is out of range, MS_IO names the path, MS_NOMEM; on failure *summary is {0}, and
 * the files made so far stay. The caller ignores SIGXFSZ. Local. */
MS_MUST_CHECK ms_code ms_demo_logs_make(const char *dir, const ms_demo_logs_options *options, bool reuse,
                                        ms_demo_logs_summary *summary, ms_err *err);

#endif
