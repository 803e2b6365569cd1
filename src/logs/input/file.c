/* File: see file.h. */
#include "logs/input/file.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef RWF_DONTCACHE
#define RWF_DONTCACHE 0x00000080 /* linux/fs.h, since 6.14: what this read had to fetch is not kept */
#endif

enum {
    ENDLESS = 64 << 20,   /* of a file that says it has no bytes: some of /proc never end */
    GIVEN_BACK = 8 << 20, /* bytes read before their place in memory is given back */
    ALIGN = 65536,        /* large reads end at a multiple of it, as network file systems like them */
    PROBE = 4096,         /* bytes looked at at a time for the newline at a range's boundary */
};

struct ms_file {
    int fd;
    uint64_t size;  /* bytes of the file */
    uint64_t limit; /* bytes to read up to, <= size */
    uint64_t at;    /* offset of the next byte */
    bool to_end;    /* read to the end, whatever the size */
    bool in_turn;   /* its bytes can only be read in their order */
    bool sparing;   /* what is read is not to stay in the kernel's memory */
    bool giving;    /* the kernel has to be told so afterwards */
    uint64_t given; /* bytes at the front that it has been told of */
};

static ms_code read_failed(uint64_t at, ms_err *err)
{
    return ms_err_set(err, MS_IO, errno, "reading failed after %llu bytes", (unsigned long long)at);
}

static void give_back(ms_file *file)
{
    (void)posix_fadvise(file->fd, (off_t)file->given, (off_t)(file->at - file->given), POSIX_FADV_DONTNEED);
    file->given = file->at;
}

/* As pread, at the file's place. */
static ssize_t read_sparing(ms_file *file, uint8_t *buf, size_t cap)
{
    struct iovec to = {.iov_base = buf, .iov_len = cap};
    ssize_t got = file->giving ? -1 : preadv2(file->fd, &to, 1, (off_t)file->at, RWF_DONTCACHE);
    if (got >= 0 || (!file->giving && errno != EOPNOTSUPP)) {
        return got;
    }
    file->giving = true;
    if (file->at - file->given > GIVEN_BACK) {
        give_back(file);
    }
    return pread(file->fd, buf, cap, (off_t)file->at);
}

/* One read, of a file that can be read at any place wherever that is. */
static ssize_t read_some(ms_file *file, uint8_t *buf, size_t cap)
{
    ssize_t got = -1;
    do {
        got = file->in_turn   ? read(file->fd, buf, cap)
              : file->sparing ? read_sparing(file, buf, cap)
                              : pread(file->fd, buf, cap, (off_t)file->at);
    } while (got < 0 && errno == EINTR);
    return got;
}

void ms_file_drop_cache(ms_file *file)
{
    file->sparing = true;
}

/* What is there now is looked at when a read goes wrong, not before: that saves a system call a file. No read
 * takes anything out of a pipe that the file has become. */
static bool is_regular(const ms_file *file, struct stat *st)
{
    return fstat(file->fd, st) != 0 || S_ISREG(st->st_mode);
}

static ms_code not_regular(ms_err *err)
{
    return ms_err_set(err, MS_IO, 0, "is no longer a regular file");
}

/* Why the read failed; MS_OK: it may be tried in turn. */
static ms_code after_failure(ms_file *file, ms_err *err)
{
    int error = errno;
    struct stat st;
    if (!is_regular(file, &st)) {
        return not_regular(err);
    }
    if (error == ESPIPE && !file->in_turn && file->at == 0) {
        file->in_turn = true;
        return MS_OK;
    }
    errno = error;
    return read_failed(file->at, err);
}

/* The end has come before it should. That is no loss in /sys: a file there says 4096 bytes and has a few. */
static ms_code after_early_end(const ms_file *file, ms_err *err)
{
    struct stat st = {.st_blocks = -1};
    if (!is_regular(file, &st)) {
        return not_regular(err);
    }
    if (st.st_blocks == 0 && (uint64_t)st.st_size >= file->size) {
        return MS_OK;
    }
    return ms_err_set(err, MS_IO, 0, "the file shrank while it was read: %llu of %llu bytes were there",
                      (unsigned long long)file->at, (unsigned long long)file->size);
}

ms_code ms_file_read(ms_file *file, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    *n = 0;
    if (file->to_end && file->at > ENDLESS) {
        return ms_err_set(err, MS_LIMIT, 0,
                          "a file without a size has more than %d MiB: the rest is not searched",
                          ENDLESS >> 20);
    }
    if (!file->to_end && cap > file->limit - file->at) {
        cap = (size_t)(file->limit - file->at);
    }
    if (cap == 0) {
        return MS_OK;
    }
    uint64_t over = (file->at + cap) % ALIGN;
    cap -= cap > over + ALIGN ? (size_t)over : 0;
    ssize_t got = read_some(file, buf, cap);
    if (got < 0) {
        MS_TRY(after_failure(file, err));
        return ms_file_read(file, buf, cap, n, err);
    }
    if (got == 0 && file->at < file->limit) {
        return after_early_end(file, err);
    }
    file->at += (uint64_t)got;
    *n = (size_t)got;
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

uint64_t ms_file_size(const ms_file *file)
{
    return file->size;
}

void ms_file_seek(ms_file *file, uint64_t at)
{
    file->at = at;
    file->given = at;
}

ms_code ms_file_peek(const ms_file *file, uint64_t offset, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    *n = 0;
    uint64_t left = offset < file->size ? file->size - offset : 0;
    cap = left < cap ? (size_t)left : cap;
    while (*n < cap) {
        ssize_t got = pread(file->fd, buf + *n, cap - *n, (off_t)(offset + *n));
        if (got < 0 && errno != EINTR) {
            return read_failed(offset + *n, err);
        }
        if (got == 0) {
            break;
        }
        *n += got > 0 ? (size_t)got : 0;
    }
    return MS_OK;
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
    file->given = first;
    return code;
}

void ms_file_will_need(const char *path, uint64_t from, uint64_t n)
{
    int fd = n > 0 ? ms_directory_cache_open(NULL, path) : -1;
    if (fd >= 0) {
        (void)posix_fadvise(fd, (off_t)from, (off_t)n, POSIX_FADV_WILLNEED);
        (void)close(fd);
    }
}

static ms_code open_regular(ms_file *file, ms_directory_cache *directory_cache, const char *path, ms_err *err)
{
    struct stat st;
    file->fd = ms_directory_cache_open(directory_cache, path);
    if (file->fd < 0) {
        return ms_err_set(err, MS_IO, errno, "cannot be opened");
    }
    if (file->size > 0) {
        return MS_OK;
    }
    if (fstat(file->fd, &st) != 0) {
        return ms_err_set(err, MS_IO, errno, "cannot be examined");
    }
    if (!S_ISREG(st.st_mode)) {
        return not_regular(err);
    }
    file->to_end = st.st_size == 0;
    file->in_turn = true; /* what /proc makes up as it is read */
    return MS_OK;
}

ms_code ms_file_open(ms_file **file, ms_directory_cache *directory_cache, const char *path, uint64_t size,
                     ms_err *err)
{
    ms_file *f = calloc(1, sizeof *f);
    if (!f) {
        return ms_err_set(err, MS_NOMEM, 0, "no memory for a file");
    }
    f->size = size;
    f->limit = size;
    ms_code code = open_regular(f, directory_cache, path, err);
    if (code != MS_OK) {
        ms_file_close(f);
        return code;
    }
    *file = f;
    return MS_OK;
}

ms_code ms_file_identity(const ms_file *file, uint64_t *inode, int64_t *mtime_ns, ms_err *err)
{
    struct stat st;
    if (fstat(file->fd, &st) != 0) {
        return ms_err_set(err, MS_IO, errno, "cannot be examined");
    }
    *inode = (uint64_t)st.st_ino;
    *mtime_ns = ms_time_ns(st.st_mtim);
    return MS_OK;
}

void ms_file_close(ms_file *file)
{
    if (!file) {
        return;
    }
    if (file->giving) {
        give_back(file);
    }
    if (file->fd >= 0) {
        (void)close(file->fd);
    }
    free(file);
}
