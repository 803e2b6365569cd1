/* What was searched for, in at most a few lines: the head of the text report, and the first object of the
 * JSON report. The run's words come from ms_settings_search. */
#include "report/report_internal.h"

#include "base/escape.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { LISTED = 5, KEYWORD_SIZE = 64, FILES = 3, NAME_SIZE = 160, OPTIONS = 20, NUMBER_SIZE = 32 };

static const char file_word[] = "--file=";

bool ms__report_is_source(ms_str word)
{
    return strcmp(word.data, "--keyword") == 0 || strncmp(word.data, file_word, sizeof file_word - 1) == 0;
}

bool ms__report_is_default(const ms__report *report)
{
    const ms_str_list *words = &report->run_result->search;
    for (size_t i = 0; i < words->count; i++) {
        ms_str word = ms_str_list_at(words, i);
        if (ms__report_is_source(word) || strncmp(word.data, "--and=", 6) == 0 ||
            strncmp(word.data, "--not=", 6) == 0) {
            return false;
        }
    }
    return report->run_result->keywords.count == 1;
}

/* 12345 as 12,345. */
static const char *grouped(char to[NUMBER_SIZE], uint64_t number)
{
    char digits[NUMBER_SIZE];
    int n = snprintf(digits, sizeof digits, "%" PRIu64, number);
    size_t at = 0;
    for (int i = 0; i < n; i++) {
        if (i > 0 && (n - i) % 3 == 0) {
            to[at++] = ',';
        }
        to[at++] = digits[i];
    }
    to[at] = 0;
    return to;
}

/* "KEYWORD", at most KEYWORD_SIZE bytes of it; a quote within is escaped. */
static void put_quoted(ms_sink *sink, ms_str keyword)
{
    char shown[KEYWORD_SIZE];
    (void)ms_escape_to(shown, sizeof shown, keyword.data, keyword.len);
    ms_sink_text(sink, "\"");
    if (memchr(keyword.data, '"', keyword.len)) {
        size_t n = keyword.len < KEYWORD_SIZE / 4 ? keyword.len : KEYWORD_SIZE / 4;
        ms_sink_escape_also(sink, keyword.data, n, "\"");
        ms_sink_text(sink, n < keyword.len ? "..." : "");
    } else {
        ms_sink_text(sink, shown);
    }
    ms_sink_text(sink, "\"");
}

/* " of -e, a.txt, b.txt and 3 more files" */
static void put_sources(ms_sink *sink, const ms_str_list *words)
{
    size_t nfiles = 0;
    const char *lead = " of ";
    for (size_t i = 0; i < words->count; i++) {
        ms_str word = ms_str_list_at(words, i);
        if (!ms__report_is_source(word)) {
            continue;
        }
        bool is_file = word.data[2] == 'f';
        char shown[NAME_SIZE];
        const char *name = word.data + sizeof file_word - 1;
        nfiles += is_file ? 1 : 0;
        if (nfiles <= FILES) {
            ms_sink_text(sink, lead);
            ms_sink_text(sink, !is_file ? "-e"
                               : strcmp(name, "-") == 0
                                   ? "standard input"
                                   : ms_escape_to(shown, sizeof shown, name, strlen(name)));
            lead = ", ";
        }
    }
    if (nfiles > FILES) {
        ms_sink_printf(sink, " and %zu more file%s", nfiles - FILES, nfiles == FILES + 1 ? "" : "s");
    }
}

/* " (default keyword, --ignore-case)" */
static void put_options(const ms__report *report)
{
    const ms_str_list *words = &report->run_result->search;
    bool by_default = ms__report_is_default(report);
    size_t n = 0;
    const char *lead = " (";
    if (by_default) {
        ms_sink_text(report->sink, " (default keyword");
        lead = ", ";
    }
    for (size_t i = 0; i < words->count; i++) {
        char shown[NAME_SIZE];
        ms_str word = ms_str_list_at(words, i);
        if (!ms__report_is_source(word) && n++ < OPTIONS) {
            ms_sink_text(report->sink, lead);
            ms_sink_text(report->sink, ms_escape_to(shown, sizeof shown, word.data, word.len));
            lead = " ";
        }
    }
    if (n > OPTIONS) {
        ms_sink_printf(report->sink, " and %zu more", n - OPTIONS);
    }
    ms_sink_text(report->sink, n > 0 || by_default ? ")" : "");
}

void ms__report_head(const ms__report *report)
{
    ms_sink *sink = report->sink;
    const ms_str_list *keywords = &report->run_result->keywords;
    char number[NUMBER_SIZE];
    if (keywords->count == 0) {
        return;
    }
    ms_sink_text(sink, "searched for ");
    if (keywords->count > 1) {
        ms_sink_printf(sink, "%s keywords", grouped(number, keywords->count));
    }
    if (keywords->count > LISTED) {
        put_sources(sink, &report->run_result->search);
    }
    for (size_t i = 0; i < keywords->count && keywords->count <= LISTED; i++) {
        ms_sink_text(sink, keywords->count == 1 ? "" : i == 0 ? ": " : ", ");
        put_quoted(sink, ms_str_list_at(keywords, i));
    }
    put_options(report);
    ms_sink_text(sink, "\n\n");
}
