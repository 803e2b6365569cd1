/* Suite of images/client/client.c: where the worker program is searched. */
#include "images/client/client.h"

#include "fake_worker.h"

#include "scratch.h"
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const ms_gray_limits limits = {256 << 20, 20};

TEST(a_path_that_is_no_program)
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

static void copy_self(void)
{
    char self[4096];
    ms_bytes program = file_read(fake_worker_path(self, sizeof self));
    file_write("bin/prog", program.data, program.len);
    ck_assert_int_eq(chmod("bin/prog", 0700), 0);
    ms_bytes_fini(&program);
}

TEST(next_to_the_program_and_in_libexec)
{
    char root[64], said[1024], place[256];
    scratch_enter();
    ck_assert_ptr_nonnull(getcwd(root, sizeof root));
    ck_assert_int_eq(mkdir("bin", 0700), 0);
    copy_self();
    look(root, said, sizeof said);
    ck_assert_msg(strncmp(said, "usage error: images need the program mpiscan-gray", 49) == 0, "%s", said);
    (void)snprintf(place, sizeof place, "%s/bin/mpiscan-gray and %s/bin/../libexec/mpiscan/mpiscan-gray",
                   root, root);
    ck_assert_msg(strstr(said, place), "%s", said);

    ck_assert_int_eq(mkdir("libexec", 0700), 0);
    ck_assert_int_eq(mkdir("libexec/mpiscan", 0700), 0);
    file_write("libexec/mpiscan/mpiscan-gray", "", 0);
    ck_assert_int_eq(chmod("libexec/mpiscan/mpiscan-gray", 0600), 0);
    look(root, said, sizeof said); /* nothing that can be run */
    ck_assert_msg(strncmp(said, "usage error: ", 13) == 0, "%s", said);
    ck_assert_int_eq(chmod("libexec/mpiscan/mpiscan-gray", 0700), 0);
    look(root, said, sizeof said);
    ck_assert_str_eq(said, "no error: \n");
    ck_assert_int_eq(unlink("libexec/mpiscan/mpiscan-gray"), 0);

    ck_assert_int_eq(mkdir("bin/mpiscan-gray", 0700), 0);
    look(root, said, sizeof said); /* a directory is no program */
    ck_assert_msg(strncmp(said, "usage error: ", 13) == 0, "%s", said);
    ck_assert_int_eq(rmdir("bin/mpiscan-gray"), 0);
    file_write("bin/mpiscan-gray", "", 0);
    ck_assert_int_eq(chmod("bin/mpiscan-gray", 0700), 0);
    look(root, said, sizeof said);
    ck_assert_str_eq(said, "no error: \n");
    scratch_leave();
}
