/* Output: see output.h. The unfinished file has no name where the file system knows such files, so that a
 * killed run leaves nothing behind; elsewhere a hidden one. */
#include "work/output.h"

#include "base/escape.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { TRIES = 100 };

static ms_code failed(const char *path, const char *what, ms_err *err)
{
    int reason = errno;
    char shown[256];
    return ms_err_set(err, MS_IO, reason, "%s '%s'", what,
                      ms_escape_to(shown, sizeof shown, path, strlen(path)));
}

/* Length of the folder's name in front of the file's, with its slash; 0 for the current folder. */
static size_t folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) + 1 : 0;
}

/* mkdir -p; `path` is cut at each '/' in turn and restored. Other ranks may be doing the same. */
static ms_code make_folders(char *path, ms_err *err)
{
    for (char *at = path; *at != '\0';) {
        at += strspn(at, "/");
        at += strcspn(at, "/");
        char kept = *at;
        *at = '\0';
        if (mkdir(path, 0777) != 0 && errno != EEXIST) {
            int reason = errno;
            struct stat st;
            bool there = stat(path, &st) == 0 && S_ISDIR(st.st_mode); /* EROFS or EACCES where it is */
            errno = reason;
            if (!there) {
                return failed(path, "cannot make the folder", err);
            }
        }
        *at = kept;
    }
    return MS_OK;
}

ms_code ms_output_folder(const char *folder, ms_err *err)
{
    char *copy = strdup(folder);
    if (!copy) {
        return ms_err_set(err, MS_NOMEM, 0, "no memory for a path");
    }
    ms_code code = make_folders(copy, err);
    if (code == MS_OK && faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) != 0) {
        code = failed(folder, "cannot write into the folder", err);
    }
    free(copy);
    return code;
}

/* The folder of the file `path`. */
static ms_code make_its_folder(const char *path, ms_err *err)
{
    char *folder = strndup(path, folder_length(path));
    if (!folder) {
        return ms_err_set(err, MS_NOMEM, 0, "no memory for a path");
    }
    ms_code code = make_folders(folder, err);
    free(folder);
    return code;
}

/* A free name beside the target, by which `make` succeeds. */
static bool find_name(ms_output *output, bool (*make)(ms_output *output, const char *name))
{
    errno = EEXIST;
    for (int i = 0; i < TRIES && errno == EEXIST; i++) {
        char *name = NULL;
        if (asprintf(&name, "%.*s.mpiscan-%ld-%d.tmp", (int)folder_length(output->path), output->path,
                     (long)getpid(), i) < 0) {
            return false;
        }
        if (make(output, name)) {
            output->temporary = name;
            return true;
        }
        int reason = errno;
        free(name);
        errno = reason;
    }
    return false;
}

static bool create_named(ms_output *output, const char *name)
{
    output->fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    return output->fd >= 0;
}

static bool link_named(ms_output *output, const char *name)
{
    char from[64];
    (void)snprintf(from, sizeof from, "/proc/self/fd/%d", output->fd);
    return linkat(AT_FDCWD, from, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0;
}

static int open_nameless(const char *path)
{
    char *folder = NULL;
    if (asprintf(&folder, "%.*s.", (int)folder_length(path), path) < 0) {
        return -1;
    }
    int fd = open(folder, O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
    free(folder);
    return fd;
}

ms_code ms_output_open(ms_output *output, const char *path, ms_err *err)
{
    *output = (ms_output){.fd = -1, .path = path};
    if (!path) {
        output->fd = memfd_create("mpiscan", MFD_CLOEXEC);
        return output->fd >= 0 ? MS_OK : ms_err_set(err, MS_IO, errno, "cannot make a file in memory");
    }
    ms_code code = make_its_folder(path, err);
    if (code != MS_OK) {
        return code;
    }
    output->fd = open_nameless(path);
    if (output->fd < 0 && !find_name(output, create_named)) {
        code = failed(path, "cannot write", err);
        ms_output_close(output);
    }
    return code;
}

/* Would the rename replace the input? */
static bool is_input(const char *path, const struct stat *input)
{
    struct stat st;
    return stat(path, &st) == 0 && st.st_dev == input->st_dev && st.st_ino == input->st_ino;
}

ms_code ms_output_commit(ms_output *output, const struct stat *like, ms_err *err)
{
    if (!output->path) {
        return MS_OK;
    }
    if (is_input(output->path, like)) {
        return ms_err_set(err, MS_IO, 0, "its output would replace it");
    }
    struct timespec times[2] = {like->st_atim, like->st_mtim};
    if (fchmod(output->fd, like->st_mode & 0666) != 0 || futimens(output->fd, times) != 0) {
        return failed(output->path, "cannot set mode and times of", err);
    }
    if ((!output->temporary && !find_name(output, link_named)) ||
        rename(output->temporary, output->path) != 0) {
        return failed(output->path, "cannot write", err);
    }
    free(output->temporary);
    output->temporary = NULL;
    return MS_OK;
}

void ms_output_close(ms_output *output)
{
    if (output->fd >= 0) {
        (void)close(output->fd);
    }
    if (output->temporary) {
        (void)unlink(output->temporary);
    }
    free(output->temporary);
    *output = (ms_output){.fd = -1};
}
