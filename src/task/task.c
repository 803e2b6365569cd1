/* Tasks as bytes, for the scatter: rank 0 writes each rank's slice, the rank reads its own. Bytes from the
 * wire are validated whole before a slice is handed out. */
#include "task/task.h"

#include <stdlib.h>
#include <string.h>

#define LEAST_BYTES 21U /* of an encoded task: u32, u64, u64 and a path of one byte */

void ms_slice_fini(ms_slice *slice)
{
    ms_names_fini(&slice->paths);
    free(slice->tasks);
    *slice = (ms_slice){0};
}

ms_code ms_task_encode(const ms_entries *entries, uint32_t entry, ms_bytes *to)
{
    ms_name path = ms_names_at(&entries->paths, entry);
    ms_code code = ms_bytes_reserve(to, LEAST_BYTES + path.len);
    code = code == MS_OK ? ms_bytes_put_u32(to, entry) : code;
    code = code == MS_OK ? ms_bytes_put_u64(to, entries->list[entry].size) : code;
    return code == MS_OK ? ms_bytes_put_blob(to, path.data, path.len) : code;
}

/* Reads one task behind those that are there; its path is set later, when the names stay where they are. */
static ms_code read_task(ms_slice *slice, ms_reader *from)
{
    ms_task task = {0};
    task.entry = ms_reader_u32(from);
    task.size = ms_reader_u64(from);
    const uint8_t *path = ms_reader_blob(from, &task.npath);
    if (!path || task.npath == 0 || memchr(path, 0, task.npath)) {
        return MS_FORMAT;
    }
    if (slice->ntasks > 0 && slice->tasks[slice->ntasks - 1].entry >= task.entry) {
        return MS_FORMAT;
    }
    if (task.size > UINT64_MAX - slice->nbytes) {
        return MS_FORMAT;
    }
    slice->nbytes += task.size;
    slice->tasks[slice->ntasks++] = task;
    return ms_names_push(&slice->paths, path, task.npath);
}

ms_code ms_slice_decode(ms_slice *slice, const void *data, size_t n, ms_err *err)
{
    ms_reader from = ms_reader_over(data, n);
    ms_code code = MS_OK;
    if (n > 0) {
        slice->tasks = calloc(n / LEAST_BYTES + 1, sizeof *slice->tasks);
        code = slice->tasks ? MS_OK : MS_NOMEM;
    }
    while (code == MS_OK && ms_reader_left(&from) > 0) {
        code = read_task(slice, &from);
    }
    if (code != MS_OK) {
        ms_slice_fini(slice);
        return ms_err_set(err, code, 0,
                          code == MS_NOMEM ? "out of memory for a slice" : "bytes are not a slice of tasks");
    }
    for (size_t i = 0; i < slice->ntasks; i++) {
        slice->tasks[i].path = ms_names_at(&slice->paths, i).data;
    }
    return MS_OK;
}
