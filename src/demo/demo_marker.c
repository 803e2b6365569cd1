/* The marker DIR.made next to directory DIR holds the options of the set as text. It is empty while the set
 * is being made, so that an interrupted one is made again. It is outside, as everything in the directory is
 * input. */
#include "demo/demo_internal.h"

#include "base/escape.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { TEXT_MAX = 256 };

/* A missing directory counts as empty, one that cannot be listed does not. */
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

static bool has_text(const char *marker, const char *text, bool *exists)
{
    char found[TEXT_MAX];
    int fd = open(marker, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    *exists = fd >= 0;
    if (fd < 0) {
        return false;
    }
    ssize_t n = read(fd, found, sizeof found);
    (void)close(fd);
    return n == (ssize_t)strlen(text) && memcmp(found, text, (size_t)n) == 0;
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

static ms_code check_marker(char marker[PATH_MAX], const char *path, const char *options, bool *reused,
                            ms_err *err)
{
    char shown[TEXT_MAX];
    bool exists = false;
    (void)ms_escape_to(shown, sizeof shown, path, strlen(path));
    if (snprintf(marker, PATH_MAX, "%s.made", path) >= PATH_MAX) {
        return ms_err_set(err, MS_IO, ENAMETOOLONG, "cannot make directory %s", shown);
    }
    bool empty = is_empty(path);
    *reused = has_text(marker, options, &exists) && !empty;
    return exists || empty
               ? MS_OK
               : ms_err_set(err, MS_USAGE, 0, "%s is not empty and holds no demo set: give a path", shown);
}

ms_code ms__demo_make(const char *path, const char *options, bool *reused, ms__demo_fill *fill, void *user,
                      ms_err *err)
{
    char marker[PATH_MAX];
    ms__demo_directory directory = {0};
    *reused = false;
    MS_TRY(options ? check_marker(marker, path, options, reused, err) : MS_OK);
    if (*reused) {
        return MS_OK;
    }
    MS_TRY(ms__demo_directory_open(&directory, path, err));
    ms_code code = MS_OK;
    MS_TRY_OR(close_directory, options ? put_text(marker, "", err) : MS_OK);
    MS_TRY_OR(close_directory, fill(&directory, user, err));
    MS_TRY_OR(close_directory, options ? put_text(marker, options, err) : MS_OK);
close_directory:
    ms__demo_directory_close(&directory);
    return code;
}
