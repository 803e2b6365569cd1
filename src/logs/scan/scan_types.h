/* Options, hooks and totals of a scan. */
#ifndef MS_LOGS_SCAN_SCAN_TYPES_H
#define MS_LOGS_SCAN_SCAN_TYPES_H

#include "logs/stream/stream.h"

typedef struct ms_scan_options {
    bool lines;               /* report lines with their numbers, not only counts */
    bool files_with_matches;  /* stop at the first line that counts */
    bool files_without_match; /* with files_with_matches: which members of an archive are recorded; applied by
                                 the code that records them */
    const uint8_t *roles;     /* of the keywords; borrowed; NULL: see condition.h */
    bool invert;              /* the lines count that otherwise do not */
    uint64_t max_count;       /* stop after so many lines that count, and their context; 0: no limit */
    const char *event_start;  /* with `lines`: expression of the lines that begin an event, which is shown
                                 whole; borrowed */
    size_t before;            /* context lines, when `lines`; not with event_start */
    size_t after;
    size_t max_line;         /* bytes of a line that are reported, >= 1: see surroundings.h */
    uint64_t max_listing;    /* bytes of lines to report per file, the others are only counted; 0: no limit */
    size_t buffer_size;      /* bytes, >= 64 */
    ms_decode_limits decode; /* of the streams; applied by the code that opens them */
    bool text;               /* ms_stream_set_text; applied by the code that opens the streams */
    const char *encoding;    /* ms_stream_set_encoding; likewise; borrowed */
    bool journal_fields;     /* ms_stream_set_journal_fields; applied by the code that opens the streams */
    bool drop_cache;         /* ms_stream_drop_cache; applied by the code that opens the streams */
} ms_scan_options;

typedef struct ms_scan_line {
    uint64_t line_no;    /* 1-based */
    uint64_t offset;     /* of the line's first byte: in the file, or in the decoded text */
    uint64_t nbytes;     /* of the whole line without its terminator */
    bool is_context;     /* it does not count, or comes after max_count */
    bool is_cut;         /* lines of its event before it are not reported: MS_EVENT_LINES, MS_EVENT_BYTES */
    const uint32_t *ids; /* ascending; nids 0 for context, and where lines count without keywords */
    uint32_t nids;
    uint64_t text_offset; /* of the text in the line */
    const uint8_t *text;  /* of the line: all, or at most max_line bytes */
    size_t ntext;
} ms_scan_line;

/* All pointers are borrowed for the call. A hook that does not return MS_OK ends the scan with its code. */
typedef struct ms_scan_hooks {
    ms_code (*on_line)(void *user, const ms_scan_line *line); /* only with options.lines; in file order */
    ms_code (*on_bytes)(void *user, uint64_t nbytes); /* nbytes more have been searched; may be NULL */
    void *user;
} ms_scan_hooks;

typedef struct ms_scan_totals {
    uint64_t nbytes; /* of text searched; when files_with_matches or max_count stopped it, up to and with the
                        last line that counts or is reported */
    uint64_t nmatching; /* lines that count; 1 when files_with_matches stopped */
    uint64_t nnewlines; /* of that text, with `lines` */
} ms_scan_totals;

#endif
