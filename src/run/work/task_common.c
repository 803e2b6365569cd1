#include "run/work/task_common.h"

#include "images/protocol/image_proof.h"

#include <string.h>

ms_code ms__call_hook(const ms_work_hooks *hooks, uint64_t nbytes)
{
    return hooks && hooks->poll ? hooks->poll(hooks->user, nbytes) : MS_OK;
}

ms_code ms__refuse_images(const uint8_t *head, size_t n, ms_err *err)
{
    ms_image_format format = ms_image_format_of(head, n);
    return format == MS_IMAGE_NONE || !ms_image_is_sound(format, head, n)
               ? MS_OK
               : ms_err_set(err, MS_FOREIGN, 0, "is an image: %s", ms_image_format_name(format));
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

bool ms__is_fault(ms_code code)
{
    return code == MS_IO || code == MS_FORMAT || code == MS_LIMIT || code == MS_CHANGED;
}

const char *ms__stage_of(ms_code code)
{
    return code == MS_IO ? "read" : code == MS_FORMAT ? "decode" : "scan";
}
