/* What the sandbox forbids: sandboxes itself as the worker does, then attempts the operation named by its
 * second argument. Exits with 0 when that succeeded (the test fails then), or with its errno; some operations
 * are killed by SIGSYS. "nothing" attempts nothing, to detect a failed start. */
#include "images/worker/convert.h"
#include "images/worker/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { NOT_STARTED = 200, UNKNOWN = 201 };

static long try_nothing(void)
{
    errno = 0;
    return -1;
}

static long try_open(void)
{
    return open("/etc/passwd", O_RDONLY | O_CLOEXEC);
}

static long try_create(void)
{
    return open("/tmp/mpiscan-gray-must-not-be", O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
}

static long try_openat2(void)
{
    uint64_t how[3] = {0};
    return syscall(SYS_openat2, AT_FDCWD, "/etc/passwd", how, sizeof how);
}

static long try_unlink(void)
{
    return unlink("/tmp/mpiscan-gray-must-not-be");
}

static long try_socket(void)
{
    return socket(AF_INET, SOCK_STREAM, 0);
}

static long try_fork(void)
{
    return syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, 0);
}

static long try_vfork(void)
{
    return syscall(SYS_vfork);
}

static long try_exec(void)
{
    char *const argv[] = {(char[]){"true"}, NULL};
    return execv("/bin/true", argv);
}

static long try_ptrace(void)
{
    return ptrace(PTRACE_ATTACH, getppid(), NULL, NULL);
}

static long try_kill(void)
{
    return kill(getppid(), 0);
}

static long try_tgkill(void)
{
    return syscall(SYS_tgkill, getppid(), getppid(), 0);
}

static long try_code(void)
{
    void *code = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return code == MAP_FAILED ? -1 : 0;
}

static long try_make_code(void)
{
    void *data = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return data == MAP_FAILED ? 0 : mprotect(data, 4096, PROT_READ | PROT_EXEC);
}

static long try_shared(void)
{
    void *data = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return data == MAP_FAILED ? -1 : 0;
}

static long try_memfd(void)
{
    return memfd_create("x", MFD_CLOEXEC);
}

/* Not even to the current value. */
static long try_limits(void)
{
    struct rlimit limit = {0, 0};
    return setrlimit(RLIMIT_CORE, &limit);
}

static long try_files(void)
{
    int fd = dup(0);
    while (fd >= 0 && fd < 1000) {
        fd = dup(0);
    }
    return fd;
}

static long try_outlive(void)
{
    return prctl(PR_SET_PDEATHSIG, 0);
}

/* That the stack grows into, which no limit counted. */
static long try_growing(void)
{
    void *data = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN, -1, 0);
    return data == MAP_FAILED ? -1 : 0;
}

static long try_addresses(void)
{
    void *data = mmap(NULL, (size_t)64 << 30, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return data == MAP_FAILED ? -1 : 0;
}

static long try_other_limits(void)
{
    struct rlimit limit;
    return syscall(SYS_prlimit64, getppid(), RLIMIT_CORE, NULL, &limit);
}

static long try_other_affinity(void)
{
    cpu_set_t set;
    return syscall(SYS_sched_getaffinity, getppid(), sizeof set, &set);
}

static long try_advice(void)
{
    return madvise(NULL, 4096, MADV_REMOVE);
}

/* Does a file of that name exist? */
static long try_name(void)
{
    struct stat st;
    return syscall(SYS_newfstatat, AT_FDCWD, "/etc/passwd", &st, AT_EMPTY_PATH);
}

static int wait_for_ever(void *unused)
{
    (void)unused;
    (void)syscall(SYS_futex, &(int){0}, 0, 0, NULL, NULL, 0);
    return 0;
}

/* More than any decoder has. */
static long try_threads(void)
{
    static char stacks[1024][1024] __attribute__((aligned(16)));
    const int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM;
    long made = 0;
    for (size_t i = 0; i < sizeof stacks / sizeof *stacks && made >= 0; i++) {
        made = clone(wait_for_ever, stacks[i + 1 < sizeof stacks / sizeof *stacks ? i + 1 : i], flags, NULL);
    }
    return made;
}

static const struct {
    const char *name;
    long (*run)(void);
} tries[] = {
    {"nothing", try_nothing},     {"open", try_open},
    {"create", try_create},       {"openat2", try_openat2},
    {"unlink", try_unlink},       {"socket", try_socket},
    {"fork", try_fork},           {"vfork", try_vfork},
    {"exec", try_exec},           {"ptrace", try_ptrace},
    {"kill", try_kill},           {"tgkill", try_tgkill},
    {"code", try_code},           {"make-code", try_make_code},
    {"shared", try_shared},       {"memfd", try_memfd},
    {"limits", try_limits},       {"files", try_files},
    {"outlive", try_outlive},     {"growing", try_growing},
    {"addresses", try_addresses}, {"advice", try_advice},
    {"name", try_name},           {"other-limits", try_other_limits},
    {"threads", try_threads},     {"other-affinity", try_other_affinity},
};

int main(int argc, char **argv)
{
    ms_err err = {0};
    int socket_fd = argc == 3 ? atoi(argv[1]) : 0;
    if (socket_fd < 3 || ms_sandbox_set_limits(socket_fd, (uint64_t)1 << 30, &err) != MS_OK ||
        ms_convert_begin(&err) != MS_OK || ms_sandbox_load_filter(socket_fd, &err) != MS_OK) {
        return NOT_STARTED;
    }
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        if (strcmp(tries[i].name, argv[2]) == 0) {
            errno = 0;
            return tries[i].run() >= 0 ? 0 : errno;
        }
    }
    return UNKNOWN;
}
