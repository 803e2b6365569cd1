/* Steal: see steal.h. A rank does its queue; every few milliseconds it polls whether another rank asks for
 * tasks, and gives it some (tasks/schedule/queue.c). Out of tasks it is a thief: it asks others for some
 * (tasks/schedule/thief.c), asleep in between, and answers those who ask it. When no victim has any it goes
 * to the barrier. */
#include "run/steal/steal.h"

#include "base/clock.h"

/* Why the work ends, and with every task done.
 * 1. A task is in one queue, or under way at one rank, or in one reply.
 * 2. Each request gets one reply, wherever the victim is: between blocks and tasks, out of tasks, in the
 * barrier. Nobody waits for a message to leave, so nobody who waits can be waited for in a circle: replies
 * are always received, so there is room for others, so requests are answered.
 * 3. A rank enters the barrier with an empty queue, no task under way and no reply outstanding. It asks
 * nobody from then on, so it is given nothing, and its queue stays empty.
 * 4. So when the last rank has entered, no task is in a queue, under way or in a reply; nor is any request or
 * reply in flight: its receiver, or the one whose request it is, would have a reply outstanding.
 * 5. All get there. Who is out of tasks and given one does it before it answers anybody, so each round of
 * requests but a rank's last costs one task of all, and a round is at most one request a rank. A rank whose
 * work fails drops its tasks, gives nothing, asks nobody and goes the same way: the others do what they have,
 * and all agree after the barrier. An MPI error ends all ranks at once.
 *
 * A request to stop spreads along a tree (rank r and its neighbors (r - 1) / 2, 2r + 1, 2r + 2): who learns
 * of it sends it on, once, and drops its tasks as one whose work has failed. After the barrier all agree
 * whether anybody has stopped. Stops and progress updates still in flight are received when the channel is
 * closed (comm/channel.c has the argument for that). */

enum { MOST_NEIGHBORS = 3 };
enum {
    REQUESTS = MS_MESSAGE_BIT(MS_MESSAGE_STEAL_REQUEST),
    REPLIES = MS_MESSAGE_BIT(MS_MESSAGE_STEAL_REPLY),
    STOPS = MS_MESSAGE_BIT(MS_MESSAGE_STOP),
    UPDATES = MS_MESSAGE_BIT(MS_MESSAGE_PROGRESS)
};

/* Seconds between two polls of a rank that works: the first, and the second when a poll has taken long. Each
 * poll calls MPI, which yields the core (mpi_yield_when_idle): where other processes want it too that can
 * cost the rank its whole time slice. */
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
        ms_bytes_fini(&reply); /* no memory to give: refused */
    }
    s->stat->tasks_given += n;
    return ms_channel_send(s->channel, MS_MESSAGE_STEAL_REPLY, message->from, &reply, err);
}

static ms_code on_reply(void *user, const ms_message *message, ms_err *err)
{
    ms__steal *s = user;
    size_t n = 0;
    if (!ms_thief_reply(&s->thief, message->from, message->n > 0)) {
        return ms_err_set(err, MS_MPI, 0, "rank %u sent tasks that it was not asked for", message->from);
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

/* The ranks that this one is linked with in the tree; returns how many. */
static uint32_t neighbors(const ms_comm *comm, uint32_t list[MOST_NEIGHBORS])
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
    uint32_t list[MOST_NEIGHBORS];
    uint32_t n = s->channel ? neighbors(s->comm, list) : 0;
    s->stopped = true;
    for (uint32_t i = 0; i < n; i++) {
        ms_bytes empty = {0};
        MS_TRY(ms_channel_send(s->channel, MS_MESSAGE_STOP, list[i], &empty, err));
    }
    return MS_OK;
}

/* What a rank does now and then in every state: receives messages of these kinds and, each POLL_RARE_KINDS,
 * of the others; shows or sends progress; and looks whether it is to stop. */
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
        bool asked = s->thief.npending > 0; /* a late reply */
        MS_TRY(serve(s, REQUESTS | (asked ? REPLIES : 0), now, &s->err));
        double after = ms_clock_now();
        s->next_poll = after + (after - now > LONG_POLL ? POLL_RARELY : POLL_EVERY);
    }
    return s->failed != MS_OK ? s->failed : s->stopped ? MS_STOPPED : MS_OK;
}

/* The same in the barrier: there is nothing to give. */
static ms_code poll_idle(void *user, ms_err *err)
{
    return serve(user, REQUESTS, ms_clock_now(), err);
}

/* This rank does no more tasks; none is under way. */
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

/* Out of tasks: *found some, or no other rank has any to give. */
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
            return MS_OK; /* the first of these is begun before anybody else can ask for it */
        }
        MS_TRY(ms_channel_poll(s->channel, REQUESTS, err));
        MS_TRY(ms_channel_can_send(s->channel, MS_MESSAGE_STEAL_REQUEST, &can, err));
        ms_thief_action move = can ? ms_thief_next(&s->thief, ms_clock_now(), &victim) : MS_THIEF_WAIT;
        if (move == MS_THIEF_STOP) {
            return MS_OK;
        }
        if (move == MS_THIEF_REQUEST) {
            pause = 0;
            MS_TRY(send_request(s, victim, err));
        } else {
            ms_clock_backoff(&pause);
        }
    }
}

/* Does what is in the queue. Only MS_MPI is returned; s->failed has the rest. */
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
        s->err = own; /* a hook has its own text */
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

/* Does tasks until there are none for this rank any more. Only MS_MPI is returned. */
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

/* Has any rank stopped? Then all have. Collective. */
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
