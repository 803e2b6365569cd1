/* mpiscan: options -> pipeline -> report -> exit code. */
#include "config/settings.h"
#include "report/merge_shards.h"
#include "report/report.h"
#include "run/stages/pipeline.h"

#include <signal.h>

/* A command that all ranks do together. */
static int scan(const ms_settings *settings, ms_err *err)
{
    ms_pipeline *pipeline = NULL;
    ms_run_result run_result = {0};
    ms_code code = ms_pipeline_begin(&pipeline, settings, err);
    code = code == MS_OK ? ms_pipeline_run(pipeline, &run_result, err) : code;
    if ((code == MS_OK || code == MS_MISMATCH) && ms_pipeline_is_root(pipeline)) {
        ms_code written = ms_report_write(settings, &run_result, ms_pipeline_color(settings), err);
        code = written == MS_OK ? code : written;
    }
    int exit_code = ms_pipeline_end(pipeline, code, &run_result, err);
    ms_run_result_fini(&run_result);
    return exit_code;
}

/* A command that one rank does, without MPI. */
static ms_code speak(const ms_settings *settings, bool *complete, ms_err *err)
{
    ms_bytes text = {0};
    if (settings->command == MS_COMMAND_MERGE) {
        return ms_merge_shards(settings, ms_pipeline_color(settings), complete, err);
    }
    bool generate =
        settings->command == MS_COMMAND_GENERATE_LOGS || settings->command == MS_COMMAND_GENERATE_IMAGES;
    ms_code code = generate ? ms_pipeline_generate(settings, &text, err) : ms_settings_text(settings, &text);
    code = code == MS_OK ? ms_report_text(&text, err) : code;
    ms_bytes_fini(&text);
    return code;
}

int main(int argc, char **argv)
{
    ms_settings settings = {0};
    ms_err err = {0};
    ms_pipeline_guard_descriptors();
    (void)signal(SIGPIPE, SIG_IGN); /* a reader that has gone, or a size limit, is an error of the write */
    (void)signal(SIGXFSZ, SIG_IGN);
    ms_code code = ms_settings_parse(&settings, argc, argv, &err);
    bool scans = settings.command == MS_COMMAND_LOGS || settings.command == MS_COMMAND_IMAGES ||
                 settings.command == MS_COMMAND_ALL;
    if (code == MS_OK && scans) {
        int exit_code = scan(&settings, &err);
        ms_settings_fini(&settings);
        return exit_code;
    }
    bool complete = true;
    code = code == MS_OK && ms_pipeline_speaks() ? speak(&settings, &complete, &err) : code;
    ms_settings_fini(&settings);
    return ms_pipeline_exit(code, complete, &err);
}
