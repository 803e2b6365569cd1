#include "tasks/schedule/task.h"

#include <string.h>

enum { FLAG_IMAGE = 1, FLAG_PART = 2, FLAG_COST = 4, FLAG_LINK = 8, FLAG_STREAM = 16 };

/* Of every encoded task: entry, flags, size, mtime_ns, ctime_ns, inode, device, those of the directory, the
 * path's length and NUL, the length of all. */
#define LEAST_BYTES (4U + 1U + 4U * 8U + 4U + 8U + 4U + 4U + 1U + 4U)

bool ms_task_is_part(const ms_task *task)
{
    return task->begin > 0 || task->end < task->size;
}

ms_file_id ms_task_id(const ms_task *task)
{
    return (ms_file_id){.size = task->size,
                        .mtime_ns = task->mtime_ns,
                        .inode = task->inode,
                        .device = task->device,
                        .directory = task->directory,
                        .link = task->link};
}

bool ms_task_follows(const ms_task *last, const ms_task *next)
{
    if (last->stream != next->stream) {
        return last->stream;
    }
    return last->entry < next->entry || (last->entry == next->entry && last->end <= next->begin &&
                                         ms_task_is_part(last) && ms_task_is_part(next));
}

uint64_t ms_task_cost(const ms_task *task)
{
    return ms_cost_of(task->kind, task->byte_cost, task->end - task->begin);
}

size_t ms_task_nbytes(const ms_task *task)
{
    return LEAST_BYTES + task->npath + (ms_task_is_part(task) ? 16 : 0) + (task->byte_cost > 0 ? 4 : 0) +
           (task->kind == MS_TASK_IMAGE ? 4 + strlen(task->output) + 1 : 0);
}

/* u32 length, the bytes, a NUL. */
static void put_text(ms_bytes *to, const char *text, size_t n)
{
    ms_bytes_put_u32(to, (uint32_t)n);
    ms_bytes_append(to, text, n);
    ms_bytes_put_u8(to, 0);
}

ms_code ms_task_put(const ms_task *task, ms_bytes *to)
{
    size_t nbytes = ms_task_nbytes(task);
    bool image = task->kind == MS_TASK_IMAGE;
    bool part = ms_task_is_part(task);
    bool cost = task->byte_cost > 0;
    uint8_t flags = (uint8_t)((image ? FLAG_IMAGE : 0) | (part ? FLAG_PART : 0) | (cost ? FLAG_COST : 0) |
                              (task->link ? FLAG_LINK : 0) | (task->stream ? FLAG_STREAM : 0));
    if (nbytes > UINT32_MAX) {
        return MS_NOMEM;
    }
    MS_TRY(ms_bytes_reserve(to, nbytes)); /* so that all or nothing is appended */
    ms_bytes_put_u32(to, task->entry);
    ms_bytes_put_u8(to, flags);
    ms_bytes_put_u64(to, task->size);
    ms_bytes_put_u64(to, (uint64_t)task->mtime_ns);
    ms_bytes_put_u64(to, (uint64_t)task->ctime_ns);
    ms_bytes_put_u64(to, task->inode);
    ms_bytes_put_u32(to, task->device);
    ms_bytes_put_u64(to, task->directory.inode);
    ms_bytes_put_u32(to, task->directory.device);
    if (part) {
        ms_bytes_put_u64(to, task->begin);
        ms_bytes_put_u64(to, task->end);
    }
    if (cost) {
        ms_bytes_put_u32(to, task->byte_cost);
    }
    put_text(to, task->path, task->npath);
    if (image) {
        put_text(to, task->output, strlen(task->output));
    }
    ms_bytes_put_u32(to, (uint32_t)nbytes);
    return ms_bytes_check(to);
}

ms_code ms_task_encode(const ms_entries *entries, const ms_piece *piece, ms_bytes *to)
{
    ms_str path = ms_str_list_at(&entries->paths, piece->entry);
    const ms_entry *file = &entries->list[piece->entry];
    ms_task task = {
        .entry = piece->entry,
        .size = file->size,
        .mtime_ns = file->mtime_ns,
        .ctime_ns = file->ctime_ns,
        .inode = file->inode,
        .device = file->device,
        .directory = {.inode = file->directory_inode, .device = file->directory_device},
        .link = file->link != MS_LINK_NONE,
        .stream = file->state == MS_ENTRY_STREAM,
        .begin = piece->begin,
        .end = piece->end,
        .byte_cost = file->byte_cost,
        .path = path.data,
        .npath = path.len,
        .output = entries->outputs.count > 0 ? ms_str_list_at(&entries->outputs, piece->entry).data : "",
        .kind = (ms_task_kind)file->kind};
    return ms_task_put(&task, to);
}

/* What put_text wrote; NULL when it is empty, holds a NUL, or does not end with one. */
static const char *read_text(ms_reader *from, size_t *n)
{
    *n = ms_reader_u32(from);
    const char *text = (const char *)ms_reader_take(from, (uint64_t)*n + 1);
    return text && *n > 0 && memchr(text, 0, *n + 1) == text + *n ? text : NULL;
}

static bool read_task(ms_task *task, ms_reader *from)
{
    size_t begin = from->at;
    size_t noutput = 0;
    task->entry = ms_reader_u32(from);
    uint8_t flags = ms_reader_u8(from);
    bool part = (flags & FLAG_PART) != 0;
    bool cost = (flags & FLAG_COST) != 0;
    task->kind = (flags & FLAG_IMAGE) != 0 ? MS_TASK_IMAGE : MS_TASK_LOG;
    task->size = ms_reader_u64(from);
    task->mtime_ns = (int64_t)ms_reader_u64(from);
    task->ctime_ns = (int64_t)ms_reader_u64(from);
    task->inode = ms_reader_u64(from);
    task->device = ms_reader_u32(from);
    task->directory.inode = ms_reader_u64(from);
    task->directory.device = ms_reader_u32(from);
    task->link = (flags & FLAG_LINK) != 0;
    task->stream = (flags & FLAG_STREAM) != 0;
    task->begin = part ? ms_reader_u64(from) : 0;
    task->end = part ? ms_reader_u64(from) : task->size;
    task->byte_cost = cost ? ms_reader_u32(from) : 0;
    task->path = read_text(from, &task->npath);
    task->output = task->kind == MS_TASK_IMAGE ? read_text(from, &noutput) : "";
    uint32_t nbytes = ms_reader_u32(from);
    return !from->failed && task->path && task->output && nbytes == from->at - begin &&
           (flags & ~(FLAG_IMAGE | FLAG_PART | FLAG_COST | FLAG_LINK | FLAG_STREAM)) == 0 &&
           (!part || (task->begin < task->end && task->end <= task->size)) && part == ms_task_is_part(task) &&
           cost == (task->byte_cost > 0) && !(task->stream && (part || task->kind == MS_TASK_IMAGE));
}

ms_code ms_task_decode(ms_task *task, ms_reader *from)
{
    if (!read_task(task, from)) {
        *task = (ms_task){0};
        from->failed = true;
        return MS_FORMAT;
    }
    return MS_OK;
}
