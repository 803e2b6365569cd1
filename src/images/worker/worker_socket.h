/* Worker socket: the worker's end of the protocol in images/protocol/worker_protocol.h. */
#ifndef MS_IMAGES_WORKER_WORKER_SOCKET_H
#define MS_IMAGES_WORKER_WORKER_SOCKET_H

#include "images/protocol/worker_protocol.h"

/* A request with its descriptors. */
typedef struct ms_packet {
    ms_gray_request request;
    int in, out; /* owned; -1 when closed */
} ms_packet;

/* Waits for the next request. MS_STOPPED when the rank has closed the socket, MS_FORMAT for a packet that is
 * not a request with two descriptors, MS_IO. On failure no received descriptor stays open. Local. */
MS_MUST_CHECK ms_code ms_worker_socket_receive(int socket, ms_packet *packet, ms_err *err);
/* Closes both descriptors. Idempotent. Local. */
void ms_worker_socket_close(ms_packet *packet);
/* Sends the reply. MS_STOPPED when the rank has exited, MS_IO, MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms_worker_socket_send(int socket, const ms_gray_reply *reply, ms_err *err);

#endif
