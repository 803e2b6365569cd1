/* Opener: see opener.h. */
#include "logs/input/directory_cache.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { FLAGS = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK };

void ms_opener_fini(ms_opener *opener)
{
    if (opener->held) {
        (void)close(opener->fd);
    }
    ms_bytes_fini(&opener->path);
    *opener = (ms_opener){0};
}

/* Is the file's folder at hand? It is opened when a second file of it comes. */
static bool is_at_hand(ms_opener *opener, const char *path, size_t n)
{
    ms_bytes *known = &opener->path;
    bool same = n > 0 && known->len == n + 1 && memcmp(known->data, path, n) == 0;
    if (same && !opener->held) {
        opener->fd = open((const char *)known->data, O_PATH | O_DIRECTORY | O_CLOEXEC);
        opener->held = opener->fd >= 0;
    } else if (!same) {
        ms_opener_fini(opener);
        if (ms_bytes_append(known, path, n) != MS_OK || ms_bytes_put_u8(known, 0) != MS_OK) {
            ms_bytes_clear(known);
        }
    }
    return opener->held;
}

int ms_opener_open(ms_opener *opener, const char *path)
{
    const char *slash = opener ? strrchr(path, '/') : NULL;
    size_t n = slash ? (size_t)(slash - path) + 1 : 0;
    if (n > 0 && path[n] != 0 && is_at_hand(opener, path, n)) {
        int fd = openat(opener->fd, path + n, FLAGS);
        if (fd >= 0) {
            return fd;
        }
    }
    return open(path, FLAGS);
}
