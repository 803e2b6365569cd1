/* The report as JSON lines: one object a line: what was searched for; in canonical order of the entries for
 * each its file object (when it has hits), its lines, its image object, then its fault or skip (of an
 * archive: its archive object, all that for each member, then its fault); then the ranks; the summary is
 * last. One object is in memory at a time. A text that is not UTF-8 is "NAME_base64" instead of "NAME".
 * Keywords are shown by their labels (json_labels.h). Control and format characters are written as \uXXXX,
 * which parses to the same text. An undefined figure is null, and so is matching_lines with -l. "text_bytes"
 * is the length of a line whose text was cut, "text_offset" where the text begins in it, unless at 0. */
#include "base/escape.h"
#include "report/base64.h"
#include "report/json_labels.h"
#include "report/report_internal.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEAD_ITEMS = 100, HEAD_BYTES = 16384 };

typedef struct writer {
    const ms__report *report;
    ms_sink *sink;
    json_t *labels; /* owned: an array with a string for each keyword */
    ms_bytes scratch;
    ms_bytes joined;
} writer;

/* \uXXXX; above U+FFFF two of them (RFC 8259). */
static void put_escaped(ms_sink *sink, uint32_t rune)
{
    if (rune > 0xFFFF) {
        uint32_t over = rune - 0x10000;
        ms_sink_printf(sink, "\\u%04x\\u%04x", 0xD800 + (unsigned)(over >> 10),
                       0xDC00 + (unsigned)(over & 0x3FF));
    } else {
        ms_sink_printf(sink, "\\u%04x", (unsigned)rune);
    }
}

/* A json_dump_callback_t. Anything but ASCII is within a string, so that an escape may take its place;
 * jansson itself escapes what is below U+0020. */
static int put_dumped(const char *data, size_t n, void *user)
{
    ms_sink *sink = user;
    const uint8_t *p = (const uint8_t *)data;
    size_t from = 0;
    for (size_t at = 0; at < n;) {
        uint32_t rune = 0;
        size_t len = p[at] < 0x7F ? 1 : ms_utf8_decode(p + at, n - at, &rune);
        if (rune >= 0x7F && len > 0 && ms_rune_is_harmful(rune)) {
            ms_sink_put(sink, p + from, at - from);
            put_escaped(sink, rune);
            from = at + len;
        }
        at += len > 0 ? len : 1;
    }
    ms_sink_put(sink, p + from, n - from);
    return ms_sink_ok(sink) ? 0 : -1;
}

/* Adds a field and takes `take_value`; NULL: out of memory. */
static void put(writer *w, json_t *object, const char *key, json_t *take_value)
{
    if (json_object_set_new_nocheck(object, key, take_value) != 0) {
        ms_sink_fail(w->sink, MS_NOMEM);
    }
}

/* The same for an element. */
static void append(writer *w, json_t *array, json_t *take_value)
{
    if (json_array_append_new(array, take_value) != 0) {
        ms_sink_fail(w->sink, MS_NOMEM);
    }
}

static json_t *begin(writer *w, const char *type)
{
    json_t *object = json_object();
    put(w, object, "type", json_string_nocheck(type));
    return object;
}

/* Writes the object as a line and frees it. */
static void end(writer *w, json_t *take_object)
{
    if (ms_sink_ok(w->sink) &&
        json_dump_callback(take_object, put_dumped, w->sink, JSON_COMPACT | JSON_REAL_PRECISION(6)) != 0) {
        ms_sink_fail(w->sink, MS_NOMEM);
    }
    json_decref(take_object);
    ms_sink_text(w->sink, "\n");
}

static json_t *integer(uint64_t value)
{
    return json_integer(value > INT64_MAX ? INT64_MAX : (json_int_t)value);
}

static json_t *real_or_null(bool defined, double value)
{
    return defined && isfinite(value) ? json_real(value) : json_null();
}

static void put_bytes(writer *w, json_t *object, const char *name, const void *data, size_t n)
{
    if (ms_utf8_valid(data, n)) {
        put(w, object, name, json_stringn_nocheck(n > 0 ? data : "", n));
        return;
    }
    char key[64];
    (void)snprintf(key, sizeof key, "%s_base64", name);
    ms_bytes_clear(&w->scratch);
    json_t *value = NULL;
    ms_base64_append(&w->scratch, data, n);
    if (ms_bytes_check(&w->scratch) == MS_OK) {
        value = json_stringn_nocheck((const char *)w->scratch.data, w->scratch.len);
    }
    put(w, object, key, value);
}

/* Begins an object with type and path; of a member PATH!MEMBER, archive and member. */
static json_t *begin_item(writer *w, const char *type, const ms__item *item)
{
    json_t *object = begin(w, type);
    if (!item->member.data) {
        put_bytes(w, object, "path", item->path.data, item->path.len);
        return object;
    }
    ms_bytes *joined = &w->joined;
    ms_bytes_clear(joined);
    ms_bytes_append(joined, item->path.data, item->path.len);
    ms_bytes_append(joined, "!", 1);
    ms_bytes_append(joined, item->member.data, item->member.len);
    if (ms_bytes_check(joined) != MS_OK) {
        ms_sink_fail(w->sink, MS_NOMEM);
    }
    put_bytes(w, object, "path", joined->data, joined->len);
    put_bytes(w, object, "archive", item->path.data, item->path.len);
    put_bytes(w, object, "member", item->member.data, item->member.len);
    put(w, object, "member_number", integer(item->number));
    return object;
}

/* A new reference to keyword id's label. */
static json_t *label(writer *w, uint32_t id)
{
    json_t *known = json_array_get(w->labels, id);
    return known ? json_incref(known) : json_string_nocheck("?");
}

static void put_file(writer *w, const ms__item *item)
{
    const ms_record *record = &item->record;
    json_t *file = begin_item(w, "file", item);
    if (!w->report->settings->files_with_matches) {
        json_t *counts = json_object();
        for (uint32_t i = 0; i < record->ncounts; i++) {
            uint32_t id = 0;
            uint64_t count = 0;
            ms_record_count(record, i, &id, &count);
            json_t *name = label(w, id);
            if (!name || json_object_setn_new_nocheck(counts, json_string_value(name),
                                                      json_string_length(name), integer(count)) != 0) {
                ms_sink_fail(w->sink, MS_NOMEM);
            }
            json_decref(name);
        }
        put(w, file, "matching_lines", integer(record->nmatching));
        put(w, file, "keywords", counts);
    }
    end(w, file);
}

static void put_line(writer *w, const ms__item *item, const ms_line *line)
{
    json_t *object = begin_item(w, line->is_context ? "context" : "line", item);
    put(w, object, "line_number", integer(line->line_no));
    put(w, object, "byte_offset", integer(line->offset));
    if (!line->is_context) {
        json_t *keywords = json_array();
        for (uint32_t i = 0; i < line->nids; i++) {
            append(w, keywords, label(w, ms_line_id(line, i)));
        }
        put(w, object, "keywords", keywords);
    }
    put_bytes(w, object, "text", line->text, ms_line_shown(line));
    if (line->text_offset > 0) {
        put(w, object, "text_offset", integer(line->text_offset));
    }
    if (line->ntext < line->nbytes) {
        put(w, object, "text_bytes", integer(line->nbytes));
    }
    if (line->is_cut) {
        put(w, object, "event_cut", json_true());
    }
    end(w, object);
}

static void put_image(writer *w, const ms__item *item)
{
    const ms_image_part *image = &item->record.image;
    char hash[2 * sizeof image->hash + 1];
    for (size_t i = 0; i < sizeof image->hash; i++) {
        (void)snprintf(hash + 2 * i, 3, "%02x", (unsigned)image->hash[i]);
    }
    json_t *object = begin_item(w, "image", item);
    put_bytes(w, object, "output", image->output, image->noutput);
    put(w, object, "width", integer(image->width));
    put(w, object, "height", integer(image->height));
    put(w, object, "method", json_string_nocheck(ms__report_method(&item->record)));
    if (image->pages > 1) {
        put(w, object, "pages", integer(image->pages));
    }
    put(w, object, "bytes_in", integer(item->record.nbytes));
    put(w, object, "bytes_out", integer(image->nbytes_out));
    put(w, object, "hash", json_string_nocheck(hash));
    end(w, object);
}

static void put_problem(writer *w, const ms__item *item)
{
    const ms_record *record = &item->record;
    if (record->status == MS_STATUS_FAILED) {
        json_t *fault = begin_item(w, "fault", item);
        put_bytes(w, fault, "stage", record->stage, record->nstage);
        put_bytes(w, fault, "message", record->message, record->nmessage);
        end(w, fault);
    } else if (record->status == MS_STATUS_SKIPPED) {
        json_t *skip = begin_item(w, "skip", item);
        put_bytes(w, skip, "reason", record->message, record->nmessage);
        end(w, skip);
    }
}

/* A file, or a member of an archive. */
static void put_item(writer *w, const ms__item *item)
{
    const ms_record *record = &item->record;
    if (ms__report_wants(w->report, record)) {
        put_file(w, item);
    }
    ms_line line;
    size_t at = 0;
    while (ms__report_lists(w->report) && ms_sink_ok(w->sink) && ms_record_next_line(record, &at, &line)) {
        put_line(w, item, &line);
    }
    if (ms_record_has_image(record)) {
        put_image(w, item);
    }
    put_problem(w, item);
}

/* An archive whose members are shown. With -l only the number of matching members is known. */
static void put_archive(writer *w, const ms__item *archive)
{
    ms__item item = {0};
    json_t *object = begin_item(w, "archive", archive);
    put(w, object, ms__report_names_only(w->report) ? "matching_members" : "matching_lines",
        integer(archive->record.nmatching));
    end(w, object);
    for (size_t at = 0;
         ms_sink_ok(w->sink) && ms__report_next_item(w->report, &archive->record, &at, &item);) {
        put_item(w, &item);
    }
    put_problem(w, archive);
}

static void put_entry(writer *w, const ms_record *record)
{
    ms__item item = {.record = *record, .path = ms_str_list_at(&w->report->run_result->paths, record->entry)};
    if ((record->flags & MS_RECORD_BINARY) != 0) {
        end(w, begin_item(w, "binary", &item));
    }
    if (record->nmember_bytes > 0) {
        put_archive(w, &item);
    } else {
        put_item(w, &item);
    }
}

static void put_rank(writer *w, const ms_rankstat *rank)
{
    json_t *object = begin(w, "rank");
    put(w, object, "rank", integer(rank->rank));
    put_bytes(w, object, "host", rank->host, strnlen(rank->host, sizeof rank->host));
    put(w, object, "tasks", integer(rank->tasks));
    put(w, object, "tasks_stolen", integer(rank->tasks_stolen));
    put(w, object, "tasks_given", integer(rank->tasks_given));
    put(w, object, "steal_requests", integer(rank->steal_requests));
    put(w, object, "bytes", integer(rank->nbytes));
    put(w, object, "busy_seconds", real_or_null(true, rank->busy_seconds));
    put(w, object, "wait_seconds", real_or_null(true, rank->wait_seconds));
    end(w, object);
}

/* The words of run_result.search that are sources, or those that are options. One that is not UTF-8 is shown
 * escaped. */
static json_t *words_array(writer *w, bool sources)
{
    const ms_str_list *words = &w->report->run_result->search;
    json_t *array = json_array();
    size_t left = HEAD_BYTES;
    if (sources && ms__report_is_default(w->report)) {
        append(w, array, json_string_nocheck("default"));
    }
    for (size_t i = 0; i < words->count && json_array_size(array) < HEAD_ITEMS; i++) {
        ms_str word = ms_str_list_at(words, i);
        if (ms__report_is_source(word) != sources || word.len > left) {
            continue;
        }
        left -= word.len;
        ms_bytes_clear(&w->scratch);
        if (ms_utf8_valid(word.data, word.len)) {
            ms_bytes_append(&w->scratch, word.data, word.len);
        } else {
            ms_escape_append(&w->scratch, word.data, word.len, MS_ESCAPE_NAME);
        }
        append(w, array,
               ms_bytes_check(&w->scratch) == MS_OK
                   ? json_stringn_nocheck((const char *)w->scratch.data, w->scratch.len)
                   : NULL);
    }
    return array;
}

static json_t *files_object(writer *w)
{
    const ms_ledger *ledger = &w->report->run_result->merged.ledger;
    json_t *files = json_object();
    put(w, files, "enumerated", integer(ledger->enumerated));
    put(w, files, "scanned", integer(ledger->scanned));
    put(w, files, "skipped", integer(ledger->skipped));
    put(w, files, "failed", integer(ledger->failed));
    if (ledger->binary > 0) {
        put(w, files, "binary", integer(ledger->binary));
    }
    if (w->report->run_result->stopped) {
        put(w, files, "undone", integer(ledger->undone));
    }
    if (w->report->run_result->nfiltered > 0) {
        put(w, files, "filtered", integer(w->report->run_result->nfiltered));
    }
    return files;
}

static json_t *images_object(writer *w)
{
    const ms_ledger *ledger = &w->report->run_result->merged.ledger;
    json_t *images = json_object();
    put(w, images, "converted", integer(ledger->images));
    put(w, images, "lossless", integer(ledger->lossless));
    put(w, images, "pixels", integer(ledger->pixels));
    put(w, images, "bytes_out", integer(ledger->nbytes_out));
    return images;
}

static json_t *stages_object(writer *w)
{
    const ms_stages *stages = &w->report->run_result->stages;
    json_t *object = json_object();
    put(w, object, "enumerate", real_or_null(true, stages->enumerate));
    put(w, object, "plan", real_or_null(true, stages->plan));
    put(w, object, "scatter", real_or_null(true, stages->scatter));
    put(w, object, "work", real_or_null(true, stages->work));
    put(w, object, "gather", real_or_null(true, stages->gather));
    put(w, object, "merge", real_or_null(true, stages->merge));
    return object;
}

static json_t *baseline_object(writer *w)
{
    static const char *const kinds[] = {[MS_BASELINE_NONE] = "none",
                                        [MS_BASELINE_MEASURED] = "measured",
                                        [MS_BASELINE_ESTIMATED] = "estimated"};
    const ms_comparison *compare = &w->report->run_result->compare;
    json_t *baseline = json_object();
    put(w, baseline, "kind", json_string_nocheck(kinds[compare->kind]));
    put(w, baseline, "seconds", real_or_null(compare->kind != MS_BASELINE_NONE, compare->sequential));
    return baseline;
}

/* Notes are printable UTF-8, as names in them are escaped; what is not is left out by jansson. */
static void put_notes(writer *w, json_t *object, const ms_str_list *notes)
{
    if (notes->count == 0) {
        return;
    }
    json_t *list = json_array();
    for (size_t i = 0; i < notes->count; i++) {
        ms_str note = ms_str_list_at(notes, i);
        (void)json_array_append_new(list, json_stringn(note.data, note.len));
    }
    put(w, object, "notes", list);
}

static json_t *shard_object(writer *w)
{
    json_t *shard = json_object();
    put(w, shard, "index", integer(w->report->settings->shard.index));
    put(w, shard, "count", integer(w->report->settings->shard.count));
    return shard;
}

static void put_summary(writer *w)
{
    const ms_run_result *run_result = w->report->run_result;
    const ms_ledger *ledger = &run_result->merged.ledger;
    const ms_comparison *compare = &run_result->compare;
    bool compared = compare->kind != MS_BASELINE_NONE && compare->speedup > 0;
    json_t *summary = begin(w, "summary");
    put(w, summary, "ranks", integer(run_result->nranks));
    if (w->report->settings->shard.count > 0) {
        put(w, summary, "shard", shard_object(w));
    }
    put(w, summary, "files", files_object(w));
    put(w, summary, "bytes", integer(ledger->nbytes));
    put(w, summary, "matching_files", integer(ledger->matching_files));
    put(w, summary, "matching_lines",
        ms__report_names_only(w->report) ? json_null() : integer(ledger->matching_lines));
    if (ledger->matching_members > 0) {
        put(w, summary, "matching_members", integer(ledger->matching_members));
    }
    if (ms__report_converts(w->report)) {
        put(w, summary, "images", images_object(w));
    }
    bool simulated = w->report->settings->simulate != NULL;
    put(w, summary, "complete", json_boolean(ms_ledger_complete(ledger) && !simulated));
    if (simulated) {
        put(w, summary, "simulated", json_true());
    }
    if (run_result->stopped) {
        put(w, summary, "stopped", json_true());
    }
    put_bytes(w, summary, "digest", run_result->merged.digest, strlen(run_result->merged.digest));
    put(w, summary, "wall_seconds", real_or_null(true, run_result->wall_seconds));
    if (run_result->stages.work > 0) {
        put(w, summary, "stage_seconds", stages_object(w));
    }
    put(w, summary, "baseline", baseline_object(w));
    put(w, summary, "speedup", real_or_null(compared, compare->speedup));
    put(w, summary, "efficiency", real_or_null(compared, compare->efficiency));
    put(w, summary, "karp_flatt", real_or_null(compared, compare->karp_flatt));
    put(w, summary, "imbalance", real_or_null(run_result->nranks > 0, compare->imbalance));
    put_bytes(w, summary, "verdict", compare->verdict, strlen(compare->verdict));
    put_notes(w, summary, &run_result->notes);
    end(w, summary);
}

/* The first object: what was searched for. Of many keywords and sources the first ones; their number is
 * there. */
static void put_head(writer *w)
{
    const ms_run_result *run_result = w->report->run_result;
    json_t *object = begin(w, "run");
    put(w, object, "command", json_string_nocheck(ms__report_command(w->report)));
    if (w->report->settings->command != MS_COMMAND_IMAGES) {
        json_t *keywords = json_array();
        size_t left = HEAD_BYTES;
        for (size_t i = 0; i < run_result->keywords.count && i < HEAD_ITEMS; i++) {
            size_t n = ms_str_list_at(&run_result->keywords, i).len;
            if (n > left) {
                break;
            }
            left -= n;
            append(w, keywords, label(w, (uint32_t)i));
        }
        put(w, object, "keyword_count", integer(run_result->keywords.count));
        put(w, object, "keywords", keywords);
        put(w, object, "sources", words_array(w, true));
        put(w, object, "options", words_array(w, false));
    }
    end(w, object);
}

void ms__report_json(const ms__report *report)
{
    const ms_run_result *run_result = report->run_result;
    writer w = {.report = report, .sink = report->sink};
    if (ms__json_labels(&run_result->keywords, &w.labels) != MS_OK) {
        ms_sink_fail(w.sink, MS_NOMEM);
    } else {
        put_head(&w);
    }
    for (size_t i = 0; i < run_result->merged.nentries && ms_sink_ok(w.sink); i++) {
        ms_record record = ms_merged_at(&run_result->merged, i);
        put_entry(&w, &record);
    }
    for (size_t i = 0; i < run_result->nranks && ms_sink_ok(w.sink); i++) {
        put_rank(&w, &run_result->ranks[i]);
    }
    if (ms_sink_ok(w.sink)) {
        put_summary(&w);
    }
    json_decref(w.labels);
    ms_bytes_fini(&w.scratch);
    ms_bytes_fini(&w.joined);
}
