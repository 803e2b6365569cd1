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
     .expected = "d/b.txt = 1\nd/fifo skip not a regular file: FIFO\nd/gone skip symbolic link: not followed "
                 "(--follow)\n"},
    {.roots = {"d"},
     .include = {"*.log"},
     .exclude = {"a*"},
     .nfiltered = 4,
     .expected = "d/s/.h.log = 1\nd/s/c.log = 1\n"},
    /* a directory that is left out is not entered, and is one; include is not for directories */
    {.roots = {"d"}, .include = {"*.log"}, .exclude = {"s"}, .nfiltered = 4, .expected = "d/a.log = 1\n"},
    {.roots = {"d"}, .include = {"s"}, .nfiltered = 6, .expected = ""},
    {.roots = {"d"}, .include = {"s/"}, .nfiltered = 4, .expected = "d/s/.h.log = 1\nd/s/c.log = 1\n"},
    {.roots = {"d"},
     .exclude = {"s/", "a.log/"},
     .nfiltered = 1,
     .expected = "d/a.log = 1\nd/b.txt = 1\nd/fifo skip not a regular file: FIFO\n"
                 "d/gone skip symbolic link: not followed (--follow)\n"},
    {.roots = {"d"}, .include = {"{a,c}.log"}, .nfiltered = 4, .expected = "d/a.log = 1\nd/s/c.log = 1\n"},
    /* with a '/': the path below an operand, or as printed; '*' does not match '/' */
    {.roots = {"d"}, .include = {"d/*.*"}, .nfiltered = 4, .expected = "d/a.log = 1\nd/b.txt = 1\n"},
    {.roots = {"d"}, .include = {"/*.log"}, .nfiltered = 5, .expected = "d/a.log = 1\n"},
    {.roots = {"d"}, .include = {"s/c.log"}, .nfiltered = 5, .expected = "d/s/c.log = 1\n"},
    {.roots = {"./d"}, .include = {"d/s"}, .nfiltered = 4, .expected = "./d/s/.h.log = 1\n./d/s/c.log = 1\n"},
    {.roots = {"d"}, .include = {"./d/s/"}, .nfiltered = 4, .expected = "d/s/.h.log = 1\nd/s/c.log = 1\n"},
    {.roots = {"d"},
     .include = {"**/*.log"},
     .nfiltered = 3,
     .expected = "d/a.log = 1\nd/s/.h.log = 1\nd/s/c.log = 1\n"},
    {.roots = {"d/"},
     .include = {"d/"},
     .exclude = {"./d/s"},
     .nfiltered = 1,
     .expected = "d/a.log = 1\nd/b.txt = 1\nd/fifo skip not a regular file: FIFO\n"
                 "d/gone skip symbolic link: not followed (--follow)\n"},
    {.roots = {"d"}, .include = {"d/s/*"}, .nfiltered = 4, .expected = "d/s/.h.log = 1\nd/s/c.log = 1\n"},
    {.roots = {"d"}, .include = {"*/c.log"}, .nfiltered = 5, .expected = "d/s/c.log = 1\n"},
    {.roots = {"d"}, .include = {"/c.log"}, .nfiltered = 6, .expected = ""},
    {.roots = {"d"}, .exclude = {"d/s", "d/[!s]*"}, .nfiltered = 5, .expected = ""},
    {.roots = {"./d"}, .include = {"e/*"}, .nfiltered = 6, .expected = ""},
    /* not for operands */
    {.roots = {"d", "d/s"},
     .exclude = {"s", "[abfg]*"},
     .nfiltered = 5,
     .expected = "d/s/.h.log = 1\nd/s/c.log = 1\n"},
    {.roots = {"d/b.txt", "d/fifo"},
     .include = {"*.log"},
     .exclude = {"*"},
     .expected = "d/b.txt = 1\nd/fifo fault not a regular file: FIFO\n"},
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

/* A glob that has changed nothing may be a mistake. */
TEST(a_glob_that_matches_nothing_is_noted)
{
    ms_str_list roots = {0}, include = {0}, exclude = {0};
    ms_entries entries = {0};
    tree_file("d/a.log", 1);
    tree_file("d/b.log", 1);
    tree_names(&roots, (const char *const[]){"d", NULL});
    tree_names(&include, (const char *const[]){"*.log", "[ab].log", "*.txt", "x/", NULL});
    tree_names(&exclude, (const char *const[]){"b.log", "[b]*", "a.log/", NULL});
    tree_enumerate(&entries,
                   &(ms_enumerate_options){
                       .roots = &roots, .include = &include, .exclude = &exclude, .max_depth = UINT64_MAX});
    ck_assert_uint_eq(entries.paths.count, 1);
    ck_assert_uint_eq(entries.notes.count, 3);
    ck_assert_str_eq(ms_str_list_at(&entries.notes, 0).data, "--include '*.txt' matched nothing.");
    ck_assert_str_eq(ms_str_list_at(&entries.notes, 1).data, "--include 'x/' matched nothing.");
    ck_assert_str_eq(ms_str_list_at(&entries.notes, 2).data, "--exclude 'a.log/' matched nothing.");
    ms_entries_fini(&entries);
    ms_str_list_fini(&roots);
    ms_str_list_fini(&include);
    ms_str_list_fini(&exclude);
}
