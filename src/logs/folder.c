/* Folder: see folder.h. */
#include "logs/folder.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { FLAGS = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK };

void ms_folder_fini(ms_folder *folder)
{
    if (folder->held) {
        (void)close(folder->fd);
    }
    ms_bytes_fini(&folder->path);
    *folder = (ms_folder){0};
}

/* Is the file's folder at hand? It is opened when a second file of it comes. */
static bool is_at_hand(ms_folder *folder, const char *path, size_t n)
{
    ms_bytes *known = &folder->path;
    bool same = n > 0 && known->len == n + 1 && memcmp(known->data, path, n) == 0;
    if (same && !folder->held) {
        folder->fd = open((const char *)known->data, O_PATH | O_DIRECTORY | O_CLOEXEC);
        folder->held = folder->fd >= 0;
    } else if (!same) {
        ms_folder_fini(folder);
        if (ms_bytes_append(known, path, n) != MS_OK || ms_bytes_put_u8(known, 0) != MS_OK) {
            ms_bytes_clear(known);
        }
    }
    return folder->held;
}

int ms_folder_open(ms_folder *folder, const char *path)
{
    const char *slash = folder ? strrchr(path, '/') : NULL;
    size_t n = slash ? (size_t)(slash - path) + 1 : 0;
    if (n > 0 && path[n] != 0 && is_at_hand(folder, path, n)) {
        int fd = openat(folder->fd, path + n, FLAGS);
        if (fd >= 0) {
            return fd;
        }
    }
    return open(path, FLAGS);
}
