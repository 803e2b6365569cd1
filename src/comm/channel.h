/* Channel: messages between ranks outside collectives. Every protocol of the program uses it: one enum of
 * kinds, one function that sends, one that receives and dispatches, one termination argument
 * (termination.c).
 * Only open and close wait for other ranks.
 *
 * Each kind has its own MPI tag, so that a rank which does not poll one kind still receives the others. An
 * endpoint serves the kinds that it has handlers for. Two endpoints of a rank share neither a kind nor
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

/* A set of kinds is a bitwise OR of these. */
#define MS_MESSAGE_BIT(kind) (1U << (kind))

typedef struct ms_message {
    uint32_t from;
    const uint8_t *data; /* borrowed for the handler's call */
    size_t n;            /* may be 0 */
} ms_message;

/* One handler per kind; anything but MS_OK ends the poll with that code. */
typedef struct ms_handlers {
    ms_code (*on[MS_MESSAGE_KINDS])(void *user, const ms_message *message, ms_err *err);
    void *user;
} ms_handlers;

typedef struct ms_channel ms_channel;

/* Maximum bytes of a message of this kind. Local. */
size_t ms_message_limit(ms_message_kind kind);

/* Opens this rank's endpoint for the kinds that have a handler, the same on all ranks. *channel is NULL with
 * one rank, and on failure; all functions accept NULL. Borrows the comm. MS_NOMEM, MS_MPI. Collective. */
MS_MUST_CHECK ms_code ms_channel_open(ms_channel **channel, ms_comm *comm, const ms_handlers *handlers,
                                      ms_err *err);
/* Whether another message of this kind can be sent: the number in flight is limited for each kind. Local. */
MS_MUST_CHECK ms_code ms_channel_can_send(ms_channel *channel, ms_message_kind kind, bool *can, ms_err *err);
/* Sends to another rank; moves *body, also on failure. Messages of one rank may arrive out of order. MS_MPI,
 * also when too many are in flight. Local. */
MS_MUST_CHECK ms_code ms_channel_send(ms_channel *channel, ms_message_kind kind, uint32_t to, ms_bytes *body,
                                      ms_err *err);
/* Receives messages of these kinds and calls their handlers. MPI transfers a large message only while both
 * ends poll: a working rank must poll regularly. Local. */
MS_MUST_CHECK ms_code ms_channel_poll(ms_channel *channel, uint32_t kinds, ms_err *err);
/* Receives what is still in flight, sleeping between polls, and frees. Handlers are called, but must not
 * send. Collective. */
MS_MUST_CHECK ms_code ms_channel_close(ms_channel *channel, ms_err *err);

#endif
