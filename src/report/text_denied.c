/* Text report: files that this user may not read, as one short list. A user's run over /var/log has many of
 * them. */
#include "report/report_internal.h"

#include <string.h>

enum { LEAST = 4, SHOWN = 20 };

bool ms__report_is_denied(const ms_record *record)
{
    static const char denied[] = "Permission denied";
    size_t n = sizeof denied - 1;
    return record->status == MS_STATUS_FAILED && record->nmessage >= n && record->nmatching == 0 &&
           memcmp(record->message + record->nmessage - n, denied, n) == 0 &&
           ((record->nstage == 4 && memcmp(record->stage, "open", 4) == 0) ||
            (record->nstage == 9 && memcmp(record->stage, "enumerate", 9) == 0));
}

uint64_t ms__report_denied(const ms__report *report)
{
    const ms_merged *merged = &report->run_result->merged;
    uint64_t n = 0;
    for (size_t i = 0; i < merged->nentries; i++) {
        ms_record record = ms_merged_at(merged, i);
        n += ms__report_is_denied(&record) ? 1 : 0;
    }
    return n >= LEAST ? n : 0;
}

void ms__report_put_denied(const ms__report *report, uint64_t n)
{
    const ms_merged *merged = &report->run_result->merged;
    uint64_t shown = 0;
    ms_sink_printf(report->sink, " %llu files: Permission denied\n", (unsigned long long)n);
    for (size_t i = 0; i < merged->nentries && shown < SHOWN; i++) {
        ms_record record = ms_merged_at(merged, i);
        ms_str path = ms_str_list_at(&report->run_result->paths, record.entry);
        if (ms__report_is_denied(&record)) {
            ms_sink_text(report->sink, "  ");
            ms_sink_escape(report->sink, path.data, path.len, MS_ESCAPE_NAME);
            ms_sink_text(report->sink, "\n");
            shown++;
        }
    }
    if (n > shown) {
        ms_sink_printf(report->sink, "  ... and %llu more (--format json lists all)\n",
                       (unsigned long long)(n - shown));
    }
}
