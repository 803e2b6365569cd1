/* Suite of report/sink.c: whole or not at all, links and devices left alone, every error seen. */
#include "report/sink.h"

#include "base/escape.h"
#include "report_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static void write_file(const char *path, const char *text, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    (void)close(fd);
    ck_assert_int_eq(chmod(path, mode), 0);
}

static void assert_contents(const char *path, const char *text)
{
    char *got = fx_read(path, NULL);
    ck_assert_str_eq(got, text);
    free(got);
}

/* Opens, writes `text`, commits, closes. */
static ms_code write_through(const char *path, const char *text, ms_err *err)
{
    ms_sink sink = {0};
    ms_code code = ms_sink_open(&sink, path, err);
    if (code == MS_OK) {
        ms_sink_text(&sink, text);
        code = ms_sink_commit(&sink, err);
        ms_sink_close(&sink);
    }
    return code;
}

static mode_t mode_of(const char *path)
{
    struct stat st;
    ck_assert_int_eq(lstat(path, &st), 0);
    return st.st_mode;
}

TEST(new_file_is_private)
{
    fixture fx;
    fx_begin(&fx);
    (void)umask(0);
    ms_err err = {0};
    ck_assert_int_eq(write_through(fx.output, "new\n", &err), MS_OK);
    assert_contents(fx.output, "new\n");
    ck_assert_uint_eq(mode_of(fx.output), S_IFREG | 0600);
    ck_assert_uint_eq(directory_count(fx.scratch.root), 1);
    fx_end(&fx);
}

TEST(existing_file_is_replaced_with_its_mode)
{
    fixture fx;
    fx_begin(&fx);
    write_file(fx.output, "old and longer\n", 0606);
    ms_err err = {0};
    ck_assert_int_eq(write_through(fx.output, "new\n", &err), MS_OK);
    assert_contents(fx.output, "new\n");
    ck_assert_uint_eq(mode_of(fx.output), S_IFREG | 0606);
    ck_assert_uint_eq(directory_count(fx.scratch.root), 1);
    fx_end(&fx);
}

TEST(nothing_happens_before_commit)
{
    fixture fx;
    fx_begin(&fx);
    write_file(fx.output, "old\n", 0600);
    ms_sink sink = {0};
    ck_assert_int_eq(ms_sink_open(&sink, fx.output, NULL), MS_OK);
    for (int i = 0; i < 100000; i++) {
        ms_sink_text(&sink, "more than the buffer\n");
    }
    assert_contents(fx.output, "old\n");
    ck_assert_uint_le(directory_count(fx.scratch.root), 2); /* 1 where the file system has nameless files */
    ms_sink_close(&sink);
    assert_contents(fx.output, "old\n");
    ck_assert_uint_eq(directory_count(fx.scratch.root), 1);
    ms_sink_close(&sink);
    ms_sink_close(&(ms_sink){0});
    fx_end(&fx);
}

/* _i 0: the limit is met while writing; 1: only by the last bytes, at commit. */
TEST_RANGE(failed_write_leaves_the_old_file, 0, 2)
{
    fixture fx;
    fx_begin(&fx);
    write_file(fx.output, "old\n", 0600);
    (void)signal(SIGXFSZ, SIG_IGN);
    struct rlimit old;
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &old), 0);
    ms_sink sink = {0};
    ms_err err = {0};
    ck_assert_int_eq(ms_sink_open(&sink, fx.output, &err), MS_OK);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &(struct rlimit){.rlim_cur = 1000, .rlim_max = old.rlim_max}),
                     0);
    for (int i = 0; i < (_i == 0 ? 100000 : 1000); i++) {
        ms_sink_text(&sink, "many bytes\n");
    }
    bool noticed = !ms_sink_ok(&sink);
    ms_code code = ms_sink_commit(&sink, &err);
    ms_sink_close(&sink);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &old), 0);
    ck_assert_int_eq(noticed, _i == 0);
    ck_assert_int_eq(code, MS_IO);
    ck_assert_int_eq(err.sys_errno, EFBIG);
    ck_assert_ptr_nonnull(strstr(err.text, fx.output));
    assert_contents(fx.output, "old\n");
    ck_assert_uint_eq(directory_count(fx.scratch.root), 1);
    fx_end(&fx);
}

TEST(failed_rename_leaves_nothing)
{
    fixture fx;
    fx_begin(&fx);
    ms_sink sink = {0};
    ms_err err = {0};
    ck_assert_int_eq(ms_sink_open(&sink, fx.output, &err), MS_OK);
    ms_sink_text(&sink, "x");
    ck_assert_int_eq(mkdir(fx.output, 0700), 0);
    ck_assert_int_eq(ms_sink_commit(&sink, &err), MS_IO);
    ck_assert_int_eq(err.sys_errno, EISDIR);
    ms_sink_close(&sink);
    ck_assert_uint_eq(directory_count(fx.scratch.root), 1);
    ck_assert_uint_eq(directory_count(fx.output), 0);
    fx_end(&fx);
}

/* Somebody's file or link with the temporary file's name is not touched; another name is taken. */
TEST(foreign_temporary_is_left_alone)
{
    fixture fx;
    fx_begin(&fx);
    char first[100];
    char second[100];
    (void)snprintf(first, sizeof first, "%s/.mpiscan-%ld-0.tmp", fx.scratch.root, (long)getpid());
    (void)snprintf(second, sizeof second, "%s/.mpiscan-%ld-1.tmp", fx.scratch.root, (long)getpid());
    write_file(first, "theirs\n", 0600);
    ck_assert_int_eq(symlink("nowhere", second), 0);
    ms_err err = {0};
    ck_assert_int_eq(write_through(fx.output, "new\n", &err), MS_OK);
    assert_contents(fx.output, "new\n");
    assert_contents(first, "theirs\n");
    ck_assert(S_ISLNK(mode_of(second)));
    ck_assert_uint_eq(directory_count(fx.scratch.root), 3);
    fx_end(&fx);
}

TEST(bad_directories)
{
    fixture fx;
    fx_begin(&fx);
    char file[80];
    (void)snprintf(file, sizeof file, "%s/file", fx.scratch.root);
    write_file(file, "old\n", 0600);
    static const struct {
        const char *name;
        int reason;
    } bad[] = {{"missing/out", ENOENT}, {"file/out", ENOTDIR}, {"new/", ENOENT}, {"", EISDIR}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char path[100];
        (void)snprintf(path, sizeof path, "%s/%s", fx.scratch.root, bad[i].name);
        ms_err err = {0};
        ms_sink sink = {.fd = 77};
        ck_assert_int_eq(ms_sink_open(&sink, path, &err), MS_IO);
        ck_assert_int_eq(err.sys_errno, bad[i].reason);
        ck_assert_int_eq(sink.fd, 0);
        ck_assert_ptr_null(sink.buffer.data);
    }
    ck_assert_int_eq(write_through("", "x", NULL), MS_IO);
    ck_assert_uint_eq(directory_count(fx.scratch.root), 1);
    fx_end(&fx);
}

TEST(read_only_directory_or_file)
{
    fixture fx;
    fx_begin(&fx);
    char file[80];
    (void)snprintf(file, sizeof file, "%s/file", fx.scratch.root);
    write_file(file, "old\n", 0444);
    ck_assert_int_eq(chmod(fx.scratch.root, 0777), 0);
    fx_become_nobody();
    ms_err locked = {0};
    ms_code over_locked = write_through(file, "new\n", &locked);
    fx_become_root_again();
    ck_assert_int_eq(chmod(file, 0666), 0);
    ck_assert_int_eq(chmod(fx.scratch.root, 0555), 0);
    fx_become_nobody();
    ms_err err = {0};
    ms_code fresh = write_through(fx.output, "new\n", &err);
    ms_code over = write_through(file, "new\n", &err);
    fx_become_root_again();
    ck_assert_int_eq(chmod(fx.scratch.root, 0700), 0);
    ck_assert_int_eq(over_locked, MS_IO);
    ck_assert_int_eq(locked.sys_errno, EACCES);
    ck_assert_int_eq(fresh, MS_IO);
    ck_assert_int_eq(over, MS_IO);
    ck_assert_int_eq(err.sys_errno, EACCES);
    assert_contents(file, "old\n");
    ck_assert_uint_eq(directory_count(fx.scratch.root), 1);
    fx_end(&fx);
}

/* Somebody else may have put it there, so that this user overwrites a file. */
TEST(link_is_refused)
{
    fixture fx;
    fx_begin(&fx);
    char directory[80];
    char file[96];
    (void)snprintf(directory, sizeof directory, "%s/sub", fx.scratch.root);
    (void)snprintf(file, sizeof file, "%s/file", directory);
    ck_assert_int_eq(mkdir(directory, 0700), 0);
    ck_assert_int_eq(symlink("sub/file", fx.output), 0);
    for (int there = 0; there < 2; there++) {
        ms_err err = {0};
        if (there) {
            write_file(file, "old\n", 0600);
        }
        ck_assert_int_eq(write_through(fx.output, "new\n", &err), MS_IO);
        ck_assert_ptr_nonnull(strstr(err.text, "it is a symbolic link"));
        ck_assert(S_ISLNK(mode_of(fx.output)));
        ck_assert_uint_eq(directory_count(directory), (size_t)there);
    }
    assert_contents(file, "old\n");
    fx_end(&fx);
}

/* As user nobody, so that a broken sink cannot replace the machine's /dev/null. */
TEST(device_is_not_replaced)
{
    struct stat before;
    struct stat after;
    ck_assert_int_eq(stat("/dev/null", &before), 0);
    fx_become_nobody();
    ms_err err = {0};
    ms_code code = write_through("/dev/null", "gone\n", &err);
    fx_become_root_again();
    ck_assert_msg(code == MS_OK, "%s", err.text);
    ck_assert_int_eq(stat("/dev/null", &after), 0);
    ck_assert(S_ISCHR(after.st_mode));
    ck_assert_uint_eq(before.st_ino, after.st_ino);
}

TEST(fifo_is_not_replaced)
{
    fixture fx;
    fx_begin(&fx);
    ck_assert_int_eq(mkfifo(fx.output, 0600), 0);
    int reader = open(fx.output, O_RDWR);
    ck_assert_int_ge(reader, 0);
    ms_err err = {0};
    ck_assert_int_eq(write_through(fx.output, "through\n", &err), MS_OK);
    char got[16] = "";
    ck_assert_int_eq(read(reader, got, sizeof got), 8);
    ck_assert_str_eq(got, "through\n");
    ck_assert(S_ISFIFO(mode_of(fx.output)));
    ck_assert_uint_eq(directory_count(fx.scratch.root), 1);
    (void)close(reader);
    fx_end(&fx);
}

/* _i 0: by the name of standard output's file, 1: by /dev/stdout. */
TEST_RANGE(file_of_standard_output_is_not_replaced, 0, 2)
{
    fixture fx;
    fx_begin(&fx);
    write_file(fx.output, "old\n", 0600);
    int saved = dup(STDOUT_FILENO);
    int fd = open(fx.output, O_WRONLY | O_APPEND);
    (void)dup2(fd, STDOUT_FILENO);
    (void)close(fd);
    ms_err err = {0};
    ms_code code = write_through(_i == 0 ? fx.output : "/dev/stdout", "new\n", &err);
    bool still_open = write(STDOUT_FILENO, "later\n", 6) == 6;
    (void)dup2(saved, STDOUT_FILENO);
    (void)close(saved);
    ck_assert_msg(code == MS_OK, "%s", err.text);
    ck_assert(still_open);
    assert_contents(fx.output, "old\nnew\nlater\n");
    fx_end(&fx);
}

static void on_alarm(int signal)
{
    (void)signal;
}

enum { PIPED = 2000000 };

/* Reads slowly and says whether all came, in order. */
static int read_slowly(int fd)
{
    uint8_t block[20000];
    size_t at = 0;
    for (ssize_t got; (got = read(fd, block, sizeof block)) != 0;) {
        for (ssize_t i = 0; i < got; i++) {
            if (block[i] != (uint8_t)(at++ % 251)) {
                return 1;
            }
        }
        (void)usleep(3000);
    }
    return at == PIPED ? 0 : 2;
}

/* A pipe that takes a little at a time; _i 0: non-blocking, 1: blocking, with a signal twice a millisecond.
 */
TEST_RANGE(partial_writes_and_signals, 0, 2)
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    pid_t reader = fork();
    if (reader == 0) {
        (void)close(ends[1]);
        _exit(read_slowly(ends[0]));
    }
    (void)close(ends[0]);
    int saved = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 10);
    (void)dup2(ends[1], STDOUT_FILENO);
    (void)close(ends[1]);
    ck_assert_int_eq(fcntl(STDOUT_FILENO, F_SETFL, _i == 0 ? O_NONBLOCK : 0), 0);
    ck_assert_int_eq(sigaction(SIGALRM, &(struct sigaction){.sa_handler = on_alarm}, NULL), 0);
    struct timeval every = {.tv_usec = _i == 0 ? 0 : 500};
    (void)setitimer(ITIMER_REAL, &(struct itimerval){every, every}, NULL);
    ms_sink sink = {0};
    ms_err err = {0};
    ms_code code = ms_sink_open(&sink, NULL, &err);
    static uint8_t block[PIPED];
    for (size_t i = 0; i < PIPED; i++) {
        block[i] = (uint8_t)(i % 251);
    }
    for (size_t at = 0, n = 1; at < PIPED; at += n, n = n * 3 < PIPED - at ? n * 3 : PIPED - at) {
        ms_sink_put(&sink, block + at, n);
    }
    code = code == MS_OK ? ms_sink_commit(&sink, &err) : code;
    ms_sink_close(&sink);
    (void)setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
    (void)dup2(saved, STDOUT_FILENO);
    int status = 0;
    ck_assert_int_eq(waitpid(reader, &status, 0), reader);
    ck_assert_msg(code == MS_OK, "%s", err.text);
    ck_assert_int_eq(status, 0);
}

/* The escaping in chunks gives what escaping at once gives, wherever the chunk's end falls. */
TEST(escape_in_chunks)
{
    static const char tail[] = "\xc3\xb6\xe2\x82\xac\xf0\x9f\x98\x80\x80\x80\x80\x80\x80\xff\xe2\x80\xae end";
    enum { PLAIN = 8192 - 24 };
    fixture fx;
    fx_begin(&fx);
    for (size_t shift = 0; shift < 32; shift++) {
        ms_bytes in = {0};
        ms_bytes expected = {0};
        for (int twice = 0; twice < 2; twice++) {
            for (size_t i = 0; i < PLAIN + shift; i++) {
                ms_bytes_put_u8(&in, i % 3 ? 'a' : '\t');
            }
            ms_bytes_append(&in, tail, sizeof tail - 1);
        }
        ms_escape_append(&expected, in.data, in.len, MS_ESCAPE_LINE);
        ms_sink sink = {0};
        ck_assert_int_eq(ms_sink_open(&sink, fx.output, NULL), MS_OK);
        ms_sink_escape(&sink, in.data, in.len, MS_ESCAPE_LINE);
        ck_assert_int_eq(ms_sink_commit(&sink, NULL), MS_OK);
        ms_sink_close(&sink);
        size_t n = 0;
        char *got = fx_read(fx.output, &n);
        ck_assert_uint_eq(n, expected.len);
        ck_assert_int_eq(memcmp(got, expected.data, n), 0);
        free(got);
        ms_bytes_fini(&in);
        ms_bytes_fini(&expected);
    }
    fx_end(&fx);
}

TEST(buffer_stays_small)
{
    static uint8_t hostile[3000000];
    fixture fx;
    fx_begin(&fx);
    ms_sink sink = {0};
    ck_assert_int_eq(ms_sink_open(&sink, fx.output, NULL), MS_OK);
    size_t cap = sink.buffer.cap;
    ms_sink_escape(&sink, hostile, sizeof hostile, MS_ESCAPE_NAME);
    ms_sink_put(&sink, hostile, sizeof hostile);
    ck_assert_uint_eq(sink.buffer.cap, cap);
    ck_assert_int_eq(ms_sink_commit(&sink, NULL), MS_OK);
    ms_sink_close(&sink);
    fx_end(&fx);
}

TEST(first_error_stays)
{
    fixture fx;
    fx_begin(&fx);
    ms_sink sink = {0};
    ms_err err = {0};
    ck_assert_int_eq(ms_sink_open(&sink, fx.output, &err), MS_OK);
    ck_assert(ms_sink_ok(&sink));
    ms_sink_fail(&sink, MS_NOMEM);
    ms_sink_fail(&sink, MS_LIMIT);
    ck_assert(!ms_sink_ok(&sink));
    ms_sink_text(&sink, "not written");
    ck_assert_int_eq(ms_sink_commit(&sink, &err), MS_NOMEM);
    ck_assert_ptr_nonnull(strstr(err.text, "out of memory"));
    ms_sink_close(&sink);
    ck_assert_uint_eq(directory_count(fx.scratch.root), 0);
    fx_end(&fx);
}

TEST(name_in_the_error_is_escaped)
{
    ms_err err = {0};
    ck_assert_int_eq(write_through("/no\x1b[31m/such", "x", &err), MS_IO);
    ck_assert_str_eq(err.text, "cannot write the report to /no\\x1b[31m/such: No such file or directory");
}

/* A pipe whose reader has gone, of a report: the rest is dropped. Of a result file it is an error. */
TEST(reader_has_gone)
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(close(ends[0]), 0);
    (void)signal(SIGPIPE, SIG_IGN);
    for (int result = 0; result < 2; result++) {
        ms_sink sink = {.fd = ends[1], .may_go = result == 0, .what = "it"};
        ms_err err = {0};
        ms_sink_text(&sink, "text");
        ck_assert(ms_sink_ok(&sink)); /* in the buffer */
        ck_assert_int_eq(ms_sink_commit(&sink, &err), result == 0 ? MS_OK : MS_IO);
        ck_assert(!ms_sink_ok(&sink));
        ms_sink_close(&sink);
    }
    ck_assert_int_eq(close(ends[1]), 0);
}
