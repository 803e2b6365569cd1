/* The JSON report of one shard, read back: what its summary says, then its entries as records. Everything in
 * it is checked, at last by its own digest; what is not as this program writes it is refused with the file's
 * name and the line. Private to the merge. */
#ifndef MS_REPORT_SHARD_FILE_H
#define MS_REPORT_SHARD_FILE_H

#include "base/str_list.h"
#include "report/shard_lines.h"
#include "result/merge.h"
#include "result/rankstat.h"

#include <jansson.h>

typedef struct ms__shard {
    const char *path; /* of the report; borrowed */
    char shown[200];  /* the same, harmless */
    /* from the summary */
    uint64_t index, count;
    ms_str_list options, keywords;
    ms_ledger ledger; /* but for images, lossless, pixels, nbytes_out, which come from the entries */
    uint64_t nfiltered;
    char digest[33];
    double wall_seconds;
    ms_bytes notes;
    /* from the objects before it */
    ms_rankstat *ranks; /* owned */
    size_t nranks, ranks_cap;
    ms_str_list paths; /* of the entries that the report tells of, ascending */
    ms_bytes records;  /* one for each path */
} ms__shard;

/* Frees; idempotent, accepts {0}. Local. */
void ms__shard_fini(ms__shard *shard);
/* Reads the summary of the report at `path` into the empty *shard. MS_USAGE when it is not the report of a
 * shard or cannot be read, MS_FORMAT when it is damaged. On failure *shard can only be freed. Local. */
MS_MUST_CHECK ms_code ms__shard_open(ms__shard *shard, const char *path, ms_err *err);
/* Reads the rest. `label_ids` is an object: a keyword's label -> its id. MS_FORMAT, MS_IO, MS_NOMEM; then
 * *shard can only be freed. Local. */
MS_MUST_CHECK ms_code ms__shard_read(ms__shard *shard, const json_t *label_ids, ms_err *err);

/* Was the shard made with this option (a word of ms_settings_result_relevant)? Local. */
bool ms__shard_has_option(const ms__shard *shard, const char *option);

/* Between the two sources of this directory that read a shard: every line up to the summary. */
MS_MUST_CHECK ms_code ms__shard_read_entries(ms__shard *shard, ms__lines *lines, const json_t *label_ids,
                                             ms_err *err);

#endif
