/* mpiscan: options -> pipeline -> report -> exit code. */
#include "config/settings.h"
#include "report/report.h"
#include "report/stored.h"
#include "run/stages/pipeline.h"

/* A command that all ranks do together. */
static int scan(const ms_settings *settings, ms_err *err)
{
    ms_pipeline *pipeline = NULL;
    ms_run_result run_result = {0};
    int exit_code = 0;
    ms_code code = MS_OK;
    MS_TRY_OR(end, ms_pipeline_begin(&pipeline, settings, err));
    code = ms_pipeline_run(pipeline, &run_result, err);
    if ((code == MS_OK || code == MS_MISMATCH) && ms_pipeline_is_root(pipeline)) {
        code = ms_stored_run(settings, &run_result, code == MS_MISMATCH, ms_pipeline_color(settings), err);
    }
end:
    exit_code = ms_pipeline_end(pipeline, code, &run_result, err);
    ms_run_result_fini(&run_result);
    return exit_code;
}

/* A command that one rank does, without MPI. */
static int run_single(const ms_settings *settings, ms_err *err)
{
    ms_bytes text = {0};
    ms_run_result run_result = {0};
    ms_command command = settings->command;
    bool reports = command == MS_COMMAND_REPORT;
    bool generates = command == MS_COMMAND_GENERATE_LOGS || command == MS_COMMAND_GENERATE_IMAGES;
    ms_code code = reports     ? ms_stored_report(settings, ms_pipeline_color(settings), &run_result, err)
                   : generates ? ms_pipeline_generate(settings, &text, err)
                               : ms_settings_text(settings, &text);
    if (code == MS_OK && !reports) {
        code = ms_report_text(&text, err);
    }
    int exit_code = ms_pipeline_exit(settings, code, reports ? &run_result : NULL, err);
    ms_run_result_fini(&run_result);
    ms_bytes_fini(&text);
    return exit_code;
}

int main(int argc, char **argv)
{
    ms_settings settings = {0};
    ms_err err = {0};
    ms_pipeline_init_process();
    ms_code code = ms_settings_parse(&settings, argc, argv, &err);
    ms_command command = settings.command;
    bool scans = command == MS_COMMAND_LOGS || command == MS_COMMAND_IMAGES || command == MS_COMMAND_ALL;
    int exit_code = code != MS_OK           ? ms_pipeline_exit(&settings, code, NULL, &err)
                    : scans                 ? scan(&settings, &err)
                    : ms_pipeline_reports() ? run_single(&settings, &err)
                                            : 0;
    ms_settings_fini(&settings);
    return exit_code;
}
