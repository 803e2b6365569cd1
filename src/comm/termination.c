/* Termination: the end of a channel, and why no message is in flight then. Why every task is done by then is
 * in run/steal/steal.c. */
#include "base/clock.h"
#include "comm/channel_internal.h"

/* Have all messages of this endpoint been matched by their receivers? */
static ms_code all_matched(ms_channel *channel, bool *all, ms_err *err)
{
    *all = true;
    for (size_t kind = 0; kind < MS_MESSAGE_KINDS; kind++) {
        ms__lane *l = &channel->lanes[kind];
        for (uint32_t i = 0; l->buffers && i < ms__message_limits[kind].in_flight; i++) {
            int done = 0;
            MS__TRY_MPI(MPI_Test(&l->out[i].request, &done, MPI_STATUS_IGNORE));
            *all = *all && done;
        }
    }
    return MS_OK;
}

/* Completes the receives of messages that were matched. */
static ms_code finish_receives(ms_channel *channel, ms_err *err)
{
    for (uint32_t kind = 0; kind < MS_MESSAGE_KINDS; kind++) {
        ms__lane *l = &channel->lanes[kind];
        for (size_t i = 0; l->buffers && i < MS__RECEIVES; i++) {
            if (l->in[i].request != MPI_REQUEST_NULL) {
                MS__TRY_MPI(MPI_Wait(&l->in[i].request, MPI_STATUS_IGNORE));
                MS_TRY(ms__channel_dispatch(channel, (ms_message_kind)kind, &l->in[i], err));
            }
        }
    }
    return MS_OK;
}

/* Why no message is outstanding when a channel, and so MPI, ends (the NBX algorithm: Hoefler, Siebert,
 * Lumsdaine, Scalable communication protocols for dynamic sparse data exchange, PPoPP 2010). Assumed: all
 * ranks close; a synchronous send (MPI_Issend) completes only after its receiver has matched it.
 * 1. From its close on a rank sends nothing, and receives messages of every kind until the barrier ends.
 * 2. It enters the barrier when all it ever sent has been matched. All enter: each message is matched, as its
 *    receiver receives until all have entered, and nobody waits for anything else.
 * 3. So when the barrier ends every message ever sent has been matched, and finish_receives completes those.
 * Per kind: requests and replies are all received before (steal.c), stops, progress and heartbeats may come
 * here. A message of the next channel cannot: nobody sends before all have agreed in ms_channel_open. */
ms_code ms_channel_close(ms_channel *channel, ms_err *err)
{
    double pause = 0;
    bool matched = false;
    if (!channel) {
        return MS_OK;
    }
    channel->closing = true;
    while (!matched) {
        MS_TRY(ms__channel_poll_all(channel, err));
        MS_TRY(all_matched(channel, &matched, err));
        if (!matched) {
            ms_clock_backoff(&pause);
        }
    }
    MS_TRY(ms_comm_sleeping_barrier(channel->comm, NULL, ms__channel_poll_all, channel, err));
    MS_TRY(finish_receives(channel, err));
    ms__channel_free(channel);
    return MS_OK;
}
