/* A simulated network and clock in which any number of ranks share tasks by the program's own queue and
 * thief, with delays and without order between messages: what run/steal/steal.c does, without MPI. The unit
 * tests look with it whether that is right, rehearse.c what it is worth. */
#ifndef TESTS_BENCH_SHARE_SIM_H
#define TESTS_BENCH_SHARE_SIM_H

#include "tasks/schedule/task.h"

typedef struct share_sim {
    /* what is asked */
    uint32_t nranks;
    uint64_t seed;
    size_t max_gift; /* bytes */
    double hook;     /* a working rank looks for messages within that time, */
    double idle;     /* and one that waits within that; 0: the same */
    double delay;    /* a message takes half of that on average */
    double handling; /* seconds that a rank is busy with a message */
    bool no_stealing;
    uint32_t stuck_rank; /* answers only between two tasks; nranks: none */
    /* tasks of its own, when there are no slices */
    uint32_t ntasks;
    double skew;         /* 0: the tasks are dealt evenly; 1: all to rank 0 */
    double task_seconds; /* on average; from half of it to one and a half */
    uint32_t slow_rank;  /* takes `slowness` times as long; nranks: none */
    double slowness;
    /* or others: one encoded slice a rank, which are taken over, and how long a rank takes for a task */
    ms_bytes *slices;
    double (*seconds)(const void *user, uint32_t rank, const ms_task *task);
    double (*latency)(const void *user, uint32_t from, uint32_t to); /* NULL: by `delay` */
    const void *user;
    /* what came of it */
    bool sound; /* see share_sim_run */
    double makespan;
    uint64_t nasks, ngifts, nmoved; /* messages; tasks that changed hands */
    uint64_t most_asked;            /* messages of one rank that was asked */
    uint32_t slow_done;             /* tasks that slow_rank did */
    double last_idle;               /* seconds from the end of the last task to everybody's stop */
} share_sim;

/* Runs it. Sound means: every task was done exactly once; every rank stopped; when the last one stopped no
 * message was under way and no task left; nobody was asked by itself, or answered unasked. Says why not on
 * standard error. */
void share_sim_run(share_sim *sim);

#endif
