/* Demo sets: what mpiscan generate makes, and what is used when no path is given. */
#include "base/escape.h"
#include "demo/demo_images.h"
#include "demo/demo_logs.h"
#include "run/stages/pipeline_internal.h"

#include <stdio.h>
#include <string.h>

#define DEMO_LOGS "mpiscan-demo/logs"
#define DEMO_IMAGES "mpiscan-demo/images"
#define DEMO_GRAY "mpiscan-demo/gray"

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

ms_code ms__demo_root(const ms_settings *settings, ms_str_list *roots, ms_str_list *notes, ms_err *err)
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
    ms_str_list_printf(notes, "No path was given: this is the demo set %s, %s.", dir, made);
    ms_str_list_push(roots, dir, strlen(dir));
    code = ms_str_list_check(roots);
    return code == MS_OK ? MS_OK : ms_err_set(err, MS_NOMEM, 0, "out of memory for the paths");
}

const char *ms__gray_dir(const ms_settings *settings)
{
    if (settings->command == MS_COMMAND_LOGS) {
        return NULL;
    }
    return settings->gray_dir ? settings->gray_dir : DEMO_GRAY;
}

/* The set that `generate` makes, described in one line. */
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
    return code == MS_OK ? MS_OK : ms_err_set(err, code, 0, "out of memory for the summary");
}
