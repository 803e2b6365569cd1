/* A simulated network and clock in which any number of ranks share tasks by the program's own queue and
 * thief, with random delays and without order between messages: what pipeline/steal.c does, without MPI. */
#ifndef TESTS_UNIT_TASK_SHARE_SIM_H
#define TESTS_UNIT_TASK_SHARE_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct share_sim {
    /* what is asked */
    uint32_t nranks;
    uint64_t seed;
    uint32_t ntasks;
    size_t max_gift;     /* bytes */
    double skew;         /* 0: the tasks are dealt evenly; 1: all to rank 0 */
    double task_seconds; /* on average; from half of it to one and a half */
    double hook;         /* a working rank answers within that time */
    double delay;        /* a message takes half of that on average */
    uint32_t slow_rank;  /* takes `slowness` times as long */
    double slowness;
    uint32_t stuck_rank; /* answers only between two tasks */
    bool no_stealing;
    /* what came of it */
    bool sound; /* see share_sim_run */
    double makespan;
    uint64_t nasks, ngifts, nmoved; /* messages; tasks that changed hands */
    uint32_t slow_done;             /* tasks that slow_rank did */
    double last_idle;               /* seconds from the end of the last task to everybody's stop */
} share_sim;

/* Runs it. Sound means: every task was done exactly once; every rank stopped; when the last one stopped no
 * message was under way and no task left; nobody was asked by itself, or answered unasked. Says why not on
 * standard error. */
void share_sim_run(share_sim *sim);

#endif
