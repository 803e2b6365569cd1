/* A send is an MPI_Issend from memory of its own. A message is matched by MPI_Improbe and received by
 * MPI_Imrecv, tested until it is complete: the sender of a large message may not call MPI for a while.
 * Several receives are in progress at a time, so that it does not delay the messages of others. */
#include "comm/channel.h"

#include "comm/channel_internal.h"

#include "base/clock.h"

#include <stdlib.h>

const ms__message_limit ms__message_limits[MS_MESSAGE_KINDS] = {
    [MS_MESSAGE_STEAL_REQUEST] = {MS__MAX_IN_FLIGHT, 0, MS_MESSAGE_STEAL_REPLY},
    [MS_MESSAGE_STEAL_REPLY] = {16, 256 << 10, MS_MESSAGE_KINDS},
    [MS_MESSAGE_STOP] = {3, 0, MS_MESSAGE_KINDS},
    [MS_MESSAGE_PROGRESS] = {1, 8, MS_MESSAGE_KINDS},
    [MS_MESSAGE_HEARTBEAT] = {4, 1024, MS_MESSAGE_KINDS},
};

size_t ms_message_limit(ms_message_kind kind)
{
    return ms__message_limits[kind].nbytes;
}

void ms__channel_free(ms_channel *channel)
{
    for (size_t kind = 0; channel && kind < MS_MESSAGE_KINDS; kind++) {
        for (size_t i = 0; i < MS__MAX_IN_FLIGHT; i++) {
            ms_bytes_fini(&channel->lanes[kind].out[i].body);
        }
        free(channel->lanes[kind].buffers);
    }
    free(channel);
}

/* Allocates all buffers now: receiving must not fail for lack of memory. */
static bool lane_init(ms__lane *l, size_t nbytes)
{
    l->buffers = malloc(MS__RECEIVES * nbytes + 1);
    for (size_t i = 0; i < MS__MAX_IN_FLIGHT; i++) {
        l->out[i].request = MPI_REQUEST_NULL;
    }
    for (size_t i = 0; l->buffers && i < MS__RECEIVES; i++) {
        l->in[i] = (ms__incoming){.request = MPI_REQUEST_NULL, .buffer = l->buffers + i * nbytes};
    }
    return l->buffers != NULL;
}

ms_code ms_channel_open(ms_channel **channel, ms_comm *comm, const ms_handlers *handlers, ms_err *err)
{
    *channel = NULL;
    if (comm->size == 1) {
        return MS_OK;
    }
    ms_channel *made = calloc(1, sizeof *made);
    bool good = made != NULL;
    for (size_t kind = 0; good && kind < MS_MESSAGE_KINDS; kind++) {
        made->comm = comm;
        made->handlers = *handlers;
        good = !handlers->on[kind] || lane_init(&made->lanes[kind], ms__message_limits[kind].nbytes);
    }
    ms_code code = good ? MS_OK : ms_err_set(err, MS_NOMEM, 0, "out of memory for messages between ranks");
    /* No rank sends before all have agreed: a rank that still closes an earlier channel must not receive
     * messages of this one. */
    MS_TRY_OR(failed, ms_comm_agree(comm, code, err));
    *channel = made;
    return MS_OK;
failed:
    ms__channel_free(made);
    return code;
}

/* *to: a free slot for another message of this kind, or NULL. */
static ms_code find_free(ms__lane *l, uint32_t n, ms__outgoing **to, ms_err *err)
{
    *to = NULL;
    for (uint32_t i = 0; l->buffers && i < n && !*to; i++) {
        ms__outgoing *one = &l->out[i];
        int done = 1;
        if (one->request != MPI_REQUEST_NULL) {
            MS__TRY_MPI(MPI_Test(&one->request, &done, MPI_STATUS_IGNORE));
        }
        if (done) {
            ms_bytes_fini(&one->body);
            *to = one;
        }
    }
    return MS_OK;
}

ms_code ms_channel_can_send(ms_channel *channel, ms_message_kind kind, bool *can, ms_err *err)
{
    ms__outgoing *one = NULL;
    *can = false;
    if (channel && !channel->closing) {
        MS_TRY(find_free(&channel->lanes[kind], ms__message_limits[kind].in_flight, &one, err));
        *can = one != NULL;
    }
    return MS_OK;
}

ms_code ms_channel_send(ms_channel *channel, ms_message_kind kind, uint32_t to, ms_bytes *body_to_send,
                        ms_err *err)
{
    ms__outgoing *one = NULL;
    ms_bytes body = *body_to_send;
    *body_to_send = (ms_bytes){0};
    bool valid = channel && !channel->closing && body.len <= ms__message_limits[kind].nbytes &&
                 to < (uint32_t)channel->comm->size && to != (uint32_t)channel->comm->rank;
    ms_code code =
        valid ? find_free(&channel->lanes[kind], ms__message_limits[kind].in_flight, &one, err) : MS_OK;
    if (!one) {
        ms_bytes_fini(&body);
        return code != MS_OK ? code
                             : ms_err_set(err, MS_MPI, 0, "MPI send failed: %s",
                                          valid ? "too many messages in flight" : "invalid message");
    }
    one->body = body;
    MS__TRY_MPI(MPI_Issend(body.data, (int)body.len, MPI_BYTE, (int)to, MS__FIRST_TAG + (int)kind,
                           channel->comm->world, &one->request));
    return MS_OK;
}

/* Starts to receive a message if one has arrived: *begun. */
static ms_code begin_receive(ms_channel *channel, ms_message_kind kind, ms__incoming *in, bool *begun,
                             ms_err *err)
{
    MPI_Message message = MPI_MESSAGE_NULL;
    MPI_Status status;
    int found = 0;
    MS__TRY_MPI(MPI_Improbe(MPI_ANY_SOURCE, MS__FIRST_TAG + (int)kind, channel->comm->world, &found, &message,
                            &status));
    *begun = found != 0;
    if (!found) {
        return MS_OK;
    }
    MS__TRY_MPI(MPI_Get_count(&status, MPI_BYTE, &in->n));
    if (in->n < 0 || (size_t)in->n > ms__message_limits[kind].nbytes) {
        return ms_err_set(err, MS_MPI, 0, "rank %d sent a message that is too long", status.MPI_SOURCE);
    }
    in->from = status.MPI_SOURCE;
    MS__TRY_MPI(MPI_Imrecv(in->buffer, in->n, MPI_BYTE, &message, &in->request));
    return MS_OK;
}

/* *from: a complete message of this kind, or NULL. */
static ms_code receive(ms_channel *channel, ms_message_kind kind, ms__incoming **from, ms_err *err)
{
    bool more = true;
    *from = NULL;
    for (size_t i = 0; i < MS__RECEIVES && !*from; i++) {
        ms__incoming *in = &channel->lanes[kind].in[i];
        int done = 0;
        if (in->request == MPI_REQUEST_NULL && more) {
            MS_TRY(begin_receive(channel, kind, in, &more, err));
        }
        if (in->request != MPI_REQUEST_NULL) {
            MS__TRY_MPI(MPI_Test(&in->request, &done, MPI_STATUS_IGNORE));
        }
        *from = done ? in : NULL;
    }
    return MS_OK;
}

ms_code ms__channel_dispatch(ms_channel *channel, ms_message_kind kind, const ms__incoming *in, ms_err *err)
{
    ms_message message = {.from = (uint32_t)in->from, .data = in->buffer, .n = (size_t)in->n};
    return channel->handlers.on[kind](channel->handlers.user, &message, err);
}

static ms_code poll_kind(ms_channel *channel, ms_message_kind kind, ms_err *err)
{
    ms_message_kind reply = ms__message_limits[kind].reply;
    for (;;) {
        ms__incoming *in = NULL;
        bool can = true;
        if (reply != MS_MESSAGE_KINDS && !channel->closing) {
            MS_TRY(ms_channel_can_send(channel, reply, &can, err));
        }
        if (can) {
            MS_TRY(receive(channel, kind, &in, err));
        }
        if (!in) {
            return MS_OK;
        }
        MS_TRY(ms__channel_dispatch(channel, kind, in, err));
    }
}

ms_code ms_channel_poll(ms_channel *channel, uint32_t kinds, ms_err *err)
{
    for (uint32_t kind = 0; channel && kind < MS_MESSAGE_KINDS; kind++) {
        if ((kinds & MS_MESSAGE_BIT(kind)) != 0 && channel->lanes[kind].buffers) {
            MS_TRY(poll_kind(channel, (ms_message_kind)kind, err));
        }
    }
    return MS_OK;
}

ms_code ms__channel_poll_all(void *user, ms_err *err)
{
    return ms_channel_poll(user, MS_MESSAGE_BIT(MS_MESSAGE_KINDS) - 1, err);
}
