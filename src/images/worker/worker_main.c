/* mpiscan-gray: the worker program that turns one image after the other into gray for a rank of mpiscan. It
 * reads what anybody may have uploaded, with libraries that had holes before: so it has its own process,
 * limits, and no access to anything but the two descriptors that come with each request. Ends with 0 when its
 * rank closes the socket. */
#include "images/worker/convert.h"
#include "images/worker/sandbox.h"
#include "images/worker/worker_socket.h"

#include "base/number.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_USAGE = 2, EXIT_FAILED = 3, FIRST_SOCKET = 3, LAST_SOCKET = 1023, WORN = 200 };

typedef struct options {
    int socket; /* 0: not given */
    uint64_t memory;
} options;

static void say(const char *text)
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

/* Until the rank closes the socket; or until so much went wrong that what the libraries left behind might
 * cost a good image its memory. The rank then starts another worker: the socket is closed with nothing read
 * and not answered. */
static ms_code serve(int socket, ms_err *err)
{
    for (unsigned faults = 0; faults < WORN;) {
        ms_packet packet;
        ms_gray_reply reply;
        MS_TRY(ms_worker_socket_receive(socket, &packet, err));
        ms_convert(packet.in, packet.out, &packet.request, &reply);
        ms_worker_socket_close(&packet);
        reply.serial = packet.request.serial;
        MS_TRY(ms_worker_socket_send(socket, &reply, err));
        faults += reply.code == MS_NOMEM ? WORN : reply.code != MS_OK ? 1 : 0;
    }
    return MS_STOPPED;
}

int main(int argc, char **argv)
{
    options given = {0};
    ms_err err = {0};
    if (!parse(argc, argv, &given)) {
        say("mpiscan-gray: converts images to gray for mpiscan, which starts it; of no use by itself.\n"
            "usage: mpiscan-gray --socket DESCRIPTOR [--memory BYTES]\n");
        return EXIT_USAGE;
    }
    (void)clearenv(); /* libraries have switches there */
    if (ms_sandbox_limits(given.socket, given.memory, &err) != MS_OK || ms_convert_begin(&err) != MS_OK ||
        ms_sandbox_seal(given.socket, &err) != MS_OK) {
        say("mpiscan-gray: ");
        say(err.text);
        say("\n");
        return EXIT_FAILED;
    }
    return serve(given.socket, &err) == MS_STOPPED ? 0 : EXIT_FAILED;
}
