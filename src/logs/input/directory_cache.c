/* Opener: see directory_cache.h. */
#include "logs/input/directory_cache.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { FLAGS = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK };

void ms_directory_cache_fini(ms_directory_cache *directory_cache)
{
    if (directory_cache->held) {
        (void)close(directory_cache->fd);
    }
    ms_bytes_fini(&directory_cache->path);
    *directory_cache = (ms_directory_cache){0};
}

/* Is the file's directory at hand? It is opened when a second file of it comes. */
static bool is_at_hand(ms_directory_cache *directory_cache, const char *path, size_t n)
{
    ms_bytes *known = &directory_cache->path;
    bool same = n > 0 && known->len == n + 1 && memcmp(known->data, path, n) == 0;
    if (same && !directory_cache->held) {
        directory_cache->fd = open((const char *)known->data, O_PATH | O_DIRECTORY | O_CLOEXEC);
        directory_cache->held = directory_cache->fd >= 0;
    } else if (!same) {
        ms_directory_cache_fini(directory_cache);
        ms_bytes_append(known, path, n);
        ms_bytes_put_u8(known, 0);
        if (ms_bytes_check(known) != MS_OK) {
            ms_bytes_clear(known);
        }
    }
    return directory_cache->held;
}

int ms_directory_cache_open(ms_directory_cache *directory_cache, const char *path)
{
    const char *slash = directory_cache ? strrchr(path, '/') : NULL;
    size_t n = slash ? (size_t)(slash - path) + 1 : 0;
    if (n > 0 && path[n] != 0 && is_at_hand(directory_cache, path, n)) {
        int fd = openat(directory_cache->fd, path + n, FLAGS);
        if (fd >= 0) {
            return fd;
        }
    }
    return open(path, FLAGS);
}
