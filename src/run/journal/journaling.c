/* Keeps this rank's journal; layout and durability are in result/store/journal.c. */
#include "run/journal/journaling.h"

#include "base/clock.h"
#include "run/journal/resume.h"

#include <string.h>

ms_code ms__journaling_begin(ms__journaling *journaling, const ms_settings *settings,
                             const ms_str_list *keywords, uint32_t attempt, uint32_t rank, ms_err *err)
{
    ms_str_list relevant = {0};
    journaling->dir = ms__journal_dir(settings);
    ms_code code = ms__resume_settings(settings, keywords, &relevant);
    if (code == MS_OK) {
        code = ms_journal_create(&journaling->journal, journaling->dir, attempt, rank,
                                 settings->journal_every, &relevant, err);
    } else {
        (void)ms_err_set(err, code, 0, "out of memory for a journal");
    }
    ms_str_list_fini(&relevant);
    return code;
}

/* The first reason is the one that is reported. */
static void give_up(ms__journaling *journaling, const ms_err *why)
{
    journaling->err = *why;
    ms_journal_close(journaling->journal);
    journaling->journal = NULL;
}

ms_code ms__journaling_put(ms__journaling *journaling, const ms_task *task, const uint8_t *record,
                           size_t nrecord)
{
    ms_err why = {0};
    if (!journaling->journal) {
        return MS_OK;
    }
    ms_journal_file file = {.path = {.data = task->path, .len = task->npath},
                            .size = task->size,
                            .mtime_ns = task->mtime_ns,
                            .ctime_ns = task->ctime_ns,
                            .inode = task->inode};
    ms_code code = ms_journal_put(journaling->journal, &file, record, nrecord, ms_clock_now(), &why);
    if (code == MS_IO) {
        give_up(journaling, &why);
        return MS_OK;
    }
    return code;
}

void ms__journaling_tick(ms__journaling *journaling)
{
    ms_err why = {0};
    if (journaling->journal && ms_journal_tick(journaling->journal, ms_clock_now(), &why) != MS_OK) {
        give_up(journaling, &why);
    }
}

void ms__journaling_write(ms__journaling *journaling)
{
    ms_err why = {0};
    if (journaling->journal && ms_journal_write(journaling->journal, ms_clock_now(), &why) != MS_OK) {
        give_up(journaling, &why);
    }
}

void ms__journaling_end(ms__journaling *journaling, ms__monitor *monitor)
{
    ms_err why = {0};
    if (journaling->journal) {
        ms__monitor_at(monitor, journaling->dir, strlen(journaling->dir)); /* its disk may be slow */
        if (ms_journal_flush(journaling->journal, &why) != MS_OK) {
            give_up(journaling, &why);
        }
        ms__monitor_leave(monitor);
    }
    ms_journal_close(journaling->journal);
    journaling->journal = NULL;
}
