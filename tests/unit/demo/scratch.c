/* See scratch.h. */
#include "scratch.h"

#include "suites.h"

#include <dirent.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

scratch scratch_open(void)
{
    scratch dir = {"/tmp/ms_unit_demo.XXXXXX"};
    ck_assert_ptr_nonnull(mkdtemp(dir.root));
    return dir;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
    (void)st;
    (void)kind;
    (void)ftw;
    return remove(path);
}

void scratch_close(const scratch *dir)
{
    ck_assert_int_eq(nftw(dir->root, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

char *scratch_path(const scratch *dir, const char *name, char to[static 256])
{
    ck_assert_int_lt(snprintf(to, 256, "%s/%s", dir->root, name), 256);
    return to;
}

ms_bytes file_bytes(const char *path)
{
    ms_bytes bytes = {0};
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file, "cannot open %s", path);
    struct stat st;
    ck_assert_int_eq(fstat(fileno(file), &st), 0);
    ck_assert_int_eq(ms_bytes_reserve(&bytes, (size_t)st.st_size + 1), MS_OK);
    bytes.len = fread(bytes.data, 1, (size_t)st.st_size, file);
    ck_assert_uint_eq(bytes.len, (size_t)st.st_size);
    bytes.data[bytes.len] = 0;
    ck_assert_int_eq(fclose(file), 0);
    return bytes;
}

void file_make(const char *path, const void *data, size_t n)
{
    FILE *file = fopen(path, "wb");
    ck_assert_msg(file, "cannot make %s", path);
    ck_assert_uint_eq(fwrite(data, 1, n, file), n);
    ck_assert_int_eq(fclose(file), 0);
}

size_t directory_count(const char *path)
{
    DIR *dir = opendir(path);
    ck_assert_msg(dir, "cannot open %s", path);
    size_t n = 0;
    for (const struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
        n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    }
    (void)closedir(dir);
    return n;
}

ms_bytes lines_bytes(const ms_demo_logs_options *options, uint64_t index, bool injected, size_t block)
{
    ms__demo_lines lines;
    ms__demo_lines_init(&lines, options, index, injected);
    ms_bytes bytes = {0};
    size_t n = 0;
    do {
        bytes.len += n;
        ck_assert_int_eq(ms_bytes_reserve(&bytes, block + 1), MS_OK);
        n = ms__demo_lines_fill(&lines, (char *)bytes.data + bytes.len, block);
        ck_assert_uint_le(n, block);
    } while (n > 0);
    bytes.data[bytes.len] = 0;
    return bytes;
}

size_t lines_with(const ms_bytes *text, const char *phrase)
{
    size_t count = 0;
    const char *at = (const char *)text->data;
    const char *end = at + text->len;
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        if (!stop) { /* no assertion a line: each costs a system call */
            ck_abort_msg("a line without an end");
        }
        count += !phrase || memmem(at, (size_t)(stop - at), phrase, strlen(phrase));
        at = stop + 1;
    }
    return count;
}
