/* Suite of logs/input/pipe.c: a source that waits without blocking its caller. */
#include "logs/input/pipe.h"

#include "scratch.h"
#include "unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

TEST_FIXTURE(scratch_enter, scratch_leave);

/* Reads all as text; `code` ends it. */
static void expect_text(ms_pipe *pipe, const char *text, ms_code code)
{
    char got[256];
    size_t used = 0;
    ms_err err = {0};
    ms_source source = ms_pipe_source(pipe);
    ms_code is = MS_OK;
    for (size_t n = 1; n > 0 && is == MS_OK; used += n) {
        is = source.read(source.self, (uint8_t *)got + used, 5, &n, &err);
    }
    ck_assert_int_eq(is, code);
    ck_assert(code == MS_OK || err.text[0] != 0);
    ck_assert_uint_eq(used, strlen(text));
    ck_assert_mem_eq(got, text, used);
}

/* A writer that comes while the pipe waits. */
typedef struct later {
    const char *path;
    unsigned ncalls;
} later;

static ms_code write_later(void *user)
{
    later *l = user;
    if (++l->ncalls == 3) {
        int fd = open(l->path, O_WRONLY | O_NONBLOCK);
        ck_assert_int_ge(fd, 0);
        ck_assert_int_eq(write(fd, "from a FIFO", 11), 11);
        ck_assert_int_eq(close(fd), 0);
    }
    return MS_OK;
}

TEST(a_fifo_waits_for_its_writer)
{
    ms_pipe pipe;
    later l = {.path = "fifo"};
    ck_assert_int_eq(mkfifo("fifo", 0600), 0);
    ck_assert_int_eq(ms_pipe_open(&pipe, "fifo", NULL), MS_OK);
    pipe.wait = write_later;
    pipe.user = &l;
    expect_text(&pipe, "from a FIFO", MS_OK);
    ck_assert_uint_eq(l.ncalls, 3);
    ms_pipe_close(&pipe);
    ms_pipe_close(&pipe);
}

static ms_code stop_third(void *user)
{
    return ++*(unsigned *)user < 3 ? MS_OK : MS_STOPPED;
}

TEST(waiting_can_be_stopped)
{
    ms_pipe pipe;
    unsigned ncalls = 0;
    int ends[2];
    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    ck_assert_int_eq(write(ends[1], "some", 4), 4);
    ck_assert_int_eq(dup2(ends[0], 0), 0);
    ck_assert_int_eq(ms_pipe_open(&pipe, "-", NULL), MS_OK);
    pipe.wait = stop_third;
    pipe.user = &ncalls;
    expect_text(&pipe, "some", MS_STOPPED);
    ck_assert_uint_eq(ncalls, 3);
    ms_pipe_close(&pipe);
    ck_assert_int_eq(fcntl(0, F_GETFL) & O_NONBLOCK, 0); /* it is others' too */
}

/* "-" continues where descriptor 0 is. */
TEST(standard_input_may_be_a_file_or_socket)
{
    ms_pipe pipe;
    char two[2];
    int ends[2];
    file_write_text("file", "a file");
    int fd = open("file", O_RDONLY);
    ck_assert_int_eq(dup2(fd, 0), 0);
    ck_assert_int_eq(read(0, two, sizeof two), 2);
    ck_assert_int_eq(ms_pipe_open(&pipe, "/dev/stdin", NULL), MS_OK);
    expect_text(&pipe, "file", MS_OK);
    ms_pipe_close(&pipe);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    ck_assert_int_eq(write(ends[1], "a socket", 8), 8);
    ck_assert_int_eq(close(ends[1]), 0);
    ck_assert_int_eq(dup2(ends[0], 0), 0);
    ck_assert_int_eq(ms_pipe_open(&pipe, "-", NULL), MS_OK);
    expect_text(&pipe, "a socket", MS_OK);
    ms_pipe_close(&pipe);
}

TEST(devices_and_directories_are_refused)
{
    static const char *const refused[] = {"/dev/zero", "/dev/full", "/", "/nowhere", "/dev/fd/99"};
    ms_pipe pipe;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        ms_err err = {0};
        ck_assert_int_eq(ms_pipe_open(&pipe, refused[i], &err), MS_IO);
        ck_assert_int_eq(pipe.fd, -1);
    }
    int null = open("/dev/null", O_RDONLY);
    ck_assert_int_eq(dup2(null, 0), 0);
    ck_assert_int_eq(ms_pipe_open(&pipe, "-", NULL), MS_OK);
    expect_text(&pipe, "", MS_OK);
    ms_pipe_close(&pipe);
}
