/* The verdict on a comparison in one to four sentences: the times and their ratio; whether the answers agree;
 * what limits the gain; whether more ranks would help. It claims nothing that was not measured, calls an
 * estimate an estimate, and prints no infinite or undefined number. The figures are compare.c's. */
#include "result/result_internal.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

/* A text that grows in place and is cut when it is full. */
typedef struct writer {
    char *to;
    size_t size;
    size_t len;
} writer;

typedef struct number {
    char digits[24];
} number;

/* What the ratio of the two times says. */
typedef enum gain { GAIN_UNDEFINED, GAIN_NOISE, GAIN_SLOWER, GAIN_FASTER } gain;

static const double noise_band = 0.05;     /* a single ratio closer to 1 than this proves nothing */
static const double imbalance_limit = 0.1; /* above it the slowest rank is what limits */
static const double serial_limit = 0.05;   /* Karp-Flatt shares below it are not worth a word */
static const double doubling_limit = 1.25; /* twice the ranks must gain this much to be called a help */

static void say(writer *out, const char *fmt, ...) MS_PRINTF(2, 3);

static void say(writer *out, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(out->to + out->len, out->size - out->len, fmt, args);
    va_end(args);
    size_t room = out->size - out->len - 1;
    out->len += n < 0 ? 0 : (size_t)n < room ? (size_t)n : room;
}

/* Three significant digits of a number >= 0, without an exponent where that is readable. */
static number three_digits(double value)
{
    number out;
    /* where rounding to three digits gives the next power of ten, one decimal fewer */
    int decimals = value >= 99.95      ? 0
                   : value >= 9.995    ? 1
                   : value >= 0.9995   ? 2
                   : value >= 0.09995  ? 3
                   : value >= 0.009995 ? 4
                                       : -1;
    if (!(value > 0)) {
        (void)snprintf(out.digits, sizeof out.digits, "0");
    } else if (decimals < 0 || value >= 1e9) {
        (void)snprintf(out.digits, sizeof out.digits, "%.2e", value);
    } else {
        (void)snprintf(out.digits, sizeof out.digits, "%.*f", decimals, value);
    }
    return out;
}

static number percent(double share)
{
    number out;
    double value = 100 * share;
    if (value < 0.5) {
        (void)snprintf(out.digits, sizeof out.digits, "under 1");
    } else if (value < 1e9) {
        (void)snprintf(out.digits, sizeof out.digits, "%.0f", value);
    } else {
        out = three_digits(value);
    }
    return out;
}

/* The unit in which `seconds` is read best, and how many of it make a second. */
static const char *time_unit(double seconds, double *per_second)
{
    *per_second = seconds >= 0.09995 || !(seconds > 0) ? 1 : seconds >= 0.00009995 ? 1e3 : 1e6;
    return *per_second < 10 ? "s" : *per_second < 1e4 ? "ms" : "us";
}

static void say_time(writer *out, double seconds)
{
    double scale = 1;
    const char *unit = time_unit(seconds, &scale);
    say(out, "%s %s", three_digits(seconds * scale).digits, unit);
}

static void say_time_range(writer *out, double min, double max)
{
    double scale = 1;
    const char *unit = time_unit(max, &scale);
    say(out, "%s-%s %s", three_digits(min * scale).digits, three_digits(max * scale).digits, unit);
}

static void say_rate(writer *out, double nbytes, double seconds)
{
    static const char *const units[] = {"B/s", "kB/s", "MB/s", "GB/s", "TB/s"};
    double rate = nbytes / seconds;
    size_t unit = 0;
    for (; rate >= 999.5 && unit < 4; unit++) {
        rate /= 1000;
    }
    say(out, "%s %s", three_digits(isfinite(rate) ? rate : 0).digits, units[unit]);
}

static gain judge(const ms_comparison *of)
{
    if (!(of->speedup > 0)) {
        return GAIN_UNDEFINED;
    }
    bool has_interval = of->interval_confidence > 0;
    double low = has_interval ? of->speedup_low : of->speedup * (1 - noise_band);
    double high = has_interval ? of->speedup_high : of->speedup * (1 + noise_band);
    if (low <= 1 && high >= 1) {
        return GAIN_NOISE;
    }
    return of->speedup > 1 ? GAIN_FASTER : GAIN_SLOWER;
}

/* The flag is about the fullest host, the counts about all of them together. */
static bool shares_cores(const ms_setting *setting)
{
    return setting->oversubscribed || (setting->ncores > 0 && setting->nranks > setting->ncores);
}

/* " (3.67-3.86, 93.8 % confidence)" when there is an interval. */
static void say_interval(writer *out, const ms_comparison *of, double low, double high)
{
    if (of->interval_confidence > 0) {
        say(out, " (%s-%s, %.1f %% confidence)", three_digits(low).digits, three_digits(high).digits,
            100 * of->interval_confidence);
    }
}

static void say_ratio(writer *out, const ms_comparison *of)
{
    const char *about = of->kind == MS_BASELINE_ESTIMATED ? "about " : "";
    switch (judge(of)) {
    case GAIN_UNDEFINED:
        say(out, "too short to be compared");
        break;
    case GAIN_NOISE:
        say(out, "%s times as fast", three_digits(of->speedup).digits);
        say_interval(out, of, of->speedup_low, of->speedup_high);
        say(out, ", no difference that can be told from noise");
        break;
    case GAIN_SLOWER:
        say(out, "no gain, %s%s times slower", about, three_digits(1 / of->speedup).digits);
        say_interval(out, of, 1 / of->speedup_high, 1 / of->speedup_low);
        break;
    case GAIN_FASTER:
        say(out, "%s%s times faster", about, three_digits(of->speedup).digits);
        say_interval(out, of, of->speedup_low, of->speedup_high);
        say(out, ", efficiency %s", three_digits(of->efficiency).digits);
        break;
    }
}

/* "4 ranks took ..., one rank ...: 3.79 times faster ..." */
static void say_facts(writer *out, const ms_comparison *of, const ms_setting *setting)
{
    bool is_estimate = of->kind == MS_BASELINE_ESTIMATED;
    bool has_range = of->npairs > 1;
    bool has_rate = setting->nbytes > 0 && of->sequential > 0;
    say(out, "%zu rank%s took ", setting->nranks, setting->nranks == 1 ? "" : "s");
    say_time(out, of->parallel);
    if (has_range) {
        say(out, " (median of %zu pairs, ", of->npairs);
        say_time_range(out, of->parallel_low, of->parallel_high);
        say(out, ")");
    } else if (!is_estimate) {
        say(out, " (one pair)");
    }
    say(out, is_estimate ? ", one rank would take about " : ", one rank ");
    say_time(out, of->sequential);
    if (has_range || has_rate) {
        say(out, " (");
    }
    if (has_range) {
        say_time_range(out, of->sequential_low, of->sequential_high);
        say(out, has_rate ? ", " : ")");
    }
    if (has_rate) {
        say_rate(out, (double)setting->nbytes, of->sequential);
        say(out, ")");
    }
    if (is_estimate) {
        say(out, ", estimated from the ranks' busy times, not measured%s",
            shares_cores(setting) ? ", and too high because ranks shared cores" : "");
    }
    say(out, ": ");
    say_ratio(out, of);
    if (of->parallel_is_first_run) {
        say(out, "; the parallel time is the first run's, its cache state unknown");
    }
    say(out, ".");
}

static void say_answer(writer *out, const ms_comparison *of, const ms_setting *setting)
{
    if (of->kind == MS_BASELINE_MEASURED) {
        say(out, setting->answer_changed     ? " N.B. files differed between the runs, answers not compared."
                 : of->parallel_is_first_run ? " Same answer."
                                             : " Same answer, warm caches.");
    }
}

/* Share of the ranks' time spent waiting for the slowest. */
static double waiting_share(const ms_rankstat *ranks, size_t nranks)
{
    double busy = 0;
    double wait = 0;
    for (size_t i = 0; i < nranks; i++) {
        busy += ranks[i].busy_seconds > 0 ? ranks[i].busy_seconds : 0;
        wait += ranks[i].wait_seconds > 0 ? ranks[i].wait_seconds : 0;
    }
    double share = wait / (busy + wait);
    return isfinite(share) ? share : 0;
}

static void say_cores(writer *out, const ms_comparison *of, const ms_setting *setting)
{
    if (setting->ncores == 0 || setting->nranks <= setting->ncores) {
        say(out, " A host has more ranks than cores: more ranks there would not help");
        return;
    }
    say(out, " %zu ranks on %zu core%s: ", setting->nranks, setting->ncores, setting->ncores == 1 ? "" : "s");
    /* a measured value above the bound (caches, noise) must not be denied in the next breath */
    if (of->speedup_high <= (double)setting->ncores) {
        say(out, "the speed-up cannot exceed %zu, ", setting->ncores);
    }
    say(out, "more ranks would not help");
}

/* What limits the gain. */
static void say_limit(writer *out, const ms_comparison *of, const ms_rankstat *ranks,
                      const ms_setting *setting)
{
    bool is_uneven = of->imbalance > imbalance_limit;
    if (shares_cores(setting)) {
        say_cores(out, of, setting);
        if (is_uneven) {
            say(out, "; the slowest rank was busy %s %% longer than the mean", percent(of->imbalance).digits);
        }
    } else if (setting->nranks < 2 || !ranks) {
        return;
    } else if (is_uneven) {
        say(out, " The slowest rank is the limit: busy %s %% longer than the mean",
            percent(of->imbalance).digits);
    } else if (judge(of) == GAIN_FASTER && of->karp_flatt > serial_limit && of->karp_flatt < 1) {
        say(out, " A serial share of %s %% (Karp-Flatt) limits the speed-up to %s",
            percent(of->karp_flatt).digits, three_digits(1 / of->karp_flatt).digits);
    } else {
        say(out, " Ranks waited %s %% for the slowest",
            percent(waiting_share(ranks, setting->nranks)).digits);
    }
    say(out, ".");
}

/* Would twice the ranks gain enough, if the serial share stayed as it is (Amdahl)? */
static bool doubling_helps(const ms_comparison *of, size_t nranks)
{
    double serial = of->karp_flatt > 0 ? of->karp_flatt : 0; /* NAN and superlinear: nothing serial seen */
    double now = serial + (1 - serial) / (double)nranks;
    double twice = serial + (1 - serial) / (2 * (double)nranks);
    return now / twice >= doubling_limit;
}

static void say_start(writer *out, const ms_comparison *of, const ms_setting *setting)
{
    double saved = of->sequential - of->parallel;
    bool is_sure = of->kind == MS_BASELINE_MEASURED && !of->parallel_is_first_run;
    say(out, " MPI's start took ");
    say_time(out, setting->mpi_start);
    if (saved > 0) {
        say(out, ", more than the ");
        say_time(out, saved);
        say(out, " saved");
    } else {
        say(out, " and nothing was saved");
    }
    say(out, ": a run without mpirun would %shave been done sooner.", is_sure ? "" : "probably ");
}

/* Whether more ranks would help, or any at all. */
static void say_outlook(writer *out, const ms_comparison *of, const ms_setting *setting)
{
    gain gained = judge(of);
    if (gained == GAIN_UNDEFINED) {
        return;
    }
    if (isfinite(setting->mpi_start) && of->sequential - of->parallel < setting->mpi_start &&
        setting->mpi_start > 0) {
        say_start(out, of, setting);
    } else if (gained != GAIN_FASTER || shares_cores(setting) || setting->nranks < 2) {
        return;
    } else if (of->imbalance > imbalance_limit) {
        say(out, " More ranks alone may not help.");
    } else if (setting->ncores > 0 && setting->nranks >= setting->ncores) {
        say(out, " All %zu cores are in use: more ranks need more cores.", setting->ncores);
    } else if (doubling_helps(of, setting->nranks)) {
        say(out, " More ranks may help.");
    } else {
        say(out, " More ranks would help little.");
    }
}

void ms__compare_verdict(ms_comparison *to, const ms_rankstat *ranks, const ms_setting *setting)
{
    writer out = {.to = to->verdict, .size = sizeof to->verdict};
    say_facts(&out, to, setting);
    say_answer(&out, to, setting);
    say_limit(&out, to, ranks, setting);
    say_outlook(&out, to, setting);
}
