/* Compare: the one-rank run against the run of all ranks: the same answer, and how much sooner. */
#include "base/clock.h"
#include "base/escape.h"
#include "result/digest.h"
#include "run/stages/pipeline_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define AUTO_LIMIT 10.0                  /* seconds that `auto` lets the one-rank run take */
#define AUTO_BYTES (UINT64_C(256) << 20) /* of results, which `auto` lets be in memory twice */
#define PAIRS_BUDGET 1.0                 /* seconds for repetitions when the user has not said how many */
#define MOST_PAIRS 101

/* What all ranks must know to go through the pairs together. */
typedef struct ms__schedule {
    ms_baseline_kind kind;
    uint64_t most;          /* pairs, at the most */
    bool budgeted;          /* fewer, when the time is up */
    bool first_is_parallel; /* the first run's time serves as the parallel one */
} ms__schedule;

/* Rank 0's view while the pairs are run. */
typedef struct ms__comparing {
    ms_pipeline *p;
    const ms__run *first;
    ms_run_result *run_result;
    ms_rankstat *ranks; /* owned: of the last run by all, or NULL */
    bool answer_changed;
} ms__comparing;

/* What one rank would need for the work alone, to the best of the ranks' own knowledge. */
static double busy_sum(const ms__run *run, size_t nranks)
{
    double sum = 0;
    for (size_t r = 0; r < nranks; r++) {
        sum += run->ranks[r].busy_seconds;
    }
    return sum;
}

/* Would the one-rank run take too long, or its results too much memory beside those that are there? */
static bool too_large(const ms__run *first, double seconds)
{
    uint64_t nbytes = 0;
    for (size_t i = 0; i < first->merged.nparts; i++) {
        nbytes += first->merged.parts[i].len;
    }
    return seconds > AUTO_LIMIT || nbytes > AUTO_BYTES;
}

static ms__schedule make_schedule(const ms_pipeline *p, const ms__run *first)
{
    const ms_settings *settings = p->settings;
    size_t nranks = ms_comm_size(p->comm);
    double predicted = busy_sum(first, nranks);
    ms__schedule schedule = {.kind = MS_BASELINE_MEASURED};
    if (nranks == 1 || first->stopped || p->prepared.resumed.npieces > 0 || p->prepared.streams ||
        settings->baseline == MS_BASELINE_OFF || first->merged.ledger.scanned == 0) {
        schedule.kind = MS_BASELINE_NONE;
    } else if (settings->baseline == MS_BASELINE_ESTIMATE ||
               (settings->baseline == MS_BASELINE_AUTO && settings->repeat == 0 &&
                too_large(first, predicted))) {
        schedule.kind = MS_BASELINE_ESTIMATED;
    } else if (settings->repeat == 0 && predicted > AUTO_LIMIT) {
        schedule.most = 1; /* a long run is not done a third time only to be timed */
        schedule.first_is_parallel = true;
    } else {
        schedule.budgeted = settings->repeat == 0;
        schedule.most = schedule.budgeted ? MOST_PAIRS : settings->repeat;
    }
    return schedule;
}

static ms_code share_schedule(ms_pipeline *p, ms__schedule *schedule, ms_err *err)
{
    ms_bytes bytes = {0};
    ms_bytes_put_u8(&bytes, (uint8_t)schedule->kind);
    ms_bytes_put_u64(&bytes, schedule->most);
    ms_bytes_put_u8(&bytes, schedule->first_is_parallel);
    ms_code code = ms_comm_agree(p->comm, ms_bytes_check(&bytes), err);
    if (code == MS_OK) {
        code = ms_comm_broadcast(p->comm, &bytes, err);
    }
    ms_reader reader = ms_reader_over(bytes.data, bytes.len);
    schedule->kind = (ms_baseline_kind)ms_reader_u8(&reader);
    schedule->most = ms_reader_u64(&reader);
    schedule->first_is_parallel = ms_reader_u8(&reader) != 0;
    ms_bytes_fini(&bytes);
    return code;
}

/* Has the file another size, time, inode or device than when it was enumerated? */
static bool has_changed(const ms_pipeline *p, size_t i)
{
    struct stat st;
    const ms_entry *entry = &p->prepared.entries.list[i];
    if (stat(ms_str_list_at(&p->prepared.entries.paths, i).data, &st) != 0) {
        return true;
    }
    return (uint64_t)st.st_size != entry->size || ms_time_ns(st.st_mtim) != entry->mtime_ns ||
           ms_time_ns(st.st_ctim) != entry->ctime_ns || st.st_ino != entry->inode ||
           ms_device_of(st.st_dev) != entry->device;
}

/* Entry i as the digest sees it in a run. */
static uint64_t hash_record(const ms_pipeline *p, const ms__run *run, size_t i, ms_digest *digest)
{
    ms_record record = ms_merged_at(&run->merged, i);
    return ms_digest_record(digest, &record, ms_str_list_at(&p->prepared.entries.paths, i),
                            &p->prepared.keywords.list);
}

/* One run could not reach a file that the other reached, as a rank on another host did it. */
static bool differs_by_host(const ms__comparing *c, const ms__run *run, size_t i)
{
    ms_record first = ms_merged_at(&c->first->merged, i);
    ms_record other = ms_merged_at(&run->merged, i);
    return ms__several_hosts(c->p) && (ms__is_host_fault(&first) || ms__is_host_fault(&other));
}

/* Entry i is not the same in both runs: that is only forgivable when its file has changed in between, or is
 * not there on every host. */
static ms_code explain_entry(ms__comparing *c, const ms__run *run, size_t i, size_t *nchanged, ms_err *err)
{
    char shown[256];
    ms_str name = ms_str_list_at(&c->p->prepared.entries.paths, i);
    (void)ms_escape_to(shown, sizeof shown, name.data, name.len);
    if (differs_by_host(c, run, i)) {
        ++*nchanged; /* and has a note if the first run could not reach it */
    } else if (!has_changed(c->p, i)) {
        return ms_err_set(err, MS_MISMATCH, 0,
                          "two runs found different things in '%s', which has not changed", shown);
    } else if (++*nchanged == 1 && !c->answer_changed) {
        ms_str_list_printf(&c->run_result->notes,
                           "'%s' changed between two runs: the first run's result is reported.", shown);
    }
    return MS_OK;
}

/* Two runs gave different answers: which entries are it? */
static ms_code explain_difference(ms__comparing *c, const ms__run *run, ms_err *err)
{
    size_t nchanged = 0;
    ms_digest digest = {0};
    if (ms_digest_init(&digest) != MS_OK) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for the comparison");
    }
    ms_code code = MS_OK;
    for (size_t i = 0; i < run->merged.nentries && code == MS_OK; i++) {
        if (hash_record(c->p, run, i, &digest) != hash_record(c->p, c->first, i, &digest)) {
            code = explain_entry(c, run, i, &nchanged, err);
        }
    }
    ms_digest_fini(&digest);
    if (code == MS_OK && nchanged == 0) {
        code = ms_err_set(err, MS_MISMATCH, 0, "two runs gave different digests for the same records");
    }
    c->answer_changed = true;
    return code;
}

static ms_code check_answer(ms__comparing *c, const ms__run *run, ms_err *err)
{
    if (strcmp(run->merged.digest, c->first->merged.digest) == 0) {
        return MS_OK;
    }
    return explain_difference(c, run, err);
}

/* One measured run, by all ranks or by rank 0 alone; its answer is checked and its time kept. In what all
 * ranks do nothing else is sent or drawn. */
static ms_code timed_run(ms__comparing *c, bool parallel, double *seconds, ms_err *err)
{
    ms_pipeline *p = c->p;
    ms__run run = {0};
    const ms__run_options options = {.progress = parallel ? NULL : "one rank, to compare"};
    ms_code code =
        parallel ? ms__run_all_ranks(p, &options, &run, err) : ms__run_one_rank(p, &options, &run, err);
    if (code == MS_OK && run.stopped) {
        code = MS_STOPPED;
    }
    if (code == MS_OK) {
        code = ms_comm_agree(p->comm, ms_pipeline_is_root(p) ? check_answer(c, &run, err) : MS_OK, err);
    }
    *seconds = run.seconds;
    if (run.ranks) {
        free(c->ranks);
        c->ranks = run.ranks;
        run.ranks = NULL;
    }
    ms__run_fini(&run);
    return code;
}

/* Pair i; the order within a pair alternates. */
static ms_code run_pair(ms__comparing *c, const ms__schedule *schedule, uint64_t i, ms_pair *pair,
                        ms_err *err)
{
    bool parallel_first = i % 2 == 1;
    pair->parallel = c->first->seconds;
    if (parallel_first && !schedule->first_is_parallel) {
        MS_TRY(timed_run(c, true, &pair->parallel, err));
    }
    MS_TRY(timed_run(c, false, &pair->sequential, err));
    if (!parallel_first && !schedule->first_is_parallel) {
        MS_TRY(timed_run(c, true, &pair->parallel, err));
    }
    return MS_OK;
}

/* Rank 0 decides whether another pair follows n of them, which took `seconds` together: an odd
 * number, so that the median is a measured value. Collective. */
static ms_code another_pair(ms_pipeline *p, const ms__schedule *schedule, uint64_t n, double seconds,
                            bool *another, ms_err *err)
{
    ms_bytes bytes = {0};
    double two_more = 2 * seconds / (double)n;
    bool in_time = !schedule->budgeted || n % 2 == 0 || seconds + two_more <= PAIRS_BUDGET;
    ms_bytes_put_u8(&bytes, n < schedule->most && in_time);
    ms_code code = ms_comm_agree(p->comm, ms_bytes_check(&bytes), err);
    if (code == MS_OK) {
        code = ms_comm_broadcast(p->comm, &bytes, err);
    }
    *another = code == MS_OK && bytes.data[0] != 0;
    ms_bytes_fini(&bytes);
    return code;
}

/* `pairs` has room for schedule->most of them, on every rank; *npairs is how many were run. */
static ms_code run_pairs(ms__comparing *c, const ms__schedule *schedule, ms_pair *pairs, size_t *npairs,
                         ms_err *err)
{
    double begin = ms_clock_now();
    bool another = schedule->most > 0;
    ms_code code = MS_OK;
    while (another && code == MS_OK) {
        code = run_pair(c, schedule, *npairs, &pairs[*npairs], err);
        ++*npairs;
        if (code == MS_OK) {
            code = another_pair(c->p, schedule, *npairs, ms_clock_now() - begin, &another, err);
        }
    }
    return code;
}

/* Do some host's ranks outnumber its cores? *ncores is the sum over all hosts. */
static bool oversubscribed(const ms_rankstat *ranks, size_t nranks, size_t *ncores)
{
    bool over = false;
    *ncores = 0;
    for (size_t r = 0; r < nranks; r++) {
        size_t here = 0;
        bool first = true;
        for (size_t other = 0; other < nranks; other++) {
            bool same = strcmp(ranks[other].host, ranks[r].host) == 0;
            here += same;
            first = first && !(same && other < r);
        }
        *ncores += first ? ranks[r].ncores : 0;
        over = over || here > ranks[r].ncores;
    }
    return over;
}

static ms_setting describe(const ms__comparing *c)
{
    const ms_pipeline *p = c->p;
    ms_setting setting = {
        .nranks = ms_comm_size(p->comm),
        .mpi_start = ms_comm_start_seconds(p->comm),
        .answer_changed = c->answer_changed,
    };
    setting.oversubscribed = oversubscribed(c->first->ranks, setting.nranks, &setting.ncores);
    return setting;
}

/* Rank 0: the figures and the verdict. */
static ms_code conclude(ms__comparing *c, const ms__schedule *schedule, const ms_pair *pairs, size_t npairs,
                        ms_err *err)
{
    ms_comparison *to = &c->run_result->compare;
    const ms__run *first = c->first;
    ms_setting setting = describe(c);
    if (schedule->kind == MS_BASELINE_NONE) {
        const char *why =
            setting.nranks == 1 ? "One rank: nothing to compare with."
            : first->stopped    ? "Not compared with a one-rank run: interrupted."
            : c->p->prepared.streams
                ? "Not compared with a one-rank run: standard input and FIFOs can be read only once."
            : c->p->prepared.resumed.npieces > 0
                ? "Not compared with a one-rank run: a part was already done by an earlier run."
                : "Not compared with a one-rank run.";
        ms_compare_none(to, first->ranks, setting.nranks, why);
        return MS_OK;
    }
    if (schedule->kind == MS_BASELINE_ESTIMATED) {
        ms_compare_estimated(to, first->seconds, first->ranks, &setting);
        return MS_OK;
    }
    ms_code code = ms_compare_measured(to, pairs, npairs, schedule->first_is_parallel,
                                       c->ranks ? c->ranks : first->ranks, &setting);
    return code == MS_OK ? MS_OK : ms_err_set(err, code, 0, "out of memory for the comparison");
}

ms_code ms__compare(ms_pipeline *p, const ms__run *first, ms_run_result *run_result, ms_err *err)
{
    bool root = ms_pipeline_is_root(p);
    ms__comparing c = {.p = p, .first = first, .run_result = run_result};
    ms__schedule schedule = {0};
    if (root) {
        schedule = make_schedule(p, first);
    }
    MS_TRY(share_schedule(p, &schedule, err));
    size_t npairs = 0;
    ms_pair *pairs = calloc((size_t)schedule.most + 1, sizeof *pairs);
    ms_code code = pairs ? MS_OK : ms_err_set(err, MS_NOMEM, 0, "out of memory for the comparison");
    MS_TRY_OR(done, ms_comm_agree(p->comm, code, err));
    code = run_pairs(&c, &schedule, pairs, &npairs, err);
    if (code == MS_OK) {
        code = ms_comm_agree(p->comm, root ? conclude(&c, &schedule, pairs, npairs, err) : MS_OK, err);
    } else if (code == MS_STOPPED) { /* the first run is whole: only the comparison is not */
        if (root) {
            ms_compare_none(&run_result->compare, first->ranks, ms_comm_size(p->comm),
                            "Not compared with a one-rank run: interrupted during it.");
        }
        code = MS_OK;
    } else if (code == MS_MISMATCH && root) {
        ms_compare_none(&run_result->compare, first->ranks, ms_comm_size(p->comm),
                        "THE RUNS DISAGREE: do not trust this report; the notes name the file.");
        ms_str_list_printf(&run_result->notes, "%s", err->text);
    }
done:
    free(pairs);
    free(c.ranks);
    return code;
}
