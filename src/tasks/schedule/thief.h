/* Thief: a rank without tasks: which victims it sends steal requests to, and when it stops. Pure: a state
 * machine without messages, without a clock and of constant size, deterministic for a seed, so that a
 * simulation of any number of ranks can use it. run/steal/steal.c executes its actions.
 *
 * In each round it sends requests to up to MS_THIEF_MAX_VICTIMS ranks in a random order, to all others when
 * there are no more than that. A round ends with a reply that has tasks, and a new one begins when the rank
 * is out of tasks again; a round without any such reply is the last. */
#ifndef MS_TASKS_SCHEDULE_THIEF_H
#define MS_TASKS_SCHEDULE_THIEF_H

#include <stdbool.h>
#include <stdint.h>

enum { MS_THIEF_MAX_VICTIMS = 64 };

/* Seconds without a reply after which another rank gets a request too: the victim may be in a long system
 * call. */
#define MS_THIEF_TIMEOUT 5e-3

typedef enum ms_thief_action {
    MS_THIEF_REQUEST, /* send a request to *victim, now */
    MS_THIEF_WAIT,    /* nothing to send: wait for replies, then call again */
    MS_THIEF_STOP     /* no victim has tasks, and no reply is pending */
} ms_thief_action;

typedef struct ms_thief {
    uint64_t random;
    uint32_t rank, nranks;
    uint32_t ntried, nrefused; /* in this round */
    uint32_t start, step;      /* of this round's order */
    uint32_t last_victim;      /* whose reply had tasks: the first of the next round; nranks: none */
    uint32_t npending;         /* replies that have not come yet */
    uint32_t pending[MS_THIEF_MAX_VICTIMS]; /* from these ranks */
    double last_request;
    bool retired;
} ms_thief;

/* rank < nranks. Local. */
void ms_thief_init(ms_thief *thief, uint32_t rank, uint32_t nranks, uint64_t seed);
/* The next action of a rank that has no task; `now` in seconds, monotonic. After REQUEST a reply of *victim
 * is pending; it is never the thief itself, nor a rank whose reply is pending already. One request is pending
 * at a time, one more after each refusal in this round, and one more after each MS_THIEF_TIMEOUT. Local. */
ms_thief_action ms_thief_next(ms_thief *thief, double now, uint32_t *victim);
/* No request from now on; stops when no reply is pending. Local. */
void ms_thief_retire(ms_thief *thief);
/* A reply has come, at any time (also while the rank works): tasks, or a refusal. false when `from` has no
 * request of this thief. Local. */
bool ms_thief_reply(ms_thief *thief, uint32_t from, bool has_tasks);

#endif
