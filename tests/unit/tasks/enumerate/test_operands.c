/* Suite of tasks/enumerate/operands.c and tasks/enumerate/enumerate.c: what is named counts once, and is
 * never lost. */
#include "scratch.h"
#include "tree.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

TEST_FIXTURE(scratch_enter, scratch_leave);

static void make_tree(void)
{
    tree_file("d/a", 1);
    tree_file("d/b", 2);
    tree_file("d/sub/a", 3);
    tree_link("d", "ld");
    tree_link("a", "d/link-a");
    tree_link("nowhere", "dangling");
    tree_link("nowhere", "d/sub/dangling");
    tree_link("loop", "loop");
    ck_assert_int_eq(mkfifo("fifo", 0600), 0);
}

#define NOT_FOLLOWED " skip symbolic link: not followed (--follow)\n"
#define REST "d/b = 2\nd/link-a" NOT_FOLLOWED "d/sub/a = 3\nd/sub/dangling" NOT_FOLLOWED

static const tree_case operands[] = {
    /* one file in every spelling */
    {.roots = {"d/a", "./d/a", "d//a", "d/./a", "ld/a"}, .expected = "d/a = 1\n"},
    {.roots = {"d/sub/../a", "d/a"}, .expected = "d/sub/../a = 1\n"},
    {.roots = {"./d/a", "d/b", "d/a"}, .expected = "./d/a = 1\nd/b = 2\n"},
    {.roots = {"d/sub/a", "d/a"}, .expected = "d/a = 1\nd/sub/a = 3\n"},
    {.roots = {"d/a", "d/sub/a", "d/link-a"}, .expected = "d/a = 1\nd/link-a = 1\nd/sub/a = 3\n"},
    /* named, and found below a directory: the first operand gives the name */
    {.roots = {"d", "./d/a"}, .expected = "d/a = 1\n" REST},
    {.roots = {"./d/a", "d"}, .expected = "./d/a = 1\n" REST},
    {.roots = {"ld/a", "d", "d/a"}, .expected = REST "ld/a = 1\n"},
    {.roots = {"ld", "d/a"},
     .expected = "ld/a = 1\nld/b = 2\nld/link-a" NOT_FOLLOWED "ld/sub/a = 3\nld/sub/dangling" NOT_FOLLOWED},
    /* a link that is named is followed, wherever else it is found */
    {.roots = {"d", "./d/link-a"},
     .expected = "./d/link-a = 1\nd/a = 1\nd/b = 2\nd/sub/a = 3\nd/sub/dangling" NOT_FOLLOWED},
    {.roots = {"d", "./d/link-a"},
     .follow = true,
     .expected = "./d/link-a skip same file as d/a\nd/a = 1\nd/b = 2\nd/sub/a = 3\n"
                 "d/sub/dangling fault dangling symbolic link\n"},
    {.roots = {"d/sub", "./d/sub/a", "d"}, .expected = "d/a = 1\n" REST},
    /* a glob leaves out what is found, never what is named */
    {.roots = {"d", "./d/a"},
     .exclude = {"a", "sub", "link*"},
     .nfiltered = 2,
     .expected = "./d/a = 1\nd/b = 2\n"},
    {.roots = {"d/sub", "./d/sub/a"}, .include = {"x"}, .nfiltered = 1, .expected = "./d/sub/a = 3\n"},
    /* not there, not regular, not a directory */
    {.roots = {"nothing", "./nothing", "no/such", "na/such", "d/a"},
     .expected = "d/a = 1\nna/such fault No such file or directory\nno/such fault No such file or "
                 "directory\nnothing fault No such file or directory\n"},
    {.roots = {"d/a/", "./d/a/", "d/a/x", "d/a"},
     .expected = "d/a = 1\nd/a/ fault Not a directory\nd/a/x fault Not a directory\n"},
    {.roots = {"dangling", "loop", "fifo", "/dev/null"},
     .expected = "/dev/null fault not a regular file: character device\n"
                 "dangling fault No such file or directory\n"
                 "fifo fault not a regular file: FIFO\n"
                 "loop fault Too many levels of symbolic links\n"},
    /* a dangling link that is named is an error, also when it was found before */
    {.roots = {"d/sub", "./d/sub/dangling"},
     .expected = "./d/sub/dangling fault No such file or directory\nd/sub/a = 3\n"},
    {.roots = {""}, .expected = " fault No such file or directory\n"},
};

TEST_EACH(operand_table, operands)
{
    make_tree();
    tree_check(&operands[_i]);
}

/* What only a link leads to keeps the name it has as an operand, even as a later one. */
TEST(an_operand_is_nearer_than_a_link)
{
    tree_file("e/a", 1);
    tree_link("../e", "d/link");
    tree_file("e/sub/a", 2);
    tree_check(
        &(tree_case){.roots = {"d", "e/a", "e/sub/a"}, .follow = true, .expected = "e/a = 1\ne/sub/a = 2\n"});
}

TEST(absolute_is_the_same_as_relative)
{
    make_tree();
    char *here = getcwd(NULL, 0);
    ck_assert_ptr_nonnull(here);
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/d/a", here);
    tree_check(&(tree_case){.roots = {"d/a", path}, .expected = "d/a = 1\n"});
    (void)snprintf(path, sizeof path, "%s/d", here);
    tree_check(&(tree_case){.roots = {"d", path}, .expected = "d/a = 1\n" REST});
    free(here);
}

TEST(a_name_with_a_nul_is_a_fault)
{
    tree_file("d", 1);
    ms_str_list roots = {0};
    ms_str_list_push(&roots, "d\0x", 3);
    ms_entries entries = {0};
    tree_enumerate(&entries, &(ms_enumerate_options){.roots = &roots, .max_depth = UINT64_MAX});
    char *text = tree_text(&entries);
    ck_assert_str_eq(text, "d\\x00x fault a file name cannot contain a NUL byte\n");
    free(text);
    ms_entries_fini(&entries);
    ms_str_list_fini(&roots);
}

/* Thousands of operands in several directories, each twice in two spellings, and some of the directories too.
 */
TEST(many_operands_count_once)
{
    ms_str_list roots = {0};
    char path[64];
    for (int i = 0; i < 600; i++) {
        (void)snprintf(path, sizeof path, "d%d/f%03d", i % 7, i);
        tree_file(path, 0);
    }
    for (int i = 0; i < 1200; i++) {
        int k = i * 7919 % 600;
        (void)snprintf(path, sizeof path, "%sd%d/f%03d", i % 2 ? "./" : "", k % 7, k);
        ms_str_list_push(&roots, path, strlen(path));
    }
    tree_names(&roots, (const char *const[]){"d3", "ld", "./d5", NULL});
    ms_entries entries = {0};
    tree_enumerate(&entries, &(ms_enumerate_options){.roots = &roots, .max_depth = UINT64_MAX});
    ck_assert_uint_eq(entries.paths.count, 601); /* and "ld", which is not there */
    ck_assert_uint_eq(entries.list[600].state, MS_ENTRY_FAULT);
    ms_entries_fini(&entries);
    ms_str_list_fini(&roots);
}
