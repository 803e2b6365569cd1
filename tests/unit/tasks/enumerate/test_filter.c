/* Suite of tasks/enumerate/filter.c: which globs are for the base name, which for the path, and what they
 * leave out. */
#include "tree.h"

#include <sys/stat.h>

Suite *filter_suite(void);

/* In the tree of make_tree. */
static const tree_case filters[] = {
    {.roots = {"d"},
     .include = {"*.log"},
     .nfiltered = 3,
     .expected = "d/a.log = 1\nd/s/.h.log = 1\nd/s/c.log = 1\n"},
    {.roots = {"d"},
     .include = {"*.log", "b*"},
     .nfiltered = 2,
     .expected = "d/a.log = 1\nd/b.txt = 1\nd/s/.h.log = 1\nd/s/c.log = 1\n"},
    {.roots = {"d"},
     .exclude = {"*.log"},
     .nfiltered = 3,
     .expected = "d/b.txt = 1\nd/fifo skip not a regular file: FIFO\nd/gone skip dangling symbolic link\n"},
    {.roots = {"d"},
     .include = {"*.log"},
     .exclude = {"a*"},
     .nfiltered = 4,
     .expected = "d/s/.h.log = 1\nd/s/c.log = 1\n"},
    /* a directory that is left out is not entered, and is one; include is not for directories */
    {.roots = {"d"}, .include = {"*.log"}, .exclude = {"s"}, .nfiltered = 4, .expected = "d/a.log = 1\n"},
    {.roots = {"d"}, .include = {"s"}, .nfiltered = 6, .expected = ""},
    /* with a '/': the whole path, and '*' matches '/' */
    {.roots = {"d"}, .include = {"d/s/*"}, .nfiltered = 4, .expected = "d/s/.h.log = 1\nd/s/c.log = 1\n"},
    {.roots = {"d"}, .include = {"*/c.log"}, .nfiltered = 5, .expected = "d/s/c.log = 1\n"},
    {.roots = {"d"}, .include = {"/c.log"}, .nfiltered = 6, .expected = ""},
    {.roots = {"d"}, .exclude = {"d/s", "d/[!s]*"}, .nfiltered = 5, .expected = ""},
    {.roots = {"./d"}, .include = {"d/*"}, .nfiltered = 6, .expected = ""},
    /* not for operands */
    {.roots = {"d", "d/s"},
     .exclude = {"s", "[abfg]*"},
     .nfiltered = 5,
     .expected = "d/s/.h.log = 1\nd/s/c.log = 1\n"},
    {.roots = {"d/b.txt", "d/fifo"},
     .include = {"*.log"},
     .exclude = {"*"},
     .expected = "d/b.txt = 1\nd/fifo skip not a regular file: FIFO\n"},
};

START_TEST(filter_table)
{
    tree_file("d/a.log", 1);
    tree_file("d/b.txt", 1);
    tree_file("d/s/c.log", 1);
    tree_file("d/s/.h.log", 1);
    tree_link("nowhere", "d/gone");
    ck_assert_int_eq(mkfifo("d/fifo", 0600), 0);
    tree_check(&filters[_i]);
}
END_TEST

/* A link to a directory is a directory to the globs; an error is reported although a file of that name would
 * be left out. */
START_TEST(links_and_errors)
{
    tree_file("e/a.log", 1);
    tree_link("../e", "d/link");
    tree_link("loop", "d/loop");
    tree_link("../e/a.log/x", "d/through");
    tree_check(&(tree_case){.roots = {"d"},
                            .include = {"*.log"},
                            .follow = true,
                            .nfiltered = 1,
                            .expected = "d/link/a.log = 1\nd/through fault Not a directory\n"});
    tree_check(&(tree_case){
        .roots = {"d"}, .exclude = {"l*", "t*"}, .follow = true, .nfiltered = 3, .expected = ""});
}
END_TEST

Suite *filter_suite(void)
{
    Suite *suite = suite_create("filter");
    TCase *tc = tree_tcase("all");
    tcase_add_loop_test(tc, filter_table, 0, (int)(sizeof filters / sizeof filters[0]));
    tcase_add_test(tc, links_and_errors);
    suite_add_tcase(suite, tc);
    return suite;
}
