/* Result files: everything that the report of a run shows, so that it can be written again in any format, and
 * the shards of a run be reported as one. A damaged one is refused, as its report would be incomplete. */
#ifndef MS_RESULT_STORE_RESULT_FILE_H
#define MS_RESULT_STORE_RESULT_FILE_H

#include "result/run_result.h"

/* A sequence of frames (frame.h): HEADER, QUERY, an ENTRY for each file, a RANK for each rank, RUN, END. RUN
 * is: u8 flags (1: interrupted; 2: the one-rank run had another answer), u64 nfiltered, f64
 * wall_seconds, f64 seconds of enumerate, plan, scatter, work, gather, merge, comparison: u8 kind, u64
 * npairs, u8 parallel_is_first_run, f64 sequential, sequential_low, sequential_high, parallel, parallel_low,
 * parallel_high, speedup, speedup_low, speedup_high, efficiency, karp_flatt (NAN: undefined), imbalance,
 * interval_confidence, blob verdict, names: notes, blob directory of the journal (empty: none), blob digest
 * (32 hexadecimal digits) */

/* What a result file has besides the run_result. */
typedef struct ms_run_info {
    ms_str_list settings; /* owned: as of ms_settings_result_relevant, the command first */
    uint64_t shard;       /* 1..shards */
    uint64_t shards;      /* 0: the run was over all files */
    bool mismatch;        /* the one-rank run had another answer */
    ms_str journal;       /* directory of its journal; borrowed; data NULL or len 0: none */
} ms_run_info;

/* Writes n bytes of the file; any code but MS_OK ends ms_result_write with that code. */
typedef ms_code (*ms_result_put)(void *user, const void *data, size_t n);

/* Writes the result file of a run. MS_NOMEM, or what `put` returns. Local, as all here. */
MS_MUST_CHECK ms_code ms_result_write(const ms_run_info *info, const ms_run_result *run_result,
                                      ms_result_put put, void *user);

/* A result file that has been read. */
typedef struct ms_result {
    char shown[200];          /* its name, escaped */
    ms_run_info info;         /* info.journal points into `journal` */
    ms_run_result run_result; /* owned; of `merged` only ledger and digest are set */
    ms_bytes records;         /* owned: a record for each of run_result.paths, with its index as entry */
    ms_bytes journal;         /* owned */
} ms_result;

/* Reads and validates the file at `path`. MS_USAGE when it cannot be read, is no regular file, or was made by
 * another version; MS_FORMAT when it is damaged, with the offset of the first damaged frame; MS_IO, MS_NOMEM.
 * On failure *result is {0}. */
MS_MUST_CHECK ms_code ms_result_read(ms_result *result, const char *path, ms_err *err);
/* Frees; idempotent, accepts {0}. */
void ms_result_fini(ms_result *result);
/* Do the settings of the run have this word? */
bool ms_result_has_option(const ms_result *result, const char *option);

/* The run_result of n >= 1 results: one of a run over all files, or all shards of a run, which are joined:
 * the ranks of all, the longest wall time, no comparison. Moves the contents of the results, which can then
 * only be freed. MS_USAGE when a shard is missing, duplicate, or of other settings or keywords; MS_FORMAT
 * when two have a record of one file; MS_LIMIT, MS_NOMEM. On failure *run_result can only be freed. */
MS_MUST_CHECK ms_code ms_result_join(ms_result *results, size_t n, ms_run_result *run_result, ms_err *err);

#endif
