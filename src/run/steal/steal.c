/* A rank does its queue, polls every few milliseconds for steal requests and replies with tasks
 * (tasks/schedule/queue.c). Out of tasks it is a thief: it sends requests (tasks/schedule/thief.c), sleeps
 * between polls, and replies to requests of others. When no victim has tasks it enters the barrier. */
#include "run/steal/steal.h"

#include "base/clock.h"

/* Termination, with every task done:
 * 1. A task is in one queue, or in progress at one rank, or in one reply.
 * 2. Each request gets one reply, whatever its victim does: work, look for tasks itself, wait in the barrier.
 * No rank waits for a send to complete, so there is no deadlock: replies are always received, so a slot for
 * another reply becomes free, so requests are replied to.
 * 3. A rank enters the barrier with an empty queue, no task in progress and no reply pending. It sends no
 * request from then on, so it receives no tasks, and its queue stays empty.
 * 4. So when the last rank has entered, no task is in a queue, in progress or in a reply; and no request or
 * reply is in flight, because its thief would have a reply pending.
 * 5. All ranks enter. A rank that receives tasks begins one before it replies to anybody, so each round of
 * requests except a rank's last corresponds to a finished task, and a round has at most one request per
 * victim. A rank whose work fails drops its tasks, refuses all requests, sends none and enters the barrier
 * too: the others finish theirs, and all agree on the error after the barrier. An MPI error ends all ranks
 * immediately.
 *
 * A stop request is flooded along a tree (rank r and its neighbors (r - 1) / 2, 2r + 1, 2r + 2): a rank that
 * receives it forwards it once, and drops its tasks as a failed one does. After the barrier all agree whether
 * any rank has stopped. Stops and progress updates in flight are received when the channel is closed
 * (comm/termination.c). */

enum { MAX_NEIGHBORS = 3 };
enum {
    REQUESTS = MS_MESSAGE_BIT(MS_MESSAGE_STEAL_REQUEST),
    REPLIES = MS_MESSAGE_BIT(MS_MESSAGE_STEAL_REPLY),
    STOPS = MS_MESSAGE_BIT(MS_MESSAGE_STOP),
    UPDATES = MS_MESSAGE_BIT(MS_MESSAGE_PROGRESS)
};

/* Seconds between two polls of a working rank; POLL_RARELY after a poll longer than LONG_POLL. Each poll
 * calls MPI, which yields the core (mpi_yield_when_idle): on an oversubscribed core that can cost a whole
 * time slice. */
#define POLL_EVERY 2e-3
#define POLL_RARELY 5e-3
#define LONG_POLL 100e-6
#define POLL_RARE_KINDS 20e-3

static ms_code on_request(void *user, const ms_message *message, ms_err *err)
{
    ms__steal *s = user;
    ms_bytes reply = {0};
    size_t n = 0;
    if (ms_queue_steal(s->queue, ms_message_limit(MS_MESSAGE_STEAL_REPLY), &reply, &n) != MS_OK) {
        ms_bytes_fini(&reply); /* out of memory: a refusal */
    }
    s->stat->tasks_given += n;
    return ms_channel_send(s->channel, MS_MESSAGE_STEAL_REPLY, message->from, &reply, err);
}

static ms_code on_reply(void *user, const ms_message *message, ms_err *err)
{
    ms__steal *s = user;
    size_t n = 0;
    if (!ms_thief_reply(&s->thief, message->from, message->n > 0)) {
        return ms_err_set(err, MS_MPI, 0, "rank %u sent a steal reply without a request", message->from);
    }
    if (message->n > 0 && s->failed == MS_OK && !s->stopped) {
        s->failed = ms_queue_add_copy(s->queue, message->data, message->n, &n, &s->err);
        s->stat->tasks_stolen += n;
    }
    return MS_OK;
}

static ms_code on_stop(void *user, const ms_message *message, ms_err *err)
{
    (void)message;
    (void)err;
    ((ms__steal *)user)->stop_received = true;
    return MS_OK;
}

static ms_code on_progress(void *user, const ms_message *message, ms_err *err)
{
    (void)err;
    ms__progress_receive(((ms__steal *)user)->progress, message);
    return MS_OK;
}

/* This rank's neighbors in the tree; returns how many. */
static uint32_t neighbors(const ms_comm *comm, uint32_t list[MAX_NEIGHBORS])
{
    uint64_t rank = ms_comm_rank(comm);
    uint32_t n = 0;
    if (rank > 0) {
        list[n++] = (uint32_t)((rank - 1) / 2);
    }
    for (uint64_t child = 2 * rank + 1; child <= 2 * rank + 2 && child < ms_comm_size(comm); child++) {
        list[n++] = (uint32_t)child;
    }
    return n;
}

static ms_code begin_stop(ms__steal *s, ms_err *err)
{
    uint32_t list[MAX_NEIGHBORS];
    uint32_t n = s->channel ? neighbors(s->comm, list) : 0;
    s->stopped = true;
    for (uint32_t i = 0; i < n; i++) {
        ms_bytes empty = {0};
        MS_TRY(ms_channel_send(s->channel, MS_MESSAGE_STOP, list[i], &empty, err));
    }
    return MS_OK;
}

/* The poll of every state: receives messages of these kinds and, every POLL_RARE_KINDS, of the others; draws
 * or sends progress; checks for a stop request. */
static ms_code serve(ms__steal *s, unsigned kinds, double now, ms_err *err)
{
    if (now >= s->next_rare_poll) {
        s->next_rare_poll = now + POLL_RARE_KINDS;
        kinds |= STOPS | (ms_comm_rank(s->comm) == 0 && ms__progress_is_shown(s->progress) ? UPDATES : 0);
    }
    MS_TRY(ms_channel_poll(s->channel, kinds, err));
    MS_TRY(ms__progress_update(s->progress, s->channel, now, err));
    bool wanted = s->stop_received || ms__stop_wanted(s->stop);
    return wanted && !s->stopped ? begin_stop(s, err) : MS_OK;
}

ms_code ms__steal_poll(ms__steal *s)
{
    double now = ms_clock_now();
    if (now > s->next_poll) {
        bool pending = s->thief.npending > 0; /* a reply after a timeout */
        MS_TRY(serve(s, REQUESTS | (pending ? REPLIES : 0), now, &s->err));
        double after = ms_clock_now();
        s->next_poll = after + (after - now > LONG_POLL ? POLL_RARELY : POLL_EVERY);
    }
    return s->failed != MS_OK ? s->failed : s->stopped ? MS_STOPPED : MS_OK;
}

/* In the barrier: requests are refused, as the queue is empty. */
static ms_code poll_idle(void *user, ms_err *err)
{
    return serve(user, REQUESTS, ms_clock_now(), err);
}

/* This rank does no more tasks; none is in progress. */
static void drop_tasks(ms__steal *s)
{
    ms_queue_fini(s->queue);
    ms_thief_retire(&s->thief);
}

static ms_code send_request(ms__steal *s, uint32_t victim, ms_err *err)
{
    ms_bytes empty = {0};
    s->stat->steal_requests++;
    return ms_channel_send(s->channel, MS_MESSAGE_STEAL_REQUEST, victim, &empty, err);
}

/* Out of tasks: sends requests until *found, or no victim has tasks. */
static ms_code find_tasks(ms__steal *s, bool *found, ms_err *err)
{
    double pause = 0;
    for (;;) {
        uint32_t victim = 0;
        bool can = false;
        MS_TRY(serve(s, REPLIES, ms_clock_now(), err));
        if (s->failed != MS_OK || s->stopped) {
            drop_tasks(s);
        }
        *found = s->queue->ntasks > 0;
        if (*found) {
            return MS_OK; /* the first of these begins before a request can steal it */
        }
        MS_TRY(ms_channel_poll(s->channel, REQUESTS, err));
        MS_TRY(ms_channel_can_send(s->channel, MS_MESSAGE_STEAL_REQUEST, &can, err));
        ms_thief_action action = can ? ms_thief_next(&s->thief, ms_clock_now(), &victim) : MS_THIEF_WAIT;
        if (action == MS_THIEF_STOP) {
            return MS_OK;
        }
        if (action == MS_THIEF_REQUEST) {
            pause = 0;
            MS_TRY(send_request(s, victim, err));
        } else {
            ms_clock_backoff(&pause);
        }
    }
}

/* Does the tasks of the queue. Returns only MS_MPI; other errors are in s->failed. */
static ms_code do_queue(ms__steal *s, ms_bytes *records, ms_work_totals *totals, ms_err *err)
{
    ms_err own = {0};
    double begin = ms_clock_now();
    s->next_poll = s->next_poll > 0 ? s->next_poll : begin + POLL_EVERY;
    ms_code worked = ms_work_run(s->worker, s->queue, &s->hooks, records, totals, &own);
    s->stat->busy_seconds += ms_clock_now() - begin;
    if (worked == MS_STOPPED && s->stopped) {
        drop_tasks(s);
        worked = MS_OK;
    }
    if (worked != MS_OK && s->err.code == MS_OK) {
        s->err = own; /* a hook has set its own */
    }
    if (worked == MS_MPI) {
        *err = s->err;
        return worked;
    }
    if (worked != MS_OK) {
        s->failed = worked;
        drop_tasks(s);
    }
    return MS_OK;
}

/* Does tasks until there are none left for this rank. Returns only MS_MPI. */
static ms_code do_tasks(ms__steal *s, ms_bytes *records, ms_err *err)
{
    bool steals = s->channel && !s->no_steal;
    bool more = false;
    ms_work_totals totals = {0};
    do {
        MS_TRY(do_queue(s, records, &totals, err));
        more = false;
        if (steals) {
            MS_TRY(find_tasks(s, &more, err));
        }
    } while (more);
    s->stat->tasks = totals.ntasks;
    s->stat->nbytes = totals.nbytes;
    return MS_OK;
}

static ms_code open_channel(ms__steal *s, ms_err *err)
{
    ms_handlers handlers = {.user = s};
    handlers.on[MS_MESSAGE_STOP] = on_stop;
    handlers.on[MS_MESSAGE_PROGRESS] = on_progress;
    if (!s->no_steal) {
        handlers.on[MS_MESSAGE_STEAL_REQUEST] = on_request;
        handlers.on[MS_MESSAGE_STEAL_REPLY] = on_reply;
        ms_thief_init(&s->thief, ms_comm_rank(s->comm), ms_comm_size(s->comm), s->seed);
    }
    return ms_channel_open(&s->channel, s->comm, &handlers, err);
}

/* *stopped: any rank has. Collective. */
static ms_code agree_stop(const ms__steal *s, bool *stopped, ms_err *err)
{
    ms_err ignored = {0};
    ms_code any = ms_comm_agree(s->comm, s->stopped ? MS_STOPPED : MS_OK, &ignored);
    *stopped = any == MS_STOPPED;
    if (any == MS_MPI) {
        *err = ignored;
        return any;
    }
    return MS_OK;
}

ms_code ms__steal_run(ms__steal *s, ms_bytes *records, ms_rankstat *stat, bool *stopped, ms_err *err)
{
    double begin = ms_clock_now();
    s->stat = stat;
    MS_TRY(open_channel(s, err));
    MS_TRY(do_tasks(s, records, err));
    MS_TRY(ms_comm_sleeping_barrier(s->comm, NULL, poll_idle, s, err));
    stat->wait_seconds = ms_clock_now() - begin - stat->busy_seconds;
    MS_TRY(agree_stop(s, stopped, err));
    MS_TRY(ms_channel_close(s->channel, err));
    s->channel = NULL;
    ms__progress_end(s->progress);
    *err = s->err;
    return ms_comm_agree(s->comm, s->failed, err);
}
