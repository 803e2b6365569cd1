#include "run/work/task_common.h"

#include <string.h>

ms_code ms__call_hook(const ms_work_hooks *hooks, uint64_t nbytes, uint64_t ntasks)
{
    return hooks && hooks->poll ? hooks->poll(hooks->user, nbytes, ntasks) : MS_OK;
}

ms_code ms__check_listed(const ms_task *task, uint64_t inode, int64_t mtime_ns, ms_err *err)
{
    bool other = inode != task->inode && mtime_ns != task->mtime_ns;
    return other ? ms_err_set(err, MS_IO, 0, "is another file here than on the host that listed it") : MS_OK;
}

void ms__set_problem(ms_record *record, ms_code code, const char *text)
{
    bool skipped = code == MS_FOREIGN;
    record->status = skipped ? MS_STATUS_SKIPPED : MS_STATUS_FAILED;
    record->stage = skipped ? NULL : record->stage;
    record->nstage = skipped ? 0 : strlen(record->stage);
    record->message = text;
    record->nmessage = strlen(text);
}

ms_code ms__append_record(const ms_record *record, ms_bytes *records, ms_err *err)
{
    ms_code code = ms_record_encode(record, records);
    return code == MS_OK ? MS_OK : ms_err_set(err, code, 0, "out of memory for the results");
}
