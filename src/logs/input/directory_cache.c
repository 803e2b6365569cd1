#include "logs/input/directory_cache.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { FLAGS = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK };

void ms_directory_cache_fini(ms_directory_cache *cache)
{
    if (cache->is_open) {
        (void)close(cache->fd);
    }
    ms_bytes_fini(&cache->path);
    *cache = (ms_directory_cache){0};
}

/* Is the file's directory open? It is opened when a second file of it is requested. */
static bool is_cached(ms_directory_cache *cache, const char *path, size_t n)
{
    ms_bytes *known = &cache->path;
    bool same = n > 0 && known->len == n + 1 && memcmp(known->data, path, n) == 0;
    if (same && !cache->is_open) {
        cache->fd = open((const char *)known->data, O_PATH | O_DIRECTORY | O_CLOEXEC);
        cache->is_open = cache->fd >= 0;
    } else if (!same) {
        ms_directory_cache_fini(cache);
        ms_bytes_append(known, path, n);
        ms_bytes_put_u8(known, 0);
        if (ms_bytes_check(known) != MS_OK) {
            ms_bytes_clear(known);
        }
    }
    return cache->is_open;
}

int ms_directory_cache_open(ms_directory_cache *cache, const char *path, int flags)
{
    const char *slash = cache ? strrchr(path, '/') : NULL;
    size_t n = slash ? (size_t)(slash - path) + 1 : 0;
    if (n > 0 && path[n] != 0 && is_cached(cache, path, n)) {
        int fd = openat(cache->fd, path + n, FLAGS | flags);
        if (fd >= 0) {
            return fd;
        }
    }
    return open(path, FLAGS | flags);
}
