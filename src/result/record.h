/* The record: the result of one task, as bytes. A rank writes it once; it is journaled, gathered, merged,
 * hashed and reported in this form, so that millions of hits never exist in a second one.
 *
 * Layout, all integers little-endian (base/bytes.h):
 *   u64 size of the whole record, this field included
 *   u32 entry        index in rank 0's enumeration
 *   u8  status       ms_status
 *   u8  flags        MS_RECORD_*
 *   u64 nbytes       bytes searched (of the decoded text for UTF-16)
 * and, unless it is a clean log, scanned without a match (128 among the flags):
 *   u64 nmatching    matching lines
 *   u32 ncounts, then ncounts * { u32 keyword id, u64 lines it matches }, ascending ids
 *   u64 nlines, u64 bytes of the line section, then nlines lines:
 *       u64 line_no (1-based), u64 offset (0-based, of the line's first byte), u64 nbytes of the whole line,
 *       u8 flags (1 is_context, 2 is_cut, 4 text_offset), u32 nids, nids * u32 keyword id (ascending), with
 * flag 4 u64 text_offset > 0, blob text (at most the text limit) with MS_RECORD_IMAGE and status SCANNED: u8
 * lossless, u32 width, u32 height, u32 pages, u64 nbytes_out, 16 bytes hash, blob output with MS_RECORD_PART:
 * u64 size of the file, u64 begin, u64 end, u64 nnewlines, u64 max_listing, u64 nunlisted, u64 ntext, u64
 * first, u64 next with MS_RECORD_MEMBERS: blob of members, for each: blob name, record blob stage, blob
 * message      (status FAILED: both; SKIPPED: message is the reason; else both empty) */
#ifndef MS_RESULT_RECORD_H
#define MS_RESULT_RECORD_H

#include "base/str_list.h"

typedef enum ms_status {
    MS_STATUS_SCANNED = 0,
    MS_STATUS_SKIPPED = 1,
    MS_STATUS_FAILED = 2,
    MS_STATUS_UNDONE = 3 /* the run was interrupted before; has the hits of finished ranges */
} ms_status;

/* -l: the scan stopped at the first matching line, so nmatching is 0 or 1 for "some", and there are no
 * counts. */
#define MS_RECORD_NAMES_ONLY 1U
/* The task was an image: nmatching is 0, there are no counts and no lines. A SCANNED (done) record has an
 * image part. */
#define MS_RECORD_IMAGE 2U
/* The task was a range of a file: line numbers count from the range's first line. The merge joins the parts
 * of a file (join.h), so later stages see none. */
#define MS_RECORD_PART 4U
/* The file is an archive: its members that match, failed or were skipped have records of their own within
 * it, whose entry is 0 there. The archive's nbytes and nmatching are sums over all members, it has neither
 * counts nor lines, and it is FAILED when a member is. */
#define MS_RECORD_MEMBERS 8U
/* With PART: the range could not be searched separately; the record is that of the whole file. */
#define MS_RECORD_WHOLE 16U
/* A scanned file, or a member of the scanned archive, begins with other than text and was searched byte by
 * byte. */
#define MS_RECORD_BINARY 32U
/* With NAMES_ONLY, -L: the members within the record are those that do not match, failed or were skipped. */
#define MS_RECORD_WITHOUT_MATCH 64U

typedef struct ms_line {
    uint64_t line_no;     /* 1-based */
    uint64_t offset;      /* of the line's first byte, 0-based */
    uint64_t nbytes;      /* of the whole line, without its terminator */
    bool is_context;      /* shown with a matching line, itself not one or not counted (--max-count) */
    bool is_cut;          /* lines of its event before it are left out */
    uint32_t nids;        /* keywords that match the line */
    const uint8_t *ids;   /* borrowed, nids little-endian u32: read with ms_line_id */
    uint64_t text_offset; /* of the text in the line */
    const uint8_t *text;  /* borrowed, ntext bytes: the line, or a part of it when ntext < nbytes */
    size_t ntext;
} ms_line;

uint32_t ms_line_id(const ms_line *line, uint32_t i);

/* Bytes of line->text that a report shows and the digest covers: all, except that a line whose end is cut
 * within a UTF-8 sequence ends before that sequence, if it is valid UTF-8 up to there. Of a line that holds
 * only these bytes it is all of them. Local. */
size_t ms_line_shown(const ms_line *line);

/* The result of a converted image. */
typedef struct ms_image_part {
    bool lossless; /* method jpeg-lossless: Y coefficients unchanged */
    uint32_t width, height, pages;
    uint64_t nbytes_out;
    uint8_t hash[16];   /* of the output's bytes */
    const char *output; /* path of the output; borrowed, noutput bytes */
    size_t noutput;
} ms_image_part;

/* The range of the file that a record covers, and what is needed to join it with the others. */
typedef struct ms_split_part {
    uint64_t size; /* of the file; the range holds the lines that begin in [begin, end), end <= size */
    uint64_t begin, end;
    uint64_t nnewlines;   /* in the range's lines, when lines are listed */
    uint64_t max_listing; /* bytes of the line section of a whole file after which lines are only counted */
    uint64_t nunlisted;   /* matching lines of the range not listed because of it */
    /* Of a compressed file; else all are 0: */
    uint64_t ntext; /* decoded bytes of the range's lines: lines' offsets count from the first of them */
    uint64_t first, next; /* offsets in the file between which the range was decoded; 0 and 0: nothing was */
} ms_split_part;

/* Lines of one range within the record of the whole file: see join.h. */
typedef struct ms_line_run {
    const uint8_t *lines; /* borrowed: encoded lines, nbytes of them, */
    size_t nbytes;
    size_t before;        /* bytes of the file's lines before this run */
    uint64_t add_line_no; /* to add to their numbers */
    uint64_t add_offset;  /* to add to their offsets */
} ms_line_run;

/* A record as a writer gives it and as a reader sees it. All pointers are borrowed. */
typedef struct ms_record {
    uint32_t entry;
    ms_status status;
    uint8_t flags;
    uint64_t nbytes;
    uint64_t nmatching;
    uint32_t ncounts;
    const uint8_t *counts; /* ncounts * 12 bytes: read with ms_record_count */
    uint64_t nlines;
    const uint8_t *lines; /* nline_bytes encoded lines: read with ms_record_next_line */
    size_t nline_bytes;
    const ms_line_run *runs; /* of a joined record, in place of `lines`: nruns > 0 of them */
    size_t nruns;
    const char *stage;
    size_t nstage;
    const char *message;
    size_t nmessage;
    ms_image_part image;    /* only with MS_RECORD_IMAGE and status SCANNED */
    ms_split_part part;     /* only with MS_RECORD_PART */
    const uint8_t *members; /* only with MS_RECORD_MEMBERS: read with ms_record_next_member */
    size_t nmember_bytes;
} ms_record;

/* true for an image that was converted: record->image holds. */
bool ms_record_has_image(const ms_record *record);

/* Appends one {id, count} pair to the bytes that ms_record.counts will point to. Local. */
MS_MUST_CHECK ms_code ms_record_put_count(ms_bytes *counts, uint32_t id, uint64_t count);
void ms_record_count(const ms_record *record, uint32_t i, uint32_t *id, uint64_t *count);

/* Appends one line to the bytes that ms_record.lines will point to; `ids` are nids ascending keyword ids (the
 * ids and nids of *line are ignored). Local. */
MS_MUST_CHECK ms_code ms_record_put_line(ms_bytes *lines, const ms_line *line, const uint32_t *ids,
                                         uint32_t nids);
/* The next line of record's section; start with *at = 0. false at the end. The record must have been
 * validated. */
bool ms_record_next_line(const ms_record *record, size_t *at, ms_line *line);

/* Appends one member to the bytes that ms_record.members will point to. On MS_NOMEM nothing has changed.
 * Local. */
MS_MUST_CHECK ms_code ms_record_put_member(ms_bytes *members, const void *name, size_t n,
                                           const ms_record *member);
/* The next member of an archive's record, with the archive's entry, and its name (borrowed; any bytes); start
 * with *at = 0. false at the end, and for a record without members. The record must have been validated. */
bool ms_record_next_member(const ms_record *record, size_t *at, ms_str *name, ms_record *member);

/* Appends the encoded record, which has no runs. On MS_NOMEM nothing has changed. Local. */
MS_MUST_CHECK ms_code ms_record_encode(const ms_record *record, ms_bytes *to);
/* Reads the record at the reader and validates it whole: sizes, ascending ids, every line, and that the
 * fields agree: no counts with NAMES_ONLY, 1 <= count <= nmatching, neither counts nor lines when nothing
 * matches, ids only on lines that are no context, text within the line, stage only when FAILED, message not
 * when SCANNED or UNDONE, no match when SKIPPED; nothing of an image's result is 0 or empty, and no match
 * with IMAGE; a PART is no image, begin < end <= size, first <= next <= size; WHOLE is a PART; MEMBERS as
 * above, none is clean, and their sums do not exceed the archive's. MS_FORMAT when it is not a record; then
 * *record is {0} and the reader has failed. *record borrows from the reader's bytes. Local. */
MS_MUST_CHECK ms_code ms_record_decode(ms_record *record, ms_reader *from);
/* Sets the entry of the encoded record at data. Local. */
void ms_record_set_entry(uint8_t *data, uint32_t entry);
/* The view of a record that ms_record_decode has accepted before, without validating again. Local. */
ms_record ms_record_view(const uint8_t *data);

#endif
