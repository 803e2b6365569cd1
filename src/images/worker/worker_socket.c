#include "images/worker/worker_socket.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FILES = 2 };

static void close_files(const int *files, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        (void)close(files[i]);
    }
}

/* The descriptors received, at most FILES; the kernel closes those that exceed the control buffer. */
static size_t received_files(struct msghdr *message, int files[FILES])
{
    size_t n = 0;
    struct cmsghdr *control = CMSG_FIRSTHDR(message);
    if (control && control->cmsg_level == SOL_SOCKET && control->cmsg_type == SCM_RIGHTS) {
        n = (control->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        n = n < FILES ? n : FILES;
        memcpy(files, CMSG_DATA(control), n * sizeof(int));
    }
    return n;
}

ms_code ms_worker_socket_receive(int socket, ms_packet *packet, ms_err *err)
{
    uint8_t data[MS_GRAY_REQUEST_MAX];
    int files[FILES];
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof files)];
    } control = {.bytes = {0}};
    struct iovec part = {data, sizeof data};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof control.bytes};
    ssize_t got = 0;
    *packet = (ms_packet){.in = -1, .out = -1};
    do {
        got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    } while (got < 0 && errno == EINTR);
    if (got <= 0) {
        return got == 0 ? MS_STOPPED : ms_err_set(err, MS_IO, errno, "cannot receive a request");
    }
    size_t n = received_files(&message, files);
    bool truncated = (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0;
    if (truncated || n != FILES || ms_gray_request_decode(&packet->request, data, (size_t)got) != MS_OK) {
        close_files(files, n);
        return ms_err_set(err, MS_FORMAT, 0, "invalid request");
    }
    packet->in = files[0];
    packet->out = files[1];
    return MS_OK;
}

void ms_worker_socket_close(ms_packet *packet)
{
    int *files[FILES] = {&packet->in, &packet->out};
    for (size_t i = 0; i < FILES; i++) {
        if (*files[i] >= 0) {
            (void)close(*files[i]);
        }
        *files[i] = -1;
    }
}

ms_code ms_worker_socket_send(int socket, const ms_gray_reply *reply, ms_err *err)
{
    ms_bytes data = {0};
    if (ms_gray_reply_encode(reply, &data) != MS_OK) {
        ms_bytes_fini(&data);
        return ms_err_set(err, MS_NOMEM, 0, "out of memory");
    }
    struct iovec part = {data.data, data.len};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    ssize_t sent = 0;
    do {
        sent = sendmsg(socket, &message, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    ms_bytes_fini(&data);
    if (sent < 0) {
        return errno == EPIPE || errno == ECONNRESET ? MS_STOPPED
                                                     : ms_err_set(err, MS_IO, errno, "cannot send a reply");
    }
    return MS_OK;
}
