/* Files made whole or not at all: written beside under a name of their own, renamed when complete; or
 * compared with what is there. Everything goes through the directory's descriptor and never through a link
 * found at a file's name. */
#include "demo/demo_internal.h"

#include "base/atomic_file.h"
#include "base/escape.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SHOWN_MAX = 320 /* bytes of a directory's name within an error text */ };

/* MS_IO: "<what> <path>[/<name>]: <reason>". */
static ms_code fail_io(ms_err *err, int sys_errno, const char *what, const char *path, const char *name)
{
    char shown[SHOWN_MAX];
    (void)ms_escape_to(shown, sizeof shown, path, strlen(path));
    return ms_err_set(err, MS_IO, sys_errno, "%s %s%s%s", what, shown, name ? "/" : "", name ? name : "");
}

static bool is_directory(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* mkdir -p; `path` is cut at each '/' in turn and restored. */
static ms_code make_parents(char *path, ms_err *err)
{
    for (char *at = path; *at != '\0';) {
        at += strspn(at, "/");
        at += strcspn(at, "/");
        char kept = *at;
        *at = '\0';
        /* What is there need not answer EEXIST: on some file systems it is EROFS or EACCES. */
        if (mkdir(path, 0777) != 0) {
            int why = errno;
            if (!is_directory(path)) {
                return fail_io(err, why == EEXIST ? ENOTDIR : why, "cannot make directory", path, NULL);
            }
        }
        *at = kept;
    }
    return MS_OK;
}

static ms_code make_directory(const char *path, ms_err *err)
{
    if (is_directory(path)) {
        return MS_OK;
    }
    char *copy = strdup(path);
    if (!copy) {
        return ms_err_set(err, MS_NOMEM, 0, "no memory for the path of the demo set");
    }
    ms_code code = make_parents(copy, err);
    free(copy);
    return code;
}

ms_code ms__demo_directory_open(ms__demo_directory *directory, const char *path, ms_err *err)
{
    *directory = (ms__demo_directory){0};
    ms_code code = make_directory(path, err);
    if (code != MS_OK) {
        return code;
    }
    int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return fail_io(err, errno, "cannot open directory", path, NULL);
    }
    char *blocks = malloc((size_t)2 * MS__DEMO_BLOCK_BYTES);
    if (!blocks) {
        (void)close(fd);
        return ms_err_set(err, MS_NOMEM, 0, "no memory for the blocks of the demo set");
    }
    *directory = (ms__demo_directory){path, fd, blocks};
    return MS_OK;
}

void ms__demo_directory_close(ms__demo_directory *directory)
{
    if (directory->blocks) {
        (void)close(directory->fd);
        free(directory->blocks);
    }
    *directory = (ms__demo_directory){0};
}

/* Up to n bytes, fewer only at the end of the file or where it cannot be read. */
static size_t read_fully(int fd, char *to, size_t n)
{
    size_t got = 0;
    while (got < n) {
        ssize_t now = read(fd, to + got, n - got);
        if (now <= 0) {
            if (now < 0 && errno == EINTR) {
                continue;
            }
            break;
        }
        got += (size_t)now;
    }
    return got;
}

/* Does it begin with all of the lines? *nbytes is their number of bytes if so. */
static bool fd_has(int fd, char *blocks, ms__demo_lines lines, uint64_t *nbytes)
{
    char *made = blocks;
    char *found = blocks + MS__DEMO_BLOCK_BYTES;
    uint64_t total = 0;
    for (size_t n = 0; (n = ms__demo_lines_fill(&lines, made, MS__DEMO_BLOCK_BYTES)) > 0;) {
        if (read_fully(fd, found, n) != n || memcmp(made, found, n) != 0) {
            return false;
        }
        total += n;
    }
    *nbytes = total;
    return true;
}

/* A regular file of that name, opened, and its size; -1 when there is none. */
static int open_found(const ms__demo_directory *directory, const char *name, uint64_t *size)
{
    /* O_NONBLOCK: a FIFO of that name must not hold the run up. */
    int fd = openat(directory->fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    struct stat st;
    if (fd >= 0 && (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))) {
        (void)close(fd);
        fd = -1;
    }
    *size = fd >= 0 ? (uint64_t)st.st_size : 0;
    return fd;
}

bool ms__demo_directory_has(const ms__demo_directory *directory, const char *name,
                            const ms__demo_lines *lines, uint64_t *nbytes)
{
    uint64_t size = 0;
    int fd = open_found(directory, name, &size);
    if (fd < 0) {
        return false;
    }
    bool whole = fd_has(fd, directory->blocks, *lines, nbytes) && *nbytes == size; /* nothing behind */
    (void)close(fd);
    return whole;
}

bool ms__demo_directory_has_bytes(const ms__demo_directory *directory, const char *name,
                                  const ms_bytes *bytes)
{
    uint64_t size = 0;
    int fd = open_found(directory, name, &size);
    if (fd < 0) {
        return false;
    }
    bool same = size == bytes->len;
    for (size_t at = 0; same && at < bytes->len; at += MS__DEMO_BLOCK_BYTES) {
        size_t n = bytes->len - at < MS__DEMO_BLOCK_BYTES ? bytes->len - at : MS__DEMO_BLOCK_BYTES;
        same =
            read_fully(fd, directory->blocks, n) == n && memcmp(directory->blocks, bytes->data + at, n) == 0;
    }
    (void)close(fd);
    return same;
}

/* 0 or an errno. */
static int write_fully(int fd, const char *data, size_t n)
{
    while (n > 0) {
        ssize_t now = write(fd, data, n);
        if (now < 0 && errno == EINTR) {
            continue;
        }
        if (now <= 0) {
            return now < 0 ? errno : EIO;
        }
        data += now;
        n -= (size_t)now;
    }
    return 0;
}

/* 0 or an errno. */
static int write_lines(int fd, char *block, ms__demo_lines lines, uint64_t *nbytes)
{
    uint64_t total = 0;
    int failed = 0;
    for (size_t n = 0; failed == 0 && (n = ms__demo_lines_fill(&lines, block, MS__DEMO_BLOCK_BYTES)) > 0;) {
        failed = write_fully(fd, block, n);
        total += n;
    }
    *nbytes = total;
    return failed;
}

/* Gives the file its name, unless writing it failed with an errno; then it is removed. */
static ms_code finish_beside(const ms__demo_directory *directory, ms_atomic_file *beside, const char *name,
                             int failed, ms_err *err)
{
    ms_code code = MS_OK;
    if (failed == 0) {
        code = ms_atomic_file_commit(beside);
        failed = errno;
    } else {
        code = MS_IO;
    }
    ms_atomic_file_close(beside);
    return code == MS_OK ? MS_OK : fail_io(err, failed, "cannot write", directory->path, name);
}

ms_code ms__demo_directory_put(const ms__demo_directory *directory, const char *name,
                               const ms__demo_lines *lines, uint64_t *nbytes, ms_err *err)
{
    ms_atomic_file beside;
    if (ms_atomic_file_open(&beside, directory->fd, name, 0666) != MS_OK) {
        return fail_io(err, errno, "cannot make", directory->path, name);
    }
    int failed = write_lines(beside.fd, directory->blocks, *lines, nbytes);
    return finish_beside(directory, &beside, name, failed, err);
}

ms_code ms__demo_directory_put_bytes(const ms__demo_directory *directory, const char *name,
                                     const ms_bytes *bytes, ms_err *err)
{
    ms_atomic_file beside;
    if (ms_atomic_file_open(&beside, directory->fd, name, 0666) != MS_OK) {
        return fail_io(err, errno, "cannot make", directory->path, name);
    }
    int failed = write_fully(beside.fd, (const char *)bytes->data, bytes->len);
    return finish_beside(directory, &beside, name, failed, err);
}
