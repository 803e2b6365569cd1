#include "demo/demo_internal.h"

#include <inttypes.h>
#include <stdio.h>

/* share * files, rounded. The product has a statement of its own, so that no compiler fuses it with the
 * subtraction and rounds differently. */
static uint64_t share_of(double share, uint64_t files)
{
    double product = share * (double)files;
    if (product >= (double)files) {
        return files;
    }
    uint64_t whole = (uint64_t)product;
    double rest = product - (double)whole;
    return rest >= 0.5 ? whole + 1 : whole;
}

/* Selects `wanted` of `left` items in order: D. Knuth, TAOCP vol. 2, 3.4.2, algorithm S. */
typedef struct sample {
    ms__random random;
    uint64_t wanted;
    uint64_t left;
} sample;

static bool sample_next(sample *draw)
{
    bool taken = ms__random_below_u64(&draw->random, draw->left) < draw->wanted;
    draw->wanted -= taken ? 1 : 0;
    draw->left--;
    return taken;
}

void ms__demo_name(char name[MS__DEMO_NAME_MAX], const char *prefix, uint64_t count, uint64_t number,
                   const char *ext)
{
    int digits = 1;
    for (uint64_t rest = count; rest >= 10; rest /= 10) {
        digits++;
    }
    digits = digits > 4 ? digits : 4;
    char padded[21];
    (void)snprintf(padded, sizeof padded, "%020" PRIu64, number);
    (void)snprintf(name, MS__DEMO_NAME_MAX, "%s_%s.%s", prefix, padded + 20 - digits, ext);
}

typedef struct job {
    const ms_demo_logs_options *options;
    ms_demo_logs_summary sum;
} job;

static ms_code make_files(const ms__demo_directory *directory, void *user, ms_err *err)
{
    job *of = user;
    const ms_demo_logs_options *options = of->options;
    sample draw = {ms__random_init(options->seed, MS__RANDOM_FILES, 0),
                   share_of(options->inject, options->files), options->files};
    for (uint64_t i = 0; i < options->files; i++) {
        char name[MS__DEMO_NAME_MAX];
        uint64_t nbytes = 0;
        ms__demo_lines lines;
        ms__demo_name(name, "log", options->files, i + 1, "log");
        ms__demo_lines_init(&lines, options, i, sample_next(&draw));
        MS_TRY(ms__demo_directory_put(directory, name, &lines, &nbytes, err));
        of->sum.nfiles++;
        of->sum.nbytes += nbytes;
        of->sum.ninjected += lines.alert_line > 0 ? 1 : 0;
    }
    return MS_OK;
}

ms_code ms_demo_logs_make(const char *dir, const ms_demo_logs_options *options, bool reuse,
                          ms_demo_logs_summary *summary, ms_err *err)
{
    *summary = (ms_demo_logs_summary){0};
    if (options->files == 0) {
        return ms_err_set(err, MS_USAGE, 0, "a demo set needs at least one file");
    }
    if (!(options->inject >= 0 && options->inject <= 1)) { /* NaN fails too */
        return ms_err_set(err, MS_USAGE, 0, "the share of files with an alert must be between 0 and 1");
    }
    char text[128];
    (void)snprintf(text, sizeof text, "logs %" PRIu64 " %" PRIu64 " %a %" PRIu64 " %d\n", options->files,
                   options->lines_a_file, options->inject, options->seed, options->syslog);
    job all = {.options = options};
    MS_TRY(ms__demo_make(dir, reuse ? text : NULL, &all.sum.reused, make_files, &all, err));
    *summary = all.sum;
    return MS_OK;
}
