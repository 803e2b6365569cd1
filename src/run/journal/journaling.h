/* Journaling: this rank's journal while it works. A journal that cannot be written any more is closed, which
 * the report says, and the run continues. */
#ifndef MS_RUN_JOURNAL_JOURNALING_H
#define MS_RUN_JOURNAL_JOURNALING_H

#include "config/settings.h"
#include "result/store/journal.h"
#include "run/monitor/monitor.h"
#include "tasks/schedule/task.h"

typedef struct ms__journaling {
    ms_journal *journal; /* owned; NULL: none is kept, or it has been closed */
    const char *dir;     /* borrowed from the settings */
    ms_err err;          /* why it was closed early; code MS_OK if it was not */
} ms__journaling;

/* Opens the file of this rank in this attempt, which is >= 1. The settings are borrowed. MS_IO, MS_USAGE,
 * MS_NOMEM. Local, as all here. */
MS_MUST_CHECK ms_code ms__journaling_begin(ms__journaling *journaling, const ms_settings *settings,
                                           const ms_str_list *keywords, uint32_t attempt, uint32_t rank,
                                           ms_err *err);
/* A task is finished. MS_NOMEM. Does nothing without a journal, as all below. */
MS_MUST_CHECK ms_code ms__journaling_put(ms__journaling *journaling, const ms_task *task,
                                         const uint8_t *record, size_t nrecord);
/* To be called now and then: writes what has been waiting for longer than --journal-every. */
void ms__journaling_tick(ms__journaling *journaling);
/* This rank is out of tasks, and may wait for long: writes all. */
void ms__journaling_write(ms__journaling *journaling);
/* The work is over: waits until the disk has all, and closes. Idempotent. */
void ms__journaling_end(ms__journaling *journaling, ms__monitor *monitor);

#endif
