/* Resume: what earlier attempts have finished, read from their journals, so that it is not done again.
 * Whether a file is still the one that was finished is decided here. */
#ifndef MS_RUN_JOURNAL_RESUME_H
#define MS_RUN_JOURNAL_RESUME_H

#include "config/settings.h"
#include "result/store/journal.h"
#include "tasks/schedule/plan.h"

typedef struct ms__resumed {
    uint32_t attempt; /* number of this attempt; 0: no journal is kept */
    bool resumes;     /* --resume */
    ms_bytes records; /* owned: of what is done already, as if a rank had just made them */
    ms_piece *pieces; /* owned: what these are about; ascending by entry, then begin */
    size_t npieces;
    uint64_t nchanged; /* finished tasks of files that have changed since, or are not listed */
    ms_journal_summary summary;
} ms__resumed;

void ms__resumed_fini(ms__resumed *resumed);

/* The directory of --journal or --resume; NULL: none. Local. */
const char *ms__journal_dir(const ms_settings *settings);

/* Creates the directory if need be, and sets the number of this attempt. MS_USAGE when --journal would mix
 * with an earlier run's. Rank 0, as the next. */
MS_MUST_CHECK ms_code ms__resume_begin(ms__resumed *resumed, const ms_settings *settings, ms_err *err);
/* With --resume: reads what has been finished of the entries, and appends to the notes what that is. MS_USAGE
 * when it was made with other settings; MS_IO, MS_NOMEM. */
MS_MUST_CHECK ms_code ms__resume_read(ms__resumed *resumed, const ms_entries *entries,
                                      const ms_str_list *keywords, const ms_settings *settings,
                                      ms_str_list *notes, ms_err *err);

/* Everything that a task's result depends on, one "name=value" each, into the empty list. MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms__resume_settings(const ms_settings *settings, const ms_str_list *keywords,
                                          ms_str_list *to);

#endif
