/* Steal: see steal.h. A rank does its queue; between tasks and between blocks it looks, every few
 * milliseconds, whether another rank asks for tasks, and gives it some (tasks/schedule/queue.c). Out of tasks
 * it asks others (tasks/schedule/thief.c), asleep in between, and answers those who ask it. When it has given
 * up asking it goes to the barrier. */
#include "run/steal/steal.h"

#include "base/clock.h"
#include "comm/mail.h"
#include "tasks/schedule/thief.h"

/* Why it ends, and with every task done.
 * 1. A task is in one queue, or under way at one rank, or in one gift (an answer that is not empty).
 * 2. Each ask gets one answer, and is answered wherever the asked rank is: between blocks and tasks, out of
 * tasks, in the barrier. Nobody waits for a letter to leave, so nobody who waits can be waited for in a
 * circle: gifts are always taken, so answers leave, so asks are answered.
 * 3. A rank enters the barrier with an empty queue, no task under way and no answer outstanding. It asks
 * nobody from then on, so it is given nothing, and its queue stays empty.
 * 4. So when the last rank has entered, no task is in a queue or under way; and none is in a gift, nor is any
 * letter under way: its receiver, or the one it is the ask of, would have an answer outstanding.
 * 5. All get there. Who is out of tasks and given one does it before it answers anybody, so each round of
 * asking but a rank's last costs one task of all, and a round is at most one ask a rank. A rank whose work
 * fails throws its tasks away, gives nothing, asks nobody and goes the same way: the others do what they
 * have, and all agree behind the barrier. An MPI error ends all ranks at once.
 *
 * A request to stop spreads along a tree (rank r and its neighbors (r - 1) / 2, 2r + 1, 2r + 2): who learns
 * of it throws its tasks away, as one whose work has failed, and writes one letter to each neighbor. Behind
 * the barrier all agree whether anybody has stopped; then those who had not heard write theirs too, and each
 * takes letters until it has one from every neighbor. So each edge has carried exactly one letter each way,
 * and none is left under way. */

enum { ASKS, GIFTS, STOPS }; /* kinds of letters; asks and stops are empty */
enum { MOST_NEIGHBORS = 3 };
enum { GIFT_BYTES = 256 << 10, GIFTS_UNDER_WAY = 16 };

/* Seconds between two looks for letters of a rank that works: the first, and the second when a look has taken
 * long. Each look is a call of MPI, which gives the core away (mpi_yield_when_idle): on a core that others
 * want too that can cost the rank its whole time slice. */
#define LOOK_EVERY 2e-3
#define LOOK_RARELY 5e-3
#define LONG_LOOK 100e-6
#define LOOK_FOR_STOP 20e-3
#define SHORTEST_NAP 50e-6
#define LONGEST_NAP 1e-3

/* One rank's part. */
typedef struct mate {
    const ms__share *share;
    ms_mail *asks, *gifts, *stops;
    bool stopped;          /* this rank does no more tasks, and has told its neighbors */
    uint32_t nstops_heard; /* letters from them */
    double next_stop_look;
    ms_thief thief;
    ms_code failed; /* what this rank's work failed with, and */
    ms_err err;     /* in words */
    double next_look;
    ms_rankstat *stat;
} mate;

/* This rank's work has failed: what it has will not be done. No task is under way any more. */
static void drop_tasks(mate *m)
{
    ms_queue_fini(m->share->queue);
    ms_thief_retire(&m->thief);
}

/* The ranks that this one is linked with in the tree; returns how many. */
static uint32_t neighbors(const mate *m, uint32_t list[MOST_NEIGHBORS])
{
    uint64_t rank = ms_comm_rank(m->share->comm);
    uint64_t size = ms_comm_size(m->share->comm);
    uint32_t n = 0;
    if (rank > 0) {
        list[n++] = (uint32_t)((rank - 1) / 2);
    }
    for (uint64_t child = 2 * rank + 1; child <= 2 * rank + 2 && child < size; child++) {
        list[n++] = (uint32_t)child;
    }
    return n;
}

/* This rank stops, and tells its neighbors. */
static ms_code stop(mate *m, ms_err *err)
{
    uint32_t list[MOST_NEIGHBORS];
    uint32_t n = m->stops ? neighbors(m, list) : 0;
    ms_code code = MS_OK;
    m->stopped = true;
    for (uint32_t i = 0; i < n && code == MS_OK; i++) {
        ms_bytes nothing = {0};
        code = ms_mail_post(m->stops, list[i], &nothing, err);
    }
    return code;
}

/* Looks whether this rank is asked to stop, by a signal or, each LOOK_FOR_STOP at the most, by a letter. */
static ms_code look_for_stop(mate *m, double now, ms_err *err)
{
    bool found = m->stops && now >= m->next_stop_look;
    ms_code code = MS_OK;
    if (found) {
        m->next_stop_look = now + LOOK_FOR_STOP;
    }
    while (code == MS_OK && found) {
        ms_case_variant letter;
        code = ms_mail_take(m->stops, &letter, &found, err);
        m->nstops_heard += code == MS_OK && found ? 1 : 0;
    }
    bool wanted = m->nstops_heard > 0 || ms__stop_wanted(m->share->stop);
    return code == MS_OK && wanted && !m->stopped ? stop(m, err) : code;
}

/* Behind the barrier: all ranks stop, and the letters of that are taken. Collective. */
static ms_code settle_stop(mate *m, ms_err *err)
{
    uint32_t list[MOST_NEIGHBORS];
    uint32_t n = m->stops ? neighbors(m, list) : 0;
    ms_code code = m->stopped ? MS_OK : stop(m, err);
    while (code == MS_OK && m->nstops_heard < n) {
        m->next_stop_look = 0;
        code = look_for_stop(m, ms_clock_now(), err);
        if (m->nstops_heard < n) {
            ms_clock_sleep(SHORTEST_NAP);
        }
    }
    return code;
}

static ms_code take_gifts(mate *m, ms_err *err)
{
    bool found = true;
    ms_code code = MS_OK;
    while (code == MS_OK && found) {
        ms_case_variant letter;
        code = ms_mail_take(m->gifts, &letter, &found, err);
        if (code != MS_OK || !found) {
            break;
        }
        size_t n = 0;
        if (!ms_thief_heard(&m->thief, letter.from, letter.n > 0)) {
            code = ms_err_set(err, MS_MPI, 0, "rank %u gave what it was not asked for", letter.from);
        } else if (letter.n > 0 && m->failed == MS_OK && !m->stopped) {
            m->failed = ms_queue_add(m->share->queue, letter.data, letter.n, &n, &m->err);
            m->stat->taken += n;
        }
    }
    return code;
}

/* Gives to those who ask, or refuses. An ask that finds no room for its answer is taken next time. */
static ms_code answer_asks(mate *m, ms_err *err)
{
    bool found = true;
    bool room = false;
    ms_code code = ms_mail_room(m->gifts, &room, err);
    while (code == MS_OK && room && found) {
        ms_case_variant letter;
        code = ms_mail_take(m->asks, &letter, &found, err);
        if (code == MS_OK && found) {
            ms_bytes gift = {0};
            size_t n = 0;
            if (ms_queue_give(m->share->queue, GIFT_BYTES, &gift, &n) != MS_OK) {
                ms_bytes_fini(&gift); /* no memory to give: a refusal */
            }
            m->stat->given += n;
            code = ms_mail_post(m->gifts, letter.from, &gift, err);
        }
        code = code == MS_OK ? ms_mail_room(m->gifts, &room, err) : code;
    }
    return code;
}

/* What a rank does now and then while it works: an on_progress hook of the work. */
static ms_code look_up(void *user, uint64_t nbytes, uint64_t ntasks)
{
    mate *m = user;
    const ms_work_hooks *hooks = &m->share->hooks;
    ms_code code = hooks->on_progress(hooks->user, nbytes, ntasks);
    double now = code == MS_OK ? ms_clock_now() : 0;
    if (now > m->next_look) {
        code = look_for_stop(m, now, &m->err);
        code =
            code == MS_OK && m->gifts && m->thief.nasked > 0 ? take_gifts(m, &m->err) : code; /* late ones */
        code =
            code == MS_OK && m->gifts && m->failed == MS_OK && !m->stopped ? answer_asks(m, &m->err) : code;
        code = code == MS_OK ? m->failed : code;
        code = code == MS_OK && m->stopped ? MS_STOPPED : code;
        double after = ms_clock_now();
        m->next_look = after + (after - now > LONG_LOOK ? LOOK_RARELY : LOOK_EVERY);
    }
    return code;
}

/* An on_begin hook of the work. */
static void on_begin(void *user, const ms_task *task)
{
    const ms_work_hooks *hooks = &((mate *)user)->share->hooks;
    hooks->on_begin(hooks->user, task);
}

/* An on_done hook of the work. */
static ms_code on_done(void *user, const ms_task *task, const uint8_t *record, size_t nrecord)
{
    const ms_work_hooks *hooks = &((mate *)user)->share->hooks;
    return hooks->on_done(hooks->user, task, record, nrecord);
}

/* The same for a rank that waits in the barrier: there is nothing to take. */
static ms_code refuse(void *user)
{
    mate *m = user;
    ms_code code = ms__progress_idle(m->share->progress);
    code = code == MS_OK ? look_for_stop(m, ms_clock_now(), &m->err) : code;
    return code == MS_OK && m->gifts ? answer_asks(m, &m->err) : code;
}

static ms_code ask(mate *m, uint32_t whom, ms_err *err)
{
    ms_bytes nothing = {0};
    m->stat->asked++;
    return ms_mail_post(m->asks, whom, &nothing, err);
}

/* Out of tasks: *found some, or there are no more to be had. */
static ms_code look_for_tasks(mate *m, bool *found, ms_err *err)
{
    double nap = SHORTEST_NAP;
    *found = false;
    for (;;) {
        uint32_t whom = 0;
        bool room = false;
        ms_code code = take_gifts(m, err);
        code = code == MS_OK ? look_for_stop(m, ms_clock_now(), err) : code;
        if (m->failed != MS_OK || m->stopped) {
            drop_tasks(m);
        }
        *found = m->share->queue->ntasks > 0;
        if (code != MS_OK || *found) {
            return code; /* a gift is begun before anybody else can ask for it */
        }
        code = answer_asks(m, err);
        code = code == MS_OK ? ms_mail_room(m->asks, &room, err) : code;
        ms_thief_move move = room ? ms_thief_next(&m->thief, ms_clock_now(), &whom) : MS_THIEF_WAIT;
        if (code != MS_OK || move == MS_THIEF_STOP) {
            return code;
        }
        if (move == MS_THIEF_ASK) {
            nap = SHORTEST_NAP;
            code = ask(m, whom, err);
        } else {
            ms_clock_sleep(nap);
            nap = nap * 1.5 < LONGEST_NAP ? nap * 1.5 : LONGEST_NAP;
            code = ms__progress_idle(m->share->progress);
        }
        if (code != MS_OK) {
            return code;
        }
    }
}

/* Does tasks until there are none for this rank any more. Only MS_MPI is returned; m->failed has the rest. */
static ms_code do_tasks(mate *m, ms_bytes *records, ms_err *err)
{
    const ms__share *share = m->share;
    ms_work_hooks hooks = {.on_begin = share->hooks.on_begin ? on_begin : NULL,
                           .on_progress = look_up,
                           .on_done = share->hooks.on_done ? on_done : NULL,
                           .user = m};
    ms_work_totals totals = {0};
    ms_code code = MS_OK;
    bool more = true;
    while (code == MS_OK && more) {
        double begin = ms_clock_now();
        ms_err own = {0};
        m->next_look = m->next_look > 0 ? m->next_look : begin + LOOK_EVERY;
        ms_code worked = ms_work_run(share->worker, share->queue, &hooks, records, &totals, &own);
        m->stat->busy_seconds += ms_clock_now() - begin;
        if (worked == MS_STOPPED && m->stopped) {
            drop_tasks(m);
            worked = MS_OK;
        }
        if (worked != MS_OK && m->err.code == MS_OK) {
            m->err = own; /* a hook has its own words */
        }
        if (worked == MS_MPI) {
            *err = m->err;
            return worked;
        }
        if (worked != MS_OK) {
            m->failed = worked;
            drop_tasks(m);
        }
        more = false;
        code = m->gifts ? look_for_tasks(m, &more, err) : MS_OK;
    }
    m->stat->tasks = totals.ntasks;
    m->stat->nbytes = totals.nbytes;
    return code;
}

static ms_code open_mail(mate *m, ms_err *err)
{
    ms_comm *comm = m->share->comm;
    if (ms_comm_size(comm) == 1) {
        return MS_OK;
    }
    ms_code code = ms_mail_open(&m->stops, comm, STOPS, MOST_NEIGHBORS, 0, err);
    if (code != MS_OK || m->share->no_steal) {
        return code;
    }
    ms_thief_init(&m->thief, ms_comm_rank(comm), ms_comm_size(comm), m->share->seed);
    code = ms_mail_open(&m->asks, comm, ASKS, MS_THIEF_TRIES, 0, err);
    return code == MS_OK ? ms_mail_open(&m->gifts, comm, GIFTS, GIFTS_UNDER_WAY, GIFT_BYTES, err) : code;
}

static ms_code close_mail(mate *m, ms_err *err)
{
    ms_code code = ms_mail_close(m->asks, err);
    code = code == MS_OK ? ms_mail_close(m->gifts, err) : code;
    return code == MS_OK ? ms_mail_close(m->stops, err) : code;
}

/* Has any rank stopped? Then all have, and no letter of that is under way. Collective. */
static ms_code agree_stop(mate *m, bool *stopped, ms_err *err)
{
    ms_err ignored = {0};
    ms_code any = ms_comm_agree(m->share->comm, m->stopped ? MS_STOPPED : MS_OK, &ignored);
    *stopped = any == MS_STOPPED;
    if (any == MS_MPI) {
        *err = ignored;
        return any;
    }
    return *stopped ? settle_stop(m, err) : MS_OK;
}

ms_code ms__share_run(const ms__share *share, ms_bytes *records, ms_rankstat *stat, bool *stopped,
                      ms_err *err)
{
    mate m = {.share = share, .stat = stat};
    double begin = ms_clock_now();
    ms_code code = ms_comm_agree(share->comm, open_mail(&m, err), err);
    if (code != MS_OK) {
        (void)close_mail(&m, NULL);
        return code;
    }
    code = do_tasks(&m, records, err);
    code = code == MS_OK ? ms__progress_last(share->progress, err) : code;
    if (code == MS_OK) {
        code = ms_comm_sleeping_barrier(share->comm, NULL, refuse, &m, err);
        if (code != MS_OK && err->code == MS_OK) {
            *err = m.err;
        }
    }
    stat->wait_seconds = ms_clock_now() - begin - stat->busy_seconds;
    code = code == MS_OK ? agree_stop(&m, stopped, err) : code;
    code = code == MS_OK ? close_mail(&m, err) : code;
    code = code == MS_OK ? ms__progress_end(share->progress, err) : code;
    if (code != MS_OK) {
        return code;
    }
    *err = m.err;
    return ms_comm_agree(share->comm, m.failed, err);
}
