#include "logs/input/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK = 65536 };

struct ms_spool {
    int fd;
    uint64_t size;
    uint8_t block[BLOCK];
};

/* A file without a name; where the file system has none, one whose name is removed at once. */
static int open_unnamed(const char *directory)
{
    char path[4096];
    int fd = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    int n = snprintf(path, sizeof path, "%s/mpiscan-XXXXXX", directory);
    if (fd < 0 && n > 0 && (size_t)n < sizeof path) {
        fd = mkostemp(path, O_CLOEXEC);
        if (fd >= 0) {
            (void)unlink(path);
        }
    }
    return fd;
}

static bool is_zero(const uint8_t *block, size_t n)
{
    return block[0] == 0 && memcmp(block, block + 1, n - 1) == 0;
}

static ms_code write_block(const ms_spool *spool, size_t n, ms_err *err)
{
    size_t done = is_zero(spool->block, n) ? n : 0;
    while (done < n) {
        ssize_t put = pwrite(spool->fd, spool->block + done, n - done, (off_t)(spool->size + done));
        if (put < 0 && errno != EINTR) {
            return ms_err_set(err, MS_IO, errno, "cannot be copied to a temporary file (TMPDIR)");
        }
        done += put > 0 ? (size_t)put : 0;
    }
    return MS_OK;
}

/* Fills the block, to the end or to an error; *n bytes are there in any case. */
static ms_code fill_block(ms_spool *spool, ms_source from, size_t *n, ms_err *err)
{
    size_t got = 1;
    *n = 0;
    while (*n < BLOCK && got > 0) {
        ms_code code = from.read(from.self, spool->block + *n, BLOCK - *n, &got, err);
        *n += got;
        MS_TRY(code);
    }
    return MS_OK;
}

/* *from_source: it is the source's error, or the limit; what was copied is valid. */
static ms_code copy(ms_spool *spool, ms_source from, bool *from_source, ms_err *err)
{
    size_t n = BLOCK;
    ms_code code = MS_OK;
    while (code == MS_OK && n == BLOCK && spool->size < MS_SPOOL_MAX) {
        ms_err why = {0};
        code = fill_block(spool, from, &n, &why);
        MS_TRY(n > 0 ? write_block(spool, n, err) : MS_OK);
        spool->size += n;
        if (code != MS_OK && err) {
            *err = why;
        }
    }
    *from_source = true;
    if (code == MS_OK && n == BLOCK) {
        code = ms_err_set(err, MS_LIMIT, 0, "more than %llu MiB of it are not searched",
                          (unsigned long long)(MS_SPOOL_MAX >> 20));
    }
    return code;
}

ms_code ms_spool_open(ms_spool **spool, ms_source from, ms_err *err)
{
    const char *directory = getenv("TMPDIR");
    ms_spool *s = calloc(1, sizeof *s);
    *spool = NULL;
    if (!s) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for a temporary file");
    }
    bool keep = false;
    ms_code code = MS_OK;
    s->fd = open_unnamed(directory && directory[0] != 0 ? directory : "/tmp");
    if (s->fd < 0) {
        code = ms_err_set(err, MS_IO, errno, "no temporary file can be created (TMPDIR)");
    } else {
        code = copy(s, from, &keep, err);
    }
    if (code == MS_OK || keep) {
        /* A hole at the end needs no length: the reader is told the size. */
        *spool = s;
    } else {
        ms_spool_close(s);
    }
    return code;
}

void ms_spool_close(ms_spool *spool)
{
    if (!spool) {
        return;
    }
    if (spool->fd >= 0) {
        (void)close(spool->fd);
    }
    free(spool);
}

uint64_t ms_spool_size(const ms_spool *spool)
{
    return spool->size;
}

ms_code ms_spool_pread(void *self, uint64_t offset, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    const ms_spool *spool = self;
    *n = 0;
    uint64_t left = offset < spool->size ? spool->size - offset : 0;
    cap = left < cap ? (size_t)left : cap;
    while (*n < cap) {
        ssize_t got = pread(spool->fd, buf + *n, cap - *n, (off_t)(offset + *n));
        if (got < 0 && errno != EINTR) {
            return ms_err_set(err, MS_IO, errno, "reading its temporary copy failed");
        }
        if (got == 0) { /* a hole at the end */
            memset(buf + *n, 0, cap - *n);
            got = (ssize_t)(cap - *n);
        }
        *n += got > 0 ? (size_t)got : 0;
    }
    return MS_OK;
}
