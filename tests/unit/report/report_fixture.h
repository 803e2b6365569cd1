/* Outcomes made by hand, and reports read back, for the suites of report/. */
#ifndef TESTS_UNIT_REPORT_REPORT_FIXTURE_H
#define TESTS_UNIT_REPORT_REPORT_FIXTURE_H

#include "config/settings.h"
#include "result/run_result.h"

#include "scratch.h"
#include "unit.h"

#include <jansson.h>

#define BYTES(literal) (literal), sizeof(literal) - 1

typedef struct fixture {
    ms_settings settings;
    ms_run_result run_result;
    scratch scratch;
    char *output;     /* settings.output: scratch.file */
    ms_bytes records; /* encoded so far */
    ms_record record; /* being built */
    ms_bytes counts;
    ms_bytes lines;
    ms_bytes members;
} fixture;

void fx_begin(fixture *fx);
void fx_end(fixture *fx);
void fx_keyword(fixture *fx, const void *data, size_t n);
/* A record: fx_count and fx_line between fx_file and fx_done. */
void fx_file(fixture *fx, const void *path, size_t n, uint64_t nbytes, uint64_t nmatching);
void fx_count(fixture *fx, uint32_t id, uint64_t count);
/* A line of `whole` bytes (0: n) of which n are kept. nids 0: a context line. */
void fx_line(fixture *fx, uint64_t line_no, uint64_t offset, const void *text, size_t n, uint64_t whole,
             const uint32_t *ids, uint32_t nids);
/* An image that was converted: a record of its own. hash: this byte 16 times. */
void fx_image(fixture *fx, const char *path, uint64_t nbytes, const ms_image_part *image, uint8_t hash);
void fx_done(fixture *fx, ms_status status, const char *stage, const char *message);
void fx_rank(fixture *fx, const char *host, uint64_t tasks, uint64_t nbytes, double busy, double waiting);
/* Ledger and digest; the latter is then set to 32 times 'd'. */
void fx_merge(fixture *fx);
/* The five files that the goldens show. */
void fx_five_files(fixture *fx);

/* Between fx_file and fx_done: what was built so far, with this status, becomes a member of the archive,
 * whose record is begun anew. */
void fx_member(fixture *fx, const void *name, size_t n, ms_status status, const char *stage,
               const char *message);
/* An archive with hits in two members, one of them failed, and a skipped one; a plain file with a hit. */
void fx_archive(fixture *fx);

/* Two images that were converted (300 kB in, 60012 out; 12.5 megapixels, one of 2 pages), a skip, an image
 * that failed; one rank. The command is images. */
void fx_four_images(fixture *fx);

/* The report in the format set, as a C string to be freed; *n (may be NULL) is its length. Whole, or without
 * the head that says what was searched for. */
char *fx_report_whole(fixture *fx, bool color, size_t *n);
char *fx_report(fixture *fx, bool color, size_t *n);
/* Valid UTF-8 without harmful characters, but for newlines and tabs. */
void fx_check_harmless(const char *text, size_t n);
/* The contents of a file as a C string to be freed. */
char *fx_read(const char *path, size_t *n);
/* Line i of JSON lines, parsed; fails the test when it is none. To be json_decref'ed. */
json_t *fx_json_line(const char *text, size_t i);
/* Root may do anything, and a broken sink could replace a device of the machine: be somebody else for a
 * while. An ordinary user stays what he is. */
void fx_become_nobody(void);
void fx_become_root_again(void);

#endif
