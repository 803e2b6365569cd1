/* The --files-from list: reading it, and splitting it into names. Does not access the files. */
#include "tasks/enumerate/enumerate.h"

#include "base/escape.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define CHUNK ((size_t)64 * 1024)

ms_code ms_files_from_split(ms_str_list *roots, const void *data, size_t n, bool null_separated)
{
    const char *at = data;
    size_t left = n;
    while (left > 0) {
        const char *end = memchr(at, null_separated ? 0 : '\n', left);
        size_t len = end ? (size_t)(end - at) : left;
        if (len == 1 && *at == '-') {
            ms_str_list_push(roots, "./-", 3);
        } else if (len > 0) {
            ms_str_list_push(roots, at, len);
        }
        if (!end) {
            break;
        }
        at = end + 1;
        left -= len + 1;
    }
    return ms_str_list_check(roots);
}

/* Reads fd to its end. MS_NOMEM, or MS_IO with errno. */
static ms_code read_all(int fd, ms_bytes *to)
{
    for (;;) {
        if (ms_bytes_reserve(to, CHUNK) != MS_OK) {
            return MS_NOMEM;
        }
        ssize_t got = read(fd, to->data + to->len, to->cap - to->len);
        if (got == 0) {
            return MS_OK;
        }
        if (got < 0 && errno != EINTR) {
            return MS_IO;
        }
        to->len += got > 0 ? (size_t)got : 0;
    }
}

/* What would give names that no file has. */
static ms_code check_text(const ms_bytes *list, const char *shown, ms_err *err)
{
    bool marked =
        list->len >= 2 && (memcmp(list->data, "\xFF\xFE", 2) == 0 || memcmp(list->data, "\xFE\xFF", 2) == 0);
    if (!list->len || !memchr(list->data, 0, list->len)) {
        return MS_OK;
    }
    return marked
               ? ms_err_set(err, MS_USAGE, 0,
                            "the list of files '%s' is UTF-16: convert it, as with iconv -f UTF-16 -t UTF-8",
                            shown)
               : ms_err_set(err, MS_USAGE, 0,
                            "the list of files '%s' holds NUL bytes: for the output of find -print0 use -0",
                            shown);
}

ms_code ms_files_from_read(ms_str_list *roots, const char *path, bool null_separated, ms_err *err)
{
    char shown[256];
    (void)ms_escape_to(shown, sizeof shown, path, strlen(path));
    bool standard = strcmp(path, "-") == 0;
    int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return ms_err_set(err, MS_IO, errno, "cannot open the list of files '%s'", shown);
    }
    ms_bytes list = {0};
    bool refused = false;
    ms_code code = read_all(fd, &list);
    int error = errno;
    if (code == MS_OK) {
        code = null_separated ? MS_OK : check_text(&list, shown, err);
        refused = code != MS_OK;
    }
    if (code == MS_OK) {
        size_t mark = !null_separated && list.len >= 3 && memcmp(list.data, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
        code = ms_files_from_split(roots, list.data + mark, list.len - mark, null_separated);
    }
    if (!standard) {
        (void)close(fd);
    }
    ms_bytes_fini(&list);
    if (code == MS_OK || refused) {
        return code;
    }
    return ms_err_set(err, code, code == MS_IO ? error : 0,
                      code == MS_IO ? "cannot read the list of files '%s'"
                                    : "the list of files '%s': out of memory",
                      shown);
}
