/* Suite of images/client/worker_process.c: the worker as a process, from its start to its words. */
#include "images/client/client_internal.h"

#include "base/clock.h"
#include "fake_worker.h"

#include "suites.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

Suite *worker_process_suite(void);

static ms__worker_process start(const char *begin)
{
    char path[4096];
    ms__worker_process child;
    ms_err err = {0};
    fake_worker_use(begin);
    ck_assert_msg(ms__worker_process_start(&child, fake_worker_path(path, sizeof path), 1 << 20, &err) ==
                      MS_OK,
                  "%s", err.text);
    ck_assert_int_gt(child.pid, 0);
    return child;
}

/* All is closed and nobody is left to wait for. */
static void is_gone(const ms__worker_process *child, const ms__worker_process *was)
{
    ck_assert_int_eq(child->pid, 0);
    ck_assert(fcntl(was->socket, F_GETFD) == -1 && fcntl(was->errors, F_GETFD) == -1);
    ck_assert(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
}

START_TEST(one_that_ends_by_itself)
{
    ms__worker_process child = start("exit:42"), was = child;
    ms__worker_process_end end;
    ms__worker_process_end_of(&child, 10, &end);
    ck_assert(end.known && !end.ours && WIFEXITED(end.status) && WEXITSTATUS(end.status) == 42);
    ck_assert_str_eq(end.said, "");
    is_gone(&child, &was);
}
END_TEST

START_TEST(one_that_has_to_be_killed)
{
    ms__worker_process child = start("serve"), was = child;
    ms__worker_process_end end;
    double began = ms_clock_now();
    ms__worker_process_end_of(&child, 0.1, &end);
    double took = ms_clock_now() - began;
    ck_assert(end.known && end.ours);
    ck_assert(took >= 0.1 && took < 5);
    is_gone(&child, &was);
    ms__worker_process_end_of(&child, 0.1, NULL); /* accepts {0} */

    child = start("serve");
    was = child;
    ms__worker_process_end_of(&child, 0, NULL);
    is_gone(&child, &was);
}
END_TEST

START_TEST(a_stopped_one_can_be_killed_too)
{
    ms__worker_process child = start("serve"), was = child;
    ms__worker_process_end end;
    ck_assert_int_eq(kill(child.pid, SIGSTOP), 0);
    ms__worker_process_end_of(&child, 0.05, &end);
    ck_assert(end.known && end.ours);
    is_gone(&child, &was);
}
END_TEST

static const struct {
    const char *begin, *said;
    bool no_memory;
} sayings[] = {{"say:no such library", "no such library", false},
               {"say:\n\nsecond line\nthird", "second line", false},
               {"say:a\x1B[31mb\xFF\n", "a\\x1b[31mb\\xff", false},
               {"say:\n\n\n", "", false},
               {"say:a warning\nGLib-ERROR **: gmem.c:136: failed to allocate 7 bytes\n", "a warning", true},
               {"say:terminate called after throwing an instance of 'std::bad_alloc'\n  what()",
                "terminate called after throwing an instance of 'std::bad_alloc'", true},
               {"say:vips: out of memory --- size == 7MB\n", "vips: out of memory --- size == 7MB", true},
               {"say:libvips.so.42: Cannot allocate memory", "libvips.so.42: Cannot allocate memory", true}};

START_TEST(its_first_words_are_kept)
{
    ms__worker_process child = start(sayings[_i].begin);
    ms__worker_process_end end;
    ms__worker_process_end_of(&child, 10, &end);
    ck_assert_str_eq(end.said, sayings[_i].said);
    ck_assert_int_eq(end.no_memory, sayings[_i].no_memory);
    ck_assert_int_eq(WEXITSTATUS(end.status), 127);
}
END_TEST

START_TEST(hushed_words_are_forgotten)
{
    ms__worker_process child = start("say:failed to allocate");
    ms__worker_process_end end;
    siginfo_t ended; /* all has been written when it has ended */
    ck_assert_int_eq(waitid(P_PID, (id_t)child.pid, &ended, WEXITED | WNOWAIT), 0);
    ms__worker_process_hush(&child);
    ms__worker_process_hush(&child);
    ms__worker_process_end_of(&child, 10, &end);
    ck_assert(end.said[0] == '\0' && !end.no_memory);
}
END_TEST

START_TEST(somebody_else_reaped_it)
{
    ms__worker_process child = start("exit:1");
    ck_assert_int_eq(waitpid(child.pid, NULL, 0), child.pid);
    ms__worker_process_end end;
    ms__worker_process_end_of(&child, 10, &end);
    ck_assert(!end.known && !end.ours);
}
END_TEST

START_TEST(a_program_that_cannot_be_started)
{
    static const struct {
        const char *path;
        int reason;
    } programs[] = {{"/nonexistent/mpiscan-gray", ENOENT}, {"/", EACCES}, {"/etc/passwd", EACCES}};
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
        ms__worker_process child = {9, 9, 9};
        ms_err err = {0};
        int free_fd = dup(0);
        (void)close(free_fd);
        ck_assert_int_eq(ms__worker_process_start(&child, programs[i].path, 1, &err), MS_IO);
        ck_assert_int_eq(err.sys_errno, programs[i].reason);
        ck_assert_ptr_nonnull(strstr(err.text, programs[i].path));
        ck_assert(child.pid == 0 && child.socket == 0);
        int again = dup(0); /* nothing has stayed open */
        ck_assert_int_eq(again, free_fd);
        (void)close(again);
    }
}
END_TEST

/* Statuses as waitpid gives them: exit code << 8, or the signal. */
static const struct {
    ms__worker_process_end end;
    ms_code code;
    const char *words;
} ends[] = {
    {{true, false, SIGSEGV, false, ""}, MS_FORMAT, "was killed by signal 11 (Segmentation fault)"},
    {{true, false, SIGABRT | 0x80, false, ""}, MS_FORMAT, "was killed by signal 6 (Aborted)"},
    {{true, false, SIGKILL, false, ""},
     MS_LIMIT,
     "was killed by signal 9 (Killed), by somebody, or by the kernel for want of memory"},
    {{true, false, SIGXCPU, false, ""}, MS_LIMIT, "was killed by signal 24 (CPU time limit exceeded)"},
    {{true, false, SIGSYS, false, ""},
     MS_FORMAT,
     "was killed by signal 31 (Bad system call): it tried what it may not do"},
    {{true, false, SIGTERM, false, ""}, MS_IO, "was killed by signal 15 (Terminated)"},
    {{true, false, 5 << 8, false, ""}, MS_FORMAT, "ended with exit code 5"},
    {{true, false, SIGTRAP, true, ""}, MS_LIMIT, "ran out of its memory limit of 1024 MiB"},
    {{true, true, SIGKILL, false, ""}, MS_FORMAT, "stopped answering"},
    {{false, false, 0, false, ""}, MS_IO, "ended, nobody knows how"},
};

START_TEST(an_end_in_words)
{
    char text[120];
    ms_code code = MS_OK;
    ms__worker_process_stderr(&ends[_i].end, 1 << 30, &code, text, sizeof text);
    ck_assert_int_eq(code, ends[_i].code);
    ck_assert_str_eq(text, ends[_i].words);
    char small[12] = "xxxxxxxxxx";
    ms__worker_process_stderr(&ends[_i].end, 1 << 30, &code, small, sizeof small);
    ck_assert_uint_eq(strlen(small), sizeof small - 1);
}
END_TEST

Suite *worker_process_suite(void)
{
    Suite *suite = suite_create("child");
    TCase *tc = tcase_create("all");
    tcase_set_timeout(tc, 30);
    tcase_add_test(tc, one_that_ends_by_itself);
    tcase_add_test(tc, one_that_has_to_be_killed);
    tcase_add_test(tc, a_stopped_one_can_be_killed_too);
    tcase_add_loop_test(tc, its_first_words_are_kept, 0, (int)(sizeof sayings / sizeof sayings[0]));
    tcase_add_test(tc, hushed_words_are_forgotten);
    tcase_add_test(tc, somebody_else_reaped_it);
    tcase_add_test(tc, a_program_that_cannot_be_started);
    tcase_add_loop_test(tc, an_end_in_words, 0, (int)(sizeof ends / sizeof ends[0]));
    suite_add_tcase(suite, tc);
    return suite;
}
