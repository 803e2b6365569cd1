/* Writing of journals. Frames are collected into groups, so that a task costs no system call. */
#include "result/store/journal.h"

#include "base/escape.h"
#include "base/safe_directory.h"
#include "result/store/frame.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GROUP_BYTES ((size_t)1 << 20)

struct ms_journal {
    int fd;
    ms_bytes group; /* frames not written yet */
    double every;   /* seconds between two groups */
    double last_write;
    bool timed;     /* last_write is set */
    ms_code failed; /* MS_OK, or the error after which nothing more is written */
    ms_err why;
    char path[4096];
};

/* Keeps the error for all later calls. */
static ms_code fail(ms_journal *journal, ms_code code, int reason, ms_err *err)
{
    char shown[256];
    (void)ms_escape_to(shown, sizeof shown, journal->path, strlen(journal->path));
    journal->failed = ms_err_set(&journal->why, code, reason, "cannot write the journal %s", shown);
    if (err) {
        *err = journal->why;
    }
    return code;
}

static ms_code write_group(ms_journal *journal, ms_err *err)
{
    size_t at = 0;
    while (at < journal->group.len) {
        ssize_t n = write(journal->fd, journal->group.data + at, journal->group.len - at);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return fail(journal, MS_IO, errno, err);
        }
        at += (size_t)n;
    }
    ms_bytes_clear(&journal->group);
    return MS_OK;
}

/* Opens the new file in its directory. */
static ms_code create(ms_journal *j, const char *dir, uint32_t attempt, uint32_t rank, ms_err *err)
{
    char shown[256];
    int fd = -1;
    int n = snprintf(j->path, sizeof j->path, "%s/%04u-%06u.journal", dir, attempt, rank);
    if (n < 0 || (size_t)n >= sizeof j->path) {
        return ms_err_set(err, MS_IO, ENAMETOOLONG, "the journal's directory");
    }
    MS_TRY(ms_directory_open_own(dir, false, &fd, err));
    j->fd = openat(fd, j->path + strlen(dir) + 1,
                   O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
    int reason = errno;
    (void)close(fd);
    if (j->fd >= 0) {
        return MS_OK;
    }
    return reason != EEXIST ? fail(j, MS_IO, reason, err)
                            : ms_err_set(err, MS_IO, 0, "%s exists already: another run uses this directory",
                                         ms_escape_to(shown, sizeof shown, j->path, strlen(j->path)));
}

ms_code ms_journal_create(ms_journal **journal, const char *dir, uint32_t attempt, uint32_t rank,
                          double every, const ms_str_list *settings, ms_err *err)
{
    ms_journal *j = calloc(1, sizeof *j);
    if (!j) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for a journal");
    }
    j->fd = -1;
    j->every = every;
    ms_code code = create(j, dir, attempt, rank, err);
    if (code == MS_OK && ms_frame_put_header(&j->group, MS_FRAME_JOURNAL, settings) != MS_OK) {
        code = ms_err_set(err, MS_NOMEM, 0, "out of memory for a journal");
    }
    if (code == MS_OK) {
        code = write_group(j, err);
    }
    if (code != MS_OK) {
        ms_journal_close(j);
        return code;
    }
    *journal = j;
    return MS_OK;
}

/* Starts writeback of the group without waiting for it. */
static ms_code write_now(ms_journal *journal, double now, ms_err *err)
{
    journal->last_write = now;
    ms_code code = write_group(journal, err);
    (void)sync_file_range(journal->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
    return code;
}

static ms_code put_task(ms_bytes *group, const ms_journal_file *file, const uint8_t *record, size_t nrecord)
{
    size_t at = ms_frame_begin(group, MS_FRAME_TASK);
    ms_bytes_put_blob(group, file->path.data, file->path.len);
    ms_bytes_put_u64(group, file->size);
    ms_bytes_put_u64(group, (uint64_t)file->mtime_ns);
    ms_bytes_put_u64(group, (uint64_t)file->ctime_ns);
    ms_bytes_put_u64(group, file->inode);
    ms_bytes_append(group, record, nrecord);
    return ms_frame_end(group, at);
}

ms_code ms_journal_put(ms_journal *journal, const ms_journal_file *file, const uint8_t *record,
                       size_t nrecord, double now, ms_err *err)
{
    if (journal->failed != MS_OK) {
        return ms_journal_tick(journal, now, err);
    }
    size_t before = journal->group.len;
    if (before == 0 && !journal->timed) {
        journal->last_write = now;
        journal->timed = true;
    }
    if (put_task(&journal->group, file, record, nrecord) != MS_OK) {
        ms_bytes_cut(&journal->group, before); /* whole frames only */
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for the journal");
    }
    if (journal->group.len < GROUP_BYTES) {
        return ms_journal_tick(journal, now, err);
    }
    return write_now(journal, now, err);
}

ms_code ms_journal_tick(ms_journal *journal, double now, ms_err *err)
{
    if (journal->failed != MS_OK) {
        if (err) {
            *err = journal->why;
        }
        return journal->failed;
    }
    if (journal->group.len == 0 || now - journal->last_write < journal->every) {
        return MS_OK;
    }
    return write_now(journal, now, err);
}

ms_code ms_journal_write(ms_journal *journal, double now, ms_err *err)
{
    bool nothing = journal->failed != MS_OK || journal->group.len == 0;
    return nothing ? ms_journal_tick(journal, now, err) : write_now(journal, now, err);
}

ms_code ms_journal_flush(ms_journal *journal, ms_err *err)
{
    ms_code code = journal->failed;
    if (code != MS_OK) {
        return ms_journal_tick(journal, 0, err);
    }
    code = write_group(journal, err);
    if (code == MS_OK && fdatasync(journal->fd) != 0 && errno != EINVAL && errno != EROFS) {
        code = fail(journal, MS_IO, errno, err);
    }
    return code;
}

void ms_journal_close(ms_journal *journal)
{
    if (!journal) {
        return;
    }
    if (journal->fd >= 0) {
        (void)close(journal->fd);
    }
    ms_bytes_fini(&journal->group);
    free(journal);
}
