#include "logs_reference.h"

#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

static ms_code MS_PRINTF(2, 3) put(ms_bytes *to, const char *fmt, ...)
{
    char text[160];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    ms_bytes_append(to, text, n > 0 ? (size_t)n : 0);
    return ms_bytes_check(to);
}

ms_code transcript_put_line(ms_bytes *to, const ms_scan_line *line)
{
    ms_code code =
        put(to, "%llu @%llu +%llu %s", (unsigned long long)line->line_no, (unsigned long long)line->offset,
            (unsigned long long)line->nbytes, line->is_context ? "context" : "match");
    for (uint32_t i = 0; i < line->nids && code == MS_OK; i++) {
        code = put(to, " %u", line->ids[i]);
    }
    if (line->is_cut && code == MS_OK) {
        code = put(to, " cut");
    }
    if (line->text_offset > 0 && code == MS_OK) {
        code = put(to, " from %llu", (unsigned long long)line->text_offset);
    }
    code = code == MS_OK ? put(to, ": ") : code;
    for (size_t i = 0; i < line->ntext && code == MS_OK; i++) {
        bool plain = line->text[i] > 0x20 && line->text[i] < 0x7F && line->text[i] != '\\';
        code = plain ? put(to, "%c", line->text[i]) : put(to, "\\x%02x", line->text[i]);
    }
    return code == MS_OK ? put(to, "\n") : code;
}

static ms_code put_totals(ms_bytes *to, ms_scan_totals totals)
{
    return put(to, "bytes %llu matching %llu\n", (unsigned long long)totals.nbytes,
               (unsigned long long)totals.nmatching);
}

static ms_code put_count(ms_bytes *to, uint32_t id, uint64_t nlines)
{
    return put(to, "keyword %u lines %llu\n", id, (unsigned long long)nlines);
}

/* ---- the slow way ---- */

static const char *const other_case[][2] = {
    {"ä", "Ä"}, {"Ä", "ä"}, {"é", "É"}, {"É", "é"}, {"ж", "Ж"}, {"Ж", "ж"},
    {"σ", "Σ"}, {"Σ", "σ"}, {"ς", "Σ"}, {"Σ", "ς"}, {"σ", "ς"}, {"ς", "σ"},
};

/* Bytes of `line` that the keyword's character at k[0] takes; 0: another character. */
static size_t same_character(const uint8_t *k, size_t nk, const uint8_t *line, size_t n, bool fold,
                             size_t *used)
{
    *used = 1;
    for (size_t i = 0; fold && i < sizeof other_case / sizeof other_case[0]; i++) {
        if (nk >= 2 && n >= 2 && memcmp(k, other_case[i][0], 2) == 0 &&
            memcmp(line, other_case[i][1], 2) == 0) {
            *used = 2;
            return 2;
        }
    }
    uint8_t a = k[0];
    uint8_t b = n > 0 ? line[0] : 0;
    a = fold && a >= 'A' && a <= 'Z' ? (uint8_t)(a + 32) : a;
    b = fold && b >= 'A' && b <= 'Z' ? (uint8_t)(b + 32) : b;
    return n > 0 && a == b ? 1 : 0;
}

/* The bytes that the keyword takes at the beginning of `line`, or 0. */
static size_t stands_at(ms_str k, const uint8_t *line, size_t n, bool fold)
{
    size_t at = 0;
    for (size_t i = 0; i < k.len;) {
        size_t used = 0;
        size_t took = same_character((const uint8_t *)k.data + i, k.len - i, line + at, n - at, fold, &used);
        if (took == 0) {
            return 0;
        }
        at += took;
        i += used;
    }
    return at;
}

/* The C library's view: a character that ends or begins there, and is a letter, a digit or an underscore. */
static bool is_word_char(const uint8_t *p, size_t n, bool whole)
{
    locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    locale_t before = uselocale(utf8);
    mbstate_t state = {0};
    wchar_t c = 0;
    size_t len = mbrtowc(&c, (const char *)p, n, &state);
    bool word = len >= 1 && len <= n && (!whole || len == n) && (iswalnum((wint_t)c) || c == L'_');
    (void)uselocale(before);
    freelocale(utf8);
    return word;
}

bool reference_word_before(const uint8_t *line, size_t at)
{
    size_t from = at > 0 ? at - 1 : 0;
    while (from > 0 && at - from < 4 && (line[from] & 0xC0) == 0x80) {
        from--;
    }
    return at > 0 && is_word_char(line + from, at - from, true);
}

bool reference_word_after(const uint8_t *line, size_t n, size_t at)
{
    return at < n && is_word_char(line + at, n - at < 4 ? n - at : 4, false);
}

/* As the first byte of a character of UTF-8 says; 1 for any other byte. */
static size_t char_length(uint8_t lead)
{
    static const size_t lengths[] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3, 4};
    return lead == 0xC0 || lead == 0xC1 || lead > 0xF4 ? 1 : lengths[lead >> 4];
}

/* How many bytes of the line have to be seen until the keyword is known to match; 0: it does not. */
static size_t fixed_seen(const ms_keywords *keywords, uint32_t id, const uint8_t *line, size_t n)
{
    ms_str k = ms_str_list_at(&keywords->list, id);
    size_t least = 0;
    for (size_t i = 0; i < n; i++) {
        size_t took = stands_at(k, line + i, n - i, keywords->ignore_case);
        bool word = took > 0 && !reference_word_before(line, i) && !reference_word_after(line, n, i + took);
        size_t seen = i + took + (keywords->word && i + took < n ? char_length(line[i + took]) : 0);
        seen = seen < n ? seen : n;
        if (took > 0 && (word || !keywords->word) && (least == 0 || seen < least)) {
            least = seen;
        }
    }
    return least;
}

bool reference_fixed(const ms_keywords *keywords, uint32_t id, const uint8_t *line, size_t n)
{
    return fixed_seen(keywords, id, line, n) > 0;
}

typedef struct ref_line {
    size_t start, end, next;
    uint32_t *ids; /* owned by the list of all */
    uint32_t nids; /* that match; of a line that counts, then those that it is reported with */
    bool counts;
    bool event; /* begins one */
    bool hit;   /* by some keyword, of any role */
    bool shown;
    size_t begin, window_end; /* of what is shown of it; begin 0: its beginning */
} ref_line;

typedef struct ref_lines {
    ref_line *list;
    uint32_t *ids;
    size_t count;
} ref_lines;

static size_t split(const uint8_t *text, size_t n, ref_line *to)
{
    size_t count = 0;
    for (size_t at = 0; at < n; count++) {
        size_t end = at;
        while (end < n && text[end] != '\n') {
            end++;
        }
        size_t next = end < n ? end + 1 : n;
        bool cr = end < n && end > at && text[end - 1] == '\r';
        to[count] = (ref_line){.start = at, .end = cr ? end - 1 : end, .next = next};
        at = next;
    }
    return count;
}

static bool matches_bytes(const reference *ref, uint32_t id, const uint8_t *line, size_t n)
{
    return ref->match ? ref->match(ref->user, id, line, n) : reference_fixed(ref->keywords, id, line, n);
}

/* A keyword that types a CR may match that of the terminator. */
static bool matches(const reference *ref, uint32_t id, const uint8_t *text, const ref_line *line)
{
    const uint8_t *at = text + line->start;
    size_t n = line->end - line->start;
    ms_str keyword = ms_str_list_at(&ref->keywords->list, id);
    bool typed =
        ref->keywords->regex ? strstr(keyword.data, "\\r") != NULL : keyword.data[keyword.len - 1] == '\r';
    return matches_bytes(ref, id, at, n) ||
           (typed && line->next - line->end == 2 && matches_bytes(ref, id, at, n + 1));
}

static unsigned role_of(const ms_scan_options *options, uint32_t id)
{
    return options->roles ? options->roles[id] : MS_ROLE_ANY;
}

/* Does the line count, and with which keywords? Changes its ids to these. */
static void decide(ref_line *line, const reference *ref)
{
    const ms_scan_options *options = ref->options;
    bool any = false, has_any = false, all = true, none = true;
    uint32_t nshown = 0;
    for (uint32_t id = 0, i = 0; id < ref->keywords->list.count; id++) {
        unsigned role = role_of(options, id);
        bool hit = i < line->nids && line->ids[i] == id;
        i += hit ? 1 : 0;
        has_any = has_any || (role & MS_ROLE_ANY);
        any = any || (hit && (role & MS_ROLE_ANY));
        all = all && (hit || !(role & MS_ROLE_ALL));
        none = none && !(hit && (role & MS_ROLE_NONE));
        if (hit && (role & MS_ROLE_ANY)) {
            line->ids[nshown++] = id;
        }
    }
    line->counts = ((any || !has_any) && all && none) != options->invert;
    line->nids = line->counts && !options->invert ? nshown : 0;
}

/* What is shown of a long line that counts: around the first of the keywords that match it. */
static void place(ref_line *line, const reference *ref, const uint8_t *text)
{
    size_t n = line->end - line->start;
    size_t max_line = ref->options->max_line;
    size_t step = max_line >= 16 ? max_line / 4 : 4;
    size_t found = 0;
    for (uint32_t id = 0; id < ref->keywords->list.count && n > max_line && !ref->match; id++) {
        size_t seen = fixed_seen(ref->keywords, id, text + line->start, n);
        found = seen > 0 && (found == 0 || seen < found) ? seen : found;
    }
    found = found == 0 && line->hit && n > max_line && !ref->match ? n : found; /* by its CR alone */
    size_t end = (found + step - 1) / step * step + max_line / 4;
    end = end < n ? end : n;
    bool beginning = found == 0 || end <= max_line || !line->counts || ref->options->invert;
    line->begin = beginning ? 0 : end - max_line;
    line->window_end = end;
    for (size_t i = 0;
         i < 3 && line->begin > 0 && line->begin < end && (text[line->start + line->begin] & 0xC0) == 0x80;
         i++) {
        line->begin++;
    }
}

static void find(ref_lines *lines, const reference *ref, const uint8_t *text)
{
    size_t nkeywords = ref->keywords->list.count;
    for (size_t i = 0; i < lines->count; i++) {
        ref_line *line = &lines->list[i];
        size_t n = line->end - line->start;
        line->ids = lines->ids + i * nkeywords;
        for (uint32_t id = 0; id < nkeywords; id++) {
            if (matches(ref, id, text, line)) {
                line->ids[line->nids++] = id;
            }
        }
        line->event = ref->is_event && ref->is_event(text + line->start, n);
        line->hit = line->nids > 0;
        decide(line, ref);
        place(line, ref, text);
        if (line->counts && ref->options->files_with_matches) {
            lines->count = i + 1;
        }
    }
}

static size_t first_of_event(const ref_lines *lines, size_t i)
{
    while (i > 0 && !lines->list[i].event) {
        i--;
    }
    return i;
}

static size_t end_of_event(const ref_lines *lines, size_t i)
{
    for (i++; i < lines->count && !lines->list[i].event; i++) {
    }
    return i;
}

/* Which lines are shown, and where --max-count stops. */
static void show(ref_lines *lines, const ms_scan_options *options)
{
    uint64_t left = options->max_count > 0 ? options->max_count : UINT64_MAX;
    size_t last = lines->count;
    for (size_t i = 0; i < lines->count; i++) {
        ref_line *line = &lines->list[i];
        if (left == 0) {
            line->counts = false;
            line->nids = 0;
            line->begin = 0;
        }
        if (!line->counts) {
            continue;
        }
        size_t from = i > options->before ? i - options->before : 0;
        size_t to = i + options->after + 1;
        from = options->event_start ? first_of_event(lines, i) : from;
        to = options->event_start ? end_of_event(lines, i) : to;
        to = to < lines->count ? to : lines->count;
        for (size_t j = from; j < to; j++) {
            lines->list[j].shown = options->lines && !options->files_with_matches;
        }
        left--;
        last = left == 0 ? (options->lines ? to : i + 1) : last;
    }
    lines->count = last;
}

static ms_code tell(ms_bytes *to, const reference *ref, const ref_lines *lines, const uint8_t *text)
{
    ms_scan_totals totals = {0};
    ms_code code = MS_OK;
    for (size_t i = 0; i < lines->count && code == MS_OK; i++) {
        const ref_line *line = &lines->list[i];
        size_t n = line->end - line->start;
        ms_scan_line out = {.line_no = i + 1,
                            .offset = ref->start + line->start,
                            .nbytes = n,
                            .is_context = !line->counts,
                            .ids = line->ids,
                            .nids = line->nids,
                            .text_offset = line->begin,
                            .text = text + line->start + line->begin,
                            .ntext = n < ref->options->max_line ? n : ref->options->max_line};
        if (line->begin > 0) {
            out.ntext = line->window_end - line->begin;
        }
        totals.nbytes = line->next;
        totals.nmatching += line->counts ? 1 : 0;
        code = line->shown ? transcript_put_line(to, &out) : MS_OK;
    }
    code = code == MS_OK ? put_totals(to, totals) : code;
    for (uint32_t id = 0; id < ref->keywords->list.count && code == MS_OK; id++) {
        uint64_t count = 0;
        for (size_t i = 0; i < lines->count; i++) {
            for (uint32_t j = 0; lines->list[i].counts && j < lines->list[i].nids; j++) {
                count += lines->list[i].ids[j] == id;
            }
        }
        code = count > 0 ? put_count(to, id, count) : MS_OK;
    }
    return code;
}

ms_code reference_expect(ms_bytes *to, const reference *ref, const uint8_t *text, size_t n)
{
    ref_lines lines = {.list = calloc(n + 1, sizeof *lines.list)};
    lines.count = lines.list ? split(text, n, lines.list) : 0;
    lines.ids = calloc(lines.count * ref->keywords->list.count + 1, sizeof *lines.ids);
    ms_code code = MS_NOMEM;
    if (lines.list && lines.ids) {
        find(&lines, ref, text);
        show(&lines, ref->options);
        code = tell(to, ref, &lines, text);
    }
    free(lines.list);
    free(lines.ids);
    MS_TRY(code);
    ms_bytes_put_u8(to, 0);
    return ms_bytes_check(to);
}

/* ---- the real way ---- */

static ms_code on_line(void *user, const ms_scan_line *line)
{
    transcript *to = user;
    return transcript_put_line(&to->text, line);
}

static ms_code on_bytes(void *user, uint64_t nbytes)
{
    transcript *to = user;
    to->nprogress += nbytes;
    return to->on_progress ? to->on_progress(to->user, to->nprogress) : MS_OK;
}

ms_code transcript_scan(transcript *to, ms_scanner *scanner, const char *path, uint64_t size, ms_err *err)
{
    ms_stream *stream = NULL;
    ms_scan_hooks hooks = {.on_line = on_line, .on_bytes = on_bytes, .user = to};
    ms_code code = ms_stream_open(&stream, NULL, path, size, err);
    if (code != MS_OK) {
        return code;
    }
    code = ms_scanner_run(scanner, stream, &hooks, &to->totals, err);
    ms_stream_close(stream);
    ms_code put_code = put_totals(&to->text, to->totals);
    for (uint32_t i = 0; i < ms_scanner_nhit_keywords(scanner) && put_code == MS_OK; i++) {
        uint32_t id = 0;
        uint64_t nlines = 0;
        ms_scanner_hit_keyword(scanner, i, &id, &nlines);
        put_code = put_count(&to->text, id, nlines);
    }
    MS_TRY(put_code);
    ms_bytes_put_u8(&to->text, 0);
    MS_TRY(ms_bytes_check(&to->text));
    return code;
}

void transcript_fini(transcript *to)
{
    ms_bytes_fini(&to->text);
    *to = (transcript){0};
}
