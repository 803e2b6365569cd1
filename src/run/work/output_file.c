#include "run/work/output_file.h"

#include "base/escape.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static ms_code failed(const char *path, const char *what, ms_err *err)
{
    int reason = errno;
    char shown[256];
    return ms_err_set(err, MS_IO, reason, "%s '%s'", what,
                      ms_escape_to(shown, sizeof shown, path, strlen(path)));
}

/* Length of the path up to its last slash, inclusive; 0 without one. */
static size_t directory_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) + 1 : 0;
}

/* mkdir -p; `path` is cut at each '/' and restored. Other ranks may do the same at the same time. */
static ms_code make_directories(char *path, ms_err *err)
{
    for (char *at = path; *at != '\0';) {
        at += strspn(at, "/");
        at += strcspn(at, "/");
        char kept = *at;
        *at = '\0';
        if (mkdir(path, 0777) != 0 && errno != EEXIST) {
            int reason = errno;
            struct stat st;
            bool exists =
                stat(path, &st) == 0 && S_ISDIR(st.st_mode); /* then mkdir may say EROFS or EACCES */
            errno = reason;
            if (!exists) {
                return failed(path, "cannot create the directory", err);
            }
        }
        *at = kept;
    }
    return MS_OK;
}

ms_code ms_output_directory(const char *directory, ms_err *err)
{
    char *copy = strdup(directory);
    if (!copy) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for a path");
    }
    ms_code code = make_directories(copy, err);
    if (code == MS_OK && faccessat(AT_FDCWD, directory, W_OK | X_OK, AT_EACCESS) != 0) {
        code = failed(directory, "cannot write into the directory", err);
    }
    free(copy);
    return code;
}

/* mkdir -p of the directory that the file is in. */
static ms_code make_parents(const char *path, ms_err *err)
{
    char *directory = strndup(path, directory_length(path));
    if (!directory) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for a path");
    }
    ms_code code = make_directories(directory, err);
    free(directory);
    return code;
}

ms_code ms_output_open(ms_output *output, const char *path, ms_err *err)
{
    *output = (ms_output){.fd = -1, .path = path};
    if (!path) {
        output->fd = memfd_create("mpiscan", MFD_CLOEXEC);
        return output->fd >= 0 ? MS_OK : ms_err_set(err, MS_IO, errno, "cannot create a file in memory");
    }
    MS_TRY(make_parents(path, err));
    ms_code code = ms_atomic_file_open(&output->file, AT_FDCWD, path, 0600);
    output->fd = code == MS_OK ? output->file.fd : -1;
    return code == MS_OK ? MS_OK : failed(path, "cannot write", err);
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
        return ms_err_set(err, MS_IO, 0, "its output would replace the input");
    }
    struct timespec times[2] = {like->st_atim, like->st_mtim};
    if (fchmod(output->fd, like->st_mode & 0666) != 0 || futimens(output->fd, times) != 0) {
        return failed(output->path, "cannot set mode and times of", err);
    }
    return ms_atomic_file_commit(&output->file) == MS_OK ? MS_OK : failed(output->path, "cannot write", err);
}

void ms_output_close(ms_output *output)
{
    if (output->fd >= 0 && !output->path) {
        (void)close(output->fd);
    }
    ms_atomic_file_close(&output->file);
    *output = (ms_output){.fd = -1};
}
