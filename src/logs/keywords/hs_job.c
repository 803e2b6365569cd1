#include "logs/keywords/hs_job.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Hyperscan's parser recurses with the depth of groups; glibc's default follows `ulimit -s`. */
enum { STACK_BYTES = 16 << 20, LEAST_WAIT_MS = 10 };

struct ms_hs_job {
    ms_hs_input input; /* of the copies below */
    char *text;
    const char **expressions;
    unsigned *flags;
    unsigned *ids;
    size_t *lens;
    ms_hs_result result;
    pthread_t thread;
    bool threaded;
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t changed;
    bool done;
    bool left_behind; /* the thread frees the job */
};

void ms_hs_result_fini(ms_hs_result *result)
{
    (void)hs_free_compile_error(result->error);
    (void)hs_free_database(result->db);
    free(result->info);
    *result = (ms_hs_result){0};
}

static void job_free(ms_hs_job *job)
{
    ms_hs_result_fini(&job->result);
    (void)pthread_mutex_destroy(&job->lock);
    (void)pthread_cond_destroy(&job->changed);
    free(job->text);
    free(job->expressions);
    free(job->flags);
    free(job->ids);
    free(job->lens);
    free(job);
}

static size_t length_of(const ms_hs_input *input, size_t i)
{
    return input->lens ? input->lens[i] : strlen(input->expressions[i]);
}

/* False: out of memory. */
static bool copy_input(ms_hs_job *job, const ms_hs_input *input)
{
    size_t nbytes = 0;
    for (size_t i = 0; i < input->n; i++) {
        nbytes += length_of(input, i) + 1;
    }
    job->text = malloc(nbytes + 1);
    job->expressions = calloc(input->n + 1, sizeof *job->expressions);
    job->flags = calloc(input->n + 1, sizeof *job->flags);
    job->ids = calloc(input->n + 1, sizeof *job->ids);
    job->lens = calloc(input->n + 1, sizeof *job->lens);
    if (!job->text || !job->expressions || !job->flags || !job->ids || !job->lens) {
        return false;
    }
    char *to = job->text;
    for (size_t i = 0; i < input->n; i++) {
        job->lens[i] = length_of(input, i);
        memcpy(to, input->expressions[i], job->lens[i]);
        to[job->lens[i]] = 0;
        job->expressions[i] = to;
        job->flags[i] = input->flags ? input->flags[i] : 0;
        job->ids[i] = input->ids ? input->ids[i] : 0;
        to += job->lens[i] + 1;
    }
    job->input = *input;
    return true;
}

static void call_library(ms_hs_job *job)
{
    const ms_hs_input *input = &job->input;
    ms_hs_result *result = &job->result;
    unsigned n = (unsigned)input->n;
    switch (input->call) {
    case MS_HS_INFO:
        result->rc = hs_expression_info(job->expressions[0], job->flags[0], &result->info, &result->error);
        break;
    case MS_HS_REGEXES:
        result->rc = hs_compile_multi(job->expressions, job->flags, job->ids, n, input->mode, NULL,
                                      &result->db, &result->error);
        break;
    case MS_HS_LITERALS:
        result->rc = hs_compile_lit_multi(job->expressions, job->flags, job->ids, job->lens, n, input->mode,
                                          NULL, &result->db, &result->error);
        break;
    }
    result->db = result->rc == HS_SUCCESS ? result->db : NULL;
}

static double cpu_seconds(clockid_t clock)
{
    struct timespec used = {0};
    return clock_gettime(clock, &used) == 0 ? (double)used.tv_sec + 1e-9 * (double)used.tv_nsec : 0;
}

static void *run(void *user)
{
    ms_hs_job *job = user;
    call_library(job);
    (void)pthread_mutex_lock(&job->lock);
    job->result.seconds = cpu_seconds(CLOCK_THREAD_CPUTIME_ID);
    job->done = true;
    bool left_behind = job->left_behind;
    (void)pthread_cond_signal(&job->changed);
    (void)pthread_mutex_unlock(&job->lock);
    if (left_behind) {
        job_free(job);
    }
    return NULL;
}

static void init_lock(ms_hs_job *job)
{
    pthread_condattr_t monotonic;
    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_mutex_init(&job->lock, NULL);
    (void)pthread_cond_init(&job->changed, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
}

ms_code ms_hs_job_start(ms_hs_job **job, const ms_hs_input *input)
{
    pthread_attr_t attributes;
    ms_hs_job *j = calloc(1, sizeof *j);
    if (!j) {
        return MS_NOMEM;
    }
    init_lock(j);
    if (!copy_input(j, input)) {
        job_free(j);
        return MS_NOMEM;
    }
    (void)pthread_attr_init(&attributes);
    (void)pthread_attr_setstacksize(&attributes, STACK_BYTES);
    j->threaded = pthread_create(&j->thread, &attributes, run, j) == 0;
    (void)pthread_attr_destroy(&attributes);
    if (!j->threaded) { /* better without a bound than not at all */
        call_library(j);
        j->done = true;
    }
    *job = j;
    return MS_OK;
}

/* The CPU time that the job's thread has used. Not wall time: a busy machine must not change the answer. The
 * lock is held. */
static double seconds_used(const ms_hs_job *job)
{
    clockid_t clock;
    return job->done                                         ? job->result.seconds
           : pthread_getcpuclockid(job->thread, &clock) == 0 ? cpu_seconds(clock)
                                                             : 0;
}

/* Sleeps until the job is done, at most `seconds`. The lock is held. */
static void sleep_until_done(ms_hs_job *job, double seconds)
{
    struct timespec until;
    double least = 1e-3 * LEAST_WAIT_MS;
    double wait = seconds > least ? seconds : least;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += (time_t)wait;
    until.tv_nsec += (long)((wait - (double)(time_t)wait) * 1e9);
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    (void)pthread_cond_timedwait(&job->changed, &job->lock, &until);
}

bool ms_hs_job_wait(ms_hs_job *job, double seconds)
{
    (void)pthread_mutex_lock(&job->lock);
    while (!job->done) {
        double left = seconds - seconds_used(job);
        if (left <= 0) {
            break;
        }
        sleep_until_done(job, left);
    }
    bool done = job->done;
    (void)pthread_mutex_unlock(&job->lock);
    return done;
}

double ms_hs_job_seconds(ms_hs_job *job)
{
    (void)pthread_mutex_lock(&job->lock);
    double seconds = seconds_used(job);
    (void)pthread_mutex_unlock(&job->lock);
    return seconds;
}

ms_hs_result ms_hs_job_take(ms_hs_job *job)
{
    ms_hs_result result = job->result;
    job->result = (ms_hs_result){0};
    return result;
}

/* The first of the exit handlers: the others would take from the thread what it works with. */
static void exit_at_once(int status, void *user)
{
    (void)user;
    (void)fflush(NULL);
    _exit(status);
}

void ms_hs_job_end(ms_hs_job *job)
{
    if (!job) {
        return;
    }
    (void)pthread_mutex_lock(&job->lock);
    bool done = job->done;
    job->left_behind = !done;
    pthread_t thread = job->thread;
    bool threaded = job->threaded;
    (void)pthread_mutex_unlock(&job->lock);
    if (!done) {
        (void)pthread_detach(thread);
        (void)on_exit(exit_at_once, NULL);
        return;
    }
    if (threaded) {
        (void)pthread_join(thread, NULL);
    }
    job_free(job);
}

ms_code ms_hs_info(ms_hs_result *result, const char *expression, unsigned flags, double seconds)
{
    ms_hs_job *job = NULL;
    const ms_hs_input input = {.call = MS_HS_INFO, .expressions = &expression, .flags = &flags, .n = 1};
    MS_TRY(ms_hs_job_start(&job, &input));
    bool done = ms_hs_job_wait(job, seconds);
    if (done) {
        *result = ms_hs_job_take(job);
    }
    ms_hs_job_end(job);
    return done ? MS_OK : MS_LIMIT;
}
