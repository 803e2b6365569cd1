/* The filter is a list of allowed system calls. Others fail with EPERM, so that a library that tries
 * something optional (as another release of libc or GLib may) still converts; those that no decoder needs
 * kill the process, so that an exploit is stopped at its first attempt and reported. */
#include "images/worker/sandbox.h"

#include "images/worker/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* Address sanitizer maps terabytes, and reports by calls that the filter refuses. */
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

enum { MAX_FILES = 32, MAX_THREADS = 512 };
static const uint64_t more_addresses = (uint64_t)4 << 30; /* for code, stacks and mapped inputs */
static const rlim_t max_file_size = (rlim_t)16 << 30;     /* of an output */

static ms_code set_limit(int which, rlim_t value, const char *name, ms_err *err)
{
    struct rlimit limit;
    if (getrlimit((__rlimit_resource_t)which, &limit) == 0) {
        limit.rlim_max = limit.rlim_max < value ? limit.rlim_max : value;
        limit.rlim_cur = limit.rlim_max;
        if (setrlimit((__rlimit_resource_t)which, &limit) == 0) {
            return MS_OK;
        }
    }
    return ms_err_set(err, MS_IO, errno, "cannot limit %s", name);
}

/* Default dispositions, but signals that a launcher or terminal sends to a whole process group are ignored:
 * the rank decides when the worker ends, by closing the socket, by SIGKILL, or by its own exit. */
static void set_signals(void)
{
    static const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGXFSZ};
    sigset_t none;
    for (int number = 1; number < NSIG; number++) {
        (void)signal(number, SIG_DFL); /* fails for those that cannot be set */
    }
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++) {
        (void)signal(ignored[i], SIG_IGN);
    }
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

ms_code ms_sandbox_set_limits(int socket, uint64_t memory, ms_err *err)
{
    pid_t parent = getppid();
    bool own_users = ms_confine_begin();
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) {
        return ms_err_set(err, MS_IO, errno, "cannot request a signal at the rank's exit");
    }
    if (getppid() != parent) { /* exited in between; if before, the socket is closed */
        return ms_err_set(err, MS_STOPPED, 0, "the rank has exited");
    }
    set_signals();
    if (socket > 3) {
        (void)close_range(3, (unsigned)socket - 1, 0);
    }
    (void)close_range((unsigned)socket + 1, ~0U, 0); /* may be missing: the rank's are close-on-exec */
    if (set_limit(RLIMIT_CORE, 0, "core dumps", err) != MS_OK ||
        set_limit(RLIMIT_NOFILE, MAX_FILES, "open files", err) != MS_OK ||
        set_limit(RLIMIT_FSIZE, max_file_size, "file size", err) != MS_OK) {
        return err->code;
    }
    if (memory > 0 && !SANITIZED &&
        (set_limit(RLIMIT_DATA, memory, "memory", err) != MS_OK ||
         set_limit(RLIMIT_AS, memory + more_addresses, "addresses", err) != MS_OK)) {
        return err->code;
    }
    /* otherwise all processes of the user would count */
    return own_users ? set_limit(RLIMIT_NPROC, MAX_THREADS, "threads", err) : MS_OK;
}

/* Allowed with any arguments: I/O on open descriptors, memory, threads, time. */
static const char allowed[] =
    "read pread64 readv preadv write pwrite64 writev lseek _llseek ftruncate close dup fstat fstat64 "
    "fadvise64 munmap mremap brk futex set_robust_list rseq sched_yield gettid "
    "getpid rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack clock_gettime clock_getres "
    "clock_nanosleep nanosleep gettimeofday time getrandom exit exit_group restart_syscall getrusage "
    "uname sysinfo getcpu";

/* No decoder calls these: SIGSYS. */
static const char fatal[] =
    "execve execveat fork vfork ptrace process_vm_readv process_vm_writev socket socketpair connect "
    "bind listen accept accept4 mount umount2 unshare setns bpf init_module finit_module kexec_load "
    "io_uring_setup userfaultfd perf_event_open keyctl add_key kill tkill pidfd_open pidfd_getfd "
    "memfd_create chroot pivot_root reboot setuid setgid";

/* A system call that the architecture lacks needs no rule. */
static int add_rule(scmp_filter_ctx filter, uint32_t action, const char *name, unsigned n,
                    const struct scmp_arg_cmp *args)
{
    int number = seccomp_syscall_resolve_name(name);
    if (number == __NR_SCMP_ERROR) {
        return 0;
    }
    int failed = seccomp_rule_add_array(filter, action, number, n, args);
    return failed == -EDOM || failed == -EINVAL ? (number < 0 ? 0 : failed) : failed;
}

static int add_rules(scmp_filter_ctx filter, uint32_t action, const char *names)
{
    char name[32];
    int failed = 0;
    while (*names && !failed) {
        size_t n = strcspn(names, " ");
        (void)snprintf(name, sizeof name, "%.*s", (int)n, names);
        failed = add_rule(filter, action, name, 0, NULL);
        names += n + strspn(names + n, " ");
    }
    return failed;
}

/* System calls whose arguments are restricted. clone3 passes its flags by pointer, which a filter cannot
 * check: with ENOSYS libc creates threads by clone. */
static int add_conditions(scmp_filter_ctx filter, int socket)
{
    const struct scmp_arg_cmp on_socket = SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)socket, 0);
    const struct scmp_arg_cmp own_process = SCMP_A0(SCMP_CMP_MASKED_EQ, UINT32_MAX, 0);
    const unsigned kinds = MAP_SHARED | MAP_ANONYMOUS | MAP_GROWSDOWN;
    const struct scmp_arg_cmp no_exec = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
    const struct {
        const char *name;
        unsigned n;
        struct scmp_arg_cmp args[2];
    } conditions[] = {
        {"recvmsg", 1, {on_socket}},
        {"sendmsg", 1, {on_socket}},
        {"newfstatat", 1, {SCMP_A3(SCMP_CMP_EQ, AT_EMPTY_PATH, 0)}}, /* libc's fstat; may test for a name */
        {"tgkill", 1, {SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0)}}, /* abort */
        {"clone", 1, {SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD)}},
        {"mprotect", 1, {no_exec}},
        /* not shared anonymous memory, which RLIMIT_DATA does not count */
        {"mmap", 2, {no_exec, SCMP_A3(SCMP_CMP_MASKED_EQ, kinds, MAP_ANONYMOUS)}},
        {"mmap", 2, {no_exec, SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS | MAP_GROWSDOWN, 0)}},
        {"prlimit64", 2, {own_process, SCMP_A2(SCMP_CMP_EQ, 0, 0)}}, /* reads limits, sets none */
        {"sched_getaffinity", 1, {own_process}},
        {"madvise", 1, {SCMP_A2(SCMP_CMP_EQ, MADV_DONTNEED, 0)}},
        {"madvise", 1, {SCMP_A2(SCMP_CMP_EQ, MADV_FREE, 0)}},
        {"madvise", 1, {SCMP_A2(SCMP_CMP_LE, MADV_WILLNEED, 0)}}, /* how it will be read */
        {"madvise", 1, {SCMP_A2(SCMP_CMP_EQ, MADV_HUGEPAGE, 0)}},
        {"madvise", 1, {SCMP_A2(SCMP_CMP_EQ, MADV_NOHUGEPAGE, 0)}},
        {"fcntl", 1, {SCMP_A1(SCMP_CMP_EQ, F_GETFL, 0)}},
        {"fcntl", 1, {SCMP_A1(SCMP_CMP_EQ, F_SETFD, 0)}},
        {"fcntl", 1, {SCMP_A1(SCMP_CMP_EQ, F_DUPFD_CLOEXEC, 0)}},
        {"prctl", 1, {SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME, 0)}},
    };
    int failed = add_rule(filter, SCMP_ACT_ERRNO(ENOSYS), "clone3", 0, NULL);
    for (size_t i = 0; i < sizeof conditions / sizeof *conditions && !failed; i++) {
        failed = add_rule(filter, SCMP_ACT_ALLOW, conditions[i].name, conditions[i].n, conditions[i].args);
    }
    return failed;
}

static int add_all_rules(scmp_filter_ctx filter, int socket)
{
    int failed = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1); /* libvips has started threads */
    failed = failed ? failed : seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    failed = failed ? failed : add_rules(filter, SCMP_ACT_ALLOW, allowed);
    failed = failed ? failed : add_rules(filter, SCMP_ACT_KILL_PROCESS, fatal);
    return failed ? failed : add_conditions(filter, socket);
}

/* Standard error stays: the rank reads from it why the worker failed. */
static ms_code close_standard(ms_err *err)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    bool failed = null < 0;
    for (int fd = 0; fd <= 1 && !failed; fd++) {
        failed = dup2(null, fd) < 0;
    }
    if (null > 2) {
        (void)close(null);
    }
    return failed ? ms_err_set(err, MS_IO, errno, "cannot open /dev/null") : MS_OK;
}

ms_code ms_sandbox_load_filter(int socket, ms_err *err)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (!filter) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for the seccomp filter");
    }
    int failed = add_all_rules(filter, socket);
    ms_code code = failed ? MS_IO : close_standard(err);
    if (code == MS_OK) {
        ms_confine_end();
        failed = seccomp_load(filter);
    }
    if (failed) {
        code = ms_err_set(err, MS_IO, -failed, "cannot set the seccomp filter");
    }
    seccomp_release(filter);
    return code;
}
