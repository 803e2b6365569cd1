/* The report as text: the head (report_head.c), the files with hits and their lines, the images in one line,
 * what failed or was skipped, the ledger; then the figures (text_figures.c). Sections are separated by an
 * empty line. Everything that comes from files is escaped (base/escape.h), so that no log line can send a
 * control sequence to the reader's terminal. */
#include "report/report_internal.h"
#include "report/text_words.h"

#include <stdio.h>
#include <string.h>

/* In a line of CONDENSED bytes or more, more than SHOWN_NULS NULs are shown as one and their number. */
enum { SHOWN_SKIPS = 20, SHOWN_NULS = 32, CONDENSED = 256 };

#define NAME_COLOR "\033[1;35m"
#define NUMBER_COLOR "\033[32m"
#define GOOD_COLOR "\033[1;32m"
#define BAD_COLOR "\033[1;31m"
#define NO_COLOR "\033[0m"

/* The verbs for what is done with a file. */
typedef struct wording {
    const char *counted, *bytes, *done, *infinitive;
} wording;

static wording words_for(const ms__report *report)
{
    switch (report->settings->command) {
    case MS_COMMAND_IMAGES:
        return (wording){"converted", "read", "converted", "convert"};
    case MS_COMMAND_ALL:
        return (wording){"done", "read", "done", "do"};
    case MS_COMMAND_NONE:
    case MS_COMMAND_LOGS:
    case MS_COMMAND_GENERATE_LOGS:
    case MS_COMMAND_GENERATE_IMAGES:
    case MS_COMMAND_REPORT:
    case MS_COMMAND_HELP:
    case MS_COMMAND_VERSION:
    case MS_COMMAND_MAN:
        break;
    }
    return (wording){"scanned", "searched", "searched", "search"};
}

static void color(const ms__report *report, const char *sequence)
{
    if (report->color) {
        ms_sink_text(report->sink, sequence);
    }
}

static void put_path(const ms__report *report, const ms__item *item)
{
    color(report, NAME_COLOR);
    ms_sink_escape_also(report->sink, item->path.data, item->path.len, "!");
    if (item->member.data) {
        ms_sink_text(report->sink, "!");
        ms_sink_escape(report->sink, item->member.data, item->member.len, MS_ESCAPE_NAME);
    }
    color(report, NO_COLOR);
}

static const char *plural(uint64_t n)
{
    return n == 1 ? "" : "s";
}

/* PATH: 3 matching lines (unauthorized access 2, failed password 1) */
static void put_file(const ms__report *report, const ms__item *item)
{
    ms_sink *sink = report->sink;
    const ms_record *record = &item->record;
    put_path(report, item);
    if (ms__report_names_only(report)) {
        ms_sink_text(sink, "\n");
        return;
    }
    ms_sink_printf(sink, ": %llu matching line%s", (unsigned long long)record->nmatching,
                   plural(record->nmatching));
    for (uint32_t i = 0; i < record->ncounts; i++) {
        uint32_t id = 0;
        uint64_t count = 0;
        ms_record_count(record, i, &id, &count);
        ms_str keyword = ms__report_keyword(report, id);
        ms_sink_text(sink, i == 0 ? " (" : ", ");
        ms_sink_escape(sink, keyword.data, keyword.len, MS_ESCAPE_NAME);
        ms_sink_printf(sink, " %llu", (unsigned long long)count);
    }
    ms_sink_text(sink, record->ncounts > 0 ? ")\n" : "\n");
}

/* Bytes that the text leaves out. */
static void put_missing(const ms__report *report, const char *before, uint64_t n, const char *after)
{
    ms_sink_printf(report->sink, "%s%llu byte%s%s", before, (unsigned long long)n, plural(n), after);
}

/* The next run of at least SHOWN_NULS NULs in text[at .. n): its beginning, and *end. Without one: n. */
static size_t find_nul_run(const uint8_t *text, size_t at, size_t n, size_t *end)
{
    const uint8_t *nul = NULL;
    for (*end = at; (nul = memchr(text + *end, 0, n - *end)) != NULL;) {
        size_t begin = (size_t)(nul - text);
        *end = begin;
        while (*end < n && text[*end] == 0) {
            ++*end;
        }
        if (*end - begin >= SHOWN_NULS) {
            return begin;
        }
    }
    return *end = n;
}

/* The text; of long runs of NULs (a hole of the file) one and their number. */
static void put_text(const ms__report *report, const uint8_t *text, size_t n)
{
    if (n < CONDENSED) {
        ms_sink_escape(report->sink, text, n, MS_ESCAPE_LINE);
        return;
    }
    for (size_t at = 0; at < n;) {
        size_t end = at;
        size_t nul = find_nul_run(text, at, n, &end);
        ms_sink_escape(report->sink, text + at, nul - at, MS_ESCAPE_LINE);
        if (end > nul) {
            ms_sink_printf(report->sink, "\\x00[... %llu NUL bytes]", (unsigned long long)(end - nul));
        }
        at = end;
    }
}

/* As grep: "12:text" for a match, "11-text" for context. */
static void put_line(const ms__report *report, const ms_line *line)
{
    ms_sink *sink = report->sink;
    size_t shown = ms_line_shown(line);
    if (line->is_cut) {
        ms_sink_text(sink, "  [... earlier lines of the event]\n");
    }
    ms_sink_text(sink, "  ");
    color(report, NUMBER_COLOR);
    ms_sink_printf(sink, "%llu", (unsigned long long)line->line_no);
    color(report, NO_COLOR);
    ms_sink_text(sink, line->is_context ? "-" : ":");
    if (line->text_offset > 0) {
        put_missing(report, "[", line->text_offset, " ...] ");
    }
    put_text(report, line->text, shown);
    if (shown < line->nbytes - line->text_offset) {
        put_missing(report, " [... ", line->nbytes - line->text_offset - shown, " more]");
    }
    ms_sink_text(sink, "\n");
}

static void put_lines(const ms__report *report, const ms_record *record)
{
    const ms_settings *settings = report->settings;
    bool context = settings->before > 0 || settings->after > 0 || settings->event_start;
    uint64_t last = 0;
    size_t at = 0;
    ms_line line;
    while (ms_sink_ok(report->sink) && ms_record_next_line(record, &at, &line)) {
        if (context && last > 0 && line.line_no != last + 1) {
            ms_sink_text(report->sink, "  --\n");
        }
        put_line(report, &line);
        last = line.line_no;
    }
}

/* A file that the report lists, or the members of an archive that it does: how many there are. */
static uint64_t put_entry(const ms__report *report, const ms_record *record)
{
    uint64_t n = 0;
    ms__item item;
    for (size_t at = 0; ms_sink_ok(report->sink) && ms__report_next_item(report, record, &at, &item);) {
        if (ms__report_wants(report, &item.record)) {
            n++;
            put_file(report, &item);
            if (ms__report_lists(report)) {
                put_lines(report, &item.record);
            }
        }
    }
    return n;
}

static void put_hits(const ms__report *report)
{
    const ms_merged *merged = &report->run_result->merged;
    uint64_t n = 0;
    for (size_t i = 0; i < merged->nentries && ms_sink_ok(report->sink); i++) {
        ms_record record = ms_merged_at(merged, i);
        n += put_entry(report, &record);
    }
    if (report->settings->simulate) {
        ms_sink_text(report->sink, "nothing was searched (--simulate)\n");
    } else if (n == 0 && report->settings->files_without_match) {
        ms_sink_text(report->sink, "no file is without a matching line\n");
    } else if (merged->ledger.matching_files == 0 && !report->settings->files_without_match) {
        ms_sink_text(report->sink, ms_ledger_complete(&merged->ledger)
                                       ? "no line matches\n"
                                       : "no line matches, but not all files were searched\n");
    }
}

/* 10 images converted: 5 lossless (JPEG), 5 by decoding; 60.1 megapixels, 52.3 MB in, 12.1 MB out */
static void put_images(const ms__report *report)
{
    ms_sink *sink = report->sink;
    const ms_merged *merged = &report->run_result->merged;
    const ms_ledger *ledger = &merged->ledger;
    char in[MS_WORDS_SIZE];
    char out[MS_WORDS_SIZE];
    uint64_t nbytes = 0; /* a part of the ledger's sum, so it fits */
    if (ledger->images == 0) {
        ms_sink_text(sink, "no image was converted\n");
        return;
    }
    for (size_t i = 0; i < merged->nentries; i++) {
        ms_record record = ms_merged_at(merged, i);
        nbytes += ms_record_has_image(&record) ? record.nbytes : 0;
    }
    ms_sink_printf(sink, "%llu image%s converted: %llu lossless (JPEG), %llu by decoding; ",
                   (unsigned long long)ledger->images, plural(ledger->images),
                   (unsigned long long)ledger->lossless,
                   (unsigned long long)(ledger->images - ledger->lossless));
    ms_sink_printf(sink, "%.1f megapixels, %s in, %s out\n", (double)ledger->pixels / 1e6,
                   ms_words_bytes(in, nbytes), ms_words_bytes(out, ledger->nbytes_out));
}

/* FAILED PATH: message. The message says what was attempted; the stage is for programs that read JSON. */
static void put_fault(const ms__report *report, const ms__item *item)
{
    ms_sink *sink = report->sink;
    const ms_record *record = &item->record;
    color(report, BAD_COLOR);
    ms_sink_text(sink, item->member.data ? "  failed" : "FAILED");
    color(report, NO_COLOR);
    ms_sink_text(sink, " ");
    put_path(report, item);
    ms_sink_text(sink, ": ");
    ms_sink_escape(sink, record->message, record->nmessage, MS_ESCAPE_MESSAGE);
    ms_sink_text(sink, "\n");
}

/* skipped PATH: reason */
static void put_skip(const ms__report *report, const ms__item *item)
{
    ms_sink_text(report->sink, "skipped ");
    put_path(report, item);
    ms_sink_text(report->sink, ": ");
    ms_sink_escape(report->sink, item->record.message, item->record.nmessage, MS_ESCAPE_MESSAGE);
    ms_sink_text(report->sink, "\n");
}

/* Shows at most `limit` files and members of that status with `show`, an archive before its members;
 * returns how many there are. */
static uint64_t put_status(const ms__report *report, ms_status status, uint64_t limit,
                           void (*show)(const ms__report *, const ms__item *))
{
    const ms_merged *merged = &report->run_result->merged;
    uint64_t n = 0;
    for (size_t i = 0; i < merged->nentries && ms_sink_ok(report->sink); i++) {
        ms__item item = {.record = ms_merged_at(merged, i)};
        ms_record record = item.record;
        item.path = ms_str_list_at(&report->run_result->paths, record.entry);
        if (record.status == status && n++ < limit) {
            show(report, &item);
        }
        for (size_t at = 0; ms_record_next_member(&record, &at, &item.member, &item.record);) {
            if (item.record.status == status && n++ < limit) {
                show(report, &item);
            }
        }
    }
    return n;
}

static void put_other_fault(const ms__report *report, const ms__item *item)
{
    if (item->member.data || !ms__report_is_denied(&item->record)) {
        put_fault(report, item);
    }
}

/* All faults; those of files that may not be read together, if there are many. */
static void put_faults(const ms__report *report)
{
    uint64_t denied = ms__report_denied(report);
    (void)put_status(report, MS_STATUS_FAILED, UINT64_MAX, denied > 0 ? put_other_fault : put_fault);
    if (denied > 0) {
        color(report, BAD_COLOR);
        ms_sink_text(report->sink, "FAILED");
        color(report, NO_COLOR);
        ms__report_put_denied(report, denied);
    }
}

static void put_problems(const ms__report *report)
{
    const ms_ledger *ledger = &report->run_result->merged.ledger;
    if (ledger->failed == 0 && ledger->skipped == 0 && ledger->skipped_members == 0) {
        return;
    }
    ms_sink_text(report->sink, "\n");
    put_faults(report);
    uint64_t skips = put_status(report, MS_STATUS_SKIPPED, SHOWN_SKIPS, put_skip);
    if (skips > SHOWN_SKIPS) {
        ms_sink_printf(report->sink, "... and %llu more skipped (--format json lists all)\n",
                       (unsigned long long)(skips - SHOWN_SKIPS));
    }
}

/* 40 files enumerated = 39 scanned + 1 skipped + 0 failed; 1.2 MB searched; 12 files match on 12 lines */
static void put_sums(const ms__report *report)
{
    ms_sink *sink = report->sink;
    const ms_ledger *ledger = &report->run_result->merged.ledger;
    char bytes[MS_WORDS_SIZE];
    wording words = words_for(report);
    bool searches = report->settings->command != MS_COMMAND_IMAGES;
    const ms_shard *shard = &report->settings->shard;
    if (shard->count > 0) {
        ms_sink_printf(sink, "shard %llu of %llu: ", (unsigned long long)shard->index,
                       (unsigned long long)shard->count);
    }
    ms_sink_printf(sink, "%llu file%s enumerated = %llu %s + %llu skipped + %llu failed",
                   (unsigned long long)ledger->enumerated, plural(ledger->enumerated),
                   (unsigned long long)ledger->scanned, words.counted, (unsigned long long)ledger->skipped,
                   (unsigned long long)ledger->failed);
    if (report->run_result->stopped) {
        ms_sink_printf(sink, " + %llu not done", (unsigned long long)ledger->undone);
    }
    ms_sink_printf(sink, "; %s %s", ms_words_bytes(bytes, ledger->nbytes), words.bytes);
    if (searches) {
        ms_sink_printf(sink, "; %llu file%s", (unsigned long long)ledger->matching_files,
                       ledger->matching_files == 1 ? " matches" : "s match");
    }
    if (searches && !ms__report_names_only(report)) {
        ms_sink_printf(sink, " on %llu line%s", (unsigned long long)ledger->matching_lines,
                       plural(ledger->matching_lines));
    }
    if (ledger->matching_members > 0) {
        ms_sink_printf(sink, "; in archives, %llu member%s", (unsigned long long)ledger->matching_members,
                       ledger->matching_members == 1 ? " matches" : "s match");
    }
    ms_sink_text(sink, "\n");
    if (report->run_result->nfiltered > 0) {
        ms_sink_printf(sink, "%llu left out by --include, --exclude or --max-depth\n",
                       (unsigned long long)report->run_result->nfiltered);
    }
}

/* INCOMPLETE: interrupted after 12 of 40 files; continue with --resume DIR */
static void put_stopped(const ms__report *report)
{
    const ms_settings *settings = report->settings;
    const ms_ledger *ledger = &report->run_result->merged.ledger;
    const char *dir = settings->resume ? settings->resume : settings->journal;
    ms_sink_printf(report->sink, ": interrupted after %llu of %llu file%s; ",
                   (unsigned long long)(ledger->enumerated - ledger->undone),
                   (unsigned long long)ledger->enumerated, plural(ledger->enumerated));
    if (dir) {
        ms_sink_text(report->sink, "continue with --resume ");
        ms_sink_escape(report->sink, dir, strlen(dir), MS_ESCAPE_NAME);
        ms_sink_text(report->sink, "\n");
    } else {
        ms_sink_text(report->sink, "not resumable without --journal DIR\n");
    }
}

static void put_ledger(const ms__report *report)
{
    ms_sink *sink = report->sink;
    const ms_ledger *ledger = &report->run_result->merged.ledger;
    bool complete = ms_ledger_complete(ledger);
    uint64_t skipped = ledger->skipped + ledger->skipped_members;
    wording words = words_for(report);
    ms_sink_text(sink, "\n");
    put_sums(report);
    if (report->settings->simulate && !report->run_result->stopped) {
        ms_sink_text(sink, "SIMULATED: no file was read\n");
        return;
    }
    color(report, complete ? GOOD_COLOR : BAD_COLOR);
    ms_sink_text(sink, complete ? "COMPLETE" : "INCOMPLETE");
    color(report, NO_COLOR);
    if (report->run_result->stopped) {
        put_stopped(report);
    } else if (!complete) {
        ms_sink_printf(sink, ": %llu of %llu file%s could not be %s\n", (unsigned long long)ledger->failed,
                       (unsigned long long)ledger->enumerated, plural(ledger->enumerated), words.done);
    } else if (skipped > 0) {
        ms_sink_printf(sink, ": nothing failed; %llu skipped, see above\n", (unsigned long long)skipped);
    } else if (ledger->enumerated > 0) {
        ms_sink_printf(sink, ": every file%s was %s\n",
                       report->settings->shard.count > 0 ? " of this shard" : "", words.done);
    } else {
        ms_sink_printf(sink, ": nothing to %s\n", words.infinitive);
    }
}

void ms__report_text(const ms__report *report)
{
    if (report->settings->command != MS_COMMAND_IMAGES) {
        ms__report_head(report);
        put_hits(report);
        ms_sink_text(report->sink, ms__report_converts(report) ? "\n" : "");
    }
    if (ms__report_converts(report)) {
        put_images(report);
    }
    ms__report_put_binary(report);
    put_problems(report);
    put_ledger(report);
    ms__report_figures(report);
}
