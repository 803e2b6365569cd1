/* What the formats share; private to report/. */
#ifndef MS_REPORT_REPORT_INTERNAL_H
#define MS_REPORT_REPORT_INTERNAL_H

#include "config/settings.h"
#include "report/sink.h"
#include "result/run_result.h"

/* What a format is given. All borrowed for the call. */
typedef struct ms__report {
    const ms_settings *settings;
    const ms_run_result *run_result;
    ms_sink *sink;
    bool color; /* text only */
} ms__report;

/* The formats: each walks the records in canonical order and formats one line at a time. Errors stay in the
 * sink. Local. */
void ms__report_text(const ms__report *report);
void ms__report_json(const ms__report *report);
void ms__report_csv(const ms__report *report);

/* A file, or a member of an archive, which is shown as PATH!MEMBER. */
typedef struct ms__item {
    ms_record record;
    ms_str path;
    ms_str member;   /* data is NULL when it is a file */
    uint64_t number; /* of the member among those shown, 1-based */
} ms__item;

/* The items of entry's record, in order: the members of an archive, but not the archive itself; else the file
 * alone. Start with *at = 0; false at the end. */
bool ms__report_next_item(const ms__report *report, const ms_record *record, size_t *at, ms__item *item);

/* The head of the text report: what was searched for; nothing if the run converts images only. */
void ms__report_head(const ms__report *report);
/* Is it a word of run_result->search that says where keywords came from, not an option? */
bool ms__report_is_source(ms_str word);
/* Was it the default keyword, for want of others? */
bool ms__report_is_default(const ms__report *report);
/* The tail of the text report: table of ranks, comparison, notes. */
void ms__report_figures(const ms__report *report);

/* Text: is it a file that this user may not read? If so many have failed for that reason, the number of them,
 * else 0; and the list of them, after the word FAILED. */
bool ms__report_is_denied(const ms_record *record);
uint64_t ms__report_denied(const ms__report *report);
void ms__report_put_denied(const ms__report *report, uint64_t n);
/* Text: which files were searched as binary data, if any were. */
void ms__report_put_binary(const ms__report *report);

/* Does the report list the file or member: does it match, or with -L, was it searched without a match? */
bool ms__report_wants(const ms__report *report, const ms_record *record);
/* With -l or -L: names without counts. */
bool ms__report_names_only(const ms__report *report);
/* Are lines shown, not only counted? */
bool ms__report_lists(const ms__report *report);
/* Keyword `id` as typed; an invalid id gives "?". */
ms_str ms__report_keyword(const ms__report *report, uint32_t id);
/* The method of conversion: "jpeg-lossless" or "general". */
const char *ms__report_method(const ms_record *record);
/* The run's command: "logs", "images" or "all". */
const char *ms__report_command(const ms__report *report);
/* Does the run convert images? */
bool ms__report_converts(const ms__report *report);
#endif
