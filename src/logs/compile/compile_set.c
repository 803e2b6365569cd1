#include "logs/compile/compile_set.h"

#include "base/clock.h"
#include "base/escape.h"
#include "logs/compile/compile_cache.h"
#include "logs/keywords/pattern.h"

#include <string.h>

#define SHARE_OF_EACH 0.01
#define CACHED_FROM 100         /* expressions: fewer seldom take long */
#define CACHED_FROM_SECONDS 1.0 /* to compile */

static ms_code explain(const hs_compile_error_t *error, size_t *refused, ms_err *err)
{
    const char *message = error ? error->message : "the library gave no reason";
    if (strcasestr(message, "allocat") || strcasestr(message, "out of memory")) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for the compiled keywords: %s", message);
    }
    *refused = error && error->expression >= 0 ? (size_t)error->expression : SIZE_MAX;
    return ms_err_set(err, MS_USAGE, 0, "the keywords cannot be compiled: %s", message);
}

/* What compiling expression i alone gives: MS_LIMIT after the time that one may take. */
static ms_code compile_alone(const ms_hs_input *input, size_t i, double seconds)
{
    ms_hs_job *job = NULL;
    ms_hs_input one = *input;
    one.expressions += i;
    one.flags += i;
    one.ids += i;
    one.n = 1;
    MS_TRY(ms_hs_job_start(&job, &one));
    bool done = ms_hs_job_wait(job, seconds);
    ms_hs_job_end(job);
    return done ? MS_OK : MS_LIMIT;
}

/* Looks for an expression that takes too long by itself, until the job of all is done, or has used `budget`
 * seconds of CPU time. */
static ms_code find_slow(ms_hs_job *job, const ms_hs_input *input, const ms_keywords *keywords, double budget,
                         ms_err *err)
{
    double seconds = ms_keywords_compile_seconds(keywords);
    for (size_t i = 0; i < input->n; i++) {
        ms_code code = input->n == 1 ? MS_LIMIT : compile_alone(input, i, seconds);
        if (code == MS_LIMIT) {
            return ms_pattern_too_slow(keywords, input->ids[i], err);
        }
        if (code != MS_OK) {
            return ms_err_set(err, code, 0, "out of memory for the compiled keywords");
        }
        if (ms_hs_job_wait(job, 0) || ms_hs_job_seconds(job) >= budget) {
            break;
        }
    }
    return MS_OK;
}

/* The CPU time that all may take. */
static double most_seconds(const ms_keywords *keywords)
{
    return ms_keywords_compile_seconds(keywords) * (1 + SHARE_OF_EACH * (double)keywords->list.count);
}

static ms_code too_slow(const ms_keywords *keywords, ms_err *err)
{
    if (keywords->regex && keywords->list.count == 1) {
        return ms_pattern_too_slow(keywords, 0, err);
    }
    return ms_err_set(
        err, MS_USAGE, 0,
        "the %zu keywords together take too long to compile (over %g s of CPU time): search for "
        "fewer of them in a run",
        keywords->list.count, most_seconds(keywords));
}

ms_code ms_compile_check_time(const ms_keywords *keywords, double used, ms_err *err)
{
    return used <= most_seconds(keywords) ? MS_OK : too_slow(keywords, err);
}

static ms_code wait_for_set(ms_hs_job *job, const ms_hs_input *input, const ms_keywords *keywords,
                            ms_err *err)
{
    double seconds = ms_keywords_compile_seconds(keywords);
    double most = most_seconds(keywords);
    if (ms_hs_job_wait(job, seconds)) {
        return MS_OK;
    }
    if (keywords->regex) {
        /* finding it takes at least as long as one may: more than what is left for a small set */
        MS_TRY(find_slow(job, input, keywords, 2 * most + seconds, err));
    }
    return ms_hs_job_wait(job, most) ? MS_OK : too_slow(keywords, err);
}

static ms_code compile(ms_compiling *to, const ms_hs_input *input, const ms_keywords *keywords, ms_err *err)
{
    ms_hs_job *job = NULL;
    ms_hs_result result = {0};
    if (ms_hs_job_start(&job, input) != MS_OK) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for %zu keywords", keywords->list.count);
    }
    ms_code code = MS_OK;
    MS_TRY_OR(end, wait_for_set(job, input, keywords, err));
    result = ms_hs_job_take(job);
    to->seconds += result.seconds;
    code = result.rc == HS_SUCCESS ? MS_OK : explain(result.error, &to->refused, err);
    to->db = result.db;
    result.db = NULL;
end:
    ms_hs_result_fini(&result);
    ms_hs_job_end(job);
    return code;
}

ms_code ms_compile_set(ms_compiling *to, const ms_hs_input *input, const ms_keywords *keywords, ms_err *err)
{
    const char *cache = keywords->regex && input->n >= CACHED_FROM ? keywords->cache : NULL;
    to->refused = SIZE_MAX;
    to->db = cache ? ms_compile_cache_load(cache, input) : NULL;
    if (to->db) {
        return MS_OK;
    }
    double begin = ms_clock_now();
    MS_TRY(ms_compile_check_time(keywords, to->seconds, err));
    MS_TRY(compile(to, input, keywords, err));
    if (cache && !keywords->cache_read_only && ms_clock_now() - begin >= CACHED_FROM_SECONDS) {
        ms_compile_cache_store(cache, input, to->db);
    }
    return MS_OK;
}
