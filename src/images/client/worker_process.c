/* The worker's standard error is a pipe that does not block it: when it is not read, the kernel keeps the
 * first 64 KiB. It explains why a worker did not start, or that it ran out of memory. */
#include "images/client/client_internal.h"

#include "base/clock.h"
#include "base/escape.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORKER_SOCKET = 3, STDERR_MAX = 4096, PIPE_BLOCKS = 16 };

static const double kill_seconds = 10; /* a process in uninterruptible I/O outlasts SIGKILL */
static const double poll_seconds = 0.0005;

/* In this order, as the ends may have any numbers, also 0 to 2. */
static int add_descriptors(posix_spawn_file_actions_t *files, int socket_end, int errors_end)
{
    int failed = posix_spawn_file_actions_adddup2(files, socket_end, WORKER_SOCKET);
    failed = failed ? failed : posix_spawn_file_actions_adddup2(files, errors_end, STDERR_FILENO);
    failed =
        failed ? failed : posix_spawn_file_actions_addopen(files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    failed =
        failed ? failed : posix_spawn_file_actions_addopen(files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    return failed ? failed : posix_spawn_file_actions_addclosefrom_np(files, WORKER_SOCKET + 1);
}

/* Open MPI installs handlers, and its parents may have blocked or ignored signals. */
static int set_attributes(posix_spawnattr_t *attributes)
{
    sigset_t all, none;
    (void)sigfillset(&all);
    (void)sigemptyset(&none);
    int failed = posix_spawnattr_setsigdefault(attributes, &all);
    failed = failed ? failed : posix_spawnattr_setsigmask(attributes, &none);
    /* The attribute's process group is 0: a new one. */
    short flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP;
    return failed ? failed : posix_spawnattr_setflags(attributes, flags);
}

/* 0 or an errno. */
static int spawn(pid_t *pid, const char *program, uint64_t memory, int socket_end, int errors_end)
{
    char name[] = "mpiscan-gray", socket_option[] = "--socket", memory_option[] = "--memory";
    char socket_number[12], memory_number[24];
    (void)snprintf(socket_number, sizeof socket_number, "%d", (int)WORKER_SOCKET);
    (void)snprintf(memory_number, sizeof memory_number, "%" PRIu64, memory);
    char *argv[] = {name, socket_option, socket_number, memory_option, memory_number, NULL};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    int failed = posix_spawn_file_actions_init(&files);
    if (failed) {
        return failed;
    }
    failed = posix_spawnattr_init(&attributes);
    if (failed) {
        goto files_done;
    }
    failed = add_descriptors(&files, socket_end, errors_end);
    failed = failed ? failed : set_attributes(&attributes);
    failed = failed ? failed : posix_spawn(pid, program, &files, &attributes, argv, environ);
    (void)posix_spawnattr_destroy(&attributes);
files_done:
    (void)posix_spawn_file_actions_destroy(&files);
    return failed;
}

ms_code ms__worker_process_start(ms__worker_process *worker, const char *program, uint64_t memory,
                                 ms_err *err)
{
    *worker = (ms__worker_process){0};
    int pair[2], errors[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
        return ms_err_set(err, MS_IO, errno, "cannot make a socket for the worker program");
    }
    if (pipe2(errors, O_CLOEXEC | O_NONBLOCK) != 0) {
        int why = errno;
        (void)close(pair[0]);
        (void)close(pair[1]);
        return ms_err_set(err, MS_IO, why, "cannot make a pipe for the worker program");
    }
    pid_t pid = 0;
    int failed = spawn(&pid, program, memory, pair[1], errors[1]);
    (void)close(pair[1]);
    (void)close(errors[1]);
    if (failed) {
        (void)close(pair[0]);
        (void)close(errors[0]);
        char shown[240];
        (void)ms_escape_to(shown, sizeof shown, program, strlen(program));
        return ms_err_set(err, failed == ENOMEM ? MS_NOMEM : MS_IO, failed,
                          "cannot start the worker program %s", shown);
    }
    *worker = (ms__worker_process){pid, pair[0], errors[0]};
    return MS_OK;
}

/* Whether it exits within `seconds`. The status is unknown if other code reaped it. */
static bool reap(pid_t pid, double seconds, ms__worker_exit *end)
{
    double until = ms_clock_now() + seconds;
    for (;;) {
        pid_t got = waitpid(pid, &end->status, WNOHANG);
        if (got == pid || (got < 0 && errno != EINTR)) {
            end->known = got == pid;
            return true;
        }
        if (ms_clock_now() >= until) {
            return false;
        }
        ms_clock_sleep(poll_seconds);
    }
}

static size_t read_some(int fd, char *to, size_t size)
{
    ssize_t n = 0;
    do {
        n = read(fd, to, size);
    } while (n < 0 && errno == EINTR);
    return n > 0 ? (size_t)n : 0;
}

void ms__worker_process_drain_stderr(const ms__worker_process *worker)
{
    char text[STDERR_MAX];
    for (int blocks = 0; blocks < PIPE_BLOCKS && read_some(worker->stderr_fd, text, sizeof text) > 0;
         blocks++) {
    }
}

/* What GLib, the C++ library and libc print before they abort for lack of memory. */
static bool reports_no_memory(const char *text, size_t len)
{
    static const char *const texts[] = {"failed to allocate", "bad_alloc", "ut of memory",
                                        "annot allocate memory"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (memmem(text, len, texts[i], strlen(texts[i]))) {
            return true;
        }
    }
    return false;
}

static void read_stderr(int fd, ms__worker_exit *end)
{
    char text[STDERR_MAX];
    size_t len = read_some(fd, text, sizeof text);
    end->out_of_memory = reports_no_memory(text, len);
    size_t from = 0, line = 0;
    while (from < len && text[from] == '\n') {
        from++;
    }
    while (from + line < len && text[from + line] != '\n') {
        line++;
    }
    (void)ms_escape_to(end->stderr_line, sizeof end->stderr_line, text + from, line);
}

void ms__worker_process_stop(ms__worker_process *worker, double grace, ms__worker_exit *end)
{
    ms__worker_exit ignored;
    end = end ? end : &ignored;
    *end = (ms__worker_exit){0};
    if (worker->pid > 0) {
        if (!reap(worker->pid, grace, end)) {
            end->killed = true;
            (void)kill(worker->pid, SIGKILL);
            (void)reap(worker->pid, kill_seconds, end);
        }
        read_stderr(worker->stderr_fd, end);
        (void)close(worker->socket);
        (void)close(worker->stderr_fd);
    }
    *worker = (ms__worker_process){0};
}

static ms_code signal_text(int number, char *text, size_t size)
{
    const char *name = strsignal(number);
    int used = snprintf(text, size, "was killed by signal %d (%s)", number, name ? name : "unknown");
    size_t at = used > 0 && (size_t)used < size ? (size_t)used : size;
    switch (number) {
    case SIGKILL:
        (void)snprintf(text + at, size - at, ", perhaps by the out-of-memory killer");
        return MS_LIMIT;
    case SIGXCPU:
        return MS_LIMIT;
    case SIGSYS:
        (void)snprintf(text, size, "was killed by the sandbox (forbidden system call)");
        return MS_FORMAT;
    case SIGTERM:
    case SIGINT:
    case SIGHUP:
        return MS_IO;
    default:
        return MS_FORMAT;
    }
}

void ms__worker_exit_text(const ms__worker_exit *end, uint64_t memory, ms_code *code, char *text, size_t size)
{
    *code = MS_FORMAT;
    if (!end->known) {
        *code = MS_IO;
        (void)snprintf(text, size, "exited with unknown status");
    } else if (end->killed) {
        (void)snprintf(text, size, "stopped responding");
    } else if (end->out_of_memory) {
        *code = MS_LIMIT;
        (void)snprintf(text, size, "ran out of its memory limit of %" PRIu64 " MiB", memory >> 20);
    } else if (WIFSIGNALED(end->status)) {
        *code = signal_text(WTERMSIG(end->status), text, size);
    } else {
        (void)snprintf(text, size, "exited with code %d", WEXITSTATUS(end->status));
    }
}
