#include "report/stored.h"

#include "report/report.h"
#include "report/sink.h"
#include "result/store/result_file.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Do both exist as the same regular file? `b` may be NULL. */
static bool is_same_file(const char *a, const char *b)
{
    struct stat x;
    struct stat y;
    return b && stat(a, &x) == 0 && stat(b, &y) == 0 && S_ISREG(x.st_mode) && x.st_dev == y.st_dev &&
           x.st_ino == y.st_ino;
}

static ms_code put(void *user, const void *data, size_t n)
{
    ms_sink *sink = user;
    ms_sink_put(sink, data, n);
    return sink->err.code;
}

static ms_code save(const ms_settings *settings, const ms_run_result *run_result, bool mismatch, ms_err *err)
{
    const char *journal = settings->resume ? settings->resume : settings->journal;
    ms_run_info info = {
        .shard = settings->shard.index,
        .shards = settings->shard.count,
        .mismatch = mismatch,
        .journal = {.data = journal, .len = journal ? strlen(journal) : 0},
    };
    ms_sink sink = {0};
    ms_code code = ms_sink_open_result(&sink, settings->result, err);
    if (code != MS_OK) {
        return code;
    }
    code = ms_settings_result_relevant(settings, &info.settings);
    if (code == MS_OK) {
        code = ms_result_write(&info, run_result, put, &sink);
    }
    if (code != MS_OK) {
        ms_sink_fail(&sink, code);
    }
    code = ms_sink_commit(&sink, err);
    ms_sink_close(&sink);
    ms_str_list_fini(&info.settings);
    return code;
}

ms_code ms_stored_run(const ms_settings *settings, const ms_run_result *run_result, bool mismatch, bool color,
                      ms_err *err)
{
    ms_err why = {0};
    ms_code saved = settings->result ? save(settings, run_result, mismatch, &why) : MS_OK;
    if (settings->result && saved == MS_OK && is_same_file(settings->result, settings->output)) {
        return ms_err_set(err, MS_USAGE, 0, "the report would replace the result file: choose another name");
    }
    ms_code written = ms_report_write(settings, run_result, color, err);
    if (saved != MS_OK && err) {
        *err = why;
    }
    MS_TRY(saved);
    MS_TRY(written);
    return mismatch ? MS_MISMATCH : MS_OK;
}

/* The report must not replace its own input. */
static ms_code check_output(const ms_settings *settings, ms_err *err)
{
    for (size_t i = 0; i < settings->paths.count; i++) {
        if (is_same_file(ms_str_list_at(&settings->paths, i).data, settings->output)) {
            return ms_err_set(err, MS_USAGE, 0, "--output is one of the result files, which would be lost");
        }
    }
    return MS_OK;
}

/* The settings that the report depends on: those of the run, with the options given now. */
static ms_code settings_of(const ms_settings *given, const ms_result *result, size_t n, ms_settings *shown,
                           ms_err *err)
{
    static const struct {
        const char *name;
        ms_command command;
    } commands[] = {{"logs", MS_COMMAND_LOGS}, {"images", MS_COMMAND_IMAGES}, {"all", MS_COMMAND_ALL}};
    const ms_str_list *settings = &result->info.settings;
    *shown = *given; /* borrows */
    shown->command = MS_COMMAND_NONE;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(ms_str_list_at(settings, 0).data, commands[i].name) == 0) {
            shown->command = commands[i].command;
        }
    }
    if (shown->command == MS_COMMAND_NONE) {
        return ms_err_set(err, MS_FORMAT, 0, "%s is damaged: unknown command", result->shown);
    }
    shown->files_with_matches = ms_result_has_option(result, "--files-with-matches");
    shown->simulate = ms_result_has_option(result, "--simulate") ? "0" : NULL;
    shown->files_without_match = ms_result_has_option(result, "--files-without-match");
    shown->lines = ms_result_has_option(result, "--line-number") && !given->counts;
    for (size_t i = 1; i < settings->count; i++) {
        const char *option = ms_str_list_at(settings, i).data;
        if (strncmp(option, "--before-context=", 17) == 0 || strncmp(option, "--after-context=", 16) == 0 ||
            strncmp(option, "--event-start=", 14) == 0) {
            shown->before = 1; /* there may be gaps between the lines */
        }
    }
    if (n == 1) {
        shown->shard = (ms_shard){.index = result->info.shard, .count = result->info.shards};
    }
    shown->resume = result->info.journal.len > 0 ? result->info.journal.data : NULL;
    return MS_OK;
}

/* Do the results have what is to be shown, and can the format show it? */
static ms_code check_view(const ms_settings *given, const ms_settings *shown, const ms_result *result,
                          ms_err *err)
{
    if (given->lines && !shown->lines) {
        return ms_err_set(err, MS_USAGE, 0,
                          "-n: %s has no lines, as its run was without -n: scan again with -n",
                          result->shown);
    }
    if (shown->format == MS_FORMAT_CSV && shown->command == MS_COMMAND_ALL) {
        return ms_err_set(err, MS_USAGE, 0, "--format csv cannot be used with 'all': use --format json");
    }
    if (shown->format == MS_FORMAT_CSV && shown->lines) {
        return ms_err_set(err, MS_USAGE, 0,
                          "--format csv cannot show the lines in %s: use -c, or --format json",
                          result->shown);
    }
    return MS_OK;
}

/* An interrupted run first, as its journal is the one to resume from. */
static const ms_result *representative(const ms_result *results, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (results[i].run_result.stopped) {
            return &results[i];
        }
    }
    return &results[0];
}

static ms_code report_results(const ms_settings *settings, bool color, ms_result *results,
                              ms_run_result *run_result, ms_err *err)
{
    ms_settings shown;
    bool mismatch = false;
    size_t n = settings->paths.count;
    for (size_t i = 0; i < n; i++) {
        MS_TRY(ms_result_read(&results[i], ms_str_list_at(&settings->paths, i).data, err));
        mismatch = mismatch || results[i].info.mismatch;
    }
    const ms_result *one = representative(results, n);
    MS_TRY(settings_of(settings, one, n, &shown, err));
    MS_TRY(check_view(settings, &shown, one, err));
    MS_TRY(ms_result_join(results, n, run_result, err));
    MS_TRY(ms_report_write(&shown, run_result, color, err));
    return mismatch ? ms_err_set(err, MS_MISMATCH, 0, "the one-rank run of these results had another answer")
                    : MS_OK;
}

ms_code ms_stored_report(const ms_settings *settings, bool color, ms_run_result *run_result, ms_err *err)
{
    MS_TRY(check_output(settings, err));
    ms_result *results = calloc(settings->paths.count, sizeof *results);
    if (!results) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory");
    }
    ms_code code = report_results(settings, color, results, run_result, err);
    for (size_t i = 0; i < settings->paths.count; i++) {
        ms_result_fini(&results[i]);
    }
    free(results);
    return code;
}
