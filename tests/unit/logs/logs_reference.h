/* A slow scanner that is plainly right, and what it and the real one say as the same kind of text: a
 * transcript. Does not use libcheck, so that a fuzz target can use it too. */
#ifndef TESTS_UNIT_LOGS_REFERENCE_H
#define TESTS_UNIT_LOGS_REFERENCE_H

#include "logs/scan/scanner.h"

/* Does keyword `id` match the n bytes of a line? */
typedef bool reference_match_fn(void *user, uint32_t id, const uint8_t *line, size_t n);

typedef struct reference {
    const ms_keywords *keywords;
    const ms_scan_options *options;
    uint64_t start;            /* file offset of the text */
    reference_match_fn *match; /* NULL: fixed strings, by reference_fixed */
    void *user;
    bool (*is_event)(const uint8_t *line, size_t n); /* options->event_start by hand; NULL: no event begins */
} reference;

/* The fixed strings of ms_keywords, tried at every byte; with ignore_case ASCII letters and a few others
 * fold. */
bool reference_fixed(const ms_keywords *keywords, uint32_t id, const uint8_t *line, size_t n);

/* What a scan of these n bytes of text has to say. Appends; MS_OK or MS_NOMEM. */
MS_MUST_CHECK ms_code reference_expect(ms_bytes *to, const reference *ref, const uint8_t *text, size_t n);

/* What the real scanner says of a file, and the sum that its progress hook was given. */
typedef struct transcript {
    ms_bytes text;
    uint64_t nprogress;
    ms_scan_totals totals;
    ms_code (*on_progress)(void *user, uint64_t nprogress); /* may be NULL */
    void *user;
} transcript;

/* Opens the file and scans it; returns the code of either. */
MS_MUST_CHECK ms_code transcript_scan(transcript *to, ms_scanner *scanner, const char *path, uint64_t size,
                                      ms_err *err);
void transcript_fini(transcript *to);

/* Appends one reported line, as both do. */
MS_MUST_CHECK ms_code transcript_put_line(ms_bytes *to, const ms_scan_line *line);

/* With -w: is the character that ends, or begins, at line[at) a letter, a digit or an underscore? */
bool reference_word_before(const uint8_t *line, size_t at);
bool reference_word_after(const uint8_t *line, size_t n, size_t at);

#endif
