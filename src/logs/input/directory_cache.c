#include "logs/input/directory_cache.h"

#include <errno.h>
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

static bool is_cached(const ms_directory_cache *cache, const char *path, size_t n, const ms_file_id *listed)
{
    return cache->is_open && cache->path.len == n + 1 && memcmp(cache->path.data, path, n) == 0 &&
           cache->id.inode == listed->directory.inode && cache->id.device == listed->directory.device;
}

/* The directory that is the first n bytes of the path, or the current one, if it is the listed one. */
static ms_code enter(ms_directory_cache *cache, const char *path, size_t n, const ms_file_id *listed,
                     ms_err *err)
{
    ms_directory_cache_fini(cache);
    ms_bytes_append(&cache->path, path, n);
    ms_bytes_put_u8(&cache->path, 0);
    if (ms_bytes_check(&cache->path) != MS_OK) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for a path");
    }
    cache->fd = open(n > 0 ? (const char *)cache->path.data : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    cache->is_open = cache->fd >= 0;
    cache->id = listed->directory;
    return cache->is_open ? ms_file_id_check_directory(cache->fd, listed, err)
                          : ms_err_set(err, MS_IO, errno, "its directory cannot be opened");
}

ms_code ms_directory_cache_open(ms_directory_cache *cache, const char *path, const ms_file_id *listed,
                                int *fd, ms_err *err)
{
    ms_directory_cache only = {0};
    ms_directory_cache *in = cache ? cache : &only;
    const char *slash = strrchr(path, '/');
    size_t n = slash ? (size_t)(slash - path) + 1 : 0;
    ms_code code = MS_OK;
    if (listed->directory.device == 0 || path[n] == 0) {
        *fd = open(path, FLAGS | ms_file_id_flags(listed));
    } else {
        code = is_cached(in, path, n, listed) ? MS_OK : enter(in, path, n, listed, err);
        *fd = code == MS_OK ? openat(in->fd, path + n, FLAGS | ms_file_id_flags(listed)) : -1;
    }
    if (*fd < 0 && code == MS_OK) {
        code = ms_file_id_not_opened(listed, err);
    }
    if (code != MS_OK || !cache) {
        int failed = errno;
        ms_directory_cache_fini(in);
        errno = failed;
    }
    return code;
}
