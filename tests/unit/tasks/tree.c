#include "tree.h"

#include "base/escape.h"
#include "scratch.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void make_parents(const char *path)
{
    for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        char *parent = strndup(path, (size_t)(slash - path));
        ck_assert_ptr_nonnull(parent);
        (void)mkdir(parent, 0755);
        free(parent);
    }
}

void tree_file(const char *path, size_t nbytes)
{
    make_parents(path);
    char *data = malloc(nbytes + 1);
    ck_assert_ptr_nonnull(data);
    memset(data, 'x', nbytes);
    file_write(path, data, nbytes);
    free(data);
}

void tree_directory(const char *path)
{
    make_parents(path);
    ck_assert_int_eq(mkdir(path, 0755), 0);
}

void tree_link(const char *target, const char *path)
{
    make_parents(path);
    ck_assert_int_eq(symlink(target, path), 0);
}

void tree_names(ms_str_list *names, const char *const *texts)
{
    for (size_t i = 0; texts[i]; i++) {
        ms_str_list_push(names, texts[i], strlen(texts[i]));
    }
}

void tree_enumerate(ms_entries *entries, const ms_enumerate_options *options)
{
    ms_err err = {0};
    ck_assert_int_eq(ms_enumerate(entries, options, &err), MS_OK);
    for (size_t i = 1; i < entries->paths.count; i++) {
        ck_assert_int_lt(
            ms_str_compare(ms_str_list_at(&entries->paths, i - 1), ms_str_list_at(&entries->paths, i)), 0);
    }
    for (size_t i = 0; i < entries->paths.count; i++) {
        ck_assert_uint_le(entries->list[i].state, MS_ENTRY_FAULT);
        if (entries->list[i].state != MS_ENTRY_FILE) {
            ck_assert_uint_lt(entries->list[i].reason, entries->reasons.count);
        }
    }
}

char *tree_text(const ms_entries *entries)
{
    char *text = NULL;
    size_t n = 0;
    FILE *to = open_memstream(&text, &n);
    ck_assert_ptr_nonnull(to);
    for (size_t i = 0; i < entries->paths.count; i++) {
        const ms_entry *entry = &entries->list[i];
        ms_str path = ms_str_list_at(&entries->paths, i);
        char shown[256];
        (void)fputs(ms_escape_to(shown, sizeof shown, path.data, path.len), to);
        if (entry->state == MS_ENTRY_FILE) {
            (void)fprintf(to, " = %llu\n", (unsigned long long)entry->size);
        } else {
            (void)fprintf(to, " %s %s\n", entry->state == MS_ENTRY_SKIP ? "skip" : "fault",
                          ms_str_list_at(&entries->reasons, entry->reason).data);
        }
    }
    ck_assert_int_eq(fclose(to), 0);
    return text;
}

void tree_check(const tree_case *test)
{
    ms_str_list roots = {0}, include = {0}, exclude = {0};
    tree_names(&roots, test->roots);
    tree_names(&include, test->include);
    tree_names(&exclude, test->exclude);
    ms_enumerate_options options = {.roots = &roots,
                                    .include = &include,
                                    .exclude = &exclude,
                                    .follow = test->follow,
                                    .max_depth = test->limited ? test->max_depth : UINT64_MAX};
    ms_entries entries = {0};
    tree_enumerate(&entries, &options);
    char *text = tree_text(&entries);
    ck_assert_str_eq(text, test->expected);
    ck_assert_uint_eq(entries.nfiltered, test->nfiltered);
    free(text);
    ms_entries_fini(&entries);
    ms_entries_fini(&entries);
    ms_str_list_fini(&roots);
    ms_str_list_fini(&include);
    ms_str_list_fini(&exclude);
}
