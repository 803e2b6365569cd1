#include "scratch.h"

#include "unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

scratch scratch_open(void)
{
    scratch dir = {.root = "/tmp/mpiscan-unit.XXXXXX"};
    ck_assert_ptr_nonnull(mkdtemp(dir.root));
    ck_assert_int_eq(chmod(dir.root, 0755), 0);
    (void)snprintf(dir.file, sizeof dir.file, "%s/file", dir.root);
    return dir;
}

static bool is_itself_or_parent(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* Removes what the directory holds, and closes fd. By descriptors: some paths are longer than PATH_MAX. */
static void empty_directory(int fd)
{
    DIR *dir = fdopendir(fd);
    ck_assert_ptr_nonnull(dir);
    for (const struct dirent *next = readdir(dir); next; next = readdir(dir)) {
        const char *name = next->d_name;
        if (is_itself_or_parent(name) || unlinkat(fd, name, 0) == 0) {
            continue;
        }
        empty_directory(openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
        ck_assert_int_eq(unlinkat(fd, name, AT_REMOVEDIR), 0);
    }
    ck_assert_int_eq(closedir(dir), 0);
}

void scratch_close(const scratch *dir)
{
    empty_directory(open(dir->root, O_RDONLY | O_DIRECTORY));
    ck_assert_int_eq(rmdir(dir->root), 0);
}

char *scratch_path(const scratch *dir, const char *name, char to[static 256])
{
    ck_assert_int_lt(snprintf(to, 256, "%s/%s", dir->root, name), 256);
    return to;
}

void scratch_enter(void)
{
    scratch dir = scratch_open();
    ck_assert_int_eq(chdir(dir.root), 0);
}

void scratch_leave(void)
{
    scratch dir;
    ck_assert_ptr_nonnull(getcwd(dir.root, sizeof dir.root));
    ck_assert_ptr_eq(strstr(dir.root, "/tmp/mpiscan-unit."), dir.root);
    ck_assert_int_eq(chdir("/"), 0);
    scratch_close(&dir);
}

void file_write(const char *path, const void *data, size_t n)
{
    FILE *file = fopen(path, "wb");
    bool ok = file && (n == 0 || fwrite(data, 1, n, file) == n);
    ok = file && fclose(file) == 0 && ok;
    ck_assert_msg(ok, "cannot write %s", path);
}

void file_write_text(const char *path, const char *text)
{
    file_write(path, text, strlen(text));
}

ms_bytes file_read(const char *path)
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

size_t directory_count(const char *path)
{
    DIR *dir = opendir(path);
    ck_assert_msg(dir, "cannot open %s", path);
    size_t n = 0;
    for (const struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
        n += !is_itself_or_parent(entry->d_name);
    }
    (void)closedir(dir);
    return n;
}
