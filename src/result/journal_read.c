/* Journal: the reading half; see journal.h. The bytes are not trusted: every length is checked against what
 * the file still has, and nothing is handed on whose checksum is wrong. */
#include "result/journal.h"

#include "base/escape.h"
#include "base/number.h"
#include "result/journal_internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEAD_BYTES = MS__FRAME_MARK_BYTES + 8, ROOM = 1 << 20 };

/* A journal while it is read. window holds bytes [at, at + window.len) of the file. */
typedef struct reading {
    int fd;
    uint64_t size;
    uint64_t at;
    ms_bytes window;
    size_t used; /* bytes at the window's beginning that have been dealt with */
    const ms_str_list *settings;
    ms_journal_fn fn;
    void *user;
    ms_journal_summary *summary;
    const char *shown;
    bool has_settings;
} reading;

static ms_code no_memory(ms_err *err)
{
    return ms_err_set(err, MS_NOMEM, 0, "no memory to read a journal");
}

/* Makes at least `least` unused bytes ready, fewer only at the file's end. */
static ms_code fill(reading *r, size_t least, ms_err *err)
{
    if (r->window.len - r->used >= least) {
        return MS_OK;
    }
    if (r->used > 0) {
        memmove(r->window.data, r->window.data + r->used, r->window.len - r->used);
    }
    r->at += r->used;
    r->window.len -= r->used;
    r->used = 0;
    size_t wanted = least < ROOM ? ROOM : least;
    if (ms_bytes_reserve(&r->window, wanted - r->window.len) != MS_OK) {
        return no_memory(err);
    }
    while (r->window.len < wanted && r->at + r->window.len < r->size) {
        ssize_t n = pread(r->fd, r->window.data + r->window.len, wanted - r->window.len,
                          (off_t)(r->at + r->window.len));
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return ms_err_set(err, MS_IO, errno, "the journal %s cannot be read", r->shown);
        }
        if (n == 0) {
            r->size = r->at + r->window.len;
        }
        r->window.len += (size_t)n;
    }
    return MS_OK;
}

static const uint8_t *unused(const reading *r, size_t *n)
{
    *n = r->window.len - r->used;
    return r->window.data + r->used;
}

static bool has_from(const ms_str_list *list, size_t from, ms_str word)
{
    size_t i = from;
    while (i < list->count && ms_str_compare(ms_str_list_at(list, i), word) != 0) {
        i++;
    }
    return i < list->count;
}

/* The first setting in which the two lists differ, or MS_OK. */
static ms_code compare_settings(const ms_str_list *now, const ms_str_list *then, ms_err *err)
{
    size_t i = 0;
    while (i < now->count && i < then->count &&
           ms_str_compare(ms_str_list_at(now, i), ms_str_list_at(then, i)) == 0) {
        i++;
    }
    bool both = i < now->count && i < then->count;
    if (!both && now->count == then->count) {
        return MS_OK;
    }
    ms_str a = i < now->count ? ms_str_list_at(now, i) : (ms_str){"", 0};
    ms_str b = i < then->count ? ms_str_list_at(then, i) : (ms_str){"", 0};
    bool lost = i < then->count && !has_from(now, i, b);
    bool come = i < now->count && !has_from(then, i, a);
    char shown_a[160];
    char shown_b[160];
    (void)ms_escape_to(shown_a, sizeof shown_a, a.data, a.len);
    (void)ms_escape_to(shown_b, sizeof shown_b, b.data, b.len);
    if (lost && come) {
        return ms_err_set(err, MS_USAGE, 0, "the journal was made with %s, this run has %s", shown_b,
                          shown_a);
    }
    if (lost || come) {
        return ms_err_set(err, MS_USAGE, 0,
                          lost ? "the journal was made with %s, this run is without it"
                               : "this run has %s, the journal was made without it",
                          lost ? shown_b : shown_a);
    }
    return ms_err_set(err, MS_USAGE, 0, "the journal was made with the same settings in another order: %s",
                      shown_b);
}

static ms_code take_settings(reading *r, const uint8_t *content, size_t n, ms_err *err)
{
    ms_str_list then = {0};
    ms_reader from = ms_reader_over(content, n);
    ms_code code = ms_str_list_decode(&then, &from);
    if (code == MS_NOMEM) {
        return no_memory(err);
    }
    if (code != MS_OK || ms_reader_left(&from) > 0) {
        r->summary->ndamaged++;
        code = MS_OK;
    } else {
        code = compare_settings(r->settings, &then, err);
        r->has_settings = true;
    }
    ms_str_list_fini(&then);
    return code;
}

static ms_code take_task(reading *r, const uint8_t *content, size_t n)
{
    ms_journal_file file = {0};
    ms_reader from = ms_reader_over(content, n);
    file.path.data = (const char *)ms_reader_blob(&from, &file.path.len);
    file.size = ms_reader_u64(&from);
    file.mtime_ns = (int64_t)ms_reader_u64(&from);
    file.inode = ms_reader_u64(&from);
    if (from.failed) {
        r->summary->ndamaged++;
        return MS_OK;
    }
    r->summary->nframes++;
    return r->fn(r->user, &file, content + from.at, ms_reader_left(&from));
}

/* The frame at the front of the window: *taken is its size, or 0 when there is no sound one. */
static ms_code take_frame(reading *r, size_t *taken, ms_err *err)
{
    size_t have = 0;
    *taken = 0;
    ms_code code = fill(r, HEAD_BYTES, err);
    const uint8_t *data = unused(r, &have);
    if (code != MS_OK || have < HEAD_BYTES || memcmp(data, MS__FRAME_MARK, MS__FRAME_MARK_BYTES) != 0) {
        return code;
    }
    ms_reader head = ms_reader_over(data + MS__FRAME_MARK_BYTES, 8);
    uint64_t n = ms_reader_u64(&head);
    uint64_t left = r->size - (r->at + r->used);
    if (n > left || HEAD_BYTES + n + 8 > left) {
        return MS_OK;
    }
    code = fill(r, (size_t)(HEAD_BYTES + n + 8), err);
    data = unused(r, &have);
    if (code != MS_OK || have < HEAD_BYTES + n + 8) {
        return code;
    }
    const uint8_t *content = data + HEAD_BYTES;
    ms_reader tail = ms_reader_over(content + n, 8);
    if (ms_reader_u64(&tail) != ms__frame_checksum(content, (size_t)n)) {
        return MS_OK;
    }
    *taken = (size_t)(HEAD_BYTES + n + 8);
    return r->has_settings ? take_task(r, content, (size_t)n) : take_settings(r, content, (size_t)n, err);
}

/* Goes to the next place behind here that looks like a frame, or to the end. */
static ms_code skip_damage(reading *r, ms_err *err)
{
    r->summary->ndamaged++;
    r->used++;
    for (;;) {
        size_t have = 0;
        ms_code code = fill(r, MS__FRAME_MARK_BYTES, err);
        const uint8_t *data = unused(r, &have);
        if (code != MS_OK) {
            return code;
        }
        const uint8_t *mark = memmem(data, have, MS__FRAME_MARK, MS__FRAME_MARK_BYTES);
        if (mark || have < MS__FRAME_MARK_BYTES) {
            r->used += mark ? (size_t)(mark - data) : have;
            return MS_OK;
        }
        r->used += have - (MS__FRAME_MARK_BYTES - 1);
    }
}

/* Without sound settings nobody knows what a journal's tasks are worth: then only its damage is told. */
static ms_code read_frames(reading *r, ms_err *err)
{
    ms_code code = MS_OK;
    while (code == MS_OK && r->at + r->used < r->size) {
        bool first = r->at + r->used == 0;
        size_t taken = 0;
        code = take_frame(r, &taken, err);
        if (code == MS_OK && taken == 0) {
            code = skip_damage(r, err);
        }
        if (code == MS_OK && first && !r->has_settings) {
            return MS_OK;
        }
        r->used += taken;
    }
    return code;
}

static ms_code read_one(reading *r, int dir, const char *name, ms_err *err)
{
    struct stat st;
    r->fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (r->fd < 0 || fstat(r->fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        int reason = errno;
        if (r->fd >= 0) {
            (void)close(r->fd);
        }
        return ms_err_set(err, MS_IO, reason, "the journal %s cannot be read", r->shown);
    }
    r->size = (uint64_t)st.st_size;
    r->at = 0;
    r->used = 0;
    r->has_settings = false;
    ms_bytes_clear(&r->window);
    ms_code code = read_frames(r, err);
    (void)close(r->fd);
    r->summary->nfiles++;
    return code;
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

ms_code ms_journal_read(const char *dir, const ms_str_list *settings, ms_journal_fn fn, void *user,
                        ms_journal_summary *summary, ms_err *err)
{
    struct dirent **names = NULL;
    char shown[300];
    *summary = (ms_journal_summary){0};
    int count = scandir(dir, &names, is_journal, versionsort);
    if (count < 0) {
        (void)ms_escape_to(shown, sizeof shown, dir, strlen(dir));
        return errno == ENOENT
                   ? MS_OK
                   : ms_err_set(err, MS_IO, errno, "the journal directory %s cannot be read", shown);
    }
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    reading r = {.settings = settings, .fn = fn, .user = user, .summary = summary, .shown = shown};
    ms_code code = fd >= 0 ? MS_OK : ms_err_set(err, MS_IO, errno, "the journal directory cannot be read");
    for (int i = 0; i < count; i++) {
        uint32_t attempt = 0;
        (void)ms_escape_to(shown, sizeof shown, names[i]->d_name, strlen(names[i]->d_name));
        if (parse_name(names[i]->d_name, &attempt) && attempt > summary->last_attempt) {
            summary->last_attempt = attempt;
        }
        code = code == MS_OK && fn ? read_one(&r, fd, names[i]->d_name, err) : code;
        free(names[i]);
    }
    free(names);
    if (fd >= 0) {
        (void)close(fd);
    }
    ms_bytes_fini(&r.window);
    return code;
}
