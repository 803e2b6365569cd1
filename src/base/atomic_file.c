#include "base/atomic_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TRIES = 100 };

/* Length of the directory's name in front of the file's, with its slash; 0 for the directory itself. */
static int directory_length(const char *name)
{
    const char *slash = strrchr(name, '/');
    return slash ? (int)(slash - name) + 1 : 0;
}

static bool create_named(ms_atomic_file *beside, const char *temporary, mode_t mode)
{
    beside->fd = openat(beside->directory, temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    return beside->fd >= 0;
}

static bool link_named(ms_atomic_file *beside, const char *temporary, mode_t mode)
{
    char from[64];
    (void)mode;
    (void)snprintf(from, sizeof from, "/proc/self/fd/%d", beside->fd);
    return linkat(AT_FDCWD, from, beside->directory, temporary, AT_SYMLINK_FOLLOW) == 0;
}

/* A free name by which `make` succeeds. MS_IO, and errno says why; MS_NOMEM. */
static ms_code find_name(ms_atomic_file *beside, bool (*make)(ms_atomic_file *, const char *, mode_t),
                         mode_t mode)
{
    errno = EEXIST;
    for (int i = 0; i < TRIES && errno == EEXIST; i++) {
        char *temporary = NULL;
        if (asprintf(&temporary, "%.*s.mpiscan-%ld-%d.tmp", directory_length(beside->name), beside->name,
                     (long)getpid(), i) < 0) {
            return MS_NOMEM;
        }
        if (make(beside, temporary, mode)) {
            beside->temporary = temporary;
            return MS_OK;
        }
        int reason = errno;
        free(temporary);
        errno = reason;
    }
    return MS_IO;
}

/* A file without a name in the target's directory; fd is -1 where the file system has none. */
static ms_code open_nameless(ms_atomic_file *beside, mode_t mode)
{
    char *directory = NULL;
    if (asprintf(&directory, "%.*s.", directory_length(beside->name), beside->name) < 0) {
        return MS_NOMEM;
    }
    beside->fd = openat(beside->directory, directory, O_RDWR | O_TMPFILE | O_CLOEXEC, mode);
    free(directory);
    return MS_OK;
}

ms_code ms_atomic_file_open(ms_atomic_file *beside, int directory, const char *name, mode_t mode)
{
    *beside = (ms_atomic_file){.fd = -1, .directory = directory, .name = strdup(name)};
    ms_code code = beside->name ? open_nameless(beside, mode) : MS_NOMEM;
    if (code == MS_OK && beside->fd < 0) {
        code = find_name(beside, create_named, mode);
    }
    if (code != MS_OK) {
        ms_atomic_file_close(beside);
    }
    return code;
}

/* A nameless file gets the target's own name at once when that is free: who is killed then leaves nothing. */
static ms_code commit_nameless(ms_atomic_file *beside, bool *done)
{
    *done = link_named(beside, beside->name, 0);
    if (!*done) {
        return MS_OK;
    }
    int fd = beside->fd;
    beside->fd = -1;
    if (close(fd) == 0 || errno == EINTR) {
        return MS_OK;
    }
    int reason = errno;
    (void)unlinkat(beside->directory, beside->name, 0);
    errno = reason;
    return MS_IO;
}

ms_code ms_atomic_file_commit(ms_atomic_file *beside)
{
    if (!beside->temporary) {
        bool done = false;
        ms_code linked = commit_nameless(beside, &done);
        if (done || linked != MS_OK) {
            return linked;
        }
        MS_TRY(find_name(beside, link_named, 0));
    }
    int fd = beside->fd;
    beside->fd = -1;
    if ((close(fd) != 0 && errno != EINTR) ||
        renameat(beside->directory, beside->temporary, beside->directory, beside->name) != 0) {
        return MS_IO;
    }
    free(beside->temporary);
    beside->temporary = NULL;
    return MS_OK;
}

void ms_atomic_file_close(ms_atomic_file *beside)
{
    int reason = errno;
    if (beside->name && beside->fd >= 0) {
        (void)close(beside->fd);
    }
    if (beside->temporary) {
        (void)unlinkat(beside->directory, beside->temporary, 0);
    }
    free(beside->temporary);
    free(beside->name);
    *beside = (ms_atomic_file){0};
    errno = reason;
}
