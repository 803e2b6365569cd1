/* Journaling: this rank's journal while it works. */
#include "base/clock.h"
#include "run/stages/pipeline_internal.h"

#include <string.h>

ms_code ms__journal_begin(ms_pipeline *p, ms_err *err)
{
    ms_str_list settings = {0};
    if (p->attempt == 0) {
        return MS_OK;
    }
    ms_code code = ms__resume_settings(p->settings, &p->prepared.keywords.list, &settings);
    if (code == MS_OK) {
        code = ms_journal_create(&p->journal, ms__journal_dir(p->settings), p->attempt, ms_comm_rank(p->comm),
                                 p->settings->journal_every, &settings, err);
    } else {
        (void)ms_err_set(err, code, 0, "no memory for a journal");
    }
    ms_str_list_fini(&settings);
    if (code != MS_OK && p->prepared.resumed.summary.last_attempt == 0) {
        p->attempt = 0; /* nothing is kept, or was */
    }
    return code;
}

/* The first reason is the one that is told. */
static void give_up(ms_pipeline *p, const ms_err *why)
{
    p->journal_err = *why;
    ms_journal_close(p->journal);
    p->journal = NULL;
}

ms_code ms__journal_put(ms_pipeline *p, const ms_task *task, const uint8_t *record, size_t nrecord)
{
    ms_err why = {0};
    if (!p->journal) {
        return MS_OK;
    }
    ms_journal_file file = {.path = {.data = task->path, .len = task->npath},
                            .size = task->size,
                            .mtime_ns = task->mtime_ns,
                            .inode = task->inode};
    ms_code code = ms_journal_put(p->journal, &file, record, nrecord, ms_clock_now(), &why);
    if (code == MS_IO) {
        give_up(p, &why);
        code = MS_OK;
    }
    return code;
}

void ms__journal_tick(ms_pipeline *p)
{
    ms_err why = {0};
    if (p->journal && ms_journal_tick(p->journal, ms_clock_now(), &why) != MS_OK) {
        give_up(p, &why);
    }
}

void ms__journal_rest(ms_pipeline *p)
{
    ms_err why = {0};
    if (p->journal && ms_journal_write(p->journal, ms_clock_now(), &why) != MS_OK) {
        give_up(p, &why);
    }
}

void ms__journal_end(ms_pipeline *p)
{
    ms_err why = {0};
    const char *dir = ms__journal_dir(p->settings);
    if (p->journal) {
        ms__monitor_at(p->monitor, dir, strlen(dir)); /* its disk may be slow to take it all */
        if (ms_journal_flush(p->journal, &why) != MS_OK) {
            give_up(p, &why);
        }
        ms__monitor_leave(p->monitor);
    }
    ms_journal_close(p->journal);
    p->journal = NULL;
}
