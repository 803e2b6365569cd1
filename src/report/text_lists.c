/* Text report: short lists of files: those that this user may not read, of which a user's run over /var/log
 * has many, and those that were searched as binary data. */
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

static void put_name(const ms__report *report, uint32_t entry)
{
    ms_str path = ms_str_list_at(&report->run_result->paths, entry);
    ms_sink_text(report->sink, "  ");
    ms_sink_escape(report->sink, path.data, path.len, MS_ESCAPE_NAME);
    ms_sink_text(report->sink, "\n");
}

static void put_more(const ms__report *report, uint64_t n)
{
    if (n > SHOWN) {
        ms_sink_printf(report->sink, "  ... and %llu more (--format json lists all)\n",
                       (unsigned long long)(n - SHOWN));
    }
}

void ms__report_put_denied(const ms__report *report, uint64_t n)
{
    const ms_merged *merged = &report->run_result->merged;
    uint64_t shown = 0;
    ms_sink_printf(report->sink, " %llu files: Permission denied\n", (unsigned long long)n);
    for (size_t i = 0; i < merged->nentries && shown < SHOWN; i++) {
        ms_record record = ms_merged_at(merged, i);
        if (ms__report_is_denied(&record)) {
            put_name(report, record.entry);
            shown++;
        }
    }
    put_more(report, n);
}

void ms__report_put_binary(const ms__report *report)
{
    const ms_merged *merged = &report->run_result->merged;
    uint64_t n = merged->ledger.binary;
    uint64_t shown = 0;
    if (n == 0) {
        return;
    }
    ms_sink_printf(report->sink, "\nsearched as binary data, byte by byte: %llu file%s\n",
                   (unsigned long long)n, n == 1 ? "" : "s");
    for (size_t i = 0; i < merged->nentries && shown < SHOWN && ms_sink_ok(report->sink); i++) {
        ms_record record = ms_merged_at(merged, i);
        if ((record.flags & MS_RECORD_BINARY) != 0) {
            put_name(report, record.entry);
            shown++;
        }
    }
    put_more(report, n);
}
