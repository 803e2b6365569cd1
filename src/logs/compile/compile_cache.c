#include "logs/compile/compile_cache.h"

#include "base/atomic_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

enum { MAGIC = 0x6363736D, VERSION = 1, NAME_BYTES = 40, HASH_BYTES = 8 };
enum { FILE_MOST = 64 << 20, ALL_MOST = 256 << 20 };

#define DIRECTORY "mpiscan"
#define ENDING ".hsdb"

char *ms_compile_cache_parent(void)
{
    const char *cache = getenv("XDG_CACHE_HOME");
    const char *home = getenv("HOME");
    char *parent = NULL;
    if (cache && cache[0] == '/') {
        return strdup(cache);
    }
    if (!home || home[0] != '/' || asprintf(&parent, "%s/.cache", home) < 0) {
        return NULL;
    }
    return parent;
}

ms_code ms_compile_cache_key(ms_bytes *key, const ms_hs_input *input)
{
    hs_platform_info_t platform = {0};
    const char *version = hs_version();
    if (hs_populate_platform(&platform) != HS_SUCCESS) {
        return MS_INTERNAL;
    }
    ms_bytes_put_blob(key, version, strlen(version));
    ms_bytes_put_u32(key, platform.tune);
    ms_bytes_put_u64(key, platform.cpu_features);
    ms_bytes_put_u32(key, (uint32_t)input->call);
    ms_bytes_put_u32(key, input->mode);
    ms_bytes_put_u64(key, input->n);
    for (size_t i = 0; i < input->n; i++) {
        const char *expression = input->expressions[i];
        ms_bytes_put_u32(key, input->flags ? input->flags[i] : 0);
        ms_bytes_put_u32(key, input->ids ? input->ids[i] : 0);
        ms_bytes_put_blob(key, expression, input->lens ? input->lens[i] : strlen(expression));
    }
    return ms_bytes_check(key);
}

ms_code ms_compile_cache_encode(ms_bytes *to, const ms_bytes *key, const void *db, size_t ndb)
{
    ms_bytes_put_u32(to, MAGIC);
    ms_bytes_put_u32(to, VERSION);
    ms_bytes_put_blob(to, key->data, key->len);
    ms_bytes_put_blob(to, db, ndb);
    MS_TRY(ms_bytes_check(to));
    ms_bytes_put_u64(to, XXH3_64bits(to->data, to->len));
    return ms_bytes_check(to);
}

const uint8_t *ms_compile_cache_decode(const void *data, size_t n, const ms_bytes *key, size_t *ndb)
{
    ms_reader reader = ms_reader_over(data, n);
    size_t nkey = 0;
    bool good = ms_reader_u32(&reader) == MAGIC && ms_reader_u32(&reader) == VERSION;
    const uint8_t *of = ms_reader_blob(&reader, &nkey);
    const uint8_t *db = ms_reader_blob(&reader, ndb);
    uint64_t hash = ms_reader_u64(&reader);
    good = good && !reader.failed && ms_reader_left(&reader) == 0 && *ndb > 0 && nkey == key->len &&
           memcmp(of, key->data, nkey) == 0 && XXH3_64bits(data, n - HASH_BYTES) == hash;
    return good ? db : NULL;
}

/* Nobody else can have written it, or can write it. */
static bool is_own(const struct stat *st)
{
    return st->st_uid == geteuid() && (st->st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/* Makes the directory of caches within one of this user. */
static void make_parent(const char *parent)
{
    struct stat st;
    const char *slash = strrchr(parent, '/');
    char *above = slash && slash > parent ? strndup(parent, (size_t)(slash - parent)) : NULL;
    if (above && stat(above, &st) == 0 && st.st_uid == geteuid()) {
        (void)mkdir(parent, 0700);
    }
    free(above);
}

/* The cache's directory, the caller's to close; -1: none that can be trusted. */
static int open_directory(const char *parent, bool create)
{
    struct stat st;
    if (create) {
        make_parent(parent);
    }
    int above = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int directory = -1;
    if (above < 0) {
        return -1;
    }
    if (create && fstat(above, &st) == 0 && st.st_uid == geteuid()) {
        (void)mkdirat(above, DIRECTORY, 0700);
    }
    directory = openat(above, DIRECTORY, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    (void)close(above);
    if (directory >= 0 && (fstat(directory, &st) != 0 || !is_own(&st))) {
        (void)close(directory);
        return -1;
    }
    return directory;
}

static void make_name(char name[NAME_BYTES], const ms_bytes *key)
{
    XXH128_hash_t hash = XXH3_128bits(key->data, key->len);
    (void)snprintf(name, NAME_BYTES, "%016" PRIx64 "%016" PRIx64 ENDING, (uint64_t)hash.high64,
                   (uint64_t)hash.low64);
}

/* Appends all of the file `name`, if it is one that can be trusted, and marks it as used now. */
static bool read_own(ms_bytes *to, int directory, const char *name)
{
    struct stat st;
    bool good = false;
    int fd = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && is_own(&st) && st.st_size > 0 &&
        st.st_size <= FILE_MOST && ms_bytes_reserve(to, (size_t)st.st_size) == MS_OK) {
        ssize_t got = 1;
        while (to->len < (size_t)st.st_size && got > 0) {
            got = read(fd, to->data + to->len, (size_t)st.st_size - to->len);
            to->len += got > 0 ? (size_t)got : 0;
        }
        good = to->len == (size_t)st.st_size;
        (void)futimens(fd, NULL);
    }
    (void)close(fd);
    return good;
}

hs_database_t *ms_compile_cache_load(const char *parent, const ms_hs_input *input)
{
    char name[NAME_BYTES];
    hs_database_t *db = NULL;
    ms_bytes key = {0};
    ms_bytes file = {0};
    size_t ndb = 0;
    int directory = open_directory(parent, false);
    if (directory >= 0 && ms_compile_cache_key(&key, input) == MS_OK) {
        make_name(name, &key);
        const uint8_t *raw = read_own(&file, directory, name)
                                 ? ms_compile_cache_decode(file.data, file.len, &key, &ndb)
                                 : NULL;
        if (raw && hs_deserialize_database((const char *)raw, ndb, &db) != HS_SUCCESS) {
            db = NULL;
        }
    }
    if (directory >= 0) {
        (void)close(directory);
    }
    ms_bytes_fini(&key);
    ms_bytes_fini(&file);
    return db;
}

/* The least recently used file of the cache, and what all of them have in bytes. */
typedef struct oldest {
    char name[NAME_BYTES];
    int64_t seconds;
    uint64_t sum;
} oldest;

static oldest find_oldest(int directory)
{
    oldest found = {.seconds = INT64_MAX};
    int copy = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *list = copy >= 0 ? fdopendir(copy) : NULL;
    const struct dirent *entry = NULL;
    while (list && (entry = readdir(list))) {
        struct stat st;
        size_t n = strlen(entry->d_name);
        if (n < NAME_BYTES && n > strlen(ENDING) && strcmp(entry->d_name + n - strlen(ENDING), ENDING) == 0 &&
            fstatat(directory, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode)) {
            found.sum += (uint64_t)st.st_size;
            if (st.st_mtim.tv_sec < found.seconds) {
                found.seconds = st.st_mtim.tv_sec;
                memcpy(found.name, entry->d_name, n + 1);
            }
        }
    }
    if (list) {
        (void)closedir(list);
    } else if (copy >= 0) {
        (void)close(copy);
    }
    return found;
}

/* Removes old files until there is room for n bytes more. */
static void make_room(int directory, size_t n)
{
    oldest found = find_oldest(directory);
    while (found.name[0] != 0 && found.sum + n > ALL_MOST && unlinkat(directory, found.name, 0) == 0) {
        found = find_oldest(directory);
    }
}

static void write_file(int directory, const char *name, const ms_bytes *file)
{
    ms_atomic_file out = {0};
    size_t at = 0;
    ssize_t put = 1;
    if (ms_atomic_file_open(&out, directory, name, 0600) != MS_OK) {
        return;
    }
    while (at < file->len && put > 0) {
        put = write(out.fd, file->data + at, file->len - at);
        at += put > 0 ? (size_t)put : 0;
    }
    ms_code ignored = at == file->len ? ms_atomic_file_commit(&out) : MS_IO;
    (void)ignored;
    ms_atomic_file_close(&out);
}

void ms_compile_cache_store(const char *parent, const ms_hs_input *input, const hs_database_t *db)
{
    char name[NAME_BYTES];
    ms_bytes key = {0};
    ms_bytes file = {0};
    char *raw = NULL;
    size_t nraw = 0;
    int directory = open_directory(parent, true);
    if (directory >= 0 && ms_compile_cache_key(&key, input) == MS_OK &&
        hs_serialize_database(db, &raw, &nraw) == HS_SUCCESS && nraw <= FILE_MOST &&
        ms_compile_cache_encode(&file, &key, raw, nraw) == MS_OK && file.len <= FILE_MOST) {
        make_name(name, &key);
        make_room(directory, file.len);
        write_file(directory, name, &file);
    }
    if (directory >= 0) {
        (void)close(directory);
    }
    free(raw);
    ms_bytes_fini(&key);
    ms_bytes_fini(&file);
}
