/* The demo set as a whole: which files there are, which of them get the alert, which are already there.
 * What stands in a file is demo_lines.c's, how it reaches the disk demo_directory.c's. */
#include "demo/demo_internal.h"

#include <inttypes.h>
#include <stdio.h>

/* share * files, rounded. The product stands alone in its statement, so that no compiler may fuse it with the
 * subtraction and round differently. */
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

/* Draws `wanted` of `left` things, asked one after the other: D. Knuth, TAOCP vol. 2, 3.4.2, algorithm S. */
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

void ms__demo_name(char name[MS__DEMO_NAME_MAX], uint64_t files, uint64_t number)
{
    int digits = 1;
    for (uint64_t rest = files; rest >= 10; rest /= 10) {
        digits++;
    }
    digits = digits > 4 ? digits : 4;
    char all[21];
    (void)snprintf(all, sizeof all, "%020" PRIu64, number);
    (void)snprintf(name, MS__DEMO_NAME_MAX, "log_%s.log", all + 20 - digits);
}

static ms_code make_file(const ms__demo_directory *directory, const char *name, const ms__demo_lines *lines,
                         ms_demo_logs_summary *sum, ms_err *err)
{
    uint64_t nbytes = 0;
    MS_TRY(ms__demo_directory_put(directory, name, lines, &nbytes, err));
    sum->nfiles++;
    sum->nbytes += nbytes;
    sum->ninjected += lines->alert_line > 0 ? 1 : 0;
    return MS_OK;
}

static ms_code make_files(const ms__demo_directory *directory, const ms_demo_logs_options *options,
                          ms_demo_logs_summary *sum, ms_err *err)
{
    sample draw = {ms__random_init(options->seed, MS__RANDOM_FILES, 0),
                   share_of(options->inject, options->files), options->files};
    for (uint64_t i = 0; i < options->files; i++) {
        char name[MS__DEMO_NAME_MAX];
        ms__demo_name(name, options->files, i + 1);
        ms__demo_lines lines;
        ms__demo_lines_init(&lines, options, i, sample_next(&draw));
        MS_TRY(make_file(directory, name, &lines, sum, err));
    }
    return MS_OK;
}

/* `marker`: what to note beside the directory; NULL: nothing. */
static ms_code make_set(const char *dir, const ms_demo_logs_options *options, const char *marker,
                        ms_demo_logs_summary *summary, ms_err *err)
{
    ms__demo_directory directory = {0};
    ms_demo_logs_summary sum = {0};
    MS_TRY(ms__demo_directory_open(&directory, dir, err));
    ms_code code = MS_OK;
    MS_TRY_OR(done, marker ? ms__demo_made_set(dir, "", err) : MS_OK);
    MS_TRY_OR(done, make_files(&directory, options, &sum, err));
    MS_TRY_OR(done, marker ? ms__demo_made_set(dir, marker, err) : MS_OK);
    *summary = sum;
done:
    ms__demo_directory_close(&directory);
    return code;
}

ms_code ms_demo_logs_make(const char *dir, const ms_demo_logs_options *options, bool reuse,
                          ms_demo_logs_summary *summary, ms_err *err)
{
    *summary = (ms_demo_logs_summary){0};
    if (options->files == 0) {
        return ms_err_set(err, MS_USAGE, 0, "a demo set needs at least one file");
    }
    if (!(options->inject >= 0 && options->inject <= 1)) { /* so that NaN fails too */
        return ms_err_set(err, MS_USAGE, 0, "the share of files with an alert must be between 0 and 1");
    }
    char text[128];
    (void)snprintf(text, sizeof text, "logs %" PRIu64 " %" PRIu64 " %a %" PRIu64 " %d\n", options->files,
                   options->lines_a_file, options->inject, options->seed, options->syslog);
    if (reuse) {
        MS_TRY(ms__demo_made_begin(dir, text, &summary->reused, err));
    }
    return summary->reused ? MS_OK : make_set(dir, options, reuse ? text : NULL, summary, err);
}
