/* Suite of tasks/enumerate/filter.c: which globs are for the base name, which for the path, and what they
 * leave out. */
#include "scratch.h"
#include "tree.h"

#include <sys/stat.h>

TEST_FIXTURE(scratch_enter, scratch_leave);

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

TEST_EACH(filter_table, filters)
{
    tree_file("d/a.log", 1);
    tree_file("d/b.txt", 1);
    tree_file("d/s/c.log", 1);
    tree_file("d/s/.h.log", 1);
    tree_link("nowhere", "d/gone");
    ck_assert_int_eq(mkfifo("d/fifo", 0600), 0);
    tree_check(&filters[_i]);
}

/* A link to a directory is a directory to the globs; errors are reported although a file of that name would
 * be left out. */
TEST(links_and_errors)
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
