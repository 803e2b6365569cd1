/* Reading of journals. Damaged frames are dropped and counted, the rest is used: a lost task is only
 * repeated. */
#include "result/store/journal.h"

#include "base/escape.h"
#include "base/safe_directory.h"
#include "result/store/frame.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct reading {
    ms_frames frames;
    const ms_str_list *settings;
    ms_journal_fn fn;
    void *user;
    ms_journal_summary *summary;
} reading;

static ms_code compare_settings(const ms_str_list *now, const ms_str_list *then, ms_err *err)
{
    ms_str a;
    ms_str b;
    char shown_a[160];
    char shown_b[160];
    ms_difference difference = ms_settings_difference(now, then, &a, &b);
    if (difference == MS_DIFFERENCE_NONE) {
        return MS_OK;
    }
    (void)ms_escape_to(shown_a, sizeof shown_a, a.data, a.len);
    (void)ms_escape_to(shown_b, sizeof shown_b, b.data, b.len);
    if (difference == MS_DIFFERENCE_VALUE) {
        return ms_err_set(err, MS_USAGE, 0, "the journal was made with %s, this run has %s", shown_b,
                          shown_a);
    }
    if (difference == MS_DIFFERENCE_ONLY_A) {
        return ms_err_set(err, MS_USAGE, 0, "this run has %s, the journal was made without", shown_a);
    }
    return ms_err_set(err, MS_USAGE, 0,
                      difference == MS_DIFFERENCE_ONLY_B
                          ? "the journal was made with %s, this run is without"
                          : "the journal was made with the same settings in another order: %s",
                      shown_b);
}

/* The first frame. Without a valid header the settings of the tasks are unknown: then *good is false. */
static ms_code take_header(reading *r, const ms_frame *frame, bool *good, ms_err *err)
{
    ms_str_list then = {0};
    ms_code code = ms_frame_take_header(frame, MS_FRAME_JOURNAL, r->frames.shown, &then, err);
    *good = code != MS_FORMAT;
    if (code == MS_FORMAT) {
        r->summary->ndamaged++;
        return MS_OK;
    }
    if (code == MS_OK) {
        code = compare_settings(r->settings, &then, err);
    }
    ms_str_list_fini(&then);
    return code;
}

static ms_code take_task(reading *r, const ms_frame *frame)
{
    ms_journal_file file = {0};
    ms_reader from = frame->body;
    file.path.data = (const char *)ms_reader_blob(&from, &file.path.len);
    file.size = ms_reader_u64(&from);
    file.mtime_ns = (int64_t)ms_reader_u64(&from);
    file.ctime_ns = (int64_t)ms_reader_u64(&from);
    file.inode = ms_reader_u64(&from);
    if (from.failed || frame->kind != MS_FRAME_TASK) {
        r->summary->ndamaged++;
        return MS_OK;
    }
    r->summary->nframes++;
    return r->fn(r->user, &file, from.data + from.at, ms_reader_left(&from));
}

static ms_code read_frames(reading *r, ms_err *err)
{
    ms_frame frame;
    bool found = false;
    if (r->frames.size == 0) {
        return MS_OK;
    }
    MS_TRY(ms_frames_next(&r->frames, &frame, &found, err));
    if (!found) {
        r->summary->ndamaged++;
        return MS_OK;
    }
    bool good = false;
    MS_TRY(take_header(r, &frame, &good, err));
    while (good && ms_frames_offset(&r->frames) < r->frames.size) {
        MS_TRY(ms_frames_next(&r->frames, &frame, &found, err));
        if (found) {
            MS_TRY(take_task(r, &frame));
        } else {
            r->summary->ndamaged++;
            MS_TRY(ms_frames_skip(&r->frames, err));
        }
    }
    return MS_OK;
}

static ms_code read_one(reading *r, int dir, const char *name, ms_err *err)
{
    struct stat st;
    ms_frames *frames = &r->frames;
    frames->fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (frames->fd < 0 || fstat(frames->fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        int reason = errno;
        if (frames->fd >= 0) {
            (void)close(frames->fd);
        }
        return ms_err_set(err, MS_IO, reason, "cannot read %s", frames->shown);
    }
    frames->size = (uint64_t)st.st_size;
    frames->at = 0;
    frames->used = 0;
    ms_bytes_clear(&frames->window);
    ms_code code = ms_owner_check(frames->fd, err);
    code = code == MS_OK ? read_frames(r, err) : ms_err_prefix(err, "%s", frames->shown);
    (void)close(frames->fd);
    r->summary->nfiles++;
    return code;
}

enum { SHOWN_MAX = 300 };

/* "the journal NAME" */
static void show(char *to, size_t size, const char *name)
{
    char escaped[280];
    (void)snprintf(to, size, "the journal %s", ms_escape_to(escaped, sizeof escaped, name, strlen(name)));
}

/* "AAAA-RRRRRR.journal": at least so many digits. */
static bool parse_name(const char *name, uint32_t *attempt)
{
    unsigned a = 0, rank = 0;
    int end = 0;
    if (sscanf(name, "%9u-%9u.journal%n", &a, &rank, &end) != 2 || end == 0 || name[end] != 0) {
        return false;
    }
    *attempt = a;
    return a > 0;
}

static int is_journal(const struct dirent *entry)
{
    uint32_t attempt = 0;
    return parse_name(entry->d_name, &attempt);
}

/* `shown` is what r->frames.shown points to. */
static ms_code read_all(reading *r, int fd, struct dirent **names, int count, char shown[SHOWN_MAX],
                        ms_err *err)
{
    for (int i = 0; i < count; i++) {
        uint32_t attempt = 0;
        show(shown, SHOWN_MAX, names[i]->d_name);
        if (parse_name(names[i]->d_name, &attempt) && attempt > r->summary->last_attempt) {
            r->summary->last_attempt = attempt;
        }
        if (r->fn) {
            MS_TRY(read_one(r, fd, names[i]->d_name, err));
        }
    }
    return MS_OK;
}

ms_code ms_journal_read(const char *dir, const ms_str_list *settings, ms_journal_fn fn, void *user,
                        ms_journal_summary *summary, ms_err *err)
{
    struct dirent **names = NULL;
    char shown[SHOWN_MAX] = "";
    int fd = -1;
    *summary = (ms_journal_summary){0};
    if (access(dir, F_OK) != 0 && errno == ENOENT) {
        return MS_OK;
    }
    MS_TRY(ms_directory_open_own(dir, false, &fd, err));
    reading r = {.settings = settings, .fn = fn, .user = user, .summary = summary};
    r.frames.shown = shown;
    int count = scandirat(fd, ".", &names, is_journal, versionsort);
    ms_code code = count >= 0 ? read_all(&r, fd, names, count, shown, err)
                              : ms_err_set(err, MS_IO, errno, "cannot read the journal directory");
    for (int i = 0; i < count; i++) {
        free(names[i]);
    }
    free(names);
    (void)close(fd);
    ms_frames_fini(&r.frames);
    return code;
}
