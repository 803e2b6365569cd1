/* Thief: a rank without tasks: whom it asks for some, and when it stops asking. Pure: a state machine without
 * messages, without a clock and of constant size, deterministic for a seed, so that a simulation of any
 * number of ranks can use it. run/steal/steal.c does what it says.
 *
 * In each round it asks up to MS_THIEF_TRIES ranks in a random order, all others when they are no more than
 * that. A round ends with a gift, and begins anew when the rank is out of tasks again; a round without any
 * gift is the last. */
#ifndef MS_TASKS_SCHEDULE_THIEF_H
#define MS_TASKS_SCHEDULE_THIEF_H

#include <stdbool.h>
#include <stdint.h>

enum { MS_THIEF_TRIES = 64 };

/* Seconds without an answer after which another rank is asked as well: the one asked may be in a long system
 * call. */
#define MS_THIEF_PATIENCE 5e-3

typedef enum ms_thief_move {
    MS_THIEF_ASK,  /* ask *whom, now */
    MS_THIEF_WAIT, /* nothing to ask now: wait for answers, then ask for the next move again */
    MS_THIEF_STOP  /* no one has tasks to give, and no answer is outstanding */
} ms_thief_move;

typedef struct ms_thief {
    uint64_t random;
    uint32_t rank, nranks;
    uint32_t tried, refusals;       /* in this round */
    uint32_t start, step;           /* of this round's order */
    uint32_t giver;                 /* who gave last is asked first; nranks: nobody */
    uint32_t nasked;                /* answers outstanding */
    uint32_t asked[MS_THIEF_TRIES]; /* from these */
    double last_ask;
    bool retired;
} ms_thief;

/* rank < nranks. Local. */
void ms_thief_init(ms_thief *thief, uint32_t rank, uint32_t nranks, uint64_t seed);
/* The next move of a rank that has no task; `now` in seconds, never going back. After ASK the rank *whom
 * counts as asked; it is never the thief itself nor one whose answer is outstanding. A few are asked at a
 * time at the most: one more with each refusal in this round, and one more whenever MS_THIEF_PATIENCE has
 * passed. Local. */
ms_thief_move ms_thief_next(ms_thief *thief, double now, uint32_t *whom);
/* From now on it asks nobody, and stops when all its answers have come. Local. */
void ms_thief_retire(ms_thief *thief);
/* An answer has come, at any time (also while the rank works): tasks, or a refusal. false when `from` was not
 * asked. Local. */
bool ms_thief_heard(ms_thief *thief, uint32_t from, bool gift);

#endif
