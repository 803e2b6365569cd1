/* Rehearses a run on any number of ranks with the program's own plan, queue and thief, in simulated time:
 * files of heavy-tailed sizes, costs unknown to the plan, slow nodes, a very slow disk. Prints one
 * JSON object for each policy: static (as many files each, in order), balanced (the plan), stealing (the plan
 * and stealing). rehearse.py makes table and plot; README.md explains the parameters. */
#include "share_sim.h"
#include "tasks/schedule/plan.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PARAMETERS = 22 };

/* All that can be set, as NAME=NUMBER, in this order. */
typedef struct parameters {
    double ranks, files, seconds, seed;         /* files, and seconds of work, a rank */
    double mu, sigma, tail, least, alpha, most; /* sizes: see draw_size */
    double rate, open;                          /* bytes a second; seconds a file */
    double noise;                /* sigma of the logarithm of a file's factor, unknown to the plan */
    double node, slow, slowness; /* ranks of a node; one node in `slow` takes so many times as long */
    double disks, disk_slowness; /* files of one disk in `disks` take so many times as long */
    double split, poll;          /* --split-size; seconds between two polls for messages */
    double packed, wrong;        /* share of files that do not split, and take so many times the estimate */
} parameters;

static const char *const names[PARAMETERS] = {
    "ranks", "files",         "seconds", "seed", "mu",     "sigma", "tail", "least",
    "alpha", "most",          "rate",    "open", "noise",  "node",  "slow", "slowness",
    "disks", "disk_slowness", "split",   "poll", "packed", "wrong"};

/* As measured on one machine: the sizes of its files in /usr and /var, and 8 caseless keywords. */
static const parameters usual = {.ranks = 64,
                                 .files = 200,
                                 .seconds = 10,
                                 .seed = 1,
                                 .mu = 7.77,
                                 .sigma = 1.66,
                                 .tail = 0.01,
                                 .least = 470e3,
                                 .alpha = 0.77,
                                 .most = 542e6,
                                 .rate = 1.4e9,
                                 .open = 12e-6,
                                 .noise = 0.3,
                                 .node = 16,
                                 .slow = 50,
                                 .slowness = 3,
                                 .disks = 64,
                                 .disk_slowness = 10,
                                 .split = 64 << 20,
                                 .poll = 2e-3,
                                 .wrong = 1};

typedef struct rehearsal {
    parameters p;
    ms_entries entries;
    double *factors; /* owned: a file's time over the estimate */
    uint32_t nnodes, nslow;
} rehearsal;

static void *must(void *memory)
{
    if (!memory) {
        (void)fputs("rehearse: out of memory\n", stderr);
        exit(3);
    }
    return memory;
}

/* 0 < x < 1; splitmix64. */
static double draw(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return ((double)((z ^ (z >> 31)) >> 11) + 0.5) / 9007199254740992.0;
}

/* Box and Muller. */
static double draw_normal(uint64_t *state)
{
    double a = draw(state);
    double b = draw(state);
    return sqrt(-2 * log(a)) * cos(2 * 3.14159265358979323846 * b);
}

/* One file in 1 / tail is of a Pareto distribution from `least` on, cut at `most`; the others are log-normal.
 */
static double draw_size(const parameters *p, uint64_t *state)
{
    double size = 0;
    if (draw(state) < p->tail) {
        double below = 1 - pow(p->least / p->most, p->alpha);
        size = p->least * pow(1 - draw(state) * below, -1 / p->alpha);
    } else {
        size = exp(p->mu + p->sigma * draw_normal(state));
        size = size > p->least ? p->least : size;
    }
    return size;
}

static double cost_of(const parameters *p, double nbytes)
{
    return nbytes / p->rate + p->open;
}

/* Fills entries and factors; the sizes are scaled so that there are `seconds` of work a rank. */
static void make_files(rehearsal *r)
{
    const parameters *p = &r->p;
    size_t n = (size_t)(p->files * p->ranks);
    uint64_t state = (uint64_t)p->seed * 1000003;
    double sum = 0;
    double *sizes = must(calloc(n, sizeof *sizes));
    r->entries.list = must(calloc(n, sizeof *r->entries.list));
    r->factors = must(calloc(n, sizeof *r->factors));
    for (size_t i = 0; i < n; i++) {
        sizes[i] = draw_size(p, &state);
        bool slow = draw(&state) * p->disks < 1;
        r->factors[i] = exp(p->noise * draw_normal(&state)) * (slow ? p->disk_slowness : 1);
        sum += sizes[i];
    }
    double scale = (p->seconds * p->ranks - p->open * (double)n) * p->rate / sum;
    for (size_t i = 0; i < n; i++) {
        double size = sizes[i] * scale;
        bool packed = draw(&state) < p->packed && size < 16 * p->split;
        r->entries.list[i] = (ms_entry){.size = (uint64_t)size, .splits = !packed};
        if (p->packed > 0) { /* in hundredths, as costs are whole numbers */
            r->entries.list[i].byte_cost = packed ? (uint32_t)(100 / p->wrong) : 100;
        }
        ms_str_list_push(&r->entries.paths, "f", 1);
    }
    if (ms_str_list_check(&r->entries.paths) != MS_OK) {
        must(NULL);
    }
    free(sizes);
}

static uint32_t node_of(const rehearsal *r, uint32_t rank)
{
    return (uint32_t)(rank / r->p.node);
}

/* Slow nodes are spread evenly. */
static bool is_slow(const rehearsal *r, uint32_t rank)
{
    uint32_t node = node_of(r, rank);
    return r->nslow > 0 && node % (r->nnodes / r->nslow) == 0 && node / (r->nnodes / r->nslow) < r->nslow;
}

/* A share_sim.seconds. */
static double seconds_of(const void *user, uint32_t rank, const ms_task *task)
{
    const rehearsal *r = user;
    double seconds = cost_of(&r->p, (double)(task->end - task->begin)) * r->factors[task->entry];
    return seconds * (is_slow(r, rank) ? r->p.slowness : 1);
}

/* A share_sim.latency: within a node, and between nodes. */
static double latency_of(const void *user, uint32_t from, uint32_t to)
{
    return node_of(user, from) == node_of(user, to) ? 2e-6 : 20e-6;
}

/* What it costs to make the plan, and the longest of its tasks on a rank that is not slow. */
typedef struct plan_figures {
    double seconds, longest;
} plan_figures;

/* One slice a rank: of the plan, or of the same number of files each. */
static ms_bytes *make_slices(const rehearsal *r, bool balanced, plan_figures *figures)
{
    struct timespec begin, end;
    uint32_t nranks = (uint32_t)r->p.ranks;
    ms_plan plan = {0};
    ms_err err = {0};
    ms_bytes *slices = must(calloc(nranks, sizeof *slices));
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
    if (ms_plan_make(&plan, &r->entries, balanced ? nranks : 1, (uint64_t)r->p.split, NULL, &err) != MS_OK) {
        (void)fprintf(stderr, "rehearse: %s\n", err.text);
        exit(3);
    }
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
    figures->seconds = (double)(end.tv_sec - begin.tv_sec) + 1e-9 * (double)(end.tv_nsec - begin.tv_nsec);
    size_t count = plan.starts[plan.nranks];
    for (uint32_t k = 0; k < nranks; k++) {
        size_t from = balanced ? plan.starts[k] : count * k / nranks;
        size_t to = balanced ? plan.starts[k + 1] : count * (k + 1) / nranks;
        for (size_t i = from; i < to; i++) {
            const ms_piece *piece = &plan.pieces[i];
            double seconds = cost_of(&r->p, (double)(piece->end - piece->begin)) * r->factors[piece->entry];
            figures->longest = seconds > figures->longest ? seconds : figures->longest;
            must(ms_task_encode(&r->entries, piece, &slices[k]) == MS_OK ? slices : NULL);
        }
    }
    ms_plan_fini(&plan);
    return slices;
}

/* Seconds that the work would take if it could be divided at will among ranks of their speed. */
static double best_possible(const rehearsal *r)
{
    double work = 0;
    double speed = 0;
    for (size_t i = 0; i < r->entries.paths.count; i++) {
        work += cost_of(&r->p, (double)r->entries.list[i].size) * r->factors[i];
    }
    for (uint32_t k = 0; k < (uint32_t)r->p.ranks; k++) {
        speed += is_slow(r, k) ? 1 / r->p.slowness : 1;
    }
    return work / speed;
}

static bool rehearse(const rehearsal *r, const char *policy, bool balanced, bool steals)
{
    plan_figures figures = {0};
    ms_bytes *slices = make_slices(r, balanced, &figures);
    share_sim sim = {.nranks = (uint32_t)r->p.ranks,
                     .seed = (uint64_t)r->p.seed,
                     .max_reply = 256 << 10,
                     .hook = r->p.poll,
                     .idle = 0.5e-3,
                     .handling = 3e-6,
                     .no_stealing = !steals,
                     .stuck_rank = UINT32_MAX,
                     .slow_rank = UINT32_MAX,
                     .slices = slices,
                     .seconds = seconds_of,
                     .latency = latency_of,
                     .user = r};
    share_sim_run(&sim);
    free(slices);
    double best = best_possible(r);
    double end = sim.makespan + (steals ? sim.last_idle : 0);
    (void)printf(
        "{\"policy\":\"%s\",\"ranks\":%.0f,\"seed\":%.0f,\"sound\":%s,\"best_seconds\":%.6f,"
        "\"seconds\":%.6f,\"efficiency\":%.6f,\"end_seconds\":%.6f,\"requests_per_rank\":%.3f,"
        "\"most_requests\":%llu,\"moved\":%llu,\"files\":%zu,\"longest_task\":%.6f,\"plan_seconds\":%.3f}\n",
        policy, r->p.ranks, r->p.seed, sim.sound ? "true" : "false", best, end, best / end, sim.last_idle,
        (double)sim.nrequests / r->p.ranks, (unsigned long long)sim.most_requests,
        (unsigned long long)sim.nmoved, r->entries.paths.count, figures.longest, figures.seconds);
    (void)fflush(stdout);
    return sim.sound;
}

/* NAME=NUMBER. */
static bool set(parameters *p, const char *word)
{
    double values[PARAMETERS];
    const char *equals = strchr(word, '=');
    char *end = NULL;
    memcpy(values, p, sizeof values);
    for (size_t i = 0; equals && i < PARAMETERS; i++) {
        if (strlen(names[i]) == (size_t)(equals - word) && strncmp(names[i], word, strlen(names[i])) == 0) {
            values[i] = strtod(equals + 1, &end);
        }
    }
    memcpy(p, values, sizeof values);
    return end && end > equals + 1 && *end == 0;
}

int main(int argc, char **argv)
{
    _Static_assert(sizeof(parameters) == PARAMETERS * sizeof(double), "a name for each");
    rehearsal r = {.p = usual};
    for (int i = 1; i < argc; i++) {
        if (!set(&r.p, argv[i]) || r.p.ranks < 1 || r.p.node < 1) {
            (void)fprintf(stderr, "rehearse: %s: want NAME=NUMBER\n", argv[i]);
            return 2;
        }
    }
    r.nnodes = (uint32_t)ceil(r.p.ranks / r.p.node);
    r.nslow = r.nnodes > 1 ? (uint32_t)ceil(r.nnodes / r.p.slow) : 0;
    make_files(&r);
    bool sound = rehearse(&r, "static", false, false);
    sound = rehearse(&r, "balanced", true, false) && sound;
    sound = rehearse(&r, "stealing", true, true) && sound;
    ms_entries_fini(&r.entries);
    free(r.factors);
    return sound ? 0 : 1;
}
