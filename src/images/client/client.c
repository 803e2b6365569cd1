/* A rank's end of the worker program, see client.h: one request, one reply, and what becomes of an image when
 * there is none.
 *
 * A worker is asked for one image at a time, so at most one packet is under way in each direction and a send
 * never waits. Whoever dies with the request unread leaves ECONNRESET behind (unix(7); the kernel's af_unix.c
 * sets it when a socket with unread data is released); whoever read it and died leaves an end of file. The
 * first is nobody's fault and is tried again with another worker, three times; the second is a fault of the
 * image. So every call ends: each try is one timeout long. */
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
    STARTS_MAX = 3,   /* of a worker that dies before it has read anything */
    PACKET_MAX = 1024 /* longer than any reply */
};

enum { IDLE_EVERY_MS = 2 };

static const double end_seconds = 1; /* for a worker that closed its socket to end by itself */

struct ms_gray_client {
    char *program; /* owned */
    ms_gray_limits limits;
    ms__worker_process child;
    ms_bytes request; /* the packet; kept for its memory */
    ms_code (*idle)(void *user);
    void *idle_user;
    ms_code idle_code; /* what it ended the conversion with */
    uint64_t serial;   /* the request's */
};

/* What came of one exchange. */
typedef enum run_result {
    ANSWERED,
    UNREAD,    /* the worker was gone before it read the request */
    GONE,      /* it ended or closed its socket afterwards */
    TIMED_OUT, /* it still runs */
    GIVEN_UP,  /* as `idle` wanted; it still runs */
    GARBLED,   /* it said what it may not say */
    NO_MEMORY,
    BROKEN /* the socket does not do what it should: errno */
} run_result;

/* ---- where the program is ---- */

static bool is_program(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

/* `tail` behind the directory of this program; *path is the caller's to free. */
static ms_code beside_us(char **path, const char *tail, ms_err *err)
{
    char self[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    if (n <= 0) {
        return ms_err_set(err, MS_IO, errno, "cannot tell where this program lies");
    }
    self[n] = '\0';
    char *slash = strrchr(self, '/');
    int directory = slash ? (int)(slash - self) : 0;
    if (asprintf(path, "%.*s/%s", directory, self, tail) < 0) {
        *path = NULL;
        return ms_err_set(err, MS_NOMEM, 0, "no memory for the worker's path");
    }
    return MS_OK;
}

static ms_code find_named(char **path, const char *named, ms_err *err)
{
    if (!is_program(named)) {
        char shown[300];
        return ms_err_set(err, MS_USAGE, 0, "MPISCAN_GRAY names no program: %s",
                          ms_escape_to(shown, sizeof shown, named, strlen(named)));
    }
    *path = strdup(named);
    return *path ? MS_OK : ms_err_set(err, MS_NOMEM, 0, "no memory for the worker's path");
}

static ms_code find_program(char **path, ms_err *err)
{
    static const char *const tails[] = {"mpiscan-gray", "../libexec/mpiscan/mpiscan-gray"};
    const char *named = getenv("MPISCAN_GRAY");
    if (named && named[0] != '\0') {
        return find_named(path, named, err);
    }
    char looked[300] = "";
    for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
        ms_code code = beside_us(path, tails[i], err);
        if (code != MS_OK || is_program(*path)) {
            return code;
        }
        size_t used = strlen(looked);
        char shown[140];
        (void)ms_escape_to(shown, sizeof shown, *path, strlen(*path));
        (void)snprintf(looked + used, sizeof looked - used, "%s%s", i > 0 ? " and " : "", shown);
        free(*path);
        *path = NULL;
    }
    return ms_err_set(err, MS_USAGE, 0,
                      "images need the program mpiscan-gray; looked for %s (MPISCAN_GRAY can name it)",
                      looked);
}

ms_code ms_gray_client_new(ms_gray_client **client, const ms_gray_limits *limits, ms_err *err)
{
    *client = NULL;
    ms_gray_client *made = calloc(1, sizeof *made);
    if (!made) {
        return ms_err_set(err, MS_NOMEM, 0, "no memory for the worker's client");
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
        ms__worker_process_end_of(&client->child, 0, NULL);
        ms_bytes_fini(&client->request);
        free(client->program);
        free(client);
    }
}

/* ---- one exchange ---- */

static run_result by_errno(int sys_errno)
{
    return sys_errno == EPIPE || sys_errno == ECONNRESET || sys_errno == ECONNREFUSED ? UNREAD
           : sys_errno == ENOMEM || sys_errno == ENOBUFS                              ? NO_MEMORY
                                                                                      : BROKEN;
}

static run_result send_request(const ms_gray_client *client, int in, int out)
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
        n = sendmsg(client->child.socket, &message, MSG_NOSIGNAL);
    } while (n < 0 && errno == EINTR);
    return n < 0 ? by_errno(errno) : ANSWERED;
}

void ms_gray_client_set_idle(ms_gray_client *client, ms_code (*idle)(void *user), void *user)
{
    client->idle = idle;
    client->idle_user = user;
}

/* Waits for something to be there. */
static run_result await(ms_gray_client *client)
{
    double timeout = client->limits.timeout;
    double until = ms_clock_now() + timeout;
    for (;;) {
        double left = timeout > 0 ? until - ms_clock_now() : 3600;
        if (left <= 0) {
            return TIMED_OUT;
        }
        struct pollfd one = {.fd = client->child.socket, .events = POLLIN};
        int wait = left < 3600 ? (int)(left * 1000) + 1 : 3600 * 1000;
        int n = poll(&one, 1, client->idle && wait > IDLE_EVERY_MS ? IDLE_EVERY_MS : wait);
        if (n > 0) {
            return ANSWERED;
        }
        if (n < 0 && errno != EINTR) {
            return by_errno(errno);
        }
        client->idle_code = client->idle ? client->idle(client->idle_user) : MS_OK;
        if (client->idle_code != MS_OK) {
            return GIVEN_UP;
        }
    }
}

/* Takes a packet that is there, without waiting. Descriptors that come with it are closed by the kernel,
 * since none are asked for. *n == 0: an end of file. */
static run_result take_packet(int socket, uint8_t *packet, size_t *n, bool *empty)
{
    ssize_t got = 0;
    do {
        got = recv(socket, packet, PACKET_MAX, MSG_DONTWAIT | MSG_TRUNC);
    } while (got < 0 && errno == EINTR);
    *empty = got < 0 && errno == EAGAIN;
    *n = got > 0 ? (size_t)got : 0;
    return got >= 0 || *empty ? ANSWERED : by_errno(errno);
}

static run_result take_reply(ms_gray_client *client, ms_gray_reply *reply)
{
    uint8_t packet[PACKET_MAX];
    size_t n = 0;
    bool empty = false;
    run_result result = await(client);
    if (result == ANSWERED) {
        result = take_packet(client->child.socket, packet, &n, &empty);
    }
    if (result != ANSWERED) {
        return result;
    }
    if (n == 0) {
        return empty ? BROKEN : GONE;
    }
    if (n > sizeof packet || ms_gray_reply_decode(reply, packet, n) != MS_OK ||
        reply->serial != client->serial) {
        return GARBLED;
    }
    size_t more = 0;
    result = take_packet(client->child.socket, packet, &more, &empty);
    return result == ANSWERED && more > 0 ? GARBLED
                                          : ANSWERED; /* ended after its answer: the next image's concern */
}

/* A worker that is there and has nothing to say, as it should between two images. One that ended meanwhile,
 * or speaks unasked, gives way to another. */
static ms_code have_worker(ms_gray_client *client, ms_err *err)
{
    if (client->child.pid > 0) {
        uint8_t packet[PACKET_MAX];
        size_t n = 0;
        bool quiet = false;
        if (take_packet(client->child.socket, packet, &n, &quiet) == ANSWERED && quiet) {
            ms__worker_process_hush(&client->child); /* what it says from now on is about this image */
            return MS_OK;
        }
        ms__worker_process_end_of(&client->child, 0, NULL);
    }
    return ms__worker_process_start(&client->child, client->program, client->limits.memory, err);
}

/* ---- what is made of it ---- */

static void fault(ms_gray_reply *reply, ms_code code, const char *text)
{
    *reply = (ms_gray_reply){.code = code};
    (void)snprintf(reply->text, sizeof reply->text, "%s", text);
}

/* The file has to be what the reply says, where that can be seen. */
static bool output_fits(int out, const ms_gray_reply *reply)
{
    struct stat st;
    return reply->code != MS_OK || fstat(out, &st) != 0 || !S_ISREG(st.st_mode) ||
           (uint64_t)st.st_size == reply->nbytes;
}

static void fault_of_end(ms_gray_client *client, ms_gray_reply *reply)
{
    ms__worker_process_end end;
    char words[120], text[160];
    ms__worker_process_end_of(&client->child, end_seconds, &end);
    ms_code code = MS_OK;
    ms__worker_process_stderr(&end, client->limits.memory, &code, words, sizeof words);
    (void)snprintf(text, sizeof text, "the worker %s", words);
    fault(reply, code, text);
}

static void fault_of_time(ms_gray_client *client, ms_gray_reply *reply)
{
    char text[80];
    ms__worker_process_end_of(&client->child, 0, NULL);
    (void)snprintf(text, sizeof text, "took longer than %g s", client->limits.timeout);
    fault(reply, MS_LIMIT, text);
}

static void fault_of_nonsense(ms_gray_client *client, ms_gray_reply *reply, const char *what)
{
    ms__worker_process_end_of(&client->child, 0, NULL);
    fault(reply, MS_FORMAT, what);
}

static ms_code fail_to_start(ms_gray_client *client, const ms__worker_process_end *end, ms_err *err)
{
    char words[120], shown[200];
    ms_code code = MS_OK;
    ms__worker_process_stderr(end, client->limits.memory, &code, words, sizeof words);
    (void)ms_escape_to(shown, sizeof shown, client->program, strlen(client->program));
    return ms_err_set(err, MS_IO, 0, "the worker program %s does not start: it %s%s%s", shown, words,
                      end->said[0] != '\0' ? ": " : "", end->said);
}

/* One try: another one is worth it only after UNREAD. */
static run_result exchange(ms_gray_client *client, int in, int out, ms_gray_reply *reply, ms_err *err)
{
    if (have_worker(client, err) != MS_OK) {
        return BROKEN;
    }
    run_result result = send_request(client, in, out);
    if (result == ANSWERED) {
        result = take_reply(client, reply);
    }
    switch (result) {
    case ANSWERED:
        if (!output_fits(out, reply)) {
            fault_of_nonsense(client, reply, "the worker's answer does not fit its output");
        }
        break;
    case GONE:
        fault_of_end(client, reply);
        break;
    case TIMED_OUT:
        fault_of_time(client, reply);
        break;
    case GARBLED:
        fault_of_nonsense(client, reply, "the worker gave an answer that is none");
        break;
    case UNREAD:
        break;
    case NO_MEMORY:
        (void)ms_err_set(err, MS_NOMEM, 0, "no memory for the worker's socket");
        break;
    case GIVEN_UP:
        (void)ms_err_set(err, client->idle_code, 0, "%s", ms_code_text(client->idle_code));
        break;
    case BROKEN:
        (void)ms_err_set(err, MS_IO, errno, "the worker's socket is of no use");
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
        return ms_err_set(err, MS_NOMEM, 0, "no memory for a request to the worker");
    }
    ms__worker_process_end end = {0};
    for (int tries = 0; tries < STARTS_MAX; tries++) {
        run_result result = exchange(client, in, out, reply, err);
        if (result == BROKEN || result == NO_MEMORY || result == GIVEN_UP) {
            ms__worker_process_end_of(&client->child, 0, NULL);
            return err->code;
        }
        if (result != UNREAD) {
            return MS_OK;
        }
        ms__worker_process_end_of(&client->child, end_seconds, &end);
    }
    return fail_to_start(client, &end, err);
}
