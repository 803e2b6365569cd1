/* A preloaded library that makes one file misbehave at one exact call, so that a test of a race is no race.
 * In the environment: MS_SHIM_NAME: base name of the file, a glob. MS_SHIM_AT: open:N, read:N, write:N.
 * _RANK: only there. _MARK: a file that gets a line when it has acted. _DO: unlink, fifo, truncate:N,
 * append:TEXT, renew:TEXT (deleted and made anew), eio, eintr, enospc, short, replace:FILE, flip:OFFSET,
 * wait, hold:FILE (until it is there), kill, nomem:N (the next N allocations fail). _ALLOC N: the N-th
 * allocation fails; with "N+" all that follow. N is from 1, in each process. _LATE: SECONDS for which Open
 * MPI's thread is runnable but gets no core. _SLOW: SECONDS of each linkat. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { FDS = 4096, WATCHED = 1, FLIPPED = 2, SHORT = 4 };

static struct {
    unsigned char fds[FDS];
    char path[4096]; /* of the file, as it was opened last */
    unsigned opens, reads, writes, allocs;
    int refusals; /* allocations still to refuse */
    bool acted;
} state;

/* What the environment says, read before there are threads: later another one may be changing it. */
static struct {
    const char *name, *value;
} settings[] = {{"MS_SHIM_NAME", ""}, {"MS_SHIM_AT", ""},   {"MS_SHIM_RANK", ""},
                {"MS_SHIM_MARK", ""}, {"MS_SHIM_DO", ""},   {"MS_SHIM_ALLOC", ""},
                {"MS_SHIM_LATE", ""}, {"MS_SHIM_SLOW", ""}, {"OMPI_COMM_WORLD_RANK", ""}};

__attribute__((constructor)) static void read_settings(void)
{
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        const char *value = getenv(settings[i].name);
        settings[i].value = value ? value : "";
    }
}

static const char *setting(const char *name)
{
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        if (strcmp(settings[i].name, name) == 0) {
            return settings[i].value;
        }
    }
    return "";
}

/* What follows "word" or "word:" at the beginning of MS_SHIM_DO; NULL when it is another word. */
static const char *action(const char *word)
{
    const char *todo = setting("MS_SHIM_DO");
    size_t n = strlen(word);
    if (strncmp(todo, word, n) != 0 || (todo[n] != 0 && todo[n] != ':')) {
        return NULL;
    }
    return todo[n] ? todo + n + 1 : todo + n;
}

static bool rank_is_meant(void)
{
    const char *rank = setting("MS_SHIM_RANK");
    return !*rank || strcmp(rank, setting("OMPI_COMM_WORLD_RANK")) == 0;
}

/* Of a directory, too, whose path ends with a slash. */
static bool is_meant(const char *path)
{
    char copy[sizeof state.path];
    (void)snprintf(copy, sizeof copy, "%s", path);
    for (size_t n = strlen(copy); n > 1 && copy[n - 1] == '/'; n--) {
        copy[n - 1] = 0;
    }
    const char *slash = strrchr(copy, '/');
    const char *name = setting("MS_SHIM_NAME");
    return *name && rank_is_meant() && fnmatch(name, slash ? slash + 1 : copy, FNM_EXTMATCH) == 0;
}

/* The path of what is opened in a directory. */
static void set_path(int directory, const char *path)
{
    char link[64];
    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", directory);
    ssize_t n =
        directory == AT_FDCWD || path[0] == '/' ? 0 : readlink(link, state.path, sizeof state.path - 1);
    n = n < 0 ? 0 : n;
    (void)snprintf(state.path + n, sizeof state.path - (size_t)n, "%s%s", n > 0 ? "/" : "", path);
    for (size_t end = strlen(state.path); end > 1 && state.path[end - 1] == '/'; end--) {
        state.path[end - 1] = 0;
    }
}

/* Is this the call at which to act? */
static bool is_time(const char *call, unsigned count)
{
    char text[32];
    (void)snprintf(text, sizeof text, "%s:%u", call, count);
    return strcmp(setting("MS_SHIM_AT"), text) == 0;
}

static void mark(void)
{
    const char *path = setting("MS_SHIM_MARK");
    state.acted = true;
    if (*path) {
        int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND, 0666);
        (void)!syscall(SYS_write, fd, "acted\n", 6);
        (void)syscall(SYS_close, fd);
    }
}

static void append(const char *text)
{
    int fd = (int)syscall(SYS_openat, AT_FDCWD, state.path, O_WRONLY | O_APPEND, 0);
    (void)!syscall(SYS_write, fd, text, strlen(text));
    (void)!syscall(SYS_write, fd, "\n", 1);
    (void)syscall(SYS_close, fd);
}

static void replace(const char *other)
{
    if (rename(other, state.path) != 0) {
        abort();
    }
}

/* A directory becomes a symbolic link to another one. */
static void turn(const char *other)
{
    char was[sizeof state.path + 8];
    (void)snprintf(was, sizeof was, "%s.was", state.path);
    if (rename(state.path, was) != 0 || symlink(other, state.path) != 0) {
        abort();
    }
}

/* Does what changes the file or the process; returns an errno with which the call shall fail, or 0. */
static int act(void)
{
    const char *value = NULL;
    mark();
    if (action("unlink")) {
        (void)unlink(state.path);
    } else if (action("fifo")) {
        (void)unlink(state.path);
        (void)mkfifo(state.path, 0666);
    } else if ((value = action("truncate"))) {
        (void)!truncate(state.path, atol(value));
    } else if ((value = action("append"))) {
        append(value);
    } else if ((value = action("replace"))) {
        replace(value);
    } else if ((value = action("turn"))) {
        turn(value);
    } else if ((value = action("turn-above"))) {
        *strrchr(state.path, '/') = 0;
        turn(value);
    } else if ((value = action("renew"))) {
        (void)unlink(state.path);
        (void)close(creat(state.path, 0666));
        append(value);
    } else if (action("wait")) {
        (void)sleep(30);
    } else if ((value = action("hold"))) {
        while (syscall(SYS_access, value, F_OK) != 0) {
            (void)usleep(10000);
        }
    } else if (action("kill")) {
        (void)raise(SIGKILL);
    } else if ((value = action("nomem"))) {
        state.refusals = atoi(value);
    } else if (action("eio")) {
        return EIO;
    } else if (action("eintr")) {
        return EINTR;
    } else if (action("enospc")) {
        return ENOSPC;
    }
    return 0;
}

static int open_watched(int directory, const char *path, int flags, mode_t mode)
{
    int failure = 0;
    bool meant = path && is_meant(path);
    bool now = false;
    if (meant) {
        set_path(directory, path);
        now = is_time("open", ++state.opens);
        failure = now ? act() : 0;
    }
    if (failure != 0) {
        errno = failure;
        return -1;
    }
    int fd = (int)syscall(SYS_openat, directory, path, flags, mode);
    if (fd >= 0 && fd < FDS) {
        state.fds[fd] = (unsigned char)(!meant ? 0
                                               : WATCHED | (now && action("flip") ? FLIPPED : 0) |
                                                     (now && action("short") ? SHORT : 0));
    }
    return fd;
}

static mode_t mode_of(int flags, va_list args)
{
    return (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE ? (mode_t)va_arg(args, int) : 0;
}

#define OPEN(name)                                                                                           \
    int name(const char *path, int flags, ...)                                                               \
    {                                                                                                        \
        va_list args;                                                                                        \
        va_start(args, flags);                                                                               \
        mode_t mode = mode_of(flags, args);                                                                  \
        va_end(args);                                                                                        \
        return open_watched(AT_FDCWD, path, flags, mode);                                                    \
    }
#define OPENAT(name)                                                                                         \
    int name(int directory, const char *path, int flags, ...)                                                \
    {                                                                                                        \
        va_list args;                                                                                        \
        va_start(args, flags);                                                                               \
        mode_t mode = mode_of(flags, args);                                                                  \
        va_end(args);                                                                                        \
        return open_watched(directory, path, flags, mode);                                                   \
    }
OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)

/* What the headers make of open when they check it. */
int __open_2(const char *path, int flags);
int __open_2(const char *path, int flags)
{
    return open_watched(AT_FDCWD, path, flags, 0);
}
int __open64_2(const char *path, int flags);
int __open64_2(const char *path, int flags)
{
    return open_watched(AT_FDCWD, path, flags, 0);
}
int __openat_2(int directory, const char *path, int flags);
int __openat_2(int directory, const char *path, int flags)
{
    return open_watched(directory, path, flags, 0);
}
int __openat64_2(int directory, const char *path, int flags);
int __openat64_2(int directory, const char *path, int flags)
{
    return open_watched(directory, path, flags, 0);
}

static bool is_watched(int fd)
{
    return fd >= 0 && fd < FDS && (state.fds[fd] & WATCHED);
}

/* `at` is -1 for a read at the descriptor's own place. */
static ssize_t read_watched(int fd, void *buf, size_t n, off_t at)
{
    bool watched = is_watched(fd);
    int failure = watched && is_time("read", ++state.reads) ? act() : 0;
    if (failure != 0) {
        errno = failure;
        return -1;
    }
    off_t from = watched && at < 0 ? lseek(fd, 0, SEEK_CUR) : at;
    if (watched && (state.fds[fd] & SHORT) && n > 7) {
        n = 7;
    }
    ssize_t got = (ssize_t)(at < 0 ? syscall(SYS_read, fd, buf, n) : syscall(SYS_pread64, fd, buf, n, at));
    if (watched && (state.fds[fd] & FLIPPED) && got > 0) {
        off_t target = atol(action("flip"));
        if (target >= from && target < from + got) {
            ((unsigned char *)buf)[target - from] ^= 1;
        }
    }
    return got;
}

ssize_t read(int fd, void *buf, size_t n)
{
    return read_watched(fd, buf, n, -1);
}
ssize_t pread(int fd, void *buf, size_t n, off_t at)
{
    return read_watched(fd, buf, n, at);
}
ssize_t pread64(int fd, void *buf, size_t n, off_t at)
{
    return read_watched(fd, buf, n, at);
}
ssize_t __read_chk(int fd, void *buf, size_t n, size_t size);
ssize_t __read_chk(int fd, void *buf, size_t n, size_t size)
{
    return n <= size ? read_watched(fd, buf, n, -1) : (abort(), -1);
}

ssize_t write(int fd, const void *data, size_t n)
{
    int failure = is_watched(fd) && is_time("write", ++state.writes) ? act() : 0;
    if (failure != 0) {
        errno = failure;
        return -1;
    }
    return (ssize_t)syscall(SYS_write, fd, data, n);
}

int linkat(int old_directory, const char *old_name, int new_directory, const char *new_name, int flags)
{
    (void)usleep((useconds_t)(atof(setting("MS_SHIM_SLOW")) * 1e6));
    return (int)syscall(SYS_linkat, old_directory, old_name, new_directory, new_name, flags);
}

int close(int fd)
{
    if (fd >= 0 && fd < FDS) {
        state.fds[fd] = 0;
    }
    return (int)syscall(SYS_close, fd);
}

#ifndef MS_SHIM_NO_ALLOC /* a sanitizer brings an allocator of its own */
/* The allocator proper, glibc's own names. */
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *old, size_t n);

static bool refused(void)
{
    const char *which = setting("MS_SHIM_ALLOC");
    unsigned at = (unsigned)atoi(which);
    if (at == 0) {
        bool now = state.refusals > 0 && state.refusals-- > 0;
        errno = now ? ENOMEM : errno;
        return now;
    }
    unsigned count = __atomic_add_fetch(&state.allocs, 1, __ATOMIC_SEQ_CST);
    if (count != at && !(count > at && strchr(which, '+'))) {
        return false;
    }
    if (!state.acted) {
        mark();
    }
    errno = ENOMEM;
    return true;
}

void *malloc(size_t n)
{
    return refused() ? NULL : __libc_malloc(n);
}
void *calloc(size_t n, size_t size)
{
    return refused() ? NULL : __libc_calloc(n, size);
}
void *realloc(void *old, size_t n)
{
    return refused() ? NULL : __libc_realloc(old, n);
}
#endif

/* ---- MS_SHIM_LATE: libevent as Open MPI uses it. An event for its thread, with code in the plugin for PMIx,
 * wakes that thread; then the thread spins, as a runnable thread without a core. ----
 */

struct event;
static void *volatile woken; /* the loop whose thread is to be late */
static __thread void *own_loop;

/* The next function of that name, after this library. Through memcpy: ISO C has no such cast. */
#define NEXT(function, name)                                                                                 \
    do {                                                                                                     \
        void *found_ = dlsym(RTLD_NEXT, name);                                                               \
        memcpy(&(function), &found_, sizeof(function));                                                      \
    } while (0)

int event_base_loop(void *loop, int flags);
int event_base_loop(void *loop, int flags)
{
    int (*next)(void *, int) = NULL;
    NEXT(next, "event_base_loop");
    own_loop = loop;
    return next ? next(loop, flags) : -1;
}

void event_active(struct event *event, int result, short ncalls);
void event_active(struct event *event, int result, short ncalls)
{
    void (*next)(struct event *, int, short) = NULL;
    void *(*code)(const struct event *) = NULL;
    void *(*loop)(const struct event *) = NULL;
    Dl_info where = {0};
    NEXT(next, "event_active");
    NEXT(code, "event_get_callback");
    NEXT(loop, "event_get_base");
    if (*setting("MS_SHIM_LATE") && code && loop && dladdr(code(event), &where) && where.dli_fname &&
        strstr(where.dli_fname, "mca_pmix")) {
        woken = loop(event);
    }
    if (next) {
        next(event, result, ncalls);
    }
}

static double now(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

int poll(struct pollfd *list, nfds_t n, int timeout)
{
    int ready = (int)syscall(SYS_poll, list, n, timeout);
    if (woken && woken == own_loop) {
        int error = errno;
        double until = now() + atof(setting("MS_SHIM_LATE"));
        woken = NULL;
        mark();
        while (now() < until) {
        }
        errno = error;
    }
    return ready;
}
