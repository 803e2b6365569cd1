/* mpiscan-gray: the worker program that converts images to gray for one rank of mpiscan, one after the other.
 * It parses what anybody may have uploaded, with libraries that had vulnerabilities: hence a process of its
 * own, limits, and access to nothing but the two descriptors of each request. Exits with 0 when the rank
 * closes the socket. */
#include "images/worker/convert.h"
#include "images/worker/sandbox.h"
#include "images/worker/worker_socket.h"

#include "base/number.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_USAGE = 2, EXIT_FAILED = 3, FIRST_SOCKET = 3, LAST_SOCKET = 1023, FAULTS_MAX = 200 };

typedef struct options {
    int socket; /* 0: not given */
    uint64_t memory;
} options;

static void print_error(const char *text)
{
    ssize_t ignored = write(STDERR_FILENO, text, strlen(text));
    (void)ignored;
}

static bool parse(int argc, char **argv, options *to)
{
    for (int i = 1; i + 1 < argc; i += 2) {
        uint64_t value = 0;
        if (strcmp(argv[i], "--socket") == 0 &&
            ms_number_parse_u64(argv[i + 1], FIRST_SOCKET, LAST_SOCKET, &value) == MS_OK) {
            to->socket = (int)value;
        } else if (strcmp(argv[i], "--memory") != 0 ||
                   ms_number_parse_u64(argv[i + 1], 0, UINT64_MAX, &to->memory) != MS_OK) {
            return false;
        }
    }
    return argc % 2 == 1 && to->socket != 0;
}

/* Serves until the rank closes the socket, or until after so many faults memory that the libraries leaked
 * might make a good image fail: the socket is then closed without an unanswered request, and the rank starts
 * another worker. */
static ms_code serve(int socket, ms_err *err)
{
    for (unsigned faults = 0; faults < FAULTS_MAX;) {
        ms_packet packet;
        ms_gray_reply reply;
        MS_TRY(ms_worker_socket_receive(socket, &packet, err));
        ms_convert(packet.in, packet.out, &packet.request, &reply);
        ms_worker_socket_close(&packet);
        reply.serial = packet.request.serial;
        MS_TRY(ms_worker_socket_send(socket, &reply, err));
        faults += reply.code == MS_NOMEM ? FAULTS_MAX : reply.code != MS_OK ? 1 : 0;
    }
    return MS_STOPPED;
}

int main(int argc, char **argv)
{
    options parsed = {0};
    ms_err err = {0};
    if (!parse(argc, argv, &parsed)) {
        print_error("mpiscan-gray: converts images to gray for mpiscan, which starts it.\n"
                    "usage: mpiscan-gray --socket DESCRIPTOR [--memory BYTES]\n");
        return EXIT_USAGE;
    }
    (void)clearenv(); /* libraries take options from there */
    if (ms_sandbox_set_limits(parsed.socket, parsed.memory, &err) != MS_OK ||
        ms_convert_begin(&err) != MS_OK || ms_sandbox_load_filter(parsed.socket, &err) != MS_OK) {
        print_error("mpiscan-gray: ");
        print_error(err.text);
        print_error("\n");
        return EXIT_FAILED;
    }
    return serve(parsed.socket, &err) == MS_STOPPED ? 0 : EXIT_FAILED;
}
