/* Files are created relative to the directory's descriptor, and links at their names are never followed. */
#include "demo/demo_internal.h"

#include "base/atomic_file.h"
#include "base/escape.h"
#include "base/safe_directory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SHOWN_MAX = 320 /* bytes of a path in an error text */ };

/* MS_IO: "<what> <path>[/<name>]: <reason>". */
static ms_code fail_io(ms_err *err, int sys_errno, const char *what, const char *path, const char *name)
{
    char shown[SHOWN_MAX];
    (void)ms_escape_to(shown, sizeof shown, path, strlen(path));
    return ms_err_set(err, MS_IO, sys_errno, "%s %s%s%s", what, shown, name ? "/" : "", name ? name : "");
}

ms_code ms__demo_directory_open(ms__demo_directory *directory, const char *path, ms_err *err)
{
    *directory = (ms__demo_directory){0};
    MS_TRY(ms_directory_make(path, 0777, err));
    int fd = open(path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) {
        return fail_io(err, errno, "cannot open directory", path, NULL);
    }
    char *block = malloc(MS__DEMO_BLOCK_BYTES);
    if (!block) {
        (void)close(fd);
        return ms_err_set(err, MS_NOMEM, 0, "out of memory");
    }
    *directory = (ms__demo_directory){path, fd, block};
    return MS_OK;
}

void ms__demo_directory_close(ms__demo_directory *directory)
{
    if (directory->block) {
        (void)close(directory->fd);
        free(directory->block);
    }
    *directory = (ms__demo_directory){0};
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

/* Renames the file, or with failed != 0 (an errno) removes it. */
static ms_code finish(const ms__demo_directory *directory, ms_atomic_file *file, const char *name, int failed,
                      ms_err *err)
{
    ms_code code = MS_OK;
    if (failed == 0) {
        code = ms_atomic_file_commit(file);
        failed = errno;
    } else {
        code = MS_IO;
    }
    ms_atomic_file_close(file);
    return code == MS_OK ? MS_OK : fail_io(err, failed, "cannot write", directory->path, name);
}

ms_code ms__demo_directory_put(const ms__demo_directory *directory, const char *name,
                               const ms__demo_lines *lines, uint64_t *nbytes, ms_err *err)
{
    ms_atomic_file file;
    if (ms_atomic_file_open(&file, directory->fd, name, 0666) != MS_OK) {
        return fail_io(err, errno, "cannot create", directory->path, name);
    }
    int failed = write_lines(file.fd, directory->block, *lines, nbytes);
    return finish(directory, &file, name, failed, err);
}

ms_code ms__demo_directory_put_bytes(const ms__demo_directory *directory, const char *name,
                                     const ms_bytes *bytes, ms_err *err)
{
    ms_atomic_file file;
    if (ms_atomic_file_open(&file, directory->fd, name, 0666) != MS_OK) {
        return fail_io(err, errno, "cannot create", directory->path, name);
    }
    int failed = write_fully(file.fd, (const char *)bytes->data, bytes->len);
    return finish(directory, &file, name, failed, err);
}
