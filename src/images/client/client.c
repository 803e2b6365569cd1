/* A worker that exits with the request unread leaves ECONNRESET (unix(7); the kernel's af_unix.c sets it when
 * a socket with unread data is released): not a fault of the image, so another worker gets the request, three
 * times in all. One that exits after reading it leaves an end of file: a fault of the image. So every call
 * ends: each attempt takes one timeout at most. */
#include "images/client/client_internal.h"

#include "base/clock.h"
#include "base/escape.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    STARTS_MAX = 3, /* of a worker that exits before it has read the request */
    IDLE_EVERY_MS = 2
};

static const double exit_seconds = 1; /* for a worker that closed its socket to exit */

struct ms_gray_client {
    char *program; /* owned */
    ms_gray_limits limits;
    ms__worker_process worker;
    ms_bytes request; /* the packet; its memory is reused */
    ms_code (*idle)(void *user);
    void *idle_user;
    ms_code idle_code; /* returned by idle */
    uint64_t serial;   /* of the last request */
};

typedef enum exchange_result {
    REPLIED,
    UNREAD,    /* the worker exited before it read the request */
    EXITED,    /* it exited or closed its socket afterwards */
    TIMED_OUT, /* still running */
    CANCELED,  /* by `idle`; still running */
    INVALID,   /* not a reply to this request */
    NO_MEMORY,
    SOCKET_ERROR /* see errno */
} exchange_result;

/* ---- finding the program ---- */

static bool is_program(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

/* `tail` relative to the directory of this program; the caller frees *path. */
static ms_code path_from_us(char **path, const char *tail, ms_err *err)
{
    char self[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    if (n <= 0) {
        return ms_err_set(err, MS_IO, errno, "cannot find the path of this program");
    }
    self[n] = '\0';
    char *slash = strrchr(self, '/');
    int directory = slash ? (int)(slash - self) : 0;
    if (asprintf(path, "%.*s/%s", directory, self, tail) < 0) {
        *path = NULL;
        return ms_err_set(err, MS_NOMEM, 0, "out of memory");
    }
    return MS_OK;
}

static ms_code find_named(char **path, const char *program, ms_err *err)
{
    if (!is_program(program)) {
        char shown[300];
        return ms_err_set(err, MS_USAGE, 0, "MPISCAN_GRAY is not a program: %s",
                          ms_escape_to(shown, sizeof shown, program, strlen(program)));
    }
    *path = strdup(program);
    return *path ? MS_OK : ms_err_set(err, MS_NOMEM, 0, "out of memory");
}

static ms_code find_program(char **path, ms_err *err)
{
    static const char *const tails[] = {"mpiscan-gray", "../libexec/mpiscan/mpiscan-gray"};
    const char *program = getenv("MPISCAN_GRAY");
    if (program && program[0] != '\0') {
        return find_named(path, program, err);
    }
    char tried[300] = "";
    for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
        ms_code code = path_from_us(path, tails[i], err);
        if (code != MS_OK || is_program(*path)) {
            return code;
        }
        size_t used = strlen(tried);
        char shown[140];
        (void)ms_escape_to(shown, sizeof shown, *path, strlen(*path));
        (void)snprintf(tried + used, sizeof tried - used, "%s%s", i > 0 ? " and " : "", shown);
        free(*path);
        *path = NULL;
    }
    return ms_err_set(err, MS_USAGE, 0,
                      "images need the program mpiscan-gray; tried %s (MPISCAN_GRAY can name it)", tried);
}

ms_code ms_gray_client_new(ms_gray_client **client, const ms_gray_limits *limits, ms_err *err)
{
    *client = NULL;
    ms_gray_client *made = calloc(1, sizeof *made);
    if (!made) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory");
    }
    made->limits = *limits;
    ms_code code = find_program(&made->program, err);
    if (code != MS_OK) {
        ms_gray_client_free(made);
        return code;
    }
    *client = made;
    return MS_OK;
}

void ms_gray_client_free(ms_gray_client *client)
{
    if (client) {
        ms__worker_process_stop(&client->worker, 0, NULL);
        ms_bytes_fini(&client->request);
        free(client->program);
        free(client);
    }
}

/* ---- one exchange ---- */

static exchange_result by_errno(int sys_errno)
{
    return sys_errno == EPIPE || sys_errno == ECONNRESET || sys_errno == ECONNREFUSED ? UNREAD
           : sys_errno == ENOMEM || sys_errno == ENOBUFS                              ? NO_MEMORY
                                                                                      : SOCKET_ERROR;
}

static exchange_result send_request(const ms_gray_client *client, int in, int out)
{
    union {
        struct cmsghdr align;
        unsigned char bytes[CMSG_SPACE(2 * sizeof(int))];
    } control;
    memset(&control, 0, sizeof control);
    struct iovec part = {client->request.data, client->request.len};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control.bytes};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    const int both[2] = {in, out};
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof both);
    memcpy(CMSG_DATA(header), both, sizeof both);
    ssize_t n = 0;
    do {
        n = sendmsg(client->worker.socket, &message, MSG_NOSIGNAL);
    } while (n < 0 && errno == EINTR);
    return n < 0 ? by_errno(errno) : REPLIED;
}

void ms_gray_client_set_idle(ms_gray_client *client, ms_code (*idle)(void *user), void *user)
{
    client->idle = idle;
    client->idle_user = user;
}

/* Waits for a packet or the end of file. */
static exchange_result await_packet(ms_gray_client *client)
{
    double timeout = client->limits.timeout;
    double until = ms_clock_now() + timeout;
    for (;;) {
        double left = timeout > 0 ? until - ms_clock_now() : 3600;
        if (left <= 0) {
            return TIMED_OUT;
        }
        struct pollfd one = {.fd = client->worker.socket, .events = POLLIN};
        int wait = left < 3600 ? (int)(left * 1000) + 1 : 3600 * 1000;
        int n = poll(&one, 1, client->idle && wait > IDLE_EVERY_MS ? IDLE_EVERY_MS : wait);
        if (n > 0) {
            return REPLIED;
        }
        if (n < 0 && errno != EINTR) {
            return by_errno(errno);
        }
        client->idle_code = client->idle ? client->idle(client->idle_user) : MS_OK;
        if (client->idle_code != MS_OK) {
            return CANCELED;
        }
    }
}

/* Receives without waiting. Descriptors attached are closed by the kernel, as there is no control buffer.
 * *n == 0 without *empty: end of file. */
static exchange_result receive_packet(int socket, uint8_t *packet, size_t *n, bool *empty)
{
    ssize_t got = 0;
    do {
        got = recv(socket, packet, MS_GRAY_REPLY_MAX, MSG_DONTWAIT | MSG_TRUNC);
    } while (got < 0 && errno == EINTR);
    *empty = got < 0 && errno == EAGAIN;
    *n = got > 0 ? (size_t)got : 0;
    return got >= 0 || *empty ? REPLIED : by_errno(errno);
}

static exchange_result receive_reply(ms_gray_client *client, ms_gray_reply *reply)
{
    uint8_t packet[MS_GRAY_REPLY_MAX];
    size_t n = 0;
    bool empty = false;
    exchange_result result = await_packet(client);
    if (result == REPLIED) {
        result = receive_packet(client->worker.socket, packet, &n, &empty);
    }
    if (result != REPLIED) {
        return result;
    }
    if (n == 0) {
        return empty ? SOCKET_ERROR : EXITED;
    }
    if (n > sizeof packet || ms_gray_reply_decode(reply, packet, n) != MS_OK ||
        reply->serial != client->serial) {
        return INVALID;
    }
    size_t more = 0;
    result = receive_packet(client->worker.socket, packet, &more, &empty);
    return result == REPLIED && more > 0 ? INVALID
                                         : REPLIED; /* exited after its reply: found by ensure_worker */
}

/* A running worker with nothing to receive, as it should be between two images; otherwise a new one. */
static ms_code ensure_worker(ms_gray_client *client, ms_err *err)
{
    if (client->worker.pid > 0) {
        uint8_t packet[MS_GRAY_REPLY_MAX];
        size_t n = 0;
        bool empty = false;
        if (receive_packet(client->worker.socket, packet, &n, &empty) == REPLIED && empty) {
            ms__worker_process_drain_stderr(&client->worker);
            return MS_OK;
        }
        ms__worker_process_stop(&client->worker, 0, NULL);
    }
    return ms__worker_process_start(&client->worker, client->program, client->limits.memory, err);
}

/* ---- faults ---- */

static void set_fault(ms_gray_reply *reply, ms_code code, const char *text)
{
    *reply = (ms_gray_reply){.code = code};
    (void)snprintf(reply->text, sizeof reply->text, "%s", text);
}

/* /dev/null and the like have no size to compare. */
static bool output_matches(int out, const ms_gray_reply *reply)
{
    struct stat st;
    return reply->code != MS_OK || fstat(out, &st) != 0 || !S_ISREG(st.st_mode) ||
           (uint64_t)st.st_size == reply->nbytes;
}

static void set_exit_fault(ms_gray_client *client, ms_gray_reply *reply)
{
    ms__worker_exit end;
    char text_of_exit[120], text[160];
    ms__worker_process_stop(&client->worker, exit_seconds, &end);
    ms_code code = MS_OK;
    ms__worker_exit_text(&end, client->limits.memory, &code, text_of_exit, sizeof text_of_exit);
    (void)snprintf(text, sizeof text, "the image worker %s", text_of_exit);
    set_fault(reply, code, text);
}

static void set_timeout_fault(ms_gray_client *client, ms_gray_reply *reply)
{
    char text[80];
    ms__worker_process_stop(&client->worker, 0, NULL);
    (void)snprintf(text, sizeof text, "took longer than %g s", client->limits.timeout);
    set_fault(reply, MS_LIMIT, text);
}

static void set_invalid_fault(ms_gray_client *client, ms_gray_reply *reply, const char *what)
{
    ms__worker_process_stop(&client->worker, 0, NULL);
    set_fault(reply, MS_FORMAT, what);
}

static ms_code fail_to_start(ms_gray_client *client, const ms__worker_exit *end, ms_err *err)
{
    char text_of_exit[120], shown[200];
    ms_code code = MS_OK;
    ms__worker_exit_text(end, client->limits.memory, &code, text_of_exit, sizeof text_of_exit);
    (void)ms_escape_to(shown, sizeof shown, client->program, strlen(client->program));
    return ms_err_set(err, MS_IO, 0, "the worker program %s does not start: it %s%s%s", shown, text_of_exit,
                      end->stderr_line[0] != '\0' ? ": " : "", end->stderr_line);
}

/* One attempt; only UNREAD is worth another. */
static exchange_result exchange(ms_gray_client *client, int in, int out, ms_gray_reply *reply, ms_err *err)
{
    if (ensure_worker(client, err) != MS_OK) {
        return SOCKET_ERROR;
    }
    exchange_result result = send_request(client, in, out);
    if (result == REPLIED) {
        result = receive_reply(client, reply);
    }
    switch (result) {
    case REPLIED:
        if (!output_matches(out, reply)) {
            set_invalid_fault(client, reply, "output size differs from the image worker's reply");
        }
        break;
    case EXITED:
        set_exit_fault(client, reply);
        break;
    case TIMED_OUT:
        set_timeout_fault(client, reply);
        break;
    case INVALID:
        set_invalid_fault(client, reply, "invalid reply from the image worker");
        break;
    case UNREAD:
        break;
    case NO_MEMORY:
        (void)ms_err_set(err, MS_NOMEM, 0, "out of memory for the worker's socket");
        break;
    case CANCELED:
        (void)ms_err_set(err, client->idle_code, 0, "%s", ms_code_text(client->idle_code));
        break;
    case SOCKET_ERROR:
        (void)ms_err_set(err, MS_IO, errno, "socket to the image worker");
        break;
    }
    return result;
}

ms_code ms_gray_client_convert(ms_gray_client *client, int in, int out, const ms_gray_request *request,
                               ms_gray_reply *reply, ms_err *err)
{
    ms_err detail = {0};
    err = err ? err : &detail;
    *reply = (ms_gray_reply){0};
    ms_bytes_clear(&client->request);
    ms_gray_request numbered = *request;
    numbered.serial = ++client->serial;
    if (ms_gray_request_encode(&numbered, &client->request) != MS_OK) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory");
    }
    ms__worker_exit end = {0};
    for (int tries = 0; tries < STARTS_MAX; tries++) {
        exchange_result result = exchange(client, in, out, reply, err);
        if (result == SOCKET_ERROR || result == NO_MEMORY || result == CANCELED) {
            ms__worker_process_stop(&client->worker, 0, NULL);
            return err->code;
        }
        if (result != UNREAD) {
            return MS_OK;
        }
        ms__worker_process_stop(&client->worker, exit_seconds, &end);
    }
    return fail_to_start(client, &end, err);
}
