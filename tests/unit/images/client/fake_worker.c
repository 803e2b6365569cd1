/* A constructor runs before main: under the worker's name the program never becomes a test. */
#include "fake_worker.h"

#include "unit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SOCKET = 3 };

const char fake_output[] = "gray, all gray";

static int received[2];         /* input and output of the image at hand */
static uint64_t request_serial; /* its serial */

static bool receive_request(ms_gray_request *request)
{
    uint8_t packet[64];
    union {
        struct cmsghdr align;
        unsigned char bytes[CMSG_SPACE(sizeof received)];
    } control;
    struct iovec part = {packet, sizeof packet};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control.bytes};
    ssize_t n = recvmsg(SOCKET, &message, 0);
    struct cmsghdr *header = n > 0 ? CMSG_FIRSTHDR(&message) : NULL;
    if (!header || header->cmsg_len != CMSG_LEN(sizeof received)) {
        return false;
    }
    memcpy(received, CMSG_DATA(header), sizeof received);
    bool valid = ms_gray_request_decode(request, packet, (size_t)n) == MS_OK;
    request_serial = request->serial;
    return valid;
}

static ms_bytes good_reply(uint32_t serial, uint64_t nbytes)
{
    ms_gray_reply reply = {.code = MS_OK,
                           .method = MS_GRAY_METHOD_GENERAL,
                           .from = MS_IMAGE_PNG,
                           .to = MS_IMAGE_PNG,
                           .width = serial,
                           .height = 1,
                           .pages = (uint32_t)getpid(),
                           .nbytes = nbytes,
                           .serial = request_serial};
    ms_bytes packet = {0};
    if (ms_gray_reply_encode(&reply, &packet) != MS_OK ||
        write(received[1], fake_output, strlen(fake_output)) < 0) {
        _exit(99);
    }
    return packet;
}

static void send_packet(const ms_bytes *packet)
{
    if (send(SOCKET, packet->data, packet->len, MSG_NOSIGNAL) < 0) {
        _exit(98);
    }
}

static void send_reply(uint32_t serial, uint64_t nbytes)
{
    ms_bytes packet = good_reply(serial, nbytes);
    send_packet(&packet);
    ms_bytes_fini(&packet);
}

static void reply_twice(uint32_t serial)
{
    ms_bytes packet = good_reply(serial, strlen(fake_output));
    struct iovec part = {packet.data, packet.len};
    struct mmsghdr both[2] = {{.msg_hdr = {.msg_iov = &part, .msg_iovlen = 1}},
                              {.msg_hdr = {.msg_iov = &part, .msg_iovlen = 1}}};
    pid_t rank = getppid();
    if (rank > 1) {
        (void)kill(rank, SIGSTOP); /* so that it sees both at once */
    }
    (void)sendmmsg(SOCKET, both, 2, MSG_NOSIGNAL);
    if (rank > 1) {
        (void)kill(rank, SIGCONT);
    }
    ms_bytes_fini(&packet);
}

/* A good reply followed by `extra` bytes. */
static void reply_long(uint32_t serial, size_t extra)
{
    ms_bytes packet = good_reply(serial, strlen(fake_output));
    for (size_t i = 0; i < extra; i++) {
        ms_bytes_put_u8(&packet, 0);
    }
    send_packet(&packet);
    ms_bytes_fini(&packet);
}

static void reply_with_file(uint32_t serial)
{
    ms_bytes packet = good_reply(serial, strlen(fake_output));
    union {
        struct cmsghdr align;
        unsigned char bytes[CMSG_SPACE(sizeof(int))];
    } control;
    memset(&control, 0, sizeof control);
    struct iovec part = {packet.data, packet.len};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control.bytes};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &received[0], sizeof(int));
    if (sendmsg(SOCKET, &message, MSG_NOSIGNAL) < 0) {
        _exit(97);
    }
    ms_bytes_fini(&packet);
}

static void reply_fault(const char *text)
{
    ms_gray_reply reply = {.code = MS_FORMAT, .serial = request_serial};
    (void)snprintf(reply.text, sizeof reply.text, "%s", text);
    ms_bytes packet = {0};
    if (ms_gray_reply_encode(&reply, &packet) != MS_OK) {
        _exit(96);
    }
    send_packet(&packet);
    ms_bytes_fini(&packet);
}

/* Descriptors that are open besides the two of the image and the one of opendir. */
static int count_open(void)
{
    int count = 0;
    DIR *dir = opendir("/proc/self/fd");
    for (const struct dirent *entry = dir ? readdir(dir) : NULL; entry; entry = readdir(dir)) {
        count += entry->d_name[0] != '.';
    }
    if (dir) {
        (void)closedir(dir);
    }
    return count - 3;
}

static bool is_null(int fd, int access)
{
    struct stat st, null;
    return fstat(fd, &st) == 0 && stat("/dev/null", &null) == 0 && st.st_rdev == null.st_rdev &&
           S_ISCHR(st.st_mode) && (fcntl(fd, F_GETFL) & O_ACCMODE) == access;
}

/* Signals that are not as they are at a program's start: blocked, ignored. */
static int count_odd_signals(void)
{
    int count = 0;
    sigset_t blocked;
    (void)sigprocmask(SIG_SETMASK, NULL, &blocked);
    for (int number = 1; number < 32; number++) {
        struct sigaction now;
        count += sigismember(&blocked, number) == 1;
        count += sigaction(number, NULL, &now) == 0 && now.sa_handler == SIG_IGN;
    }
    return count;
}

static void report(char **argv)
{
    char text[190];
    (void)snprintf(text, sizeof text,
                   "open %d, odd signals %d, own group %d, null %d, arguments %s %s %s %s%s", count_open(),
                   count_odd_signals(), getpgrp() == getpid(), is_null(0, O_RDONLY) && is_null(1, O_WRONLY),
                   argv[1], argv[2], argv[3], argv[4], argv[5] ? " and more" : "");
    reply_fault(text);
}

static void die_by(int number)
{
    (void)signal(number, SIG_DFL); /* a sanitizer has its own idea of a crash */
    struct rlimit none = {0, 0};
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)raise(number);
}

static void eat(const char *limit)
{
    struct rlimit memory = {0, 0};
    memory.rlim_cur = memory.rlim_max = strtoull(limit, NULL, 10);
    (void)setrlimit(RLIMIT_DATA, &memory);
    const size_t piece = (size_t)1 << 24;
    while (mmap(NULL, piece, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED) {
    }
    static const char last[] = "\nGLib-ERROR **: failed to allocate 16777216 bytes\n";
    (void)!write(STDERR_FILENO, last, sizeof last - 1);
    die_by(SIGTRAP);
}

static void shout(void)
{
    static const char words[1024] = "blah";
    for (int i = 0; i < 1024; i++) {
        (void)!write(STDERR_FILENO, words, sizeof words);
    }
}

/* What ends or hangs this process. */
static void misdeed(fake_deed what, char **argv)
{
    static const struct {
        fake_deed what;
        int number;
    } signals[] = {{FAKE_CRASH, SIGSEGV},
                   {FAKE_KILL, SIGKILL},
                   {FAKE_TERM, SIGTERM},
                   {FAKE_SYSCALL, SIGSYS},
                   {FAKE_STOP, SIGSTOP}};
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        if (signals[i].what == what) {
            die_by(signals[i].number);
        }
    }
    if (what == FAKE_EXIT) {
        _exit(5);
    }
    if (what == FAKE_EAT) {
        eat(argv[4]);
    }
    if (what == FAKE_CLOSE) {
        (void)close(SOCKET);
    }
    (void)pause();
}

static void deed(fake_deed what, uint32_t serial, char **argv)
{
    ms_bytes garbage = {.data = (uint8_t[]){1, 2, 3, 4, 5, 6, 7}, .len = 7};
    if (what == FAKE_FAULT) {
        reply_fault("not an image at all");
    } else if (what == FAKE_REPORT) {
        report(argv);
    } else if (what == FAKE_GARBAGE) {
        send_packet(&garbage);
    } else if (what == FAKE_LONG || what == FAKE_HUGE) {
        reply_long(serial, what == FAKE_LONG ? 1 : 5000);
    } else if (what == FAKE_TWICE) {
        reply_twice(serial);
    } else if (what == FAKE_LATE) {
        request_serial--;
        send_reply(serial, strlen(fake_output));
    } else if (what == FAKE_WRONG_SIZE) {
        send_reply(serial, 1 + strlen(fake_output));
    } else if (what == FAKE_ANSWER_FILE) {
        reply_with_file(serial);
    } else if (what == FAKE_ANSWER || what == FAKE_ANSWER_DIE || what == FAKE_ANSWER_TALK ||
               what == FAKE_SHOUT) {
        if (what == FAKE_SHOUT) {
            shout();
        }
        send_reply(serial, strlen(fake_output));
        if (what == FAKE_ANSWER_DIE) {
            _exit(0);
        }
        if (what == FAKE_ANSWER_TALK) {
            (void)usleep(20000);
            send_reply(serial, strlen(fake_output));
            (void)raise(SIGSTOP); /* the test waits for that */
        }
    } else {
        misdeed(what, argv);
    }
}

static void serve(char **argv)
{
    ms_gray_request request;
    while (receive_request(&request)) {
        deed((fake_deed)request.max_pixels, request.max_scans, argv);
        (void)close(received[0]);
        (void)close(received[1]);
    }
    _exit(0);
}

static void flaky(const char *how)
{
    char *file = NULL;
    long most = strtol(how, &file, 10);
    struct stat st = {0};
    int fd = open(file + 1, O_WRONLY | O_APPEND | O_CREAT, 0600);
    if (fd < 0 || write(fd, "x", 1) != 1 || fstat(fd, &st) != 0) {
        _exit(95);
    }
    (void)close(fd);
    if (st.st_size <= most) {
        _exit(3);
    }
}

static void find(void)
{
    ms_gray_client *client = NULL;
    ms_err err = {0};
    ms_gray_limits limits = {0, 0};
    ms_code code = ms_gray_client_new(&client, &limits, &err);
    ms_gray_client_free(client);
    (void)printf("%s: %s\n", ms_code_text(code), err.text);
    (void)fflush(stdout);
    _exit(0);
}

__attribute__((constructor)) static void be_a_worker(int argc, char **argv)
{
    const char *begin = getenv(FAKE_WORKER);
    if (!begin || argc < 1 || strcmp(argv[0], "mpiscan-gray") != 0) {
        return;
    }
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that was cut short leaves no process */
    if (strncmp(begin, "exit:", 5) == 0) {
        _exit(atoi(begin + 5));
    }
    if (strncmp(begin, "say:", 4) == 0) {
        (void)!write(STDERR_FILENO, begin + 4, strlen(begin + 4));
        _exit(127);
    }
    if (strncmp(begin, "find:", 5) == 0) {
        find();
    }
    if (strncmp(begin, "flaky:", 6) == 0) {
        flaky(begin + 6);
    }
    serve(argv);
}

const char *fake_worker_path(char *to, size_t size)
{
    ssize_t n = readlink("/proc/self/exe", to, size - 1);
    ck_assert_int_gt(n, 0);
    to[n] = '\0';
    return to;
}

void fake_worker_use(const char *begin)
{
    char path[4096];
    ck_assert_int_eq(setenv(FAKE_WORKER, begin, 1), 0);
    ck_assert_int_eq(setenv("MPISCAN_GRAY", fake_worker_path(path, sizeof path), 1), 0);
}
