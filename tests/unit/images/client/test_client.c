/* Suite of images/client/client.c: whatever a worker does, the image gets a fault with a text, the next one
 * is converted, and no process or descriptor is left. */
#include "images/client/client.h"

#include "base/clock.h"
#include "fake_worker.h"

#include "scratch.h"
#include "unit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static const ms_gray_limits limits = {256 << 20, 20};

static ms_gray_client *client_with(const char *begin, const ms_gray_limits *with)
{
    ms_gray_client *client = NULL;
    ms_err err = {0};
    fake_worker_use(begin);
    ck_assert_msg(ms_gray_client_new(&client, with, &err) == MS_OK, "%s", err.text);
    return client;
}

/* One image; *reply is what came of it. */
static ms_code convert(ms_gray_client *client, fake_deed what, uint32_t serial, ms_gray_reply *reply,
                       ms_err *err)
{
    int in = memfd_create("in", MFD_CLOEXEC), out = memfd_create("out", MFD_CLOEXEC);
    ck_assert(in >= 0 && out >= 0);
    ms_gray_request request = {.max_pixels = (uint64_t)what, .max_scans = serial};
    memset(reply, 0xAA, sizeof *reply);
    ms_code code = ms_gray_client_convert(client, in, out, &request, reply, err);
    if (code == MS_OK && reply->code == MS_OK) {
        char found[64] = "";
        ck_assert_int_eq(pread(out, found, sizeof found - 1, 0), (ssize_t)strlen(fake_output));
        ck_assert_str_eq(found, fake_output);
        ck_assert_uint_eq(reply->width, serial);
    }
    (void)close(in);
    (void)close(out);
    return code;
}

/* Converts one without a fault; returns the worker's process id. */
static pid_t convert_well(ms_gray_client *client, uint32_t serial)
{
    ms_gray_reply reply;
    ms_err err = {0};
    ck_assert_msg(convert(client, FAKE_ANSWER, serial, &reply, &err) == MS_OK, "%s", err.text);
    ck_assert_msg(reply.code == MS_OK, "%s", reply.text);
    return (pid_t)reply.pages;
}

static int count_open(void)
{
    int count = 0;
    DIR *dir = opendir("/proc/self/fd");
    ck_assert_ptr_nonnull(dir);
    while (readdir(dir)) {
        count++;
    }
    (void)closedir(dir);
    return count;
}

static void no_process_is_left(void)
{
    ck_assert(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
}

TEST(one_worker_does_many_images)
{
    int before = count_open();
    ms_gray_client *client = client_with("serve", &limits);
    ck_assert_int_eq(count_open(), before); /* nothing is started yet */
    no_process_is_left();
    pid_t first = convert_well(client, 1);
    ck_assert_int_ne(first, getpid());
    for (uint32_t serial = 2; serial < 50; serial++) {
        ck_assert_int_eq(convert_well(client, serial), first);
    }
    ms_gray_client_free(client);
    ck_assert_int_eq(count_open(), before);
    no_process_is_left();
    ms_gray_client_free(NULL);
}

static const struct {
    fake_deed deed;
    ms_code code;
    const char *text;
    bool survives; /* the worker is kept */
} faults[] = {
    {FAKE_FAULT, MS_FORMAT, "not an image at all", true},
    {FAKE_CRASH, MS_FORMAT, "the image worker was killed by signal 11 (Segmentation fault)", false},
    {FAKE_KILL, MS_LIMIT,
     "the image worker was killed by signal 9 (Killed), perhaps by the out-of-memory killer", false},
    {FAKE_TERM, MS_IO, "the image worker was killed by signal 15 (Terminated)", false},
    {FAKE_SYSCALL, MS_FORMAT, "the image worker was killed by the sandbox (forbidden system call)", false},
    {FAKE_EXIT, MS_FORMAT, "the image worker exited with code 5", false},
    {FAKE_EAT, MS_LIMIT, "the image worker ran out of its memory limit of 256 MiB", false},
    {FAKE_GARBAGE, MS_FORMAT, "invalid reply from the image worker", false},
    {FAKE_LONG, MS_FORMAT, "invalid reply from the image worker", false},
    {FAKE_HUGE, MS_FORMAT, "invalid reply from the image worker", false},
    {FAKE_LATE, MS_FORMAT, "invalid reply from the image worker", false},
    {FAKE_WRONG_SIZE, MS_FORMAT, "output size differs from the image worker's reply", false},
    {FAKE_CLOSE, MS_FORMAT, "the image worker stopped responding", false},
};

TEST_EACH(a_fault_and_the_next_image, faults)
{
    int before = count_open();
    ms_gray_client *client = client_with("serve", &limits);
    ms_gray_reply reply;
    for (uint32_t round = 0; round < 2; round++) { /* the worker's first image, and a later one */
        pid_t first = round > 0 ? convert_well(client, 7) : 0;
        int open_now = count_open();
        ck_assert_int_eq(convert(client, faults[_i].deed, 8, &reply, NULL), MS_OK);
        ck_assert_str_eq(reply.text, faults[_i].text);
        ck_assert_int_eq(reply.code, faults[_i].code);
        ck_assert(reply.width == 0 && reply.nbytes == 0);
        pid_t second = convert_well(client, 9);
        ck_assert(round == 0 || (first == second) == faults[_i].survives);
        ck_assert(round == 0 || count_open() == open_now);
    }
    ms_gray_client_free(client);
    ck_assert_int_eq(count_open(), before);
    no_process_is_left();
}

static const fake_deed hangs[] = {FAKE_HANG, FAKE_STOP};

TEST_EACH(time_is_limited, hangs)
{
    int before = count_open();
    ms_gray_limits brief = {1 << 30, 0.25};
    ms_gray_client *client = client_with("serve", &brief);
    ms_gray_reply reply;
    double began = ms_clock_now();
    ck_assert_int_eq(convert(client, hangs[_i], 1, &reply, NULL), MS_OK);
    double took = ms_clock_now() - began;
    ck_assert_int_eq(reply.code, MS_LIMIT);
    ck_assert_str_eq(reply.text, "took longer than 0.25 s");
    ck_assert_msg(took >= 0.25 && took < 5, "%f", took);
    no_process_is_left(); /* killed and reaped at once */
    brief.timeout = 20;
    (void)convert_well(client, 2);
    ms_gray_client_free(client);
    ck_assert_int_eq(count_open(), before);
}

TEST(no_timeout_means_no_limit)
{
    ms_gray_limits endless = {1 << 30, 0};
    ms_gray_client *client = client_with("serve", &endless);
    (void)convert_well(client, 1);
    ms_gray_client_free(client);
}

TEST(two_replies_are_invalid)
{
    ms_gray_client *client = client_with("serve", &limits);
    ms_gray_reply reply;
    for (uint32_t serial = 1; serial < 20; serial += 2) {
        pid_t first = convert_well(client, 1000 + serial);
        ck_assert_int_eq(convert(client, FAKE_TWICE, serial, &reply, NULL), MS_OK);
        ck_assert_str_eq(reply.text, "invalid reply from the image worker");
        ck_assert_int_eq(reply.code, MS_FORMAT);
        ck_assert_int_ne(convert_well(client, serial + 1), first);
    }
    ms_gray_client_free(client);
    no_process_is_left();
}

/* Too late for its own image, and not taken for the next one's. */
TEST(a_late_second_reply_replaces_the_worker)
{
    ms_gray_client *client = client_with("serve", &limits);
    ms_gray_reply reply;
    pid_t first = convert_well(client, 1);
    ck_assert_int_eq(convert(client, FAKE_ANSWER_TALK, 2, &reply, NULL), MS_OK);
    ck_assert_int_eq(reply.code, MS_OK);
    siginfo_t stopped; /* it stops itself when the second reply is sent */
    ck_assert_int_eq(waitid(P_PID, (id_t)first, &stopped, WSTOPPED | WNOWAIT), 0);
    ck_assert_int_eq(kill(first, SIGCONT), 0);
    ck_assert_int_ne(convert_well(client, 3), first); /* convert_well checks the serial */
    ms_gray_client_free(client);
    no_process_is_left();
}

TEST(a_worker_that_exits_between_two_images_is_replaced)
{
    ms_gray_client *client = client_with("serve", &limits);
    ms_gray_reply reply;
    for (uint32_t serial = 1; serial < 20; serial++) {
        ck_assert_int_eq(convert(client, FAKE_ANSWER_DIE, serial, &reply, NULL), MS_OK);
        ck_assert_msg(reply.code == MS_OK, "%s", reply.text);
        ms_clock_sleep(serial % 2 == 0 ? 0.02 : 0); /* exited for certain, or perhaps */
    }
    pid_t last = convert_well(client, 99);
    ck_assert_int_eq(kill(last, SIGKILL), 0);
    siginfo_t ended;
    ck_assert_int_eq(waitid(P_PID, (id_t)last, &ended, WEXITED | WNOWAIT), 0);
    ck_assert_int_ne(convert_well(client, 100), last);
    ms_gray_client_free(client);
    no_process_is_left();
}

TEST(attached_descriptors_are_not_kept)
{
    ms_gray_client *client = client_with("serve", &limits);
    (void)convert_well(client, 1);
    int before = count_open();
    ms_gray_reply reply;
    for (uint32_t serial = 1; serial < 10; serial++) {
        ck_assert_int_eq(convert(client, FAKE_ANSWER_FILE, serial, &reply, NULL), MS_OK);
    }
    ck_assert_int_eq(count_open(), before);
    ms_gray_client_free(client);
}

TEST(much_standard_error_does_not_block_the_worker)
{
    ms_gray_client *client = client_with("serve", &limits);
    ms_gray_reply reply;
    for (uint32_t serial = 1; serial < 4; serial++) {
        ck_assert_int_eq(convert(client, FAKE_SHOUT, serial, &reply, NULL), MS_OK);
        ck_assert_msg(reply.code == MS_OK, "%s", reply.text);
    }
    /* what follows is still read */
    ck_assert_int_eq(convert(client, FAKE_EAT, 1, &reply, NULL), MS_OK);
    ck_assert_str_eq(reply.text, "the image worker ran out of its memory limit of 256 MiB");
    ms_gray_client_free(client);
}

static const char surroundings[] =
    "open 4, odd signals 0, own group 1, null 1, arguments --socket 3 --memory 268435456";

TEST(a_worker_inherits_nothing)
{
    int kept = open("/dev/null", O_RDONLY); /* without O_CLOEXEC */
    ck_assert_int_ge(kept, 0);
    sigset_t all;
    (void)sigfillset(&all);
    ck_assert_int_eq(sigprocmask(SIG_BLOCK, &all, NULL), 0);
    ck_assert(signal(SIGPIPE, SIG_IGN) != SIG_ERR && signal(SIGUSR1, SIG_IGN) != SIG_ERR);
    ms_gray_client *client = client_with("serve", &limits);
    ms_gray_reply reply;
    ck_assert_int_eq(convert(client, FAKE_REPORT, 1, &reply, NULL), MS_OK);
    ck_assert_str_eq(reply.text, surroundings);
    ms_gray_client_free(client);
    (void)close(kept);
}

/* Our ends of the socket and the pipe may get any of the numbers that the worker's have. */
TEST(closed_standard_descriptors)
{
    int saved[4];
    for (int fd = 0; fd < 4; fd++) {
        saved[fd] = fcntl(fd, F_DUPFD_CLOEXEC, 100);
    }
    for (int lowest = 0; lowest < 4; lowest++) {
        ms_gray_client *client = client_with("serve", &limits);
        ms_gray_reply reply;
        for (int fd = lowest; fd < 4; fd++) {
            (void)close(fd);
        }
        ms_code code = convert(client, FAKE_REPORT, 1, &reply, NULL);
        ms_gray_client_free(client);
        for (int fd = lowest; fd < 4; fd++) {
            (void)(saved[fd] >= 0 ? dup2(saved[fd], fd) : close(fd));
        }
        ck_assert_int_eq(code, MS_OK);
        ck_assert_str_eq(reply.text, surroundings);
    }
}

TEST(a_worker_that_does_not_start)
{
    static const struct {
        const char *begin, *text;
    } starts[] = {{"exit:7", "does not start: it exited with code 7"},
                  {"say:libvips.so.42: no such file\n", "exited with code 127: libvips.so.42: no such file"}};
    int before = count_open();
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        ms_gray_client *client = client_with(starts[i].begin, &limits);
        ms_gray_reply reply;
        ms_err err = {0};
        for (int again = 0; again < 2; again++) {
            ck_assert_int_eq(convert(client, FAKE_ANSWER, 1, &reply, &err), MS_IO);
            ck_assert_msg(strstr(err.text, starts[i].text), "%s", err.text);
            ck_assert_int_eq(err.code, MS_IO);
            no_process_is_left();
        }
        ck_assert_int_eq(convert(client, FAKE_ANSWER, 1, &reply, NULL), MS_IO);
        ms_gray_client_free(client);
    }
    ck_assert_int_eq(count_open(), before);
}

TEST(three_starts_and_no_more)
{
    scratch dir = scratch_open();
    const char *path = dir.file;
    char begin[100];
    struct stat st;
    ms_gray_reply reply;
    for (int deaths = 1; deaths <= 4; deaths++) {
        file_write(path, "", 0); /* the starts are counted in it */
        (void)snprintf(begin, sizeof begin, "flaky:%d:%s", deaths, path);
        ms_gray_client *client = client_with(begin, &limits);
        ck_assert_int_eq(convert(client, FAKE_ANSWER, 1, &reply, NULL), deaths < 3 ? MS_OK : MS_IO);
        ck_assert_int_eq(stat(path, &st), 0);
        ck_assert_int_eq(st.st_size, deaths < 3 ? deaths + 1 : 3);
        ms_gray_client_free(client);
    }
    scratch_close(&dir);
}

TEST(a_program_that_is_removed_or_not_executable)
{
    scratch dir = scratch_open();
    const char *path = dir.file;
    file_write(path, "", 0);
    ck_assert_int_eq(chmod(path, 0700), 0);
    for (int round = 0; round < 2; round++) {
        ms_gray_client *client = NULL;
        ms_gray_reply reply;
        ms_err err = {0};
        ck_assert_int_eq(setenv("MPISCAN_GRAY", path, 1), 0);
        ck_assert_int_eq(ms_gray_client_new(&client, &limits, &err), MS_OK);
        if (round > 0) {
            ck_assert_int_eq(unlink(path), 0);
        }
        ck_assert_int_eq(convert(client, FAKE_ANSWER, 1, &reply, &err), MS_IO);
        ck_assert_int_eq(err.sys_errno, round > 0 ? ENOENT : ENOEXEC);
        ms_gray_client_free(client);
    }
    scratch_close(&dir);
}

/* As the one-rank comparison does, which writes nothing. */
TEST(dev_null_as_output)
{
    ms_gray_client *client = client_with("serve", &limits);
    ms_gray_request request = {.max_pixels = FAKE_ANSWER, .max_scans = 1};
    ms_gray_reply reply;
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    ck_assert_int_eq(ms_gray_client_convert(client, null, null, &request, &reply, NULL), MS_OK);
    ck_assert_msg(reply.code == MS_OK && reply.nbytes == strlen(fake_output), "%s", reply.text);
    (void)close(null);
    ms_gray_client_free(client);
}

TEST(invalid_descriptors)
{
    ms_gray_client *client = client_with("serve", &limits);
    ms_gray_request request = {.max_pixels = FAKE_ANSWER, .max_scans = 1};
    ms_gray_reply reply;
    ms_err err = {0};
    ck_assert_int_eq(ms_gray_client_convert(client, -1, -1, &request, &reply, &err), MS_IO);
    ck_assert_int_eq(err.sys_errno, EBADF);
    (void)convert_well(client, 2);
    ms_gray_client_free(client);
    no_process_is_left();
}

static volatile sig_atomic_t nalarms;

static void on_alarm(int number)
{
    (void)number;
    nalarms++;
}

TEST(signals_do_not_disturb)
{
    struct sigaction action = {.sa_handler = on_alarm}; /* no SA_RESTART: calls come back with EINTR */
    struct itimerval often = {{0, 300}, {0, 300}}, never = {{0, 0}, {0, 0}};
    ms_gray_limits brief = {1 << 30, 0.3};
    ck_assert_int_eq(sigaction(SIGALRM, &action, NULL), 0);
    ms_gray_client *client = client_with("serve", &brief);
    ms_gray_reply reply, hung;
    ck_assert_int_eq(setitimer(ITIMER_REAL, &often, NULL), 0);
    ms_code code = MS_OK;
    for (uint32_t serial = 1; serial < 20 && code == MS_OK; serial++) {
        fake_deed what = serial % 5 == 0 ? FAKE_CRASH : FAKE_ANSWER;
        code = convert(client, what, serial, &reply, NULL);
        ck_assert_msg((reply.code == MS_OK) == (what == FAKE_ANSWER), "%s", reply.text);
    }
    double began = ms_clock_now();
    ms_code last = convert(client, FAKE_HANG, 1, &hung, NULL);
    double took = ms_clock_now() - began;
    ck_assert_int_eq(setitimer(ITIMER_REAL, &never, NULL), 0);
    ck_assert(code == MS_OK && last == MS_OK && hung.code == MS_LIMIT);
    ck_assert(took >= 0.3 && took < 5);
    ck_assert_int_gt(nalarms, 100);
    ms_gray_client_free(client);
    no_process_is_left();
}

TEST(a_process_that_ignores_sigchld)
{
    ck_assert(signal(SIGCHLD, SIG_IGN) != SIG_ERR);
    ms_gray_client *client = client_with("serve", &limits);
    ms_gray_reply reply;
    ck_assert_int_eq(convert(client, FAKE_CRASH, 1, &reply, NULL), MS_OK);
    ck_assert_str_eq(reply.text, "the image worker exited with unknown status");
    ck_assert_int_eq(reply.code, MS_IO);
    (void)convert_well(client, 2);
    ms_gray_client_free(client);
}

TEST(many_faults_leave_nothing)
{
    ms_gray_client *client = client_with("serve", &limits);
    ms_gray_reply reply;
    (void)convert_well(client, 1);
    int before = count_open();
    for (uint32_t round = 0; round < 48; round++) {
        static const fake_deed deeds[] = {FAKE_CRASH, FAKE_GARBAGE, FAKE_EXIT, FAKE_ANSWER_DIE};
        ck_assert_int_eq(convert(client, deeds[round % 4], round + 1, &reply, NULL), MS_OK);
        (void)convert_well(client, round + 2);
    }
    ck_assert_int_eq(count_open(), before);
    ms_gray_client_free(client);
    no_process_is_left();
}
