/* Suite of logs/compile/compile_cache.c: what is kept is found again, and nothing else is ever used. */
#include "logs/compile/compile_cache.h"

#include "logs/compile/compile.h"

#include "scratch.h"
#include "unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

TEST_FIXTURE(scratch_enter, scratch_leave);

#define PARENT "./cache"
#define OWN "./cache/mpiscan"

static const char *const some[] = {"foo+", "ba(r|z)"};
static const unsigned flags[] = {0, HS_FLAG_CASELESS};
static const unsigned ids[] = {0, 1};
static const ms_hs_input input = {
    .call = MS_HS_REGEXES, .expressions = some, .flags = flags, .ids = ids, .n = 2, .mode = HS_MODE_BLOCK};

static void keep(const ms_hs_input *what)
{
    ms_hs_job *job = NULL;
    ck_assert_int_eq(ms_hs_job_start(&job, what), MS_OK);
    ck_assert(ms_hs_job_wait(job, 60));
    ms_hs_result result = ms_hs_job_take(job);
    ms_hs_job_end(job);
    ck_assert_int_eq(result.rc, HS_SUCCESS);
    ms_compile_cache_store(PARENT, what, result.db);
    ms_hs_result_fini(&result);
}

static bool is_kept(const ms_hs_input *what)
{
    hs_database_t *db = ms_compile_cache_load(PARENT, what);
    bool kept = db;
    size_t n = 0;
    ck_assert(!db || (hs_database_size(db, &n) == HS_SUCCESS && n > 0));
    (void)hs_free_database(db);
    return kept;
}

/* The only file of the cache. */
static void name_of_file(char name[static 256])
{
    DIR *list = opendir(OWN);
    const struct dirent *entry = NULL;
    size_t n = 0;
    ck_assert_ptr_nonnull(list);
    while ((entry = readdir(list))) {
        if (entry->d_name[0] != '.') {
            (void)snprintf(name, 256, OWN "/%.200s", entry->d_name);
            n++;
        }
    }
    (void)closedir(list);
    ck_assert_uint_eq(n, 1);
}

TEST(kept_and_found)
{
    char name[256];
    struct stat st;
    ck_assert(!is_kept(&input));
    ck_assert_int_eq(access(PARENT, F_OK), -1); /* looking makes nothing */
    keep(&input);
    ck_assert(is_kept(&input));
    name_of_file(name);
    ck_assert(stat(PARENT, &st) == 0 && (st.st_mode & 0777) == 0700);
    ck_assert(stat(OWN, &st) == 0 && (st.st_mode & 0777) == 0700);
    ck_assert(stat(name, &st) == 0 && (st.st_mode & 0777) == 0600);
    keep(&input);
    name_of_file(name);
}

TEST(of_this_input_only)
{
    static const char *const others[] = {"foo+", "ba(r|z)", "x"};
    static const char *const second[] = {"foo+", "ba(r|Z)"};
    static const unsigned plain[] = {0, 0};
    static const unsigned turned[] = {1, 0};
    ms_hs_input different[] = {input, input, input, input, input};
    different[0].expressions = second;
    different[1].flags = plain;
    different[2].ids = turned;
    different[3].mode = HS_MODE_STREAM;
    different[4].expressions = others;
    different[4].n = 1;
    keep(&input);
    for (size_t i = 0; i < 5; i++) {
        ck_assert_msg(!is_kept(&different[i]), "%zu", i);
    }
    keep(&different[3]);
    ck_assert(is_kept(&different[3]) && is_kept(&input));
}

/* Each byte of a file counts, and so does its length. */
TEST(damaged_is_ignored)
{
    char name[256];
    keep(&input);
    name_of_file(name);
    ms_bytes file = file_read(name);
    for (size_t i = 0; i < file.len; i += i < 400 ? 1 : 97) {
        file.data[i] ^= 0x10;
        file_write(name, file.data, file.len);
        ck_assert_msg(!is_kept(&input), "byte %zu", i);
        file.data[i] ^= 0x10;
    }
    for (size_t n = 0; n < file.len; n += 61) {
        file_write(name, file.data, n);
        ck_assert_msg(!is_kept(&input), "%zu bytes", n);
    }
    file_write(name, file.data, file.len);
    ck_assert(is_kept(&input));
    ms_bytes_put_u8(&file, 0);
    file_write(name, file.data, file.len);
    ck_assert(!is_kept(&input));
    ms_bytes_fini(&file);
}

TEST(what_others_can_write_is_ignored)
{
    char name[256];
    keep(&input);
    name_of_file(name);
    static const mode_t modes[] = {0620, 0602, 0666};
    for (size_t i = 0; i < 3; i++) {
        ck_assert_int_eq(chmod(name, modes[i]), 0);
        ck_assert(!is_kept(&input));
        ck_assert_int_eq(chmod(name, 0600), 0);
        ck_assert_int_eq(chmod(OWN, 0100 | modes[i]), 0);
        ck_assert(!is_kept(&input));
        ck_assert_int_eq(chmod(OWN, 0700), 0);
        ck_assert(is_kept(&input));
    }
    ck_assert_int_eq(rename(name, "elsewhere"), 0);
    ck_assert_int_eq(symlink("../../elsewhere", name), 0);
    ck_assert(!is_kept(&input)); /* a link */
    ck_assert_int_eq(unlink(name), 0);
    ck_assert_int_eq(mkfifo(name, 0600), 0);
    ck_assert(!is_kept(&input));
    ck_assert_int_eq(rename("elsewhere", name), 0);
    ck_assert(is_kept(&input));
    ck_assert_int_eq(rename(OWN, "./moved"), 0);
    ck_assert_int_eq(symlink("../moved", OWN), 0);
    ck_assert(!is_kept(&input));
}

TEST(another_users_is_ignored)
{
    char name[256];
    keep(&input);
    name_of_file(name);
    if (geteuid() != 0) {
        return; /* only root can give files away */
    }
    ck_assert_int_eq(chown(name, 1, 1), 0);
    ck_assert(!is_kept(&input));
    ck_assert_int_eq(chown(name, 0, 0), 0);
    ck_assert_int_eq(chown(OWN, 1, 1), 0);
    ck_assert(!is_kept(&input));
    keep(&input);
    ck_assert_int_eq(rename(OWN, "./moved"), 0);
    ck_assert_int_eq(chown(PARENT, 1, 1), 0);
    keep(&input);
    ck_assert_int_eq(access(OWN, F_OK), -1); /* none is made in the directory of another */
}

TEST(the_oldest_go)
{
    enum { MANY = 6 };
    char name[64];
    keep(&input);
    for (int i = 0; i < MANY; i++) { /* 60 MB each, holes */
        (void)snprintf(name, sizeof name, OWN "/%d.hsdb", i);
        file_write_text(name, "");
        ck_assert_int_eq(truncate(name, 60 << 20), 0);
        const struct timespec times[2] = {{.tv_sec = 1000 + i}, {.tv_sec = 1000 + i}};
        ck_assert_int_eq(utimensat(AT_FDCWD, name, times, 0), 0);
    }
    file_write_text(OWN "/other", "");
    keep(&input);
    ck_assert(is_kept(&input));
    for (int i = 0; i < MANY; i++) {
        (void)snprintf(name, sizeof name, OWN "/%d.hsdb", i);
        ck_assert_int_eq(access(name, F_OK), i < 2 ? -1 : 0);
    }
    ck_assert_int_eq(access(OWN "/other", F_OK), 0);
}

TEST(without_a_place_nothing_happens)
{
    file_write_text("cache", "a file");
    keep(&input);
    ck_assert(!is_kept(&input));
    ck_assert_int_eq(setenv("XDG_CACHE_HOME", "relative", 1), 0);
    ck_assert_int_eq(unsetenv("HOME"), 0);
    ck_assert_ptr_null(ms_compile_cache_parent());
    ck_assert_int_eq(setenv("HOME", "/home/somebody", 1), 0);
    char *parent = ms_compile_cache_parent();
    ck_assert_str_eq(parent, "/home/somebody/.cache");
    free(parent);
    ck_assert_int_eq(setenv("XDG_CACHE_HOME", "/elsewhere", 1), 0);
    parent = ms_compile_cache_parent();
    ck_assert_str_eq(parent, "/elsewhere");
    free(parent);
}

/* A set that takes seconds is kept; then it is there at once, though it may not be compiled anymore. */
TEST(slow_sets_are_kept)
{
    ms_keywords keywords = {.regex = true, .cache = strdup(PARENT)};
    ms_compiled compiled = {0};
    ms_err err = {0};
    for (unsigned i = 0; i < 1500; i++) {
        char text[120];
        int n = snprintf(text, sizeof text, "a%03ub.*c%03ud.*e%03uf.*g%03uh.*%03ui[a-z]{1,40}x", i,
                         i * 7 % 1000, i * 13 % 1000, i * 17 % 1000, i * 29 % 1000);
        ck_assert_int_eq(ms_keywords_add(&keywords, text, (size_t)n, &err), MS_OK);
    }
    ck_assert_int_eq(ms_compile_regexes(&compiled, &keywords, MS_PATTERN_EXACT, HS_MODE_BLOCK, &err), MS_OK);
    ms_compiled_fini(&compiled);
    char name[256];
    struct stat first;
    struct stat then;
    name_of_file(name);
    ck_assert_int_eq(stat(name, &first), 0);
    keywords.compile_seconds = 0.05;
    ck_assert_msg(ms_compile_regexes(&compiled, &keywords, MS_PATTERN_EXACT, HS_MODE_BLOCK, &err) == MS_OK,
                  "%s", err.text);
    ck_assert_ptr_nonnull(compiled.db);
    ms_compiled_fini(&compiled);
    ck_assert_int_eq(stat(name, &then), 0);
    ck_assert_uint_eq(first.st_ino, then.st_ino);
    ms_keywords_fini(&keywords);
}
