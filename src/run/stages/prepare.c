/* Prepare: what rank 0 finds out by itself before the ranks meet: the keywords, and enumerate. */
#include "demo/demo_images.h"
#include "demo/demo_logs.h"
#include "run/stages/pipeline_internal.h"

#include "base/clock.h"
#include "base/escape.h"
#include "result/shard.h"
#include "run/work/classify.h"
#include "run/work/cost_estimate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEMO_LOGS "mpiscan-demo/logs"
#define DEMO_IMAGES "mpiscan-demo/images"
#define DEMO_GRAY "mpiscan-demo/gray"

enum { USUAL_RATIO = 32 }; /* bytes of text of a log that a compressed byte stands for: seldom more */

void ms__prepared_fini(ms__prepared *prepared)
{
    ms_keywords_fini(&prepared->keywords);
    ms_bytes_fini(&prepared->compiled);
    ms_entries_fini(&prepared->entries);
    ms__resumed_fini(&prepared->resumed);
    *prepared = (ms__prepared){0};
}

static ms_code collect_keywords(ms_keywords *keywords, const ms_settings *settings, ms_err *err)
{
    keywords->regex = settings->regex;
    keywords->ignore_case = settings->ignore_case;
    keywords->word = settings->word;
    ms_code code = MS_OK;
    for (size_t i = 0; i < settings->keywords.count && code == MS_OK; i++) {
        ms_str name = ms_str_list_at(&settings->keywords, i);
        code = ms_keywords_add(keywords, name.data, name.len, err);
    }
    for (size_t i = 0; i < settings->keyword_files.count && code == MS_OK; i++) {
        code = ms_keywords_read(keywords, ms_str_list_at(&settings->keyword_files, i).data, err);
    }
    if (code == MS_OK && keywords->list.count == 0) {
        code = ms_keywords_add(keywords, MS_KEYWORD_DEFAULT, strlen(MS_KEYWORD_DEFAULT), err);
    }
    if (code == MS_OK && ms_keywords_unique(keywords) != MS_OK) {
        code = ms_err_set(err, MS_NOMEM, 0, "no memory for the keywords");
    }
    /* a keyword file that cannot be read is a wrong option, not a broken run */
    return code == MS_IO ? (err->code = MS_USAGE) : code;
}

static ms_demo_logs_options demo_options(const ms_settings *settings)
{
    return (ms_demo_logs_options){
        .files = settings->files,
        .lines_a_file = settings->lines_a_file,
        .inject = settings->inject,
        .seed = settings->seed,
        .syslog = settings->style == MS_STYLE_SYSLOG,
    };
}

static ms_demo_images_options picture_options(const ms_settings *settings)
{
    return (ms_demo_images_options){
        .count = settings->count, .megapixels = settings->megapixels, .seed = settings->seed};
}

static ms_code make_demo(ms__prepared *prepared, const ms_settings *settings, ms_str_list *roots, ms_err *err)
{
    bool images = settings->command == MS_COMMAND_IMAGES;
    const char *dir = images ? DEMO_IMAGES : DEMO_LOGS;
    ms_demo_images_options pictures = picture_options(settings);
    ms_demo_logs_options logs = demo_options(settings);
    ms_demo_images_summary made_images = {0};
    ms_demo_logs_summary made_logs = {0};
    ms_code code = images ? ms_demo_images_make(dir, &pictures, true, &made_images, err)
                          : ms_demo_logs_make(dir, &logs, true, &made_logs, err);
    if (code != MS_OK) {
        return code;
    }
    const char *made = made_images.reused || made_logs.reused ? "made before" : "made now";
    (void)snprintf(prepared->notes, sizeof prepared->notes,
                   "No path was given: this is the demo set %s, %s.\n", dir, made);
    ms_str_list_push(roots, dir, strlen(dir));
    code = ms_str_list_check(roots);
    return code == MS_OK ? MS_OK : ms_err_set(err, MS_NOMEM, 0, "no memory for the paths");
}

/* Operands, then the --files-from list, or the demo set when there is neither. */
static ms_code collect_roots(ms__prepared *prepared, const ms_settings *settings, ms_str_list *roots,
                             ms_err *err)
{
    for (size_t i = 0; i < settings->paths.count; i++) {
        ms_str name = ms_str_list_at(&settings->paths, i);
        ms_str_list_push(roots, name.data, name.len);
    }
    ms_code code = ms_str_list_check(roots);
    if (code != MS_OK) {
        return ms_err_set(err, MS_NOMEM, 0, "no memory for the paths");
    }
    if (settings->files_from) {
        code = ms_files_from_read(roots, settings->files_from, settings->null_separated, err);
        return code == MS_IO ? (err->code = MS_USAGE) : code;
    }
    return settings->paths.count > 0 ? MS_OK : make_demo(prepared, settings, roots, err);
}

/* The directory for outputs must be one, and none of the inputs: what lies in it is not taken as input. */
/* `what` is written into must not be what is read: it would be left out. */
static ms_code check_directory(const ms_str_list *roots, const char *what, const char *dir,
                               const struct stat *is, ms_err *err)
{
    struct stat st;
    char shown[256];
    (void)ms_escape_to(shown, sizeof shown, dir, strlen(dir));
    if (!S_ISDIR(is->st_mode)) {
        return ms_err_set(err, MS_USAGE, 0, "the %s directory %s is not a directory", what, shown);
    }
    for (size_t i = 0; i < roots->count; i++) {
        if (stat(ms_str_list_at(roots, i).data, &st) == 0 && st.st_dev == is->st_dev &&
            st.st_ino == is->st_ino) {
            return ms_err_set(err, MS_USAGE, 0, "the %s directory %s is an input directory too", what, shown);
        }
    }
    return MS_OK;
}

static bool is_in_shard(void *user, ms_str path)
{
    const ms_shard *shard = user;
    return ms_shard_of(path, shard->count) == shard->index;
}

/* The entries of other shards go last, so that every shard has seen the outputs of all of them. */
static ms_code keep_shard(ms_entries *entries, const ms_settings *settings, ms_err *err)
{
    ms_shard shard = settings->shard;
    if (shard.count == 0 || ms_entries_keep(entries, is_in_shard, &shard) == MS_OK) {
        return MS_OK;
    }
    return ms_err_set(err, MS_NOMEM, 0, "no memory for the files of a shard");
}

const char *ms__gray_dir(const ms_settings *settings)
{
    if (settings->command == MS_COMMAND_LOGS) {
        return NULL;
    }
    return settings->gray_dir ? settings->gray_dir : DEMO_GRAY;
}

/* What the enumeration's hooks need. */
typedef struct looking {
    ms__stop stop;
    ms__monitor *monitor;
} looking;

/* A ms_enumerate_options.stopped. */
static bool stopped(void *user)
{
    return ms__stop_wanted(&((looking *)user)->stop);
}

/* A ms_visit_fn. */
static void visit(void *user, ms_str path)
{
    ms__monitor_at(((looking *)user)->monitor, path.data, path.len);
}

static ms_code enumerate(ms__prepared *prepared, const ms_settings *settings, size_t nranks,
                         const ms_str_list *roots, ms__monitor *monitor, ms_err *err)
{
    struct stat st;
    looking user = {.monitor = monitor};
    ms_enumerate_options options = {
        .roots = roots,
        .include = &settings->include,
        .exclude = &settings->exclude,
        .max_depth = settings->max_depth,
        .follow = settings->follow,
        .stopped = stopped,
        .visit = visit,
        .user = &user,
    };
    if (settings->output && stat(settings->output, &st) == 0 && S_ISREG(st.st_mode)) {
        options.has_output = true;
        options.out_dev = st.st_dev;
        options.out_ino = st.st_ino;
    }
    bool converts = settings->command != MS_COMMAND_LOGS;
    const char *gray_dir = ms__gray_dir(settings);
    if (converts && stat(gray_dir, &st) == 0) {
        options.left_out[options.nleft_out++] = (ms_directory_id){st.st_dev, st.st_ino};
        if (check_directory(roots, "output", gray_dir, &st, err) != MS_OK) {
            return MS_USAGE;
        }
    }
    if (ms__journal_dir(settings) && stat(ms__journal_dir(settings), &st) == 0) {
        if (check_directory(roots, "journal", ms__journal_dir(settings), &st, err) != MS_OK) {
            return MS_USAGE;
        }
        options.left_out[options.nleft_out++] = (ms_directory_id){st.st_dev, st.st_ino};
    }
    ms_code code = ms_enumerate(&prepared->entries, &options, err);
    if (code == MS_OK && converts) {
        ms_classify_options classify = {.logs_too = settings->command == MS_COMMAND_ALL,
                                        .output_dir = gray_dir,
                                        .target = ms__image_target(settings),
                                        .visit = visit,
                                        .user = &user};
        code = ms_classify(&prepared->entries, &classify, err);
    }
    code = code == MS_OK ? keep_shard(&prepared->entries, settings, err) : code;
    if (code == MS_OK) {
        ms_cost_estimate(&prepared->entries, nranks, visit, &user);
    }
    if (code == MS_OK && ms__split_size(settings) > 0) {
        /* a range that takes more than its share of --max-decompressed is searched in vain: then none is made
         */
        uint64_t limit = settings->max_decompressed;
        ms_classify_splits(&prepared->entries, settings->split_size,
                           limit > 0 ? limit / USUAL_RATIO : UINT64_MAX, visit, &user);
    }
    for (size_t i = 0; i < prepared->entries.paths.count; i++) {
        const ms_entry *entry = &prepared->entries.list[i];
        prepared->nbytes += entry->state == MS_ENTRY_FILE ? entry->size : 0;
    }
    return code;
}

/* A report that cannot be written is better known before the work than after it. */
static ms_code check_output(const ms_settings *settings, ms_err *err)
{
    char shown[256];
    if (!settings->output) {
        return MS_OK;
    }
    const char *slash = strrchr(settings->output, '/');
    size_t n = slash ? (size_t)(slash - settings->output) : 0;
    char *directory = slash ? strndup(settings->output, n > 0 ? n : 1) : strdup(".");
    if (!directory) {
        return ms_err_set(err, MS_NOMEM, 0, "no memory for a path");
    }
    ms_code code = MS_OK;
    struct stat st;
    bool there = stat(settings->output, &st) == 0;
    bool writable = there
                        ? access(settings->output, W_OK) == 0
                        : errno == ENOENT && stat(directory, &st) == 0 && access(directory, W_OK | X_OK) == 0;
    if (!writable) {
        int reason = errno;
        (void)ms_escape_to(shown, sizeof shown, settings->output, strlen(settings->output));
        code = ms_err_set(err, MS_IO, reason, "cannot write the report to %s", shown);
    }
    free(directory);
    return code;
}

void ms__prepare(ms__prepared *prepared, const ms_settings *settings, size_t nranks, ms__monitor *monitor)
{
    ms_str_list roots = {0};
    ms_code code = check_output(settings, &prepared->err);
    code = code == MS_OK ? collect_keywords(&prepared->keywords, settings, &prepared->err) : code;
    code = code == MS_OK ? ms__resume_look(&prepared->resumed, settings, &prepared->err) : code;
    double begin = ms_clock_now();
    code = code == MS_OK ? collect_roots(prepared, settings, &roots, &prepared->err) : code;
    code = code == MS_OK ? enumerate(prepared, settings, nranks, &roots, monitor, &prepared->err) : code;
    if (code == MS_STOPPED) {
        (void)ms_err_set(&prepared->err, code, 0,
                         "INCOMPLETE: stopped on request while the files were listed" MS__NOTHING_DONE);
    }
    code = code == MS_OK ? ms__resume_read(prepared, settings, &prepared->err) : code;
    ms_str_list_fini(&roots);
    if (code == MS_OK) {
        ms__take_sample(prepared, settings, monitor);
    }
    ms__monitor_leave(monitor);
    prepared->seconds = ms_clock_now() - begin;
    prepared->code = code;
}

uint64_t ms__split_size(const ms_settings *settings)
{
    bool context =
        settings->before > 0 || settings->after > 0; /* a range does not see its neighbors' lines */
    return context || settings->command == MS_COMMAND_IMAGES ? 0 : settings->split_size;
}

ms_image_format ms__image_target(const ms_settings *settings)
{
    static const ms_image_format formats[] = {
        [MS_TARGET_SAME] = MS_IMAGE_NONE, [MS_TARGET_JPG] = MS_IMAGE_JPEG,  [MS_TARGET_PNG] = MS_IMAGE_PNG,
        [MS_TARGET_WEBP] = MS_IMAGE_WEBP, [MS_TARGET_TIFF] = MS_IMAGE_TIFF,
    };
    return formats[settings->target];
}

/* The set that `generate` makes, told in one line. */
static ms_code generate(const ms_settings *settings, ms_str dir, const char *shown, char *line, size_t size,
                        ms_err *err)
{
    if (settings->command == MS_COMMAND_GENERATE_IMAGES) {
        ms_demo_images_options options = picture_options(settings);
        ms_demo_images_summary made = {0};
        ms_code code = ms_demo_images_make(dir.data, &options, false, &made, err);
        (void)snprintf(line, size,
                       "%s: %llu picture%s, %llu bytes, %.1f megapixels, %llu JPEG and %llu PNG\n", shown,
                       (unsigned long long)made.nfiles, made.nfiles == 1 ? "" : "s",
                       (unsigned long long)made.nbytes, (double)made.npixels / 1e6,
                       (unsigned long long)made.njpeg, (unsigned long long)(made.nfiles - made.njpeg));
        return code;
    }
    ms_demo_logs_options options = demo_options(settings);
    ms_demo_logs_summary made = {0};
    ms_code code = ms_demo_logs_make(dir.data, &options, false, &made, err);
    (void)snprintf(line, size, "%s: %llu file%s, %llu bytes, %llu of them with an alert line\n", shown,
                   (unsigned long long)made.nfiles, made.nfiles == 1 ? "" : "s",
                   (unsigned long long)made.nbytes, (unsigned long long)made.ninjected);
    return code;
}

ms_code ms_pipeline_generate(const ms_settings *settings, ms_bytes *summary, ms_err *err)
{
    char line[512];
    char shown[256];
    ms_str dir = ms_str_list_at(&settings->paths, 0);
    (void)ms_escape_to(shown, sizeof shown, dir.data, dir.len);
    ms_code code = generate(settings, dir, shown, line, sizeof line, err);
    if (code != MS_OK) {
        return code;
    }
    ms_bytes_append(summary, line, strlen(line));
    code = ms_bytes_check(summary);
    return code == MS_OK ? MS_OK : ms_err_set(err, code, 0, "no memory for the summary");
}
