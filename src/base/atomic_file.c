/* Beside: see beside.h. */
#include "base/atomic_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TRIES = 100 };

/* Length of the folder's name in front of the file's, with its slash; 0 for the folder itself. */
static int folder_length(const char *name)
{
    const char *slash = strrchr(name, '/');
    return slash ? (int)(slash - name) + 1 : 0;
}

static bool create_named(ms_beside *beside, const char *temporary, mode_t mode)
{
    beside->fd = openat(beside->folder, temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    return beside->fd >= 0;
}

static bool link_named(ms_beside *beside, const char *temporary, mode_t mode)
{
    char from[64];
    (void)mode;
    (void)snprintf(from, sizeof from, "/proc/self/fd/%d", beside->fd);
    return linkat(AT_FDCWD, from, beside->folder, temporary, AT_SYMLINK_FOLLOW) == 0;
}

/* A free name by which `make` succeeds. MS_IO, and errno says why; MS_NOMEM. */
static ms_code find_name(ms_beside *beside, bool (*make)(ms_beside *, const char *, mode_t), mode_t mode)
{
    errno = EEXIST;
    for (int i = 0; i < TRIES && errno == EEXIST; i++) {
        char *temporary = NULL;
        if (asprintf(&temporary, "%.*s.mpiscan-%ld-%d.tmp", folder_length(beside->name), beside->name,
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

/* A file without a name in the target's folder; fd is -1 where the file system has none. */
static ms_code open_nameless(ms_beside *beside, mode_t mode)
{
    char *folder = NULL;
    if (asprintf(&folder, "%.*s.", folder_length(beside->name), beside->name) < 0) {
        return MS_NOMEM;
    }
    beside->fd = openat(beside->folder, folder, O_RDWR | O_TMPFILE | O_CLOEXEC, mode);
    free(folder);
    return MS_OK;
}

ms_code ms_beside_open(ms_beside *beside, int folder, const char *name, mode_t mode)
{
    *beside = (ms_beside){.fd = -1, .folder = folder, .name = strdup(name)};
    ms_code code = beside->name ? open_nameless(beside, mode) : MS_NOMEM;
    if (code == MS_OK && beside->fd < 0) {
        code = find_name(beside, create_named, mode);
    }
    if (code != MS_OK) {
        ms_beside_close(beside);
    }
    return code;
}

/* A nameless file gets the target's own name at once when that is free: who is killed then leaves nothing. */
static ms_code commit_nameless(ms_beside *beside, bool *done)
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
    (void)unlinkat(beside->folder, beside->name, 0);
    errno = reason;
    return MS_IO;
}

ms_code ms_beside_commit(ms_beside *beside)
{
    if (!beside->temporary) {
        bool done = false;
        ms_code linked = commit_nameless(beside, &done);
        if (done || linked != MS_OK) {
            return linked;
        }
        ms_code code = find_name(beside, link_named, 0);
        if (code != MS_OK) {
            return code;
        }
    }
    int fd = beside->fd;
    beside->fd = -1;
    if ((close(fd) != 0 && errno != EINTR) ||
        renameat(beside->folder, beside->temporary, beside->folder, beside->name) != 0) {
        return MS_IO;
    }
    free(beside->temporary);
    beside->temporary = NULL;
    return MS_OK;
}

void ms_beside_close(ms_beside *beside)
{
    int reason = errno;
    if (beside->name && beside->fd >= 0) {
        (void)close(beside->fd);
    }
    if (beside->temporary) {
        (void)unlinkat(beside->folder, beside->temporary, 0);
    }
    free(beside->temporary);
    free(beside->name);
    *beside = (ms_beside){0};
    errno = reason;
}
