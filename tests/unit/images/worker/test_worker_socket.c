/* Suite of images/worker/worker_socket.c: requests with their descriptors, and invalid packets. */
#include "images/worker/worker_socket.h"

#include "unit.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void send_with(int socket, const void *data, size_t n, size_t nfiles)
{
    union {
        struct cmsghdr align;
        char room[CMSG_SPACE(4 * sizeof(int))];
    } control = {.room = {0}};
    const int files[4] = {STDIN_FILENO, STDERR_FILENO, STDERR_FILENO, STDERR_FILENO};
    struct iovec part = {(char *)(uintptr_t)data, n};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (nfiles > 0) {
        message.msg_control = control.room;
        message.msg_controllen = CMSG_SPACE(nfiles * sizeof(int));
        struct cmsghdr *head = CMSG_FIRSTHDR(&message);
        head->cmsg_level = SOL_SOCKET;
        head->cmsg_type = SCM_RIGHTS;
        head->cmsg_len = CMSG_LEN(nfiles * sizeof(int));
        memcpy(CMSG_DATA(head), files, nfiles * sizeof(int));
    }
    ck_assert_int_eq(sendmsg(socket, &message, 0), (ssize_t)n);
}

/* Descriptors that are open now. */
static int count_open(void)
{
    int n = 0;
    for (int fd = 0; fd < 64; fd++) {
        n += fcntl(fd, F_GETFD) >= 0;
    }
    return n;
}

TEST(requests)
{
    int pair[2];
    ms_bytes data = {0};
    ms_packet packet;
    ms_err err = {0};
    const ms_gray_request request = {.formula = MS_GRAY_BT709, .max_pixels = 77, .max_scans = 5};
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
    ck_assert_int_eq(ms_gray_request_encode(&request, &data), MS_OK);
    int open_before = count_open();
    send_with(pair[0], data.data, data.len, 2);
    ck_assert_int_eq(ms_worker_socket_receive(pair[1], &packet, &err), MS_OK);
    ck_assert_int_eq(packet.request.formula, MS_GRAY_BT709);
    ck_assert_uint_eq(packet.request.max_pixels, 77);
    ck_assert_int_ge(fcntl(packet.in, F_GETFD), 0);
    ck_assert_int_eq(count_open(), open_before + 2);
    ms_worker_socket_close(&packet);
    ms_worker_socket_close(&packet);
    ck_assert_int_eq(count_open(), open_before);
    for (size_t nfiles = 0; nfiles < 5; nfiles++) { /* too few, too many: none is left open */
        send_with(pair[0], data.data, data.len - (nfiles == 2), nfiles);
        ck_assert_int_eq(ms_worker_socket_receive(pair[1], &packet, &err), MS_FORMAT);
        ck_assert_int_eq(count_open(), open_before);
    }
    (void)close(pair[0]);
    ck_assert_int_eq(ms_worker_socket_receive(pair[1], &packet, &err), MS_STOPPED);
    (void)close(pair[1]);
    ms_bytes_fini(&data);
}

TEST(replies)
{
    int pair[2];
    uint8_t data[1024];
    ms_gray_reply got;
    ms_err err = {0};
    const ms_gray_reply reply = {.code = MS_FORMAT, .text = "no picture"};
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
    ck_assert_int_eq(ms_worker_socket_send(pair[1], &reply, &err), MS_OK);
    ssize_t n = recv(pair[0], data, sizeof data, 0);
    ck_assert_int_gt(n, 0);
    ck_assert_int_eq(ms_gray_reply_decode(&got, data, (size_t)n), MS_OK);
    ck_assert_str_eq(got.text, "no picture");
    (void)close(pair[0]);
    ck_assert_int_eq(ms_worker_socket_send(pair[1], &reply, &err), MS_STOPPED);
    (void)close(pair[1]);
}
