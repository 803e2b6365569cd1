/* The report as CSV (RFC 4180): a header, then a row for each file (or member of an archive) with hits, or
 * for `images` each converted image, in canonical order; rows end in CR LF. Keywords are `name=lines`, joined
 * by "; ". With -l both are empty, as nothing was counted. Names are escaped (base/escape.h), and so is the
 * sign that would make a spreadsheet take a field for a formula. Faults, ledger and times are in the other
 * formats. */
#include "base/escape.h"
#include "report/report_internal.h"

#include <stdio.h>
#include <string.h>

static bool needs_quotes(const uint8_t *data, size_t n)
{
    return n > 0 && (data[0] == ' ' || data[n - 1] == ' ' || memchr(data, ',', n) || memchr(data, '"', n));
}

static void put_field(ms_sink *sink, const void *data, size_t n)
{
    if (!needs_quotes(data, n)) {
        ms_sink_put(sink, data, n);
        return;
    }
    ms_sink_text(sink, "\"");
    const char *p = data;
    for (const char *quote; (quote = memchr(p, '"', n)) != NULL;) {
        size_t upto = (size_t)(quote - p) + 1;
        ms_sink_put(sink, p, upto);
        ms_sink_text(sink, "\"");
        p += upto;
        n -= upto;
    }
    ms_sink_put(sink, p, n);
    ms_sink_text(sink, "\"");
}

/* Bytes of the first character, after blanks, if a spreadsheet would take it for the beginning of a formula:
 * = + - @ (OWASP, "CSV Injection"), or one of their full-width forms U+FF1D, U+FF0B, U+FF0D, U+FF20. */
static size_t formula_sign(const uint8_t *p, size_t n)
{
    uint32_t rune = 0;
    size_t len = n > 0 ? ms_utf8_decode(p, n, &rune) : 0;
    uint32_t ascii = rune > 0xFF00 && rune < 0xFF5F ? rune - 0xFEE0 : rune;
    return ascii == '=' || ascii == '+' || ascii == '-' || ascii == '@' ? len : 0;
}

/* What a field begins with, or a keyword within it, which may not be the sign of a formula; the characters in
 * `separators` are escaped. */
static void append_first(ms_bytes *to, ms_str name, const char *separators)
{
    const uint8_t *p = (const uint8_t *)name.data;
    size_t blanks = 0;
    while (blanks < name.len && p[blanks] == ' ') {
        blanks++;
    }
    size_t sign = formula_sign(p + blanks, name.len - blanks);
    ms_bytes_append(to, p, blanks);
    ms_escape_append_hex(to, p + blanks, sign);
    ms_escape_append_also(to, p + blanks + sign, name.len - blanks - sign, separators);
}

/* `text` as one field. */
static void put_text(ms_sink *sink, const ms_bytes *text)
{
    if (ms_bytes_check(text) == MS_OK) {
        put_field(sink, text->data, text->len);
    } else {
        ms_sink_fail(sink, MS_NOMEM);
    }
}

static void put_name(ms_sink *sink, ms_str name, ms_bytes *scratch)
{
    ms_bytes_clear(scratch);
    append_first(scratch, name, ";");
    put_text(sink, scratch);
}

static void append_keywords(const ms__report *report, const ms_record *record, ms_bytes *to)
{
    for (uint32_t i = 0; i < record->ncounts; i++) {
        uint32_t id = 0;
        uint64_t count = 0;
        char number[24];
        ms_record_count(record, i, &id, &count);
        if (i > 0) {
            ms_bytes_append(to, "; ", 2);
        }
        append_first(to, ms__report_keyword(report, id), ";");
        int n = snprintf(number, sizeof number, "=%llu", (unsigned long long)count);
        ms_bytes_append(to, number, (size_t)n);
    }
}

/* PATH, or PATH!MEMBER, as one field. */
static void put_path(ms_sink *sink, const ms__item *item, ms_bytes *scratch)
{
    ms_bytes_clear(scratch);
    append_first(scratch, item->path, ";!");
    if (item->member.data) {
        ms_bytes_append(scratch, "!", 1);
        ms_escape_append_also(scratch, item->member.data, item->member.len, ";");
    }
    put_text(sink, scratch);
}

static void put_row(const ms__report *report, const ms__item *item, ms_bytes *scratch)
{
    ms_sink *sink = report->sink;
    const ms_record *record = &item->record;
    put_path(sink, item, scratch);
    ms_sink_text(sink, ",");
    if (!report->settings->files_with_matches) { /* with -L: 0 */
        ms_sink_printf(sink, "%llu", (unsigned long long)record->nmatching);
    }
    ms_sink_text(sink, ",");
    ms_bytes_clear(scratch);
    if (!report->settings->files_with_matches) {
        append_keywords(report, record, scratch);
    }
    put_text(sink, scratch);
    ms_sink_text(sink, "\r\n");
}

static void put_image_row(const ms__report *report, const ms_record *record, ms_bytes *scratch)
{
    ms_sink *sink = report->sink;
    const ms_image_part *image = &record->image;
    put_name(sink, ms_str_list_at(&report->run_result->paths, record->entry), scratch);
    ms_sink_text(sink, ",");
    put_name(sink, (ms_str){.data = image->output, .len = image->noutput}, scratch);
    ms_sink_printf(sink, ",%u,%u,%s\r\n", (unsigned)image->width, (unsigned)image->height,
                   ms__report_method(record));
}

static void put_entry(const ms__report *report, const ms_record *record, ms_bytes *scratch)
{
    ms__item item;
    for (size_t at = 0; ms__report_next_item(report, record, &at, &item);) {
        if (ms__report_wants(report, &item.record)) {
            put_row(report, &item, scratch);
        }
    }
}

void ms__report_csv(const ms__report *report)
{
    const ms_merged *merged = &report->run_result->merged;
    bool images = report->settings->command == MS_COMMAND_IMAGES;
    ms_bytes scratch = {0};
    ms_sink_text(report->sink,
                 images ? "path,output,width,height,method\r\n" : "path,matching_lines,keywords\r\n");
    for (size_t i = 0; i < merged->nentries && ms_sink_ok(report->sink); i++) {
        ms_record record = ms_merged_at(merged, i);
        if (!images) {
            put_entry(report, &record, &scratch);
        } else if (ms_record_has_image(&record)) {
            put_image_row(report, &record, &scratch);
        }
    }
    ms_bytes_fini(&scratch);
}
