/* Tasks as bytes, for the scatter: rank 0 writes each rank's slice, the rank reads its own. Bytes from the
 * wire are validated whole before a slice is handed out. */
#include "task/task.h"

#include <stdlib.h>
#include <string.h>

#define LEAST_BYTES 70U /* of an encoded task: u32, u8, six u64, two lengths and a path of one byte */

void ms_slice_fini(ms_slice *slice)
{
    ms_names_fini(&slice->paths);
    ms_names_fini(&slice->outputs);
    free(slice->tasks);
    *slice = (ms_slice){0};
}

bool ms_task_is_part(const ms_task *task)
{
    return task->begin > 0 || task->end < task->size;
}

size_t ms_task_nbytes(const ms_task *task)
{
    return LEAST_BYTES - 1 + task->npath + strlen(task->output);
}

ms_code ms_task_put(const ms_task *task, ms_bytes *to)
{
    ms_code code = ms_bytes_reserve(to, ms_task_nbytes(task));
    code = code == MS_OK ? ms_bytes_put_u32(to, task->entry) : code;
    code = code == MS_OK ? ms_bytes_put_u8(to, (uint8_t)task->kind) : code;
    code = code == MS_OK ? ms_bytes_put_u64(to, task->size) : code;
    code = code == MS_OK ? ms_bytes_put_u64(to, (uint64_t)task->mtime_ns) : code;
    code = code == MS_OK ? ms_bytes_put_u64(to, task->inode) : code;
    code = code == MS_OK ? ms_bytes_put_u64(to, task->begin) : code;
    code = code == MS_OK ? ms_bytes_put_u64(to, task->end) : code;
    code = code == MS_OK ? ms_bytes_put_u64(to, task->cost) : code;
    code = code == MS_OK ? ms_bytes_put_blob(to, task->path, task->npath) : code;
    return code == MS_OK ? ms_bytes_put_blob(to, task->output, strlen(task->output)) : code;
}

ms_code ms_task_encode(const ms_entries *entries, const ms_piece *piece, ms_bytes *to)
{
    ms_name path = ms_names_at(&entries->paths, piece->entry);
    const ms_entry *file = &entries->list[piece->entry];
    ms_task task = {.entry = piece->entry,
                    .size = file->size,
                    .mtime_ns = file->mtime_ns,
                    .inode = file->inode,
                    .begin = piece->begin,
                    .end = piece->end,
                    .cost = ms_plan_cost(entries, piece),
                    .path = path.data,
                    .npath = path.len,
                    .output =
                        entries->outputs.count > 0 ? ms_names_at(&entries->outputs, piece->entry).data : "",
                    .kind = (ms_task_kind)file->kind};
    return ms_task_put(&task, to);
}

static bool follows(const ms_task *last, const ms_task *next)
{
    return last->entry < next->entry || (last->entry == next->entry && last->end <= next->begin &&
                                         ms_task_is_part(last) && ms_task_is_part(next));
}

/* Reads one task behind those that are there; its path is set later, when the names stay where they are. */
static ms_code read_task(ms_slice *slice, ms_reader *from)
{
    ms_task task = {0};
    task.entry = ms_reader_u32(from);
    uint8_t kind = ms_reader_u8(from);
    task.size = ms_reader_u64(from);
    task.mtime_ns = (int64_t)ms_reader_u64(from);
    task.inode = ms_reader_u64(from);
    task.begin = ms_reader_u64(from);
    task.end = ms_reader_u64(from);
    task.cost = ms_reader_u64(from);
    size_t noutput = 0;
    const uint8_t *path = ms_reader_blob(from, &task.npath);
    const uint8_t *output = ms_reader_blob(from, &noutput);
    if (!path || task.npath == 0 || memchr(path, 0, task.npath) || !output || memchr(output, 0, noutput)) {
        return MS_FORMAT;
    }
    if (kind > MS_TASK_IMAGE || (kind == MS_TASK_IMAGE) != (noutput > 0)) {
        return MS_FORMAT;
    }
    task.kind = (ms_task_kind)kind;
    if (task.end > task.size || (ms_task_is_part(&task) && task.begin >= task.end)) {
        return MS_FORMAT;
    }
    if (slice->ntasks > 0 && !follows(&slice->tasks[slice->ntasks - 1], &task)) {
        return MS_FORMAT;
    }
    if (task.end - task.begin > UINT64_MAX - slice->nbytes) {
        return MS_FORMAT;
    }
    slice->nbytes += task.end - task.begin;
    slice->tasks[slice->ntasks++] = task;
    ms_code code = ms_names_push(&slice->outputs, output, noutput);
    return code == MS_OK ? ms_names_push(&slice->paths, path, task.npath) : code;
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
        slice->tasks[i].output = ms_names_at(&slice->outputs, i).data;
    }
    return MS_OK;
}
