/* A simulated network and clock in which any number of ranks share tasks by the program's own queue and
 * thief, with delays and without order between messages: what run/steal/steal.c does, without MPI. The unit
 * tests check its invariants, rehearse.c measures its efficiency. */
#ifndef TESTS_BENCH_SHARE_SIM_H
#define TESTS_BENCH_SHARE_SIM_H

#include "tasks/schedule/task.h"

typedef struct share_sim {
    /* input */
    uint32_t nranks;
    uint64_t seed;
    size_t max_reply; /* bytes */
    double hook;      /* a working rank polls for messages within that time, */
    double idle;      /* and a waiting one within that; 0: the same */
    double delay;     /* a message takes half of that on average */
    double handling;  /* seconds that a rank is busy with a message */
    bool no_stealing;
    uint32_t stuck_rank; /* answers only between two tasks; nranks: none */
    /* tasks of the simulation's own, without slices */
    uint32_t ntasks;
    double skew;         /* 0: the tasks are dealt evenly; 1: all to rank 0 */
    double task_seconds; /* on average; from half of it to one and a half */
    uint32_t slow_rank;  /* takes `slowness` times as long; nranks: none */
    double slowness;
    /* or: one encoded slice per rank, whose ownership passes, and the time of a task on a rank */
    ms_bytes *slices;
    double (*seconds)(const void *user, uint32_t rank, const ms_task *task);
    double (*latency)(const void *user, uint32_t from, uint32_t to); /* NULL: by `delay` */
    const void *user;
    /* output */
    bool sound; /* see share_sim_run */
    double makespan;
    uint64_t nrequests, nreplies, nmoved; /* requests, replies with tasks; stolen tasks */
    uint64_t most_requests;               /* most requests to one rank */
    uint32_t slow_done;                   /* tasks that slow_rank did */
    double last_idle; /* seconds from the end of the last task until all ranks have stopped */
} share_sim;

/* Runs it. Sound means: every task was done exactly once; every rank stopped; when the last one stopped no
 * message was in flight and no task left; no rank sent itself a request, or a reply without one. Prints the
 * violation to standard error. */
void share_sim_run(share_sim *sim);

#endif
