/* Suite of tasks/enumerate/walk.c: overlapping operands, depth, links to directories, directories with two
 * names. */
#include "scratch.h"
#include "tree.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

TEST_FIXTURE(scratch_enter, scratch_leave);

static void make_tree(void)
{
    tree_file("d/f", 1);
    tree_file("d/a/f", 1);
    tree_file("d/a/b/f", 1);
    tree_file("d/a/b/c/f", 1);
    tree_file("d/z/f", 1);
    tree_link("d", "l");
    tree_link("d/a", "la");
}

#define ALL_OF_D "d/a/b/c/f = 1\nd/a/b/f = 1\nd/a/f = 1\nd/f = 1\nd/z/f = 1\n"

/* In make_tree's tree: spelling of the operands, overlap, depth. */
static const tree_case walks[] = {
    {.roots = {"d"}, .expected = ALL_OF_D},
    {.roots = {"d/"}, .expected = ALL_OF_D},
    {.roots = {"d//"}, .expected = ALL_OF_D},
    {.roots = {"d", "./d", "d/.", "l", "d/a/b", "d//a", "d/a/.."}, .expected = ALL_OF_D},
    {.roots = {"./d/z", "d"}, .expected = "./d/z/f = 1\nd/a/b/c/f = 1\nd/a/b/f = 1\nd/a/f = 1\nd/f = 1\n"},
    {.roots = {"la", "d/a", "d/z"}, .expected = "d/z/f = 1\nla/b/c/f = 1\nla/b/f = 1\nla/f = 1\n"},
    {.roots = {"d/z", "nothing"}, .expected = "d/z/f = 1\nnothing fault No such file or directory\n"},
    {.roots = {NULL}, .expected = ""},
    {.roots = {"d", "d/f"}, .limited = true, .max_depth = 0, .nfiltered = 1, .expected = "d/f = 1\n"},
    {.roots = {"d", "d/a"}, .limited = true, .max_depth = 0, .nfiltered = 2, .expected = ""},
    {.roots = {"d"}, .limited = true, .max_depth = 1, .nfiltered = 2, .expected = "d/f = 1\n"},
    {.roots = {"d"},
     .limited = true,
     .max_depth = 2,
     .nfiltered = 1,
     .expected = "d/a/f = 1\nd/f = 1\nd/z/f = 1\n"},
    {.roots = {"d", "d/a/b"},
     .limited = true,
     .max_depth = 1,
     .nfiltered = 3,
     .expected = "d/a/b/f = 1\nd/f = 1\n"},
    {.roots = {"d/a/b", "d"},
     .limited = true,
     .max_depth = 1,
     .nfiltered = 3,
     .expected = "d/a/b/f = 1\nd/f = 1\n"},
    /* d/a is reached by d first, but with too little left for what lies below it */
    {.roots = {"d", "./d/a"},
     .limited = true,
     .max_depth = 2,
     .nfiltered = 1,
     .expected = "d/a/b/f = 1\nd/a/f = 1\nd/f = 1\nd/z/f = 1\n"},
    {.roots = {"d", "d/a/b", "d/a"},
     .limited = true,
     .max_depth = 2,
     .expected = "d/a/b/c/f = 1\nd/a/b/f = 1\nd/a/f = 1\nd/f = 1\nd/z/f = 1\n"},
    /* one directory under several names, never entered */
    {.roots = {"d", "./d", "d/.", "l", "d/a", "la"},
     .limited = true,
     .max_depth = 0,
     .nfiltered = 2,
     .expected = ""},
    {.roots = {"d/a/b", "d"}, .limited = true, .max_depth = 3, .expected = ALL_OF_D},
};

TEST_EACH(walk_table, walks)
{
    make_tree();
    tree_check(&walks[_i]);
}

TEST(dot_and_absolute)
{
    make_tree();
    ck_assert_int_eq(chdir("d/a"), 0);
    tree_check(&(tree_case){.roots = {"."}, .expected = "./b/c/f = 1\n./b/f = 1\n./f = 1\n"});
    tree_check(&(tree_case){.roots = {".."},
                            .expected = "../a/b/c/f = 1\n../a/b/f = 1\n../a/f = 1\n../f = 1\n../z/f = 1\n"});
    char *here = getcwd(NULL, 0);
    ck_assert_ptr_nonnull(here);
    tree_check(
        &(tree_case){.roots = {"b", here}, .expected = "b/c/f = 1\n", .exclude = {"/f"}, .nfiltered = 2});
    free(here);
    ck_assert_int_eq(chdir("../.."), 0);
}

TEST(the_root_directory_has_no_second_slash)
{
    const char *const slashes[] = {"/", "//", NULL};
    for (size_t i = 0; slashes[i]; i++) {
        ms_str_list roots = {0};
        tree_names(&roots, (const char *const[]){slashes[i], NULL});
        ms_entries entries = {0};
        tree_enumerate(&entries, &(ms_enumerate_options){.roots = &roots, .max_depth = 1});
        for (size_t k = 0; k < entries.paths.count; k++) {
            ms_str path = ms_str_list_at(&entries.paths, k);
            ck_assert(path.len > 1 && path.data[0] == '/' && path.data[1] != '/');
        }
        ms_entries_fini(&entries);
        ms_str_list_fini(&roots);
    }
}

/* In the tree of make_links. */
static const tree_case links[] = {
    {.roots = {"d"},
     .expected = "d/0-link skip symbolic link: not followed (--follow)\n"
                 "d/a/f = 1\n"
                 "d/a/out skip symbolic link: not followed (--follow)\n"
                 "d/a/out-too skip symbolic link: not followed (--follow)\n"
                 "d/a/up skip symbolic link: not followed (--follow)\n"},
    /* 0-link sorts before a, yet a is reached without a link */
    {.roots = {"d"},
     .follow = true,
     .expected = "d/0-link skip directory already reached as d/a\n"
                 "d/a/f = 1\n"
                 "d/a/out-too skip directory already reached as d/a/out\n"
                 "d/a/out/back skip symbolic link loop to d/a\n"
                 "d/a/out/f = 2\n"
                 "d/a/out/self skip symbolic link loop to d/a/out\n"
                 "d/a/out/top skip symbolic link loop to d\n"
                 "d/a/up skip symbolic link loop to d\n"},
    {.roots = {"d", "e"},
     .follow = true,
     .expected = "d/0-link skip directory already reached as d/a\n"
                 "d/a/f = 1\n"
                 "d/a/out skip directory already reached as e\n"
                 "d/a/out-too skip directory already reached as e\n"
                 "d/a/up skip symbolic link loop to d\n"
                 "e/back skip directory already reached as d/a\n"
                 "e/f = 2\n"
                 "e/self skip symbolic link loop to e\n"
                 "e/top skip directory already reached as d\n"},
    {.roots = {"d"},
     .exclude = {"0-*"},
     .follow = true,
     .limited = true,
     .max_depth = 1,
     .nfiltered = 2, /* 0-link and a */
     .expected = ""},
    {.roots = {"d"},
     .exclude = {"out*", "0-*"},
     .follow = true,
     .nfiltered = 3,
     .expected = "d/a/f = 1\nd/a/up skip symbolic link loop to d\n"},
    {.roots = {"d"}, .follow = true, .limited = true, .max_depth = 1, .nfiltered = 1, .expected = ""},
    /* a link is the nearer way to d/a, which is known: nothing is listed twice */
    {.roots = {"d"},
     .follow = true,
     .limited = true,
     .max_depth = 2,
     .nfiltered = 1,
     .expected = "d/0-link skip directory already reached as d/a\nd/a/f = 1\n"},
};

static void make_links(void)
{
    tree_file("d/a/f", 1);
    tree_file("e/f", 2);
    tree_link("a", "d/0-link");
    tree_link("..", "d/a/up");
    tree_link("../../e", "d/a/out");
    tree_link("../../e", "d/a/out-too");
    tree_link("../d/a", "e/back");
    tree_link("../d", "e/top");
    tree_link(".", "e/self");
}

TEST_EACH(link_table, links)
{
    make_links();
    tree_check(&links[_i]);
}

/* A link comes nearer to a directory than the walk without links did, so what lies below is in reach after
 * all.
 */
TEST(a_nearer_way_through_a_link_goes_deeper)
{
    tree_file("d/a/b/c/f", 1);
    tree_file("d/a/b/g", 1);
    tree_link("a/b", "d/near");
    tree_check(&(tree_case){
        .roots = {"d"},
        .follow = true,
        .limited = true,
        .max_depth = 3,
        .expected = "d/a/b/c/f = 1\nd/a/b/g = 1\nd/near skip directory already reached as d/a/b\n"});
}

/* Whatever the order of readdir: the first by name is walked. */
TEST(links_are_walked_in_the_order_of_their_paths)
{
    tree_file("e/x/f", 1);
    char expected[8192] = "d/link-00/x/f = 1\n";
    char path[64];
    for (int i = 40; i >= 0; i--) {
        (void)snprintf(path, sizeof path, "d/link-%02d", i * 17 % 41);
        tree_link("../e", path);
    }
    for (int i = 1; i <= 40; i++) {
        size_t used = strlen(expected);
        (void)snprintf(expected + used, sizeof expected - used,
                       "d/link-%02d skip directory already reached as d/link-00\n", i);
    }
    tree_check(&(tree_case){.roots = {"d"}, .follow = true, .expected = expected});
}

/* A directory with two names and no link between them, in a file system name space of this test's own. */
TEST(directory_mounted_twice_is_reported)
{
    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
        (void)fprintf(stderr, "a_directory_mounted_twice_is_reported: NOT RUN, no right to mount\n");
        return;
    }
    tree_file("e/f", 1);
    char expected[4096] = "d/m00/f = 1\n";
    char path[64];
    for (int i = 0; i < 20; i++) {
        (void)snprintf(path, sizeof path, "d/m%02d", i * 7 % 20);
        tree_directory(path);
        ck_assert_int_eq(mount("e", path, NULL, MS_BIND, NULL), 0);
        if (i > 0) {
            size_t used = strlen(expected);
            (void)snprintf(expected + used, sizeof expected - used,
                           "d/m%02d skip directory already reached as d/m00\n", i);
        }
    }
    tree_directory("d/n");
    ck_assert_int_eq(mount("d", "d/n", NULL, MS_BIND, NULL), 0); /* not recursive: d/n/m00 is empty */
    (void)strcat(expected, "d/n skip directory already reached as d\n");
    tree_check(&(tree_case){.roots = {"d"}, .expected = expected});
    ck_assert_int_eq(umount("d/n"), 0);
    for (int i = 0; i < 20; i++) {
        (void)snprintf(path, sizeof path, "d/m%02d", i);
        ck_assert_int_eq(umount(path), 0);
    }
}

TEST(deep_and_wide_is_no_recursion_and_no_descriptors)
{
    char path[2048] = "d";
    for (int i = 0; i < 300; i++) {
        (void)strcat(path, "/x");
    }
    (void)strcat(path, "/f");
    tree_file(path, 1);
    char expected[2100];
    (void)snprintf(expected, sizeof expected, "%s", path);
    ms_str_list roots = {0};
    tree_names(&roots, (const char *const[]){"d", NULL});
    int free_fd = dup(0);
    ck_assert_int_eq(close(free_fd), 0);
    struct rlimit limit;
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &(struct rlimit){(rlim_t)free_fd + 3, limit.rlim_max}), 0);
    ms_entries entries = {0};
    tree_enumerate(&entries, &(ms_enumerate_options){.roots = &roots, .max_depth = UINT64_MAX});
    ck_assert_uint_eq(entries.paths.count, 1);
    ck_assert_str_eq(ms_str_list_at(&entries.paths, 0).data, expected);
    ck_assert_int_eq(dup(0), free_fd); /* no descriptor is left open */
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    ms_entries_fini(&entries);
    ms_str_list_fini(&roots);
}
