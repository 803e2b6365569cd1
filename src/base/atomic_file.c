#include "base/atomic_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TRIES = 100 };

/* Length of the name up to its last slash, inclusive; 0 without one. */
static int directory_length(const char *name)
{
    const char *slash = strrchr(name, '/');
    return slash ? (int)(slash - name) + 1 : 0;
}

static bool create_named(ms_atomic_file *file, const char *temporary, mode_t mode)
{
    file->fd = openat(file->directory, temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    return file->fd >= 0;
}

static bool link_named(ms_atomic_file *file, const char *temporary, mode_t mode)
{
    char from[64];
    (void)mode;
    (void)snprintf(from, sizeof from, "/proc/self/fd/%d", file->fd);
    return linkat(AT_FDCWD, from, file->directory, temporary, AT_SYMLINK_FOLLOW) == 0;
}

/* Finds an unused temporary name with which `make` succeeds. MS_IO with errno; MS_NOMEM. */
static ms_code find_name(ms_atomic_file *file, bool (*make)(ms_atomic_file *, const char *, mode_t),
                         mode_t mode)
{
    errno = EEXIST;
    for (int i = 0; i < TRIES && errno == EEXIST; i++) {
        char *temporary = NULL;
        if (asprintf(&temporary, "%.*s.mpiscan-%ld-%d.tmp", directory_length(file->name), file->name,
                     (long)getpid(), i) < 0) {
            return MS_NOMEM;
        }
        if (make(file, temporary, mode)) {
            file->temporary = temporary;
            return MS_OK;
        }
        int reason = errno;
        free(temporary);
        errno = reason;
    }
    return MS_IO;
}

/* An unnamed file (O_TMPFILE) in the target's directory; fd is -1 where the file system does not support
 * that, or where it could not be given a name later. */
static ms_code open_unnamed(ms_atomic_file *file, mode_t mode)
{
    char *directory = NULL;
    if (access("/proc/self/fd", X_OK) != 0) {
        return MS_OK;
    }
    if (asprintf(&directory, "%.*s.", directory_length(file->name), file->name) < 0) {
        return MS_NOMEM;
    }
    file->fd = openat(file->directory, directory, O_RDWR | O_TMPFILE | O_CLOEXEC, mode);
    free(directory);
    return MS_OK;
}

ms_code ms_atomic_file_open(ms_atomic_file *file, int directory, const char *name, mode_t mode)
{
    *file = (ms_atomic_file){.fd = -1, .directory = directory, .name = strdup(name)};
    ms_code code = file->name ? open_unnamed(file, mode) : MS_NOMEM;
    if (code == MS_OK && file->fd < 0) {
        code = find_name(file, create_named, mode);
    }
    if (code != MS_OK) {
        ms_atomic_file_close(file);
    }
    return code;
}

/* Links an unnamed file to the target name if that is unused: no temporary name, which a killed process would
 * leave. */
static ms_code commit_unnamed(ms_atomic_file *file, bool *done)
{
    *done = link_named(file, file->name, 0);
    if (!*done) {
        return MS_OK;
    }
    int fd = file->fd;
    file->fd = -1;
    if (close(fd) == 0 || errno == EINTR) {
        return MS_OK;
    }
    int reason = errno;
    (void)unlinkat(file->directory, file->name, 0);
    errno = reason;
    return MS_IO;
}

ms_code ms_atomic_file_commit(ms_atomic_file *file)
{
    if (!file->temporary) {
        bool done = false;
        ms_code linked = commit_unnamed(file, &done);
        if (done || linked != MS_OK) {
            return linked;
        }
        MS_TRY(find_name(file, link_named, 0));
    }
    int fd = file->fd;
    file->fd = -1;
    if ((close(fd) != 0 && errno != EINTR) ||
        renameat(file->directory, file->temporary, file->directory, file->name) != 0) {
        return MS_IO;
    }
    free(file->temporary);
    file->temporary = NULL;
    return MS_OK;
}

void ms_atomic_file_close(ms_atomic_file *file)
{
    int reason = errno;
    if (file->name && file->fd >= 0) {
        (void)close(file->fd);
    }
    if (file->temporary) {
        (void)unlinkat(file->directory, file->temporary, 0);
    }
    free(file->temporary);
    free(file->name);
    *file = (ms_atomic_file){0};
    errno = reason;
}
