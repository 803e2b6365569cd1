/* Private to the channel: its messages in flight, for channel.c, which moves them, and termination.c, which
 * ends them. */
#ifndef MS_COMM_CHANNEL_INTERNAL_H
#define MS_COMM_CHANNEL_INTERNAL_H

#include "comm/channel.h"
#include "comm/comm_internal.h"

enum { MS__FIRST_TAG = 16, MS__RECEIVES = 4, MS__MAX_IN_FLIGHT = 64 };

typedef struct ms__outgoing {
    MPI_Request request;
    ms_bytes body; /* owned while the request is active */
} ms__outgoing;

typedef struct ms__incoming {
    MPI_Request request;
    uint8_t *buffer; /* borrowed from the ms__lane */
    int from, n;
} ms__incoming;

/* One kind at one endpoint. */
typedef struct ms__lane {
    uint8_t *buffers; /* owned; NULL: the endpoint does not serve this kind */
    ms__outgoing out[MS__MAX_IN_FLIGHT];
    ms__incoming in[MS__RECEIVES];
} ms__lane;

struct ms_channel {
    ms_comm *comm;
    ms_handlers handlers;
    bool closing;
    ms__lane lanes[MS_MESSAGE_KINDS];
};

typedef struct ms__message_limit {
    uint32_t in_flight; /* messages from one rank that no receiver has matched yet; <= MS__MAX_IN_FLIGHT */
    size_t nbytes;
    ms_message_kind reply; /* received only when this kind can be sent; MS_MESSAGE_KINDS: any time */
} ms__message_limit;

extern const ms__message_limit ms__message_limits[MS_MESSAGE_KINDS];

/* Calls the handler of a message that has been received. Local, as all here. */
MS_MUST_CHECK ms_code ms__channel_dispatch(ms_channel *channel, ms_message_kind kind, const ms__incoming *in,
                                           ms_err *err);
/* Receives all kinds; `user` is a ms_channel. */
MS_MUST_CHECK ms_code ms__channel_poll_all(void *user, ms_err *err);
/* Frees the memory; accepts NULL. */
void ms__channel_free(ms_channel *channel);

#endif
