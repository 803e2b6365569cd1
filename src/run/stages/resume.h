/* Resume: what an earlier attempt has finished, out of its journal, so that it is not done again; and the
 * journal of this attempt. Whether a file is still the one that was finished is decided here. */
#ifndef MS_RUN_STAGES_RESUME_H
#define MS_RUN_STAGES_RESUME_H

#include "config/settings.h"
#include "result/store/journal.h"
#include "tasks/schedule/plan.h"

typedef struct ms__prepared ms__prepared;

typedef struct ms__resumed {
    uint32_t attempt; /* number of this attempt; 0: no journal is kept */
    bool resumes;     /* --resume */
    ms_bytes records; /* taken over: as if a rank had just made them */
    ms_piece *pieces; /* owned: what these are about; ascending by entry, then begin */
    size_t npieces;
    uint64_t nchanged; /* finished tasks of files that are not the same any more, or not listed */
    ms_journal_summary summary;
} ms__resumed;

void ms__resumed_fini(ms__resumed *resumed);

/* The directory of --journal or --resume; NULL: none. Local. */
const char *ms__journal_dir(const ms_settings *settings);

/* Makes the directory if it has to be made, and finds out this attempt's number. MS_USAGE when --journal
 * would mix with an earlier run's. Rank 0, as the next. */
MS_MUST_CHECK ms_code ms__resume_look(ms__resumed *resumed, const ms_settings *settings, ms_err *err);
/* Takes over what was finished of prepared->entries, and says so in prepared->notes. MS_USAGE when it was
 * made with other settings. */
MS_MUST_CHECK ms_code ms__resume_read(ms__prepared *prepared, const ms_settings *settings, ms_err *err);

/* Everything that a task's result depends on, one "name=value" each, into the empty list. Local. */
MS_MUST_CHECK ms_code ms__resume_settings(const ms_settings *settings, const ms_str_list *keywords,
                                          ms_str_list *to);

#endif
