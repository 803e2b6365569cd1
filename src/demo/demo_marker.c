/* Which set a directory holds: the file DIR.made beside it says so by the options as text. It is empty while
 * the set is being made, so that an interrupted one is made again. It lies outside the directory, as
 * everything in there is input. */
#include "demo/demo_internal.h"

#include "base/escape.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TEXT_MAX = 256 };

/* Missing counts as empty; what cannot be listed, as not. */
static bool is_empty(const char *path)
{
    DIR *dir = opendir(path);
    if (!dir) {
        return errno == ENOENT;
    }
    size_t n = 0;
    for (const struct dirent *entry = readdir(dir); entry && n <= 2; entry = readdir(dir)) {
        n++; /* "." and ".." */
    }
    (void)closedir(dir);
    return n <= 2;
}

/* *exists: there is a marker; true: with this text. */
static bool has_text(const char *marker, const char *text, bool *exists)
{
    char found[TEXT_MAX];
    int fd = open(marker, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    *exists = fd >= 0;
    ssize_t n = fd >= 0 ? read(fd, found, sizeof found) : -1;
    if (fd >= 0) {
        (void)close(fd);
    }
    return n >= 0 && (size_t)n == strlen(text) && memcmp(found, text, (size_t)n) == 0;
}

static ms_code put_text(const char *marker, const char *text, ms_err *err)
{
    char shown[TEXT_MAX];
    size_t n = strlen(text);
    int fd = open(marker, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
    bool good = fd >= 0 && write(fd, text, n) == (ssize_t)n;
    int failed = errno;
    if (fd >= 0) {
        good = close(fd) == 0 && good;
    }
    return good ? MS_OK
                : ms_err_set(err, MS_IO, failed, "cannot write %s",
                             ms_escape_to(shown, sizeof shown, marker, strlen(marker)));
}

static char *marker_of(const char *path)
{
    char *marker = NULL;
    return asprintf(&marker, "%s.made", path) < 0 ? NULL : marker;
}

ms_code ms__demo_made_begin(const char *path, const char *text, bool *made, ms_err *err)
{
    char shown[TEXT_MAX];
    bool exists = false;
    char *marker = marker_of(path);
    if (!marker) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for a path");
    }
    bool empty = is_empty(path);
    *made = has_text(marker, text, &exists) && !empty;
    free(marker);
    if (!*made && !exists && !empty) {
        return ms_err_set(err, MS_USAGE, 0, "%s is not empty and holds no demo set: give a path",
                          ms_escape_to(shown, sizeof shown, path, strlen(path)));
    }
    return MS_OK;
}

ms_code ms__demo_made_set(const char *path, const char *text, ms_err *err)
{
    char *marker = marker_of(path);
    ms_code code =
        marker ? put_text(marker, text, err) : ms_err_set(err, MS_NOMEM, 0, "out of memory for a path");
    free(marker);
    return code;
}
