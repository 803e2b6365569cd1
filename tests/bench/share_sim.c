/* The simulation: a heap of events. A message is handled some time after it was sent, by a rank that answers
 * now. */
#include "share_sim.h"

#include "tasks/schedule/queue.h"
#include "tasks/schedule/thief.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum kind { TASK_END, SEARCH, REQUEST, REPLY };
enum state { WORKING, SEARCHING, STOPPED };

struct event {
    double time;
    enum kind kind;
    uint32_t from, to; /* `to` is whose event it is */
    ms_bytes body;     /* of a reply */
};

struct worker {
    ms_queue queue;
    ms_thief thief;
    enum state state;
    double until;   /* of the task under way */
    double free_at; /* when it has dealt with the messages that it has */
    uint64_t nreceived;
    uint32_t entry;
};

struct world {
    share_sim *sim;
    uint64_t random;
    double now;
    struct event *heap;
    size_t nheap, cap;
    struct worker *workers;
    uint32_t nstopped;
    size_t under_way; /* messages */
    uint32_t *left;   /* tasks of each entry that are not done */
    uint32_t nentries;
    uint64_t ntasks, ndone;
    double last_end, last_stop;
};

static void wrong(struct world *w, const char *what)
{
    if (w->sim->sound) {
        (void)fprintf(stderr, "share_sim: seed %llu, %u ranks: %s\n", (unsigned long long)w->sim->seed,
                      w->sim->nranks, what);
    }
    w->sim->sound = false;
}

/* 0 <= x < 1; xorshift64. */
static double draw(struct world *w)
{
    w->random ^= w->random << 13;
    w->random ^= w->random >> 7;
    w->random ^= w->random << 17;
    return (double)(w->random >> 11) / 9007199254740992.0;
}

static void push(struct world *w, struct event event)
{
    if (w->nheap == w->cap) {
        w->cap = w->cap > 0 ? 2 * w->cap : 1024;
        w->heap = realloc(w->heap, w->cap * sizeof *w->heap);
        if (!w->heap) {
            abort();
        }
    }
    size_t at = w->nheap++;
    for (; at > 0 && w->heap[(at - 1) / 2].time > event.time; at = (at - 1) / 2) {
        w->heap[at] = w->heap[(at - 1) / 2];
    }
    w->heap[at] = event;
}

static struct event pop(struct world *w)
{
    struct event top = w->heap[0];
    struct event last = w->heap[--w->nheap];
    size_t at = 0;
    for (size_t child = 1; child < w->nheap; child = 2 * at + 1) {
        child += child + 1 < w->nheap && w->heap[child + 1].time < w->heap[child].time ? 1 : 0;
        if (w->heap[child].time >= last.time) {
            break;
        }
        w->heap[at] = w->heap[child];
        at = child;
    }
    w->heap[at] = last;
    return top;
}

static double seconds_of(const struct world *w, uint32_t r, const ms_task *task)
{
    const share_sim *sim = w->sim;
    return sim->seconds ? sim->seconds(sim->user, r, task)
                        : (double)task->size * 1e-9 * (r == sim->slow_rank ? sim->slowness : 1);
}

static void look(struct world *w, uint32_t r);

static void start_next(struct world *w, uint32_t r)
{
    struct worker *worker = &w->workers[r];
    const ms_task *task = ms_queue_pop(&worker->queue);
    if (!task) {
        worker->state = SEARCHING;
        look(w, r);
        return;
    }
    worker->state = WORKING;
    worker->entry = task->entry;
    worker->until = w->now + seconds_of(w, r, task);
    push(w, (struct event){.time = worker->until, .kind = TASK_END, .to = r});
}

static void send(struct world *w, enum kind kind, uint32_t from, uint32_t to, ms_bytes body)
{
    const share_sim *sim = w->sim;
    struct worker *worker = &w->workers[to];
    double latency = sim->latency ? sim->latency(sim->user, from, to) : sim->delay * draw(w);
    double hook = worker->state == WORKING || sim->idle <= 0 ? sim->hook : sim->idle;
    double time = w->now + latency + hook * draw(w);
    time = time > worker->free_at ? time : worker->free_at;
    worker->free_at = sim->handling > 0 ? time + sim->handling : 0;
    w->under_way++;
    push(w, (struct event){.time = time, .kind = kind, .from = from, .to = to, .body = body});
}

static void look(struct world *w, uint32_t r)
{
    struct worker *worker = &w->workers[r];
    uint32_t whom = 0;
    while (worker->state == SEARCHING) {
        ms_thief_action move =
            w->sim->no_stealing ? MS_THIEF_STOP : ms_thief_next(&worker->thief, w->now, &whom);
        if (move == MS_THIEF_REQUEST) {
            if (whom == r || whom >= w->sim->nranks) {
                wrong(w, "asks itself, or nobody");
                return;
            }
            w->sim->nrequests++;
            send(w, REQUEST, r, whom, (ms_bytes){0});
        } else if (move == MS_THIEF_WAIT) {
            push(w, (struct event){.time = w->now + MS_THIEF_TIMEOUT, .kind = SEARCH, .to = r});
            return;
        } else {
            worker->state = STOPPED;
            w->nstopped++;
            w->last_stop = w->now;
        }
    }
    if (w->nstopped == w->sim->nranks && (w->under_way > 0 || w->ndone < w->ntasks)) {
        wrong(w, "all have stopped, but there are messages under way or tasks left");
    }
}

static void on_ask(struct world *w, const struct event *event)
{
    ms_bytes body = {0};
    size_t n = 0;
    if (ms_queue_steal(&w->workers[event->to].queue, w->sim->max_reply, &body, &n) != MS_OK) {
        abort();
    }
    uint64_t nreceived = ++w->workers[event->to].nreceived;
    w->sim->most_requests = nreceived > w->sim->most_requests ? nreceived : w->sim->most_requests;
    w->sim->nreplies += n > 0;
    w->sim->nmoved += n;
    if ((n > 0) != (body.len > 0) || body.len > w->sim->max_reply) {
        wrong(w, "a steal reply of the wrong size");
    }
    send(w, REPLY, event->to, event->from, body);
}

static void on_answer(struct world *w, struct event *event)
{
    struct worker *worker = &w->workers[event->to];
    bool stolen = event->body.len > 0;
    if (worker->state == STOPPED) {
        wrong(w, "an answer reaches a rank that has stopped");
    }
    if (!ms_thief_reply(&worker->thief, event->from, stolen)) {
        wrong(w, "an answer to nothing");
    }
    if (stolen && ms_queue_add_copy(&worker->queue, event->body.data, event->body.len, NULL, NULL) != MS_OK) {
        wrong(w, "an invalid steal reply");
    }
    ms_bytes_fini(&event->body);
    if (worker->state == SEARCHING) {
        start_next(w, event->to);
    }
}

static void step(struct world *w)
{
    struct event event = pop(w);
    struct worker *worker = &w->workers[event.to];
    w->now = event.time;
    if (event.kind == TASK_END) {
        if (worker->entry >= w->nentries || w->left[worker->entry]-- == 0) {
            wrong(w, "a task was done twice");
        }
        w->ndone++;
        w->last_end = w->now;
        w->sim->slow_done += event.to == w->sim->slow_rank;
        start_next(w, event.to);
    } else if (event.kind == SEARCH) {
        look(w, event.to);
    } else if (event.to == w->sim->stuck_rank && worker->state == WORKING && worker->until > w->now) {
        event.time = worker->until; /* after TASK_END or before it */
        push(w, event);
    } else {
        w->under_way--;
        if (event.kind == REQUEST) {
            on_ask(w, &event);
        } else {
            on_answer(w, &event);
        }
    }
}

/* Tasks of the simulation's own, each rank its slice; entries ascend within it. */
static ms_bytes *deal(struct world *w)
{
    share_sim *sim = w->sim;
    ms_bytes *slices = calloc(sim->nranks, sizeof *slices);
    for (uint32_t i = 0; slices && i < sim->ntasks; i++) {
        uint32_t r = draw(w) < sim->skew ? 0 : (uint32_t)(i % sim->nranks);
        ms_task task = {.entry = i, .path = "p", .npath = 1, .output = ""};
        task.size = (uint64_t)(sim->task_seconds * 1e9 * (0.5 + draw(w)));
        task.end = task.size;
        if (ms_task_put(&task, &slices[r]) != MS_OK) {
            abort();
        }
    }
    return slices;
}

/* Notes how many tasks of which entries there are. */
static void count_tasks(struct world *w, const ms_bytes *slice)
{
    ms_reader reader = ms_reader_over(slice->data, slice->len);
    while (ms_reader_left(&reader) > 0) {
        ms_task task;
        if (ms_task_decode(&task, &reader) != MS_OK) {
            abort();
        }
        if (task.entry >= w->nentries) {
            uint32_t n = (task.entry + 1) * 2;
            w->left = realloc(w->left, n * sizeof *w->left);
            if (!w->left) {
                abort();
            }
            memset(w->left + w->nentries, 0, (n - w->nentries) * sizeof *w->left);
            w->nentries = n;
        }
        w->left[task.entry]++;
        w->ntasks++;
    }
}

static void begin(struct world *w)
{
    share_sim *sim = w->sim;
    ms_bytes *slices = sim->slices ? sim->slices : deal(w);
    w->workers = calloc(sim->nranks, sizeof *w->workers);
    if (!slices || !w->workers) {
        abort();
    }
    sim->sound = true;
    sim->nrequests = sim->nreplies = sim->nmoved = sim->most_requests = 0;
    sim->slow_done = 0;
    for (uint32_t r = 0; r < sim->nranks; r++) {
        count_tasks(w, &slices[r]);
        ms_thief_init(&w->workers[r].thief, r, sim->nranks, sim->seed);
        if (ms_queue_add_bytes(&w->workers[r].queue, &slices[r], NULL, NULL) != MS_OK) {
            abort();
        }
    }
    if (!sim->slices) {
        free(slices);
    }
}

static void end(struct world *w)
{
    for (uint32_t r = 0; r < w->sim->nranks; r++) {
        ms_queue_fini(&w->workers[r].queue);
    }
    for (size_t i = 0; i < w->nheap; i++) {
        ms_bytes_fini(&w->heap[i].body);
    }
    free(w->heap);
    free(w->workers);
    free(w->left);
}

void share_sim_run(share_sim *sim)
{
    struct world w = {.sim = sim, .random = sim->seed * 2654435761 + 88172645463325252ULL};
    begin(&w);
    for (uint32_t r = 0; r < sim->nranks; r++) {
        start_next(&w, r);
    }
    while (w.nheap > 0) {
        step(&w);
        if (w.now > 1e6) { /* days of simulated time: it does not end */
            wrong(&w, "no end");
            break;
        }
    }
    if (w.ndone != w.ntasks) {
        wrong(&w, "a task was not done exactly once");
    }
    if (w.nstopped != sim->nranks) {
        wrong(&w, "a rank has not stopped");
    }
    sim->makespan = w.last_end;
    sim->last_idle = w.last_stop - w.last_end;
    end(&w);
}
