/* Opens the sink, calls the writer of the format, commits. What the formats share. */
#include "report/report.h"

#include "report/report_internal.h"

ms_code ms_report_write(const ms_settings *settings, const ms_run_result *run_result, bool color, ms_err *err)
{
    static void (*const formats[])(const ms__report *) = {
        [MS_FORMAT_TEXT] = ms__report_text,
        [MS_FORMAT_JSON] = ms__report_json,
        [MS_FORMAT_CSV] = ms__report_csv,
    };
    ms_sink sink = {0};
    if (settings->quiet && !settings->output) {
        return MS_OK;
    }
    MS_TRY(ms_sink_open(&sink, settings->output, err));
    formats[settings->format](
        &(ms__report){.settings = settings, .run_result = run_result, .sink = &sink, .color = color});
    ms_code code = ms_sink_commit(&sink, err);
    ms_sink_close(&sink);
    return code;
}

ms_code ms_report_text(const ms_bytes *text, ms_err *err)
{
    ms_sink sink = {0};
    MS_TRY(ms_sink_open(&sink, NULL, err));
    ms_sink_put(&sink, text->data, text->len);
    ms_code code = ms_sink_commit(&sink, err);
    ms_sink_close(&sink);
    return code;
}

ms_str ms__report_keyword(const ms__report *report, uint32_t id)
{
    const ms_str_list *keywords = &report->run_result->keywords;
    return id < keywords->count ? ms_str_list_at(keywords, id) : (ms_str){.data = "?", .len = 1};
}

bool ms__report_next_item(const ms__report *report, const ms_record *record, size_t *at, ms__item *item)
{
    item->path = ms_str_list_at(&report->run_result->paths, record->entry);
    item->member = (ms_str){0};
    if (record->nmember_bytes > 0) {
        item->number = *at == 0 ? 1 : item->number + 1;
        return ms_record_next_member(record, at, &item->member, &item->record);
    }
    item->record = *record;
    return (*at)++ == 0;
}

bool ms__report_names_only(const ms__report *report)
{
    return report->settings->files_with_matches || report->settings->files_without_match;
}

bool ms__report_wants(const ms__report *report, const ms_record *record)
{
    return report->settings->files_without_match
               ? record->status == MS_STATUS_SCANNED && record->nmatching == 0 &&
                     !(record->flags & (MS_RECORD_IMAGE | MS_RECORD_MEMBERS))
               : record->nmatching > 0;
}

bool ms__report_lists(const ms__report *report)
{
    return !ms__report_names_only(report) && !report->settings->counts;
}

const char *ms__report_method(const ms_record *record)
{
    return record->image.lossless ? "jpeg-lossless" : "general";
}

const char *ms__report_command(const ms__report *report)
{
    ms_command command = report->settings->command;
    return command == MS_COMMAND_IMAGES ? "images" : command == MS_COMMAND_ALL ? "all" : "logs";
}

bool ms__report_converts(const ms__report *report)
{
    ms_command command = report->settings->command;
    return command == MS_COMMAND_IMAGES || command == MS_COMMAND_ALL;
}
