/* Suite of images/client/client.c: where the worker program is searched. */
#include "images/client/client.h"

#include "fake_worker.h"

#include "suites.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

Suite *client_find_suite(void);

static const ms_gray_limits limits = {256 << 20, 20};

START_TEST(a_path_that_is_no_program)
{
    static const char *const names[] = {"/nonexistent/gray\n", "/", "/etc/passwd"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        ms_gray_client *client = (ms_gray_client *)(uintptr_t)1;
        ms_err err = {0};
        ck_assert_int_eq(setenv("MPISCAN_GRAY", names[i], 1), 0);
        ck_assert_int_eq(ms_gray_client_new(&client, &limits, &err), MS_USAGE);
        ck_assert_ptr_null(client);
        ck_assert_ptr_nonnull(strstr(err.text, "MPISCAN_GRAY"));
        ck_assert_ptr_nonnull(strstr(err.text, i == 0 ? "/nonexistent/gray\\n" : names[i]));
    }
}
END_TEST

/* What this program, as root/bin/prog, says about the worker. */
static void look(const char *root, char *said, size_t size)
{
    char path[128];
    int ends[2];
    (void)snprintf(path, sizeof path, "%s/bin/prog", root);
    ck_assert_int_eq(pipe(ends), 0);
    pid_t pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        (void)dup2(ends[1], STDOUT_FILENO);
        (void)setenv(FAKE_WORKER, "find:", 1);
        (void)unsetenv("MPISCAN_GRAY");
        (void)execl(path, "mpiscan-gray", (char *)NULL);
        _exit(94);
    }
    (void)close(ends[1]);
    size_t n = 0;
    for (ssize_t got = 1; got > 0 && n<size - 1; n += got> 0 ? (size_t)got : 0) {
        got = read(ends[0], said + n, size - 1 - n);
    }
    said[n] = '\0';
    (void)close(ends[0]);
    ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
}

static void make_file(const char *root, const char *name, mode_t mode)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", root, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, mode);
    ck_assert_msg(fd >= 0, "%s: %s", path, strerror(errno));
    (void)close(fd);
}

static void make_directory(const char *root, const char *name)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", root, name);
    ck_assert_int_eq(mkdir(path, 0700), 0);
}

static void remove_all(const char *root)
{
    static const char *const names[] = {
        "bin/prog",        "bin/mpiscan-gray", "bin", "libexec/mpiscan/mpiscan-gray",
        "libexec/mpiscan", "libexec",          ""};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[128];
        (void)snprintf(path, sizeof path, "%s/%s", root, names[i]);
        (void)remove(path);
    }
}

static void copy_self(const char *root)
{
    char path[128], self[4096], block[65536];
    (void)snprintf(path, sizeof path, "%s/bin/prog", root);
    int from = open(fake_worker_path(self, sizeof self), O_RDONLY), to = open(path, O_WRONLY | O_CREAT, 0700);
    ck_assert(from >= 0 && to >= 0);
    for (ssize_t n = 0; (n = read(from, block, sizeof block)) > 0;) {
        ck_assert_int_eq(write(to, block, (size_t)n), n);
    }
    (void)close(from);
    (void)close(to);
}

START_TEST(next_to_the_program_and_in_libexec)
{
    char root[] = "/tmp/ms_unit_images.XXXXXX", said[1024], place[128];
    ck_assert_ptr_nonnull(mkdtemp(root));
    make_directory(root, "bin");
    copy_self(root);
    look(root, said, sizeof said);
    ck_assert_msg(strncmp(said, "usage error: images need the program mpiscan-gray", 49) == 0, "%s", said);
    (void)snprintf(place, sizeof place, "%s/bin/mpiscan-gray and %s/bin/../libexec/mpiscan/mpiscan-gray",
                   root, root);
    ck_assert_msg(strstr(said, place), "%s", said);

    make_directory(root, "libexec");
    make_directory(root, "libexec/mpiscan");
    make_file(root, "libexec/mpiscan/mpiscan-gray", 0600);
    look(root, said, sizeof said); /* nothing that can be run */
    ck_assert_msg(strncmp(said, "usage error: ", 13) == 0, "%s", said);
    (void)snprintf(place, sizeof place, "%s/libexec/mpiscan/mpiscan-gray", root);
    ck_assert_int_eq(chmod(place, 0700), 0);
    look(root, said, sizeof said);
    ck_assert_str_eq(said, "no error: \n");
    ck_assert_int_eq(unlink(place), 0);

    make_directory(root, "bin/mpiscan-gray");
    look(root, said, sizeof said); /* a directory is no program */
    ck_assert_msg(strncmp(said, "usage error: ", 13) == 0, "%s", said);
    (void)snprintf(place, sizeof place, "%s/bin/mpiscan-gray", root);
    ck_assert_int_eq(rmdir(place), 0);
    make_file(root, "bin/mpiscan-gray", 0700);
    look(root, said, sizeof said);
    ck_assert_str_eq(said, "no error: \n");
    remove_all(root);
    ck_assert_int_eq(access(root, F_OK), -1);
}
END_TEST

Suite *client_find_suite(void)
{
    Suite *suite = suite_create("client_find");
    TCase *tc = tcase_create("all");
    tcase_set_timeout(tc, 30);
    tcase_add_test(tc, a_path_that_is_no_program);
    tcase_add_test(tc, next_to_the_program_and_in_libexec);
    suite_add_tcase(suite, tc);
    return suite;
}
