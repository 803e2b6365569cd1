/* Channel: messages between ranks outside collectives. Every protocol of the program goes over it: one enum
 * of kinds, one function that sends, one that receives and dispatches, one argument why it ends (channel.c).
 * Only open and close wait for other ranks.
 *
 * Each kind has an MPI tag of its own, so a rank that cannot serve one kind now still receives the others. An
 * endpoint serves the kinds for which it has handlers. Two endpoints of a rank share neither a kind nor
 * memory: two threads may use one each where MPI allows it (ms_comm_has_threads). */
#ifndef MS_COMM_CHANNEL_H
#define MS_COMM_CHANNEL_H

#include "comm/comm.h"

typedef enum ms_message_kind {
    MS_MESSAGE_STEAL_REQUEST, /* thief to victim; empty. Received only when a reply can be sent */
    MS_MESSAGE_STEAL_REPLY,   /* victim to thief: tasks, or empty */
    MS_MESSAGE_STOP,          /* along the edges of a tree of ranks; empty */
    MS_MESSAGE_PROGRESS,      /* to rank 0 */
    MS_MESSAGE_HEARTBEAT,     /* to rank 0; of the monitor threads' endpoint */
    MS_MESSAGE_KINDS
} ms_message_kind;

/* A set of kinds is the sum of these. */
#define MS_MESSAGE_BIT(kind) (1U << (kind))

typedef struct ms_message {
    uint32_t from;
    const uint8_t *data; /* borrowed for the handler's call */
    size_t n;            /* may be 0 */
} ms_message;

/* What an endpoint does with a message; anything but MS_OK ends the poll with that code. */
typedef struct ms_handlers {
    ms_code (*on[MS_MESSAGE_KINDS])(void *user, const ms_message *message, ms_err *err);
    void *user;
} ms_handlers;

typedef struct ms_channel ms_channel;

/* Bytes that a message of this kind may have. Local. */
size_t ms_message_limit(ms_message_kind kind);

/* Opens this rank's endpoint for the kinds that have a handler, the same on all ranks. *channel is NULL with
 * one rank, and on failure; all functions accept NULL. Borrows the comm. MS_NOMEM, MS_MPI. Collective. */
MS_MUST_CHECK ms_code ms_channel_open(ms_channel **channel, ms_comm *comm, const ms_handlers *handlers,
                                      ms_err *err);
/* May another message of this kind be sent? A few of each kind may be in flight. Local. */
MS_MUST_CHECK ms_code ms_channel_can_send(ms_channel *channel, ms_message_kind kind, bool *can, ms_err *err);
/* Sends take_body, which leaves the caller's hands also on failure, to another rank. Messages of one rank may
 * overtake each other. MS_MPI, also when it cannot be sent now. Local. */
MS_MUST_CHECK ms_code ms_channel_send(ms_channel *channel, ms_message_kind kind, uint32_t to,
                                      ms_bytes *take_body, ms_err *err);
/* Receives what has arrived of these kinds, and gives it to the handlers. MPI moves a large message only
 * while both ends call in here: a rank that works calls now and then. Local. */
MS_MUST_CHECK ms_code ms_channel_poll(ms_channel *channel, uint32_t kinds, ms_err *err);
/* Receives what is still in flight, asleep in between, and frees. Handlers are called, but nothing may be
 * sent any more. Collective. */
MS_MUST_CHECK ms_code ms_channel_close(ms_channel *channel, ms_err *err);

#endif
