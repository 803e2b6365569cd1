#include "run/work/output_file.h"

#include "base/escape.h"
#include "base/safe_directory.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
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

ms_code ms_output_directory(const char *directory, mode_t mode, ms_err *err)
{
    MS_TRY(ms_directory_make(directory, mode, err));
    return faccessat(AT_FDCWD, directory, W_OK | X_OK, AT_EACCESS) == 0
               ? MS_OK
               : failed(directory, "cannot write into the directory", err);
}

/* The mode of the input's directory that has the first n bytes of its path; private if that is not there any
 * more. The user can write into it. */
static mode_t mode_like(const char *input, size_t n)
{
    struct stat st = {0};
    char *name = strndup(input, n);
    bool known = name && stat(name, &st) == 0 && S_ISDIR(st.st_mode);
    free(name);
    return S_IRWXU | (known ? st.st_mode & 0777 : 0);
}

/* Enters the directories of place->path below its root. */
static ms_code descend(int *fd, const ms_output_place *place, ms_err *err)
{
    char name[NAME_MAX + 1];
    const char *at = place->path + place->nroot;
    size_t ninput = directory_length(place->input);
    size_t nbelow = directory_length(at) - strspn(at, "/");
    size_t nabove = ninput > nbelow ? ninput - nbelow : 0; /* of the input's path */
    at += strspn(at, "/");
    const char *first = at;
    for (const char *slash = NULL; (slash = strchr(at, '/')) != NULL; at = slash + strspn(slash, "/")) {
        size_t n = (size_t)(slash - at);
        if (n >= sizeof name) {
            errno = ENAMETOOLONG;
            return failed(place->path, "cannot write", err);
        }
        memcpy(name, at, n);
        name[n] = 0;
        if (ms_directory_descend(fd, name, mode_like(place->input, nabove + (size_t)(slash - first))) !=
            MS_OK) {
            return failed(place->path,
                          errno == ENOTDIR || errno == ELOOP
                              ? "a link or a file is in the place of a directory of"
                              : "cannot make the directories of",
                          err);
        }
    }
    return MS_OK;
}

static ms_code open_in(ms_output *output, const ms_output_place *place, ms_err *err)
{
    char *root = strndup(place->path, place->nroot);
    if (!root) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for a path");
    }
    output->directory = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
    free(root);
    if (output->directory < 0) {
        return failed(place->path, "cannot open the directory of", err);
    }
    MS_TRY(descend(&output->directory, place, err));
    const char *name = place->path + directory_length(place->path);
    ms_code code = ms_atomic_file_open(&output->file, output->directory, name, place->mode & 0666);
    output->fd = code == MS_OK ? output->file.fd : -1;
    return code == MS_OK ? MS_OK : failed(place->path, "cannot write", err);
}

ms_code ms_output_open(ms_output *output, const ms_output_place *place, ms_err *err)
{
    *output = (ms_output){.fd = -1, .path = place->path, .directory = -1};
    if (!place->path) {
        output->fd = memfd_create("mpiscan", MFD_CLOEXEC);
        return output->fd >= 0 ? MS_OK : ms_err_set(err, MS_IO, errno, "cannot create a file in memory");
    }
    ms_code code = open_in(output, place, err);
    if (code != MS_OK) {
        ms_output_close(output);
    }
    return code;
}

/* Would the rename replace the input? */
static bool is_input(const ms_output *output, const struct stat *input)
{
    struct stat st;
    return fstatat(output->directory, output->file.name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
           st.st_dev == input->st_dev && st.st_ino == input->st_ino;
}

ms_code ms_output_commit(ms_output *output, const struct stat *like, ms_err *err)
{
    if (!output->path) {
        return MS_OK;
    }
    if (is_input(output, like)) {
        return ms_err_set(err, MS_IO, 0, "its output would replace the input");
    }
    struct timespec times[2] = {like->st_atim, like->st_mtim};
    if (futimens(output->fd, times) != 0) {
        return failed(output->path, "cannot set the times of", err);
    }
    return ms_atomic_file_commit(&output->file) == MS_OK ? MS_OK : failed(output->path, "cannot write", err);
}

void ms_output_close(ms_output *output)
{
    if (output->fd >= 0 && !output->path) {
        (void)close(output->fd);
    }
    ms_atomic_file_close(&output->file);
    if (output->path && output->directory >= 0) {
        (void)close(output->directory);
    }
    *output = (ms_output){.fd = -1, .directory = -1};
}
