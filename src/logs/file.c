/* File: see file.h. */
#include "logs/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    ENDLESS = 64 << 20, /* of a file that says it has no bytes: some of /proc never end */
    PROBE = 4096,       /* bytes looked at at a time for the newline at a range's border */
};

struct ms_file {
    int fd;
    uint64_t size;  /* bytes of the file */
    uint64_t limit; /* bytes to read up to, <= size */
    uint64_t at;    /* offset of the next byte */
    bool to_end;    /* read to the end, whatever the size */
};

/* Is the end before the size no loss? A file of /sys says 4096 bytes and has a few. */
static bool ends_early(const ms_file *file)
{
    struct stat st;
    return fstat(file->fd, &st) == 0 && st.st_blocks == 0 && (uint64_t)st.st_size >= file->size;
}

static ms_code read_failed(uint64_t at, ms_err *err)
{
    return ms_err_set(err, MS_IO, errno, "reading failed after %llu bytes", (unsigned long long)at);
}

ms_code ms_file_read(ms_file *file, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    *n = 0;
    if (!file->to_end && cap > file->limit - file->at) {
        cap = (size_t)(file->limit - file->at);
    }
    while (cap > 0) {
        ssize_t got = read(file->fd, buf, cap);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return read_failed(file->at, err);
        }
        if (got == 0 && file->at < file->limit && !ends_early(file)) {
            return ms_err_set(err, MS_IO, 0,
                              "the file shrank while it was read: %llu of %llu bytes were there",
                              (unsigned long long)file->at, (unsigned long long)file->size);
        }
        file->at += (uint64_t)got;
        *n = (size_t)got;
        if (file->to_end && file->at > ENDLESS) {
            return ms_err_set(err, MS_LIMIT, 0,
                              "a file without a size has more than %d MiB: the rest is not searched",
                              ENDLESS >> 20);
        }
        return MS_OK;
    }
    return MS_OK;
}

static ms_code source_read(void *self, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    return ms_file_read(self, buf, cap, n, err);
}

ms_source ms_file_source(ms_file *file)
{
    return (ms_source){.read = source_read, .self = file};
}

uint64_t ms_file_offset(const ms_file *file)
{
    return file->at;
}

/* Looks for the first newline in [from, to): *behind is the offset behind it, or, without one, `to` or the
 * file's end if that comes first. */
static ms_code find_newline(const ms_file *file, uint64_t from, uint64_t to, bool *found, uint64_t *behind,
                            ms_err *err)
{
    uint8_t buf[PROBE];
    *found = false;
    *behind = from;
    while (*behind < to && !*found) {
        size_t cap = to - *behind < sizeof buf ? (size_t)(to - *behind) : sizeof buf;
        ssize_t got = pread(file->fd, buf, cap, (off_t)*behind);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return read_failed(*behind, err);
        }
        if (got == 0) {
            break;
        }
        const uint8_t *newline = memchr(buf, '\n', (size_t)got);
        *found = newline;
        *behind += newline ? (uint64_t)(newline - buf) + 1 : (uint64_t)got;
    }
    return MS_OK;
}

/* Where the file turns out to have shrunk, the limit stays beyond its end, so that the next read tells. */
ms_code ms_file_select(ms_file *file, uint64_t begin, uint64_t end, ms_err *err)
{
    bool found = true;
    uint64_t first = begin;
    uint64_t behind = 0;
    ms_code code = MS_OK;
    if (begin > 0) {
        code = find_newline(file, begin - 1, end - 1, &found, &first, err);
    }
    file->limit = file->size;
    if (code == MS_OK && !found && first == end - 1) {
        file->limit = first; /* no line begins here */
    } else if (code == MS_OK && found && end < file->size) {
        code = find_newline(file, end - 1, file->size, &found, &behind, err);
        file->limit = found ? behind : file->size;
    }
    file->at = first;
    if (code == MS_OK && lseek(file->fd, (off_t)first, SEEK_SET) < 0) {
        return ms_err_set(err, MS_IO, errno, "cannot be read from byte %llu on", (unsigned long long)first);
    }
    return code;
}

static ms_code open_regular(ms_file *file, const char *path, ms_err *err)
{
    struct stat st;
    file->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (file->fd < 0) {
        return ms_err_set(err, MS_IO, errno, "cannot be opened");
    }
    if (fstat(file->fd, &st) != 0) {
        return ms_err_set(err, MS_IO, errno, "cannot be examined");
    }
    if (!S_ISREG(st.st_mode)) {
        return ms_err_set(err, MS_IO, 0, "is no longer a regular file");
    }
    file->to_end = file->size == 0 && st.st_size == 0;
    return MS_OK;
}

ms_code ms_file_open(ms_file **file, const char *path, uint64_t size, ms_err *err)
{
    ms_file *f = calloc(1, sizeof *f);
    if (!f) {
        return ms_err_set(err, MS_NOMEM, 0, "no memory for a file");
    }
    f->size = size;
    f->limit = size;
    ms_code code = open_regular(f, path, err);
    if (code != MS_OK) {
        ms_file_close(f);
        return code;
    }
    *file = f;
    return MS_OK;
}

void ms_file_close(ms_file *file)
{
    if (!file) {
        return;
    }
    if (file->fd >= 0) {
        (void)close(file->fd);
    }
    free(file);
}
