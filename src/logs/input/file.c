#include "logs/input/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef RWF_DONTCACHE
#define RWF_DONTCACHE 0x00000080 /* linux/fs.h, since 6.14: pages that this read brings in are not kept */
#endif

enum {
    MAX_UNSIZED = 64 << 20,  /* limit for a file that reports size 0: some of /proc never end */
    DROP_INTERVAL = 8 << 20, /* bytes read between two calls of posix_fadvise(POSIX_FADV_DONTNEED) */
    ALIGN = 65536,           /* large reads end at a multiple of it, as network file systems prefer */
    PROBE_BYTES = 4096,      /* bytes per read when searching for the newline at a split's boundary */
};

struct ms_file {
    int fd;
    uint64_t size;    /* bytes of the file */
    uint64_t limit;   /* bytes to read up to, <= size */
    uint64_t at;      /* offset of the next byte */
    bool to_end;      /* read to the end, not to the size */
    bool sequential;  /* not seekable: pread fails, read works */
    bool drop_cache;  /* pages are not to stay in the page cache */
    bool drop_after;  /* ... by posix_fadvise, as RWF_DONTCACHE is not supported */
    uint64_t dropped; /* bytes at the beginning whose pages have been dropped */
    bool sparse;      /* has fewer blocks than bytes: there may be holes */
    struct {
        bool is_hole; /* or data */
        uint64_t from, to;
    } extent; /* of a sparse file: what lseek(2) said last */
};

static ms_code read_failed(uint64_t at, ms_err *err)
{
    return ms_err_set(err, MS_IO, errno, "reading failed after %llu bytes", (unsigned long long)at);
}

static void drop_pages(ms_file *file)
{
    (void)posix_fadvise(file->fd, (off_t)file->dropped, (off_t)(file->at - file->dropped),
                        POSIX_FADV_DONTNEED);
    file->dropped = file->at;
}

static ssize_t read_uncached(ms_file *file, uint8_t *buf, size_t cap)
{
    struct iovec to = {.iov_base = buf, .iov_len = cap};
    ssize_t got = file->drop_after ? -1 : preadv2(file->fd, &to, 1, (off_t)file->at, RWF_DONTCACHE);
    if (got >= 0 || (!file->drop_after && errno != EOPNOTSUPP)) {
        return got;
    }
    file->drop_after = true;
    if (file->at - file->dropped > DROP_INTERVAL) {
        drop_pages(file);
    }
    return pread(file->fd, buf, cap, (off_t)file->at);
}

static ssize_t read_some(ms_file *file, uint8_t *buf, size_t cap)
{
    ssize_t got = -1;
    do {
        got = file->sequential   ? read(file->fd, buf, cap)
              : file->drop_cache ? read_uncached(file, buf, cap)
                                 : pread(file->fd, buf, cap, (off_t)file->at);
    } while (got < 0 && errno == EINTR);
    return got;
}

/* Asks what is at `at`. Where that cannot be told, or the file is shorter by now, everything is read. */
static void find_extent(ms_file *file, uint64_t at)
{
    struct stat st;
    off_t data = lseek(file->fd, (off_t)at, SEEK_DATA);
    bool last = data < 0 && errno == ENXIO && fstat(file->fd, &st) == 0 && (uint64_t)st.st_size >= file->size;
    off_t next = last ? (off_t)file->size : data > (off_t)at ? data : lseek(file->fd, (off_t)at, SEEK_HOLE);
    file->sparse = (last || data >= 0) && next > (off_t)at;
    file->extent.is_hole = file->sparse && (last || data > (off_t)at);
    file->extent.from = at;
    file->extent.to = file->sparse ? (uint64_t)next : at;
}

/* Where the hole that `at` is in ends, at most at the file's end; `at` when it is in none. */
static uint64_t hole_end(ms_file *file, uint64_t at)
{
    if (!file->sparse || at >= file->size) {
        return at;
    }
    if (at < file->extent.from || at >= file->extent.to) {
        find_extent(file, at);
    }
    uint64_t end = file->extent.to < file->size ? file->extent.to : file->size;
    return file->extent.is_hole ? end : at;
}

uint64_t ms_file_skip_hole(ms_file *file, uint64_t unit)
{
    uint64_t end = hole_end(file, file->at);
    end = end < file->limit ? end : file->limit;
    uint64_t n = end > file->at ? (end - file->at) / unit * unit : 0;
    file->at += n;
    return n;
}

void ms_file_drop_cache(ms_file *file)
{
    file->drop_cache = true;
}

/* Called when a read fails, not before: that saves a system call per file. Should the file have become a
 * pipe, pread has not removed anything from it. */
static bool is_regular(const ms_file *file, struct stat *st)
{
    return fstat(file->fd, st) != 0 || S_ISREG(st->st_mode);
}

static ms_code not_regular(ms_err *err)
{
    return ms_err_set(err, MS_IO, 0, "is no longer a regular file");
}

/* The error for a failed read; MS_OK: retry with read(2). */
static ms_code after_failure(ms_file *file, ms_err *err)
{
    int error = errno;
    struct stat st;
    if (!is_regular(file, &st)) {
        return not_regular(err);
    }
    if (error == ESPIPE && !file->sequential && file->at == 0) {
        file->sequential = true;
        return MS_OK;
    }
    errno = error;
    return read_failed(file->at, err);
}

/* End of file before the expected size. In /sys that is no loss: a file there reports 4096 bytes and has a
 * few. */
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
    if (file->to_end && file->at > MAX_UNSIZED) {
        return ms_err_set(err, MS_LIMIT, 0,
                          "more than %d MiB in a file without a size: the rest is not searched",
                          MAX_UNSIZED >> 20);
    }
    if (!file->to_end && cap > file->limit - file->at) {
        cap = (size_t)(file->limit - file->at);
    }
    if (cap == 0) {
        return MS_OK;
    }
    uint64_t hole = hole_end(file, file->at) - file->at;
    if (hole > 0) {
        *n = hole < cap ? (size_t)hole : cap;
        memset(buf, 0, *n);
        file->at += *n;
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

static uint64_t source_skip_zeros(void *self, uint64_t unit)
{
    return ms_file_skip_hole(self, unit);
}

ms_source ms_file_source(ms_file *file)
{
    return (ms_source){.read = source_read, .skip_zeros = source_skip_zeros, .self = file};
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
    file->dropped = at;
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

ms_code ms_file_pread(void *self, uint64_t offset, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    return ms_file_peek(self, offset, buf, cap, n, err);
}

bool ms_file_has_grown(const ms_file *file)
{
    struct stat st;
    return fstat(file->fd, &st) == 0 && st.st_size > 0 && (uint64_t)st.st_size > file->size;
}

/* Searches for the first newline in [from, to): *after is the offset after it, or, without one, `to` or the
 * end of the file if that is first. */
static ms_code find_newline(ms_file *file, uint64_t from, uint64_t to, bool *found, uint64_t *after,
                            ms_err *err)
{
    uint8_t buf[PROBE_BYTES];
    *found = false;
    *after = from;
    while (*after < to && !*found) {
        uint64_t hole = hole_end(file, *after);
        if (hole > *after) {
            *after = hole < to ? hole : to;
            continue;
        }
        size_t cap = to - *after < sizeof buf ? (size_t)(to - *after) : sizeof buf;
        ssize_t got = pread(file->fd, buf, cap, (off_t)*after);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return read_failed(*after, err);
        }
        if (got == 0) {
            break;
        }
        const uint8_t *newline = memchr(buf, '\n', (size_t)got);
        *found = newline;
        *after += newline ? (uint64_t)(newline - buf) + 1 : (uint64_t)got;
    }
    return MS_OK;
}

/* If the file has shrunk, the limit stays beyond its end, so that the next read reports it. */
ms_code ms_file_select(ms_file *file, uint64_t begin, uint64_t end, ms_err *err)
{
    bool found = true;
    uint64_t first = begin;
    uint64_t after = 0;
    ms_code code = MS_OK;
    if (begin > 0) {
        code = find_newline(file, begin - 1, end - 1, &found, &first, err);
    }
    file->limit = file->size;
    if (code == MS_OK && !found && first == end - 1) {
        file->limit = first; /* no line begins here */
    } else if (code == MS_OK && found && end < file->size) {
        code = find_newline(file, end - 1, file->size, &found, &after, err);
        file->limit = found ? after : file->size;
    }
    file->at = first;
    file->dropped = first;
    return code;
}

void ms_file_will_need(ms_directory_cache *cache, const char *path, const ms_file_id *listed, uint64_t from,
                       uint64_t n)
{
    int fd = -1;
    if (n > 0 && ms_directory_cache_open(cache, path, listed, &fd, NULL) == MS_OK) {
        (void)posix_fadvise(fd, (off_t)from, (off_t)n, POSIX_FADV_WILLNEED);
        (void)close(fd);
    }
}

/* Sets how much is read of a file that is `size` bytes long, by the listing. */
static void set_size(ms_file *file, uint64_t size, const struct stat *st)
{
    file->size = size;
    file->limit = size;
    file->sparse = (uint64_t)st->st_blocks < (uint64_t)st->st_size / 512;
    if (size == 0) {
        file->to_end = st->st_size == 0;
        file->sequential = true; /* /proc generates the contents as they are read */
    }
}

static ms_code open_listed(ms_file *file, ms_directory_cache *cache, const char *path,
                           const ms_file_id *listed, ms_err *err)
{
    struct stat st;
    file->fd = -1;
    MS_TRY(ms_directory_cache_open(cache, path, listed, &file->fd, err));
    ms_code code = ms_file_id_check(file->fd, listed, &st, err);
    if (code == MS_OK || code == MS_CHANGED) {
        set_size(file, code == MS_OK ? listed->size : (uint64_t)st.st_size, &st);
    }
    return code;
}

ms_code ms_file_open_listed(ms_file **file, ms_directory_cache *cache, const char *path,
                            const ms_file_id *listed, ms_err *err)
{
    ms_file *f = calloc(1, sizeof *f);
    if (!f) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for a file");
    }
    ms_code code = open_listed(f, cache, path, listed, err);
    if (code != MS_OK && code != MS_CHANGED) {
        ms_file_close(f);
        return code;
    }
    *file = f;
    return code;
}

ms_code ms_file_open(ms_file **file, ms_directory_cache *cache, const char *path, uint64_t size, ms_err *err)
{
    const ms_file_id listed = {.size = size, .link = true};
    return ms_file_open_listed(file, cache, path, &listed, err);
}

void ms_file_close(ms_file *file)
{
    if (!file) {
        return;
    }
    if (file->drop_after) {
        drop_pages(file);
    }
    if (file->fd >= 0) {
        (void)close(file->fd);
    }
    free(file);
}
