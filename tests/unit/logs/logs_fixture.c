#include "logs_fixture.h"

#include "logs/stream/stream.h"
#include "logs/text/mixed_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

ms_code logs_read_all(const char *path, uint64_t size, size_t cap, ms_bytes *to, uint64_t *start, ms_err *err)
{
    ms_stream *stream = NULL;
    ms_code code = ms_stream_open(&stream, NULL, path, size, err);
    if (code != MS_OK) {
        ck_assert_ptr_null(stream);
        return code;
    }
    size_t n = 1;
    while (n > 0 && code == MS_OK) {
        ck_assert_int_eq(ms_bytes_reserve(to, cap), MS_OK);
        code = ms_stream_read(stream, to->data + to->len, cap, &n, err);
        ck_assert_uint_le(n, cap);
        to->len += n;
    }
    *start = ms_stream_start(stream);
    ms_stream_close(stream);
    return code;
}

ms_keywords logs_keywords(const char *const *list, unsigned flags)
{
    ms_keywords keywords = {.ignore_case = (flags & IGNORE_CASE) != 0,
                            .word = (flags & WORD) != 0,
                            .regex = (flags & REGEX) != 0,
                            .perl = (flags & PERL) != 0,
                            .whole_line = (flags & WHOLE_LINE) != 0};
    for (size_t i = 0; list[i]; i++) {
        char name[256];
        size_t n = strlen(list[i]);
        ck_assert_uint_lt(n, sizeof name);
        for (size_t j = 0; j < n; j++) {
            name[j] = list[i][j] == '\1' ? '\0' : list[i][j];
        }
        ms_str_list_push(&keywords.list, name, n);
    }
    return keywords;
}

/* A keyword, or a part of one, now and then in the other case. */
static void put_keyword(chance *c, const ms_keywords *keywords, ms_bytes *to)
{
    ms_str k = ms_str_list_at(&keywords->list, chance_below(c, keywords->list.count));
    bool part = chance_below(c, 3) == 0;
    size_t from = part ? chance_below(c, k.len) : 0;
    size_t n = part ? 1 + chance_below(c, k.len - from) : k.len;
    size_t at = to->len;
    ms_bytes_append(to, k.data + from, n);
    for (size_t i = 0; i < n && chance_below(c, 3) == 0; i++) {
        uint8_t *byte = &to->data[at + i];
        *byte = (*byte >= 'a' && *byte <= 'z') || (*byte >= 'A' && *byte <= 'Z') ? *byte ^ 32 : *byte;
    }
}

/* Random bytes with NULs may be UTF-16; these are not to be. */
static void no_utf16(ms_bytes *text)
{
    ms_mixed mixed;
    size_t mark = 0;
    (void)ms_mixed_begin(&mixed, text->data, text->len);
    if (mixed.encoding == MS_ENCODING_BYTES) {
        (void)ms_mixed_bytes(&mixed, text->data, text->len, true, &mark);
    }
    for (size_t i = 0; i < text->len && mixed.encoding != MS_ENCODING_BYTES; i++) {
        text->data[i] = text->data[i] == 0 ? 'N' : text->data[i];
    }
}

ms_bytes logs_random_text(chance *c, const ms_keywords *keywords, size_t n, size_t run)
{
    static const struct {
        const char *data;
        size_t n;
    } bits[] = {{" ", 1},        {"x", 1},    {"_", 1},        {"-", 1},        {"", 1},
                {"\xC3\xA9", 2}, {"\xFF", 1}, {"\xC3\x84", 2}, {"\xD0\xB6", 2}, {"\xCF\x82", 2},
                {"\xCE\xA3", 2}, {"\r", 1},   {"0", 1},        {"a", 1}},
      ends[] = {{"\n", 1}, {"\r\n", 2}, {"\n\n", 2}, {"\r\r\n", 3}, {"\n\r\n", 3}};
    size_t line_ends = chance_below(c, 6); /* how common */
    ms_bytes text = {0};
    while (text.len < n) {
        size_t kind = chance_below(c, 12);
        if (kind < 4) {
            put_keyword(c, keywords, &text);
        } else if (kind < 4 + line_ends / 2) {
            size_t i = chance_below(c, sizeof ends / sizeof ends[0]);
            ms_bytes_append(&text, ends[i].data, ends[i].n);
        } else if (kind == 11 && chance_below(c, 4) == 0) {
            const uint8_t byte = chance_below(c, 2) == 0 ? 'y' : ' ';
            for (size_t left = chance_below(c, run + 1); left > 0; left--) {
                ms_bytes_append(&text, &byte, 1);
            }
        } else {
            size_t i = chance_below(c, sizeof bits / sizeof bits[0]);
            ms_bytes_append(&text, bits[i].data, bits[i].n);
        }
    }
    if (chance_below(c, 3) == 0) {
        ms_bytes_append(&text, "\n", 1);
    }
    no_utf16(&text);
    return text;
}

ms_scan_options logs_options(size_t window)
{
    return (ms_scan_options){.lines = true, .max_line = 1024, .buffer_size = window};
}

void logs_compare(const logs_case *c, size_t nfile, const uint8_t *text, size_t n)
{
    ms_err err = {0};
    ms_bytes want = {0};
    transcript got = {0};
    ms_scanner *scanner = NULL;
    ms_code code = ms_scanner_new(&scanner, c->matcher, c->ref.options, &err);
    code = code == MS_OK ? reference_expect(&want, &c->ref, text, n) : code;
    code = code == MS_OK ? transcript_scan(&got, scanner, c->directory->file, nfile, &err) : code;
    bool same = code == MS_OK && want.len == got.text.len && memcmp(want.data, got.text.data, want.len) == 0;
    bool progress = c->ref.options->files_with_matches || c->ref.options->max_count > 0 ||
                    got.nprogress == got.totals.nbytes;
    if (!same || !progress) { /* the directory stays, with the file in it */
        ck_abort_msg(
            "%s, %s: code %d %s, window %zu, progress %llu of %llu\nexpected:\n%.1500s\ngot:\n%.1500s",
            c->about, c->directory->file, code, err.text, c->ref.options->buffer_size,
            (unsigned long long)got.nprogress, (unsigned long long)got.totals.nbytes,
            want.data ? (const char *)want.data : "", got.text.data ? (const char *)got.text.data : "");
    }
    ms_scanner_free(scanner);
    ms_bytes_fini(&want);
    transcript_fini(&got);
}
