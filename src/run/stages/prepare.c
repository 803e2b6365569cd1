/* Enumerate, and what else rank 0 prepares before all ranks start: the keywords and a sample of the logs. */
#include "base/clock.h"
#include "base/escape.h"
#include "logs/compile/compile_cache.h"
#include "logs/keywords/keywords.h"
#include "run/stages/pipeline_internal.h"
#include "run/work/classify.h"
#include "run/work/log_probe.h"
#include "tasks/enumerate/shard.h"
#include "tasks/schedule/cost_estimate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { USUAL_RATIO = 32 }; /* decompressed bytes per compressed byte of a log: seldom more */

void ms__prepared_fini(ms__prepared *prepared)
{
    ms_keywords_fini(&prepared->keywords);
    ms_bytes_fini(&prepared->compiled);
    ms_entries_fini(&prepared->entries);
    ms__resumed_fini(&prepared->resumed);
    ms_str_list_fini(&prepared->notes);
    *prepared = (ms__prepared){0};
}

static ms_code add_role(ms_keywords *keywords, const ms_str_list *list, unsigned role, ms_err *err)
{
    for (size_t i = 0; i < list->count; i++) {
        ms_str name = ms_str_list_at(list, i);
        MS_TRY(ms_keywords_add(keywords, name.data, name.len, err));
    }
    ms_code code = ms_keywords_set_role(keywords, role);
    return code == MS_OK ? MS_OK : ms_err_set(err, code, 0, "out of memory for the keywords");
}

/* The roles of all keywords, and those of --and and --not. */
static ms_code collect_roles(ms_keywords *keywords, const ms_settings *settings, ms_err *err)
{
    ms_str_list none = {0};
    MS_TRY(add_role(keywords, &none, MS_ROLE_ANY, err));
    MS_TRY(add_role(keywords, &settings->and_keywords, MS_ROLE_ALL, err));
    return add_role(keywords, &settings->not_keywords, MS_ROLE_NONE, err);
}

static ms_code collect_keywords(ms_keywords *keywords, const ms_settings *settings, ms_err *err)
{
    keywords->regex = settings->regex;
    keywords->ignore_case = settings->ignore_case;
    keywords->word = settings->word;
    keywords->perl = settings->perl;
    keywords->whole_line = settings->whole_line;
    keywords->cache = settings->regex ? ms_compile_cache_parent() : NULL;
    ms_log_text text = {.as_text = settings->text, .encoding = settings->encoding};
    ms_code code = MS_OK;
    for (size_t i = 0; i < settings->keywords.count && code == MS_OK; i++) {
        ms_str name = ms_str_list_at(&settings->keywords, i);
        code = ms_keywords_add(keywords, name.data, name.len, err);
    }
    for (size_t i = 0; i < settings->keyword_files.count && code == MS_OK; i++) {
        code = ms_keywords_read(keywords, ms_str_list_at(&settings->keyword_files, i).data, ms_log_decode,
                                &text, err);
    }
    bool roles = settings->and_keywords.count > 0 || settings->not_keywords.count > 0;
    if (code == MS_OK && keywords->list.count == 0 && settings->keyword_files.count > 0) {
        ms_str file = ms_str_list_at(&settings->keyword_files, 0);
        char shown[256];
        return ms_err_set(err, MS_USAGE, 0, "the keyword file '%s' holds no keyword",
                          ms_escape_to(shown, sizeof shown, file.data, file.len));
    }
    if (code == MS_OK && keywords->list.count == 0 && !roles) {
        code = ms_keywords_add(keywords, MS_KEYWORD_DEFAULT, strlen(MS_KEYWORD_DEFAULT), err);
    }
    if (code == MS_OK && roles) {
        code = collect_roles(keywords, settings, err);
    }
    if (code == MS_OK && ms_keywords_unique(keywords) != MS_OK) {
        code = ms_err_set(err, MS_NOMEM, 0, "out of memory for the keywords");
    }
    /* a keyword file that cannot be read is a wrong option, not a broken run */
    return code == MS_IO ? (err->code = MS_USAGE) : code;
}

/* Is something piped into a run that was given no path? */
static bool is_piped(const ms__prepared *prepared, const ms_settings *settings)
{
    struct stat st;
    bool taken = false; /* by the keywords */
    for (size_t i = 0; i < settings->keyword_files.count; i++) {
        taken = taken || strcmp(ms_str_list_at(&settings->keyword_files, i).data, "-") == 0;
    }
    return !prepared->launched && !taken && settings->command == MS_COMMAND_LOGS &&
           fstat(STDIN_FILENO, &st) == 0 &&
           (S_ISFIFO(st.st_mode) || S_ISREG(st.st_mode) || S_ISSOCK(st.st_mode));
}

/* Operands, then the --files-from list; when there is neither, what is piped in, or the demo set. */
static ms_code collect_roots(ms__prepared *prepared, const ms_settings *settings, ms_str_list *roots,
                             ms_err *err)
{
    for (size_t i = 0; i < settings->paths.count; i++) {
        ms_str name = ms_str_list_at(&settings->paths, i);
        ms_str_list_push(roots, name.data, name.len);
    }
    if (ms_str_list_check(roots) != MS_OK) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for the paths");
    }
    if (settings->files_from) {
        ms_code code = ms_files_from_read(roots, settings->files_from, settings->null_separated, err);
        return code == MS_IO ? (err->code = MS_USAGE) : code;
    }
    if (settings->paths.count > 0) {
        return MS_OK;
    }
    if (is_piped(prepared, settings)) {
        ms_str_list_push(roots, "-", 1);
        return ms_str_list_check(roots) == MS_OK
                   ? MS_OK
                   : ms_err_set(err, MS_NOMEM, 0, "out of memory for the paths");
    }
    return ms__demo_root(settings, roots, &prepared->notes, err);
}

/* The directory that `what` is written into must be one, and none of the inputs: what is in it is left out.
 */
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
    return ms_err_set(err, MS_NOMEM, 0, "out of memory for the files of a shard");
}

/* What the enumeration's hooks need. */
typedef struct enumerating {
    ms__stop stop;
    ms__monitor *monitor;
} enumerating;

/* A ms_enumerate_options.stopped. */
static bool stopped(void *user)
{
    return ms__stop_wanted(&((enumerating *)user)->stop);
}

/* A ms_visit_fn. */
static void visit(void *user, ms_str path)
{
    ms__monitor_at(((enumerating *)user)->monitor, path.data, path.len);
}

/* What the run writes itself is no input. */
static ms_code leave_out_outputs(ms_enumerate_options *options, const ms_settings *settings, ms_err *err)
{
    const struct {
        const char *what, *dir;
    } written[] = {{"output", ms__gray_dir(settings)}, {"journal", ms__journal_dir(settings)}};
    struct stat st;
    if (settings->output && stat(settings->output, &st) == 0 && S_ISREG(st.st_mode)) {
        options->has_output = true;
        options->out_dev = st.st_dev;
        options->out_ino = st.st_ino;
    }
    for (size_t i = 0; i < sizeof written / sizeof written[0]; i++) {
        if (written[i].dir && stat(written[i].dir, &st) == 0) {
            MS_TRY(check_directory(options->roots, written[i].what, written[i].dir, &st, err));
            options->left_out[options->nleft_out++] =
                (ms_directory_id){.inode = st.st_ino, .device = ms_device_of(st.st_dev)};
        }
    }
    return MS_OK;
}

/* Kind and cost of each file. */
static ms_code inspect(ms__prepared *prepared, const ms_settings *settings, size_t nranks, enumerating *user,
                       ms_err *err)
{
    if (settings->command != MS_COMMAND_LOGS) {
        ms_classify_options options = {.logs_too = settings->command == MS_COMMAND_ALL,
                                       .output_dir = ms__gray_dir(settings),
                                       .target = ms__image_target(settings),
                                       .visit = visit,
                                       .user = user};
        MS_TRY(ms_classify(&prepared->entries, &options, err));
    }
    MS_TRY(keep_shard(&prepared->entries, settings, err));
    ms_cost_estimate(&prepared->entries, nranks);
    if (ms__split_size(settings) > 0 && !settings->encoding) { /* a character may be cut */
        /* a split that exceeds its share of --max-decompressed is abandoned: then none is made */
        uint64_t limit = settings->max_decompressed;
        ms_log_probe_splits(&prepared->entries, settings->split_size,
                            limit > 0 ? limit / USUAL_RATIO : UINT64_MAX, visit, user);
    }
    return MS_OK;
}

static ms_code enumerate(ms__prepared *prepared, const ms_settings *settings, size_t nranks,
                         const ms_str_list *roots, ms__monitor *monitor, ms_err *err)
{
    enumerating user = {.monitor = monitor};
    ms_enumerate_options options = {
        .roots = roots,
        .include = &settings->include,
        .exclude = &settings->exclude,
        .max_depth = settings->max_depth,
        .follow = settings->follow,
        .streams = settings->command != MS_COMMAND_IMAGES,
        .stopped = stopped,
        .visit = visit,
        .user = &user,
    };
    MS_TRY(leave_out_outputs(&options, settings, err));
    MS_TRY(ms_enumerate(&prepared->entries, &options, err));
    for (size_t i = 0; i < prepared->entries.notes.count; i++) {
        ms_str_list_printf(&prepared->notes, "%s", ms_str_list_at(&prepared->entries.notes, i).data);
    }
    MS_TRY(inspect(prepared, settings, nranks, &user, err));
    for (size_t i = 0; i < prepared->entries.paths.count; i++) {
        const ms_entry *entry = &prepared->entries.list[i];
        prepared->nbytes += entry->state == MS_ENTRY_FILE ? entry->size : 0;
        prepared->streams = prepared->streams || entry->state == MS_ENTRY_STREAM;
    }
    return MS_OK;
}

/* What cannot be written is better known before the work than after it. `path` may be NULL. */
static ms_code check_writable(const char *path, const char *what, ms_err *err)
{
    char shown[256];
    if (!path) {
        return MS_OK;
    }
    const char *slash = strrchr(path, '/');
    size_t n = slash ? (size_t)(slash - path) : 0;
    char *directory = slash ? strndup(path, n > 0 ? n : 1) : strdup(".");
    if (!directory) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for a path");
    }
    ms_code code = MS_OK;
    struct stat st;
    bool there = stat(path, &st) == 0;
    bool writable = there
                        ? access(path, W_OK) == 0
                        : errno == ENOENT && stat(directory, &st) == 0 && access(directory, W_OK | X_OK) == 0;
    if (!writable) {
        int reason = errno;
        (void)ms_escape_to(shown, sizeof shown, path, strlen(path));
        code = ms_err_set(err, MS_IO, reason, "cannot write %s to %s", what, shown);
    }
    free(directory);
    return code;
}

static ms_code prepare(ms__prepared *prepared, const ms_settings *settings, size_t nranks,
                       ms__monitor *monitor, ms_err *err)
{
    ms_str_list roots = {0};
    ms_code code = MS_OK;
    double begin = 0;
    MS_TRY(check_writable(settings->output, "the report", err));
    MS_TRY(check_writable(settings->result, "the result file", err));
    MS_TRY(collect_keywords(&prepared->keywords, settings, err));
    MS_TRY(ms__resume_begin(&prepared->resumed, settings, err));
    begin = ms_clock_now();
    MS_TRY_OR(done, collect_roots(prepared, settings, &roots, err));
    ms__note_operands(settings, &roots, &prepared->notes);
    MS_TRY_OR(done, enumerate(prepared, settings, nranks, &roots, monitor, err));
    MS_TRY_OR(done, ms__resume_read(&prepared->resumed, &prepared->entries, &prepared->keywords.list,
                                    settings, &prepared->notes, err));
    ms__take_sample(prepared, settings, monitor);
    prepared->seconds = ms_clock_now() - begin;
done:
    ms_str_list_fini(&roots);
    return code;
}

void ms__prepare(ms__prepared *prepared, const ms_settings *settings, size_t nranks, ms__monitor *monitor)
{
    prepared->code = prepare(prepared, settings, nranks, monitor, &prepared->err);
    if (prepared->code == MS_STOPPED) {
        (void)ms_err_set(&prepared->err, MS_STOPPED, 0,
                         "INCOMPLETE: interrupted while the files were listed" MS__NOTHING_DONE);
    }
    ms__monitor_leave(monitor);
}

uint64_t ms__split_size(const ms_settings *settings)
{
    /* a split does not see its neighbors' lines, nor how many count in them */
    bool context = settings->before > 0 || settings->after > 0 || (settings->lines && settings->event_start);
    return context || settings->max_count > 0 || settings->command == MS_COMMAND_IMAGES
               ? 0
               : settings->split_size;
}

ms_image_format ms__image_target(const ms_settings *settings)
{
    static const ms_image_format formats[] = {
        [MS_TARGET_SAME] = MS_IMAGE_NONE, [MS_TARGET_JPG] = MS_IMAGE_JPEG,  [MS_TARGET_PNG] = MS_IMAGE_PNG,
        [MS_TARGET_WEBP] = MS_IMAGE_WEBP, [MS_TARGET_TIFF] = MS_IMAGE_TIFF,
    };
    return formats[settings->target];
}
