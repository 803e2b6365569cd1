#include "base/safe_directory.h"

#include "base/escape.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static ms_code failed(const char *what, const char *path, int reason, ms_err *err)
{
    char shown[256];
    return ms_err_set(err, MS_IO, reason, "%s '%s'", what,
                      ms_escape_to(shown, sizeof shown, path, strlen(path)));
}

static bool is_directory(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* `path` is cut at each '/' and restored. Other ranks may do the same at the same time. */
static ms_code make_all(char *path, mode_t mode, ms_err *err)
{
    for (char *at = path; *at != '\0';) {
        at += strspn(at, "/");
        at += strcspn(at, "/");
        char kept = *at;
        bool last = at[strspn(at, "/")] == '\0';
        *at = '\0';
        /* of an existing directory some file systems say EROFS or EACCES */
        if (mkdir(path, last ? mode : 0777) != 0) {
            int reason = errno;
            if (!is_directory(path)) {
                return failed("cannot create the directory", path, reason == EEXIST ? ENOTDIR : reason, err);
            }
        }
        *at = kept;
    }
    return MS_OK;
}

ms_code ms_directory_make(const char *path, mode_t mode, ms_err *err)
{
    char *copy = strdup(path);
    if (!copy) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for a path");
    }
    ms_code code = make_all(copy, mode, err);
    free(copy);
    return code;
}

ms_code ms_directory_descend(int *fd, const char *name, mode_t mode)
{
    int above = *fd;
    (void)mkdirat(above, name, mode);
    *fd = openat(above, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    int reason = errno;
    (void)close(above);
    errno = reason;
    return *fd >= 0 ? MS_OK : MS_IO;
}

ms_code ms_owner_check(int fd, ms_err *err)
{
    struct stat st;
    if (fstat(fd, &st) != 0) {
        return ms_err_set(err, MS_IO, errno, "cannot be examined");
    }
    if (st.st_uid != geteuid() && st.st_uid != 0) {
        return ms_err_set(err, MS_IO, 0, "belongs to another user, who may have changed it");
    }
    if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        return ms_err_set(err, MS_IO, 0, "others can write to it: chmod go-w");
    }
    return MS_OK;
}

ms_code ms_directory_open_own(const char *path, bool make, int *fd, ms_err *err)
{
    char shown[256];
    if (make) {
        (void)mkdir(path, 0700); /* opening says why not */
    }
    *fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (*fd < 0) {
        return failed("cannot open the directory", path, errno, err);
    }
    ms_code code = ms_owner_check(*fd, err);
    if (code != MS_OK) {
        (void)close(*fd);
        *fd = -1;
        return ms_err_prefix(err, "%s", ms_escape_to(shown, sizeof shown, path, strlen(path)));
    }
    return MS_OK;
}
