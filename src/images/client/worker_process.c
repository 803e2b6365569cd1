/* The worker as a process: started with nothing of ours but its socket, ended for certain, its end put into
 * words. What is said over the socket is client.c's. Its standard error is a pipe that never blocks it: when
 * nobody empties it, the kernel keeps the first 64 KiB. It tells why a worker did not start, or that it ran
 * out of memory. */
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

enum { WORKER_SOCKET = 3, SAID_MAX = 4096, PIPE_BLOCKS = 16 };

static const double kill_seconds =
    10; /* for a killed process to be gone: one that waits for a dead disk is not */
static const double poll_seconds = 0.0005;

/* The order matters: the ends may have any numbers, also 0 to 2. */
static int add_files(posix_spawn_file_actions_t *files, int socket_end, int errors_end)
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
    /* The group's number is 0 from the beginning: a new one. */
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
    failed = add_files(&files, socket_end, errors_end);
    failed = failed ? failed : set_attributes(&attributes);
    failed = failed ? failed : posix_spawn(pid, program, &files, &attributes, argv, environ);
    (void)posix_spawnattr_destroy(&attributes);
files_done:
    (void)posix_spawn_file_actions_destroy(&files);
    return failed;
}

ms_code ms__worker_process_start(ms__worker_process *child, const char *program, uint64_t memory, ms_err *err)
{
    *child = (ms__worker_process){0};
    int pair[2], errors[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
        return ms_err_set(err, MS_IO, errno, "no socket for the worker program");
    }
    if (pipe2(errors, O_CLOEXEC | O_NONBLOCK) != 0) {
        int why = errno;
        (void)close(pair[0]);
        (void)close(pair[1]);
        return ms_err_set(err, MS_IO, why, "no pipe for the worker program");
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
    *child = (ms__worker_process){pid, pair[0], errors[0]};
    return MS_OK;
}

/* Has it ended, within `seconds`? The status is known unless somebody else reaped it. */
static bool reap(pid_t pid, double seconds, ms__worker_process_end *end)
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

void ms__worker_process_hush(const ms__worker_process *child)
{
    char said[SAID_MAX];
    for (int blocks = 0; blocks < PIPE_BLOCKS && read_some(child->errors, said, sizeof said) > 0; blocks++) {
    }
}

/* What GLib, the C++ library and libc print when memory is refused, before they end by a signal. */
static bool tells_of_memory(const char *said, size_t len)
{
    static const char *const texts[] = {"failed to allocate", "bad_alloc", "ut of memory",
                                        "annot allocate memory"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (memmem(said, len, texts[i], strlen(texts[i]))) {
            return true;
        }
    }
    return false;
}

static void read_errors(int fd, ms__worker_process_end *end)
{
    char said[SAID_MAX];
    size_t len = read_some(fd, said, sizeof said);
    end->no_memory = tells_of_memory(said, len);
    size_t from = 0, line = 0;
    while (from < len && said[from] == '\n') {
        from++;
    }
    while (from + line < len && said[from + line] != '\n') {
        line++;
    }
    (void)ms_escape_to(end->said, sizeof end->said, said + from, line);
}

void ms__worker_process_end_of(ms__worker_process *child, double grace, ms__worker_process_end *end)
{
    ms__worker_process_end ignored;
    end = end ? end : &ignored;
    *end = (ms__worker_process_end){0};
    if (child->pid > 0) {
        if (!reap(child->pid, grace, end)) {
            end->ours = true;
            (void)kill(child->pid, SIGKILL);
            (void)reap(child->pid, kill_seconds, end);
        }
        read_errors(child->errors, end);
        (void)close(child->socket);
        (void)close(child->errors);
    }
    *child = (ms__worker_process){0};
}

static ms_code signal_words(int number, char *text, size_t size)
{
    const char *name = strsignal(number);
    int used = snprintf(text, size, "was killed by signal %d (%s)", number, name ? name : "unknown");
    size_t at = used > 0 && (size_t)used < size ? (size_t)used : size;
    switch (number) {
    case SIGKILL:
        (void)snprintf(text + at, size - at, ", by somebody, or by the kernel for want of memory");
        return MS_LIMIT;
    case SIGXCPU:
        return MS_LIMIT;
    case SIGSYS:
        (void)snprintf(text + at, size - at, ": it tried what it may not do");
        return MS_FORMAT;
    case SIGTERM:
    case SIGINT:
    case SIGHUP:
        return MS_IO;
    default:
        return MS_FORMAT;
    }
}

void ms__worker_process_stderr(const ms__worker_process_end *end, uint64_t memory, ms_code *code, char *text,
                               size_t size)
{
    *code = MS_FORMAT;
    if (!end->known) {
        *code = MS_IO;
        (void)snprintf(text, size, "ended, nobody knows how");
    } else if (end->ours) {
        (void)snprintf(text, size, "stopped answering");
    } else if (end->no_memory) {
        *code = MS_LIMIT;
        (void)snprintf(text, size, "ran out of its memory limit of %" PRIu64 " MiB", memory >> 20);
    } else if (WIFSIGNALED(end->status)) {
        *code = signal_words(WTERMSIG(end->status), text, size);
    } else {
        (void)snprintf(text, size, "ended with exit code %d", WEXITSTATUS(end->status));
    }
}
