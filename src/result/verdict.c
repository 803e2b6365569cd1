/* The verdict on a comparison, in one or two sentences: faster or not, whether the answers agree, the cache
 * state; then what limits the gain and whether more ranks would help. The numbers are the report's. It claims
 * nothing that was not measured and calls an estimate an estimate. */
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

/* What the ratio of the two times says. */
typedef enum gain { GAIN_UNDEFINED, GAIN_NOISE, GAIN_SLOWER, GAIN_FASTER } gain;

static const double noise_band = 0.05;     /* a single ratio closer to 1 than this proves nothing */
static const double imbalance_limit = 0.1; /* above it the slowest rank limits */
static const double serial_limit = 0.05;   /* Karp-Flatt shares below it are not reported as a limit */
static const double doubling_limit = 1.25; /* "may help": twice the ranks gain at least this factor */

static void say(writer *out, const char *fmt, ...) MS_PRINTF(2, 3);

static void say(writer *out, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(out->to + out->len, out->size - out->len, fmt, args);
    va_end(args);
    size_t left = out->size - out->len - 1;
    out->len += n < 0 ? 0 : (size_t)n < left ? (size_t)n : left;
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

/* "Faster than one rank: same answer, warm caches." */
static void say_gain(writer *out, const ms_comparison *of, const ms_setting *setting)
{
    static const char *const gains[] = {[GAIN_UNDEFINED] = "Too short to compare with one rank",
                                        [GAIN_NOISE] =
                                            "Neither faster nor slower than one rank, within noise",
                                        [GAIN_SLOWER] = "Slower than one rank",
                                        [GAIN_FASTER] = "Faster than one rank"};
    bool measured = of->kind == MS_BASELINE_MEASURED;
    say(out, "%s%s: ", gains[judge(of)],
        measured                ? ""
        : shares_cores(setting) ? " (an estimate, too high as ranks share cores)"
                                : " (an estimate)");
    if (measured) {
        say(out, setting->answer_changed ? "answers not compared (files differed between the runs), "
                                         : "same answer, ");
    }
    say(out, of->parallel_is_first_run ? "cache state of the first run unknown." : "warm caches.");
}

/* Would twice the ranks gain enough, if the serial share stayed as it is (Amdahl)? */
static bool doubling_helps(const ms_comparison *of, size_t nranks)
{
    double serial = of->karp_flatt > 0 ? of->karp_flatt : 0; /* NAN and superlinear: nothing serial seen */
    double now = serial + (1 - serial) / (double)nranks;
    double twice = serial + (1 - serial) / (2 * (double)nranks);
    return now / twice >= doubling_limit;
}

/* Faster, with even ranks and a core for each. */
static void say_scaling(writer *out, const ms_comparison *of, const ms_setting *setting)
{
    if (of->karp_flatt > serial_limit && of->karp_flatt < 1) {
        say(out, " Limited to a speed-up of %.3g by the serial share (Karp-Flatt);", 1 / of->karp_flatt);
    } else {
        say(out, " No limit seen;");
    }
    if (setting->ncores > 0 && setting->nranks >= setting->ncores) {
        say(out, " more ranks need more than the %zu cores.", setting->ncores);
    } else {
        say(out,
            doubling_helps(of, setting->nranks) ? " more ranks may help." : " more ranks would help little.");
    }
}

/* What limits the gain, and whether more ranks would help, or any at all. */
static void say_limit(writer *out, const ms_comparison *of, const ms_setting *setting)
{
    gain gained = judge(of);
    bool starts = isfinite(setting->mpi_start) && setting->mpi_start > 0;
    if (gained == GAIN_UNDEFINED) {
        return;
    }
    if (starts && of->sequential - of->parallel < setting->mpi_start) {
        bool sure = of->kind == MS_BASELINE_MEASURED && !of->parallel_is_first_run;
        say(out, " MPI's start took %.3g s, more than was saved: without mpirun it would %shave been faster.",
            setting->mpi_start, sure ? "" : "probably ");
    } else if (setting->ncores > 0 && setting->nranks > setting->ncores) {
        say(out, " The ranks share %zu core%s: more ranks would not help.", setting->ncores,
            setting->ncores == 1 ? "" : "s");
    } else if (setting->oversubscribed) {
        say(out, " A host has more ranks than cores: more ranks there would not help.");
    } else if (setting->nranks > 1 && of->imbalance > imbalance_limit) {
        say(out, " Limited by the slowest rank: more ranks alone may not help.");
    } else if (setting->nranks > 1 && gained == GAIN_FASTER) {
        say_scaling(out, of, setting);
    }
}

void ms__compare_verdict(ms_comparison *to, const ms_setting *setting)
{
    writer out = {.to = to->verdict, .size = sizeof to->verdict};
    say_gain(&out, to, setting);
    say_limit(&out, to, setting);
}
