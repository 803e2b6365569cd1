/* Suite of tasks/enumerate/directory.c: what a directory may hold, and what becomes of it. */
#include "scratch.h"
#include "tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

TEST_FIXTURE(scratch_enter, scratch_leave);

#define READ_FAILS "reading-fails-at-the-end"

/* In place of libc's, which has it as readdir64 too: a directory that holds a file of this name cannot be
 * read to its end, as a broken disk or a lost server would have it. */
struct dirent *readdir(DIR *dir)
{
    struct dirent64 *next = readdir64(dir);
    if (!next && errno == 0) {
        errno = faccessat(dirfd(dir), READ_FAILS, F_OK, 0) == 0 ? EIO : 0;
    }
    return (struct dirent *)(void *)next;
}

static void make_socket(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(bind(fd, (const struct sockaddr *)(const void *)&address, sizeof address), 0);
    ck_assert_int_eq(close(fd), 0);
}

#define NOT_FOLLOWED " skip symbolic link: not followed (--follow)\n"

TEST(every_kind_of_entry_is_reported)
{
    tree_file("d/file", 5);
    tree_file("d/.hidden/.x", 1);
    tree_file("d/sub/deeper/y", 2);
    tree_directory("d/empty");
    ck_assert_int_eq(mkfifo("d/fifo", 0600), 0);
    make_socket("d/socket");
    tree_link("file", "d/to-file");
    tree_link("sub", "d/to-sub");
    tree_link("nowhere", "d/to-nowhere");
    tree_link("to-itself", "d/to-itself");
    tree_link("fifo", "d/to-fifo");
    tree_link("file/x", "d/through-file");
    tree_link("/dev/null", "d/to-device");
    ck_assert_int_eq(link("d/file", "d/hard"), 0);
    tree_check(&(tree_case){.roots = {"d"},
                            .expected =
                                "d/.hidden/.x = 1\n"
                                "d/fifo skip not a regular file: FIFO\n"
                                "d/file = 5\n"
                                "d/hard = 5\n"
                                "d/socket skip not a regular file: socket\n"
                                "d/sub/deeper/y = 2\n"
                                "d/through-file" NOT_FOLLOWED "d/to-device" NOT_FOLLOWED
                                "d/to-fifo" NOT_FOLLOWED "d/to-file" NOT_FOLLOWED "d/to-itself" NOT_FOLLOWED
                                "d/to-nowhere" NOT_FOLLOWED "d/to-sub" NOT_FOLLOWED});
    tree_check(&(tree_case){.roots = {"d"},
                            .follow = true,
                            .expected = "d/.hidden/.x = 1\n"
                                        "d/fifo skip not a regular file: FIFO\n"
                                        "d/file = 5\n"
                                        "d/hard skip same file as d/file\n"
                                        "d/socket skip not a regular file: socket\n"
                                        "d/sub/deeper/y = 2\n"
                                        "d/through-file fault Not a directory\n"
                                        "d/to-device skip not a regular file: character device\n"
                                        "d/to-fifo skip not a regular file: FIFO\n"
                                        "d/to-file skip same file as d/file\n"
                                        "d/to-itself fault symbolic link loop\n"
                                        "d/to-nowhere fault dangling symbolic link\n"
                                        "d/to-sub skip directory already reached as d/sub\n"});
}

/* Kubernetes: two or three links a log. Of several paths the one without a link counts, else the first by
 * name. */
TEST(a_file_behind_several_links_is_listed_once)
{
    tree_file("d/pods/p.log", 4);
    tree_link("../pods/p.log", "d/containers/c.log");
    tree_link("../containers/c.log", "d/again/a.log");
    tree_file("elsewhere/x.log", 3);
    tree_link("../../elsewhere/x.log", "d/z/2.log");
    tree_link("../../elsewhere/x.log", "d/z/1.log");
    tree_check(&(tree_case){.roots = {"d"},
                            .follow = true,
                            .expected = "d/again/a.log skip same file as d/pods/p.log\n"
                                        "d/containers/c.log skip same file as d/pods/p.log\n"
                                        "d/pods/p.log = 4\n"
                                        "d/z/1.log = 3\n"
                                        "d/z/2.log skip same file as d/z/1.log\n"});
    tree_check(&(tree_case){.roots = {"d/again", "d/z/2.log", "d/containers", "d/z"},
                            .follow = true,
                            .expected = "d/again/a.log = 4\n"
                                        "d/containers/c.log skip same file as d/again/a.log\n"
                                        "d/z/1.log skip same file as d/z/2.log\n"
                                        "d/z/2.log = 3\n"});
}

TEST(a_link_to_itself_is_a_fault_if_followed)
{
    tree_link("self", "d/self");
    tree_link("b.x", "d/a.x");
    tree_link("a.x", "d/b.x");
    tree_check(&(tree_case){.roots = {"d", "d/self"},
                            .follow = true,
                            .expected = "d/a.x fault symbolic link loop\n"
                                        "d/b.x fault symbolic link loop\n"
                                        "d/self fault Too many levels of symbolic links\n"});
    tree_check(&(tree_case){.roots = {"d"},
                            .include = {"*.x"},
                            .exclude = {"b*"},
                            .expected = "d/a.x" NOT_FOLLOWED,
                            .nfiltered = 2});
}

TEST(device_nodes_are_skipped)
{
    tree_directory("d");
    if (mknod("d/block", S_IFBLK | 0600, makedev(7, 200)) != 0) {
        (void)fprintf(stderr, "device_nodes_are_skipped: NOT RUN, no right to make one\n");
        return;
    }
    tree_check(&(tree_case){.roots = {"d"}, .expected = "d/block skip not a regular file: block device\n"});
}

TEST(names_hold_any_byte)
{
    tree_file("d/new\nline", 1);
    tree_file("d/invalid\xff\xfe", 2);
    tree_file("d/-e", 3);
    tree_file("d/ ", 4);
    tree_file("d/..x", 5);
    tree_file("d/*\\?[", 6);
    tree_file("-dash/\x1b[31m", 7);
    tree_check(&(tree_case){.roots = {"d", "-dash"},
                            .expected = "-dash/\\x1b[31m = 7\n"
                                        "d/  = 4\n"
                                        "d/*\\\\?[ = 6\n"
                                        "d/-e = 3\n"
                                        "d/..x = 5\n"
                                        "d/invalid\\xff\\xfe = 2\n"
                                        "d/new\\nline = 1\n"});
}

TEST(the_order_is_that_of_bytes)
{
    tree_file("d/a/x", 1);
    tree_file("d/a.b", 1); /* '.' is before '/' */
    tree_file("d/a0", 1);  /* and '0' after it */
    tree_file("d/B", 1);
    tree_file("d/\xc3\xa4", 1);
    tree_file("d/z", 1);
    tree_check(&(tree_case){
        .roots = {"d"}, .expected = "d/B = 1\nd/a.b = 1\nd/a/x = 1\nd/a0 = 1\nd/z = 1\nd/\xc3\xa4 = 1\n"});
}

TEST(a_read_error_keeps_what_was_read)
{
    tree_file("d/a", 1);
    tree_file("d/sub/b", 1);
    tree_file("d/" READ_FAILS, 0);
    tree_file("e/c", 1);
    tree_check(&(tree_case){.roots = {"d", "e"},
                            .expected = "d fault Input/output error\n"
                                        "d/a = 1\n"
                                        "d/" READ_FAILS " = 0\n"
                                        "d/sub/b = 1\n"
                                        "e/c = 1\n"});
}

/* Directories of 200-byte names until a path no longer fits: the file and the directory beyond are reported.
 */
TEST(a_path_too_long_is_a_fault)
{
    char name[201];
    memset(name, 'n', 200);
    name[200] = 0;
    tree_directory("d");
    int fd = open("d", O_RDONLY | O_DIRECTORY);
    for (int i = 0; i < 22; i++) { /* 1 + 20 * 201 < PATH_MAX < 1 + 21 * 201 */
        ck_assert_int_eq(mkdirat(fd, name, 0755), 0);
        int next = openat(fd, name, O_RDONLY | O_DIRECTORY);
        ck_assert_int_ge(next, 0);
        if (i == 19) {
            int file = openat(next, "short", O_CREAT | O_WRONLY, 0600); /* fits */
            ck_assert_int_eq(close(file), 0);
            memset(name, 'f', 200);
            file = openat(next, name, O_CREAT | O_WRONLY, 0600); /* does not */
            ck_assert_int_eq(close(file), 0);
            memset(name, 'n', 200);
        }
        ck_assert_int_eq(close(fd), 0);
        fd = next;
    }
    ck_assert_int_eq(close(fd), 0);
    const char *const root[] = {"d", NULL};
    ms_str_list roots = {0};
    tree_names(&roots, root);
    ms_entries entries = {0};
    tree_enumerate(&entries, &(ms_enumerate_options){.roots = &roots, .max_depth = UINT64_MAX});
    ck_assert_uint_eq(entries.paths.count, 3);
    ck_assert_uint_eq(ms_str_list_at(&entries.paths, 0).len, 1 + 21 * 201);
    ck_assert_uint_eq(entries.list[0].state, MS_ENTRY_FAULT);
    ck_assert_uint_eq(entries.list[1].state, MS_ENTRY_FAULT);
    ck_assert_uint_eq(entries.list[2].state, MS_ENTRY_FILE);
    ck_assert_str_eq(ms_str_list_at(&entries.reasons, entries.list[0].reason).data, strerror(ENAMETOOLONG));
    ck_assert_str_eq(ms_str_list_at(&entries.reasons, entries.list[1].reason).data, strerror(ENAMETOOLONG));
    ms_entries_fini(&entries);
    ms_str_list_fini(&roots);
}

TEST(a_directory_without_permission_is_a_fault)
{
    tree_file("d/closed/a", 1);
    tree_file("d/no-search/b", 1);
    tree_file("d/open/c", 1);
    ck_assert_int_eq(chmod("d/closed", 0000), 0);
    ck_assert_int_eq(chmod("d/no-search", 0444), 0);
    bool changed = geteuid() == 0 && seteuid(65534) == 0;
    if (geteuid() == 0) {
        (void)fprintf(stderr, "a_directory_without_permission_is_a_fault: NOT RUN, root may do anything\n");
    } else {
        tree_check(&(tree_case){.roots = {"d", "./d/closed", "d/closed/a", "d/nothing"},
                                .expected = "d/closed fault Permission denied\n"
                                            "d/closed/a fault Permission denied\n"
                                            "d/no-search/b fault Permission denied\n"
                                            "d/nothing fault No such file or directory\n"
                                            "d/open/c = 1\n"});
    }
    ck_assert(!changed || seteuid(0) == 0);
    ck_assert_int_eq(chmod("d/closed", 0755), 0);
    ck_assert_int_eq(chmod("d/no-search", 0755), 0);
}

TEST(the_report_itself_is_skipped)
{
    tree_file("d/report", 3);
    tree_file("d/other", 3);
    tree_link("report", "d/to-report");
    struct stat st = {0};
    ck_assert_int_eq(stat("d/report", &st), 0);
    ck_assert_int_eq(utimensat(AT_FDCWD, "d/other", (struct timespec[2]){{5, 6}, {7, 8}}, 0), 0);
    const char *const root[] = {"d", NULL};
    ms_str_list roots = {0};
    tree_names(&roots, root);
    ms_entries entries = {0};
    tree_enumerate(&entries, &(ms_enumerate_options){.roots = &roots,
                                                     .max_depth = UINT64_MAX,
                                                     .follow = true,
                                                     .has_output = true,
                                                     .out_dev = st.st_dev,
                                                     .out_ino = st.st_ino});
    char *text = tree_text(&entries);
    ck_assert_str_eq(text, "d/other = 3\n"
                           "d/report skip is the report itself\n"
                           "d/to-report skip is the report itself\n");
    ck_assert_int_eq(entries.list[0].mtime_ns, 7000000008);
    ck_assert_uint_ne(entries.list[0].inode, st.st_ino);
    ck_assert_uint_eq(entries.list[1].inode, st.st_ino);
    free(text);
    ms_entries_fini(&entries);
    ms_str_list_fini(&roots);
}
