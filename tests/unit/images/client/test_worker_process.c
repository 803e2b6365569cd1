/* Suite of images/client/worker_process.c: the worker as a process: start, exit, standard error. */
#include "images/client/client_internal.h"

#include "base/clock.h"
#include "fake_worker.h"

#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static ms__worker_process start(const char *begin)
{
    char path[4096];
    ms__worker_process worker;
    ms_err err = {0};
    fake_worker_use(begin);
    ck_assert_msg(ms__worker_process_start(&worker, fake_worker_path(path, sizeof path), 1 << 20, &err) ==
                      MS_OK,
                  "%s", err.text);
    ck_assert_int_gt(worker.pid, 0);
    return worker;
}

/* All is closed, and no process is left to wait for. */
static void is_gone(const ms__worker_process *worker, const ms__worker_process *was)
{
    ck_assert_int_eq(worker->pid, 0);
    ck_assert(fcntl(was->socket, F_GETFD) == -1 && fcntl(was->stderr_fd, F_GETFD) == -1);
    ck_assert(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
}

TEST(one_that_exits)
{
    ms__worker_process worker = start("exit:42"), was = worker;
    ms__worker_exit end;
    ms__worker_process_stop(&worker, 10, &end);
    ck_assert(end.known && !end.killed && WIFEXITED(end.status) && WEXITSTATUS(end.status) == 42);
    ck_assert_str_eq(end.stderr_line, "");
    is_gone(&worker, &was);
}

TEST(one_that_has_to_be_killed)
{
    ms__worker_process worker = start("serve"), was = worker;
    ms__worker_exit end;
    double began = ms_clock_now();
    ms__worker_process_stop(&worker, 0.1, &end);
    double took = ms_clock_now() - began;
    ck_assert(end.known && end.killed);
    ck_assert(took >= 0.1 && took < 5);
    is_gone(&worker, &was);
    ms__worker_process_stop(&worker, 0.1, NULL); /* accepts {0} */

    worker = start("serve");
    was = worker;
    ms__worker_process_stop(&worker, 0, NULL);
    is_gone(&worker, &was);
}

TEST(a_stopped_one_is_killed)
{
    ms__worker_process worker = start("serve"), was = worker;
    ms__worker_exit end;
    ck_assert_int_eq(kill(worker.pid, SIGSTOP), 0);
    ms__worker_process_stop(&worker, 0.05, &end);
    ck_assert(end.known && end.killed);
    is_gone(&worker, &was);
}

static const struct {
    const char *begin, *line;
    bool out_of_memory;
} outputs[] = {{"say:no such library", "no such library", false},
               {"say:\n\nsecond line\nthird", "second line", false},
               {"say:a\x1B[31mb\xFF\n", "a\\x1b[31mb\\xff", false},
               {"say:\n\n\n", "", false},
               {"say:a warning\nGLib-ERROR **: gmem.c:136: failed to allocate 7 bytes\n", "a warning", true},
               {"say:terminate called after throwing an instance of 'std::bad_alloc'\n  what()",
                "terminate called after throwing an instance of 'std::bad_alloc'", true},
               {"say:vips: out of memory --- size == 7MB\n", "vips: out of memory --- size == 7MB", true},
               {"say:libvips.so.42: Cannot allocate memory", "libvips.so.42: Cannot allocate memory", true}};

TEST_EACH(the_first_line_of_standard_error_is_kept, outputs)
{
    ms__worker_process worker = start(outputs[_i].begin);
    ms__worker_exit end;
    ms__worker_process_stop(&worker, 10, &end);
    ck_assert_str_eq(end.stderr_line, outputs[_i].line);
    ck_assert_int_eq(end.out_of_memory, outputs[_i].out_of_memory);
    ck_assert_int_eq(WEXITSTATUS(end.status), 127);
}

TEST(drained_standard_error_is_discarded)
{
    ms__worker_process worker = start("say:failed to allocate");
    ms__worker_exit end;
    siginfo_t ended; /* all has been written when it has ended */
    ck_assert_int_eq(waitid(P_PID, (id_t)worker.pid, &ended, WEXITED | WNOWAIT), 0);
    ms__worker_process_drain_stderr(&worker);
    ms__worker_process_drain_stderr(&worker);
    ms__worker_process_stop(&worker, 10, &end);
    ck_assert(end.stderr_line[0] == '\0' && !end.out_of_memory);
}

TEST(reaped_by_other_code)
{
    ms__worker_process worker = start("exit:1");
    ck_assert_int_eq(waitpid(worker.pid, NULL, 0), worker.pid);
    ms__worker_exit end;
    ms__worker_process_stop(&worker, 10, &end);
    ck_assert(!end.known && !end.killed);
}

TEST(a_program_that_cannot_be_started)
{
    static const struct {
        const char *path;
        int reason;
    } programs[] = {{"/nonexistent/mpiscan-gray", ENOENT}, {"/", EACCES}, {"/etc/passwd", EACCES}};
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
        ms__worker_process worker = {9, 9, 9};
        ms_err err = {0};
        int free_fd = dup(0);
        (void)close(free_fd);
        ck_assert_int_eq(ms__worker_process_start(&worker, programs[i].path, 1, &err), MS_IO);
        ck_assert_int_eq(err.sys_errno, programs[i].reason);
        ck_assert_ptr_nonnull(strstr(err.text, programs[i].path));
        ck_assert(worker.pid == 0 && worker.socket == 0);
        int again = dup(0); /* no descriptor is left open */
        ck_assert_int_eq(again, free_fd);
        (void)close(again);
    }
}

/* Statuses as waitpid gives them: exit code << 8, or the signal. */
static const struct {
    ms__worker_exit end;
    ms_code code;
    const char *text;
} ends[] = {
    {{true, false, SIGSEGV, false, ""}, MS_FORMAT, "was killed by signal 11 (Segmentation fault)"},
    {{true, false, SIGABRT | 0x80, false, ""}, MS_FORMAT, "was killed by signal 6 (Aborted)"},
    {{true, false, SIGKILL, false, ""},
     MS_LIMIT,
     "was killed by signal 9 (Killed), perhaps by the out-of-memory killer"},
    {{true, false, SIGXCPU, false, ""}, MS_LIMIT, "was killed by signal 24 (CPU time limit exceeded)"},
    {{true, false, SIGSYS, false, ""}, MS_FORMAT, "was killed by the sandbox (forbidden system call)"},
    {{true, false, SIGTERM, false, ""}, MS_IO, "was killed by signal 15 (Terminated)"},
    {{true, false, 5 << 8, false, ""}, MS_FORMAT, "exited with code 5"},
    {{true, false, SIGTRAP, true, ""}, MS_LIMIT, "ran out of its memory limit of 1024 MiB"},
    {{true, true, SIGKILL, false, ""}, MS_FORMAT, "stopped responding"},
    {{false, false, 0, false, ""}, MS_IO, "exited with unknown status"},
};

TEST_EACH(an_exit_as_text, ends)
{
    char text[120];
    ms_code code = MS_OK;
    ms__worker_exit_text(&ends[_i].end, 1 << 30, &code, text, sizeof text);
    ck_assert_int_eq(code, ends[_i].code);
    ck_assert_str_eq(text, ends[_i].text);
    char small[12] = "xxxxxxxxxx";
    ms__worker_exit_text(&ends[_i].end, 1 << 30, &code, small, sizeof small);
    ck_assert_uint_eq(strlen(small), sizeof small - 1);
}
