#include "run/work/log_task.h"

#include "base/escape.h"
#include "logs/stream/archive.h"
#include "result/join.h"
#include "run/work/log_input.h"
#include "run/work/task_common.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_KEPT_BYTES = 16 << 20 }; /* of a buffer, from one task to the next */

/* Sums over the current archive that are not in its record. */
typedef struct archive_sums {
    uint64_t nfailed;   /* members */
    uint64_t nunlisted; /* members with hits or skipped, above max_listing */
    ms_err first;       /* of the first failed member, with its name */
} archive_sums;

struct ms_log_task {
    ms_matcher *matcher;
    ms_scanner *scanner;
    ms_log_input input;
    bool files_with_matches, files_without_match;
    ms_decode_limits decode;
    bool journal_fields, text;
    const char *encoding;
    ms_bytes counts; /* of the current file or member, as in its record */
    uint32_t ncounts;
    ms_bytes lines;
    uint64_t nlines;
    uint64_t max_listing; /* bytes of `lines` and `members`; lines after that are only counted */
    uint64_t nunlisted;   /* matching lines that are therefore not in `lines` */
    bool has_events;      /* --event-start */
    bool event_unlisted;  /* other lines of an event are therefore not in `lines` */
    ms_bytes members;     /* of the current archive, as in its record */
    archive_sums sums;
};

/* Context of the scanner's hooks. */
typedef struct task_run {
    ms_log_task *log;
    const ms_work_hooks *hooks;
    ms_code hook_code;       /* what the hook ended the work with, or MS_OK */
    ms_decode_budget budget; /* of the file */
} task_run;

ms_code ms_log_task_new(ms_log_task **log, const ms_keywords *keywords, const ms_bytes *compiled,
                        const ms_scan_options *options, ms_err *err)
{
    ms_log_task *l = calloc(1, sizeof *l);
    if (!l) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for a worker");
    }
    l->input.pipe.fd = -1;
    l->files_with_matches = options->files_with_matches;
    l->files_without_match = options->files_without_match;
    l->decode = options->decode;
    l->input.drop_cache = options->drop_cache;
    l->journal_fields = options->journal_fields;
    l->text = options->text;
    l->encoding = options->encoding;
    l->has_events = options->event_start;
    l->max_listing = options->max_listing > 0 ? options->max_listing : UINT64_MAX;
    ms_scan_options with_roles = *options;
    with_roles.roles = keywords->roles.len > 0 ? keywords->roles.data : NULL;
    ms_code code = MS_OK;
    MS_TRY_OR(free_log, ms_matcher_new(&l->matcher, keywords, compiled, err));
    MS_TRY_OR(free_log, ms_scanner_new(&l->scanner, l->matcher, &with_roles, err));
    *log = l;
    return MS_OK;
free_log:
    ms_log_task_free(l);
    return code;
}

void ms_log_task_free(ms_log_task *log)
{
    if (!log) {
        return;
    }
    ms_scanner_free(log->scanner);
    ms__log_input_fini(&log->input);
    ms_matcher_free(log->matcher);
    ms_bytes_fini(&log->counts);
    ms_bytes_fini(&log->lines);
    ms_bytes_fini(&log->members);
    free(log);
}

void ms_log_task_set_remote_host(ms_log_task *log)
{
    log->input.remote_host = true;
}

ms_matcher *ms_log_task_matcher(const ms_log_task *log)
{
    return log->matcher;
}

void ms_log_task_set_part(const ms_log_task *log, const ms_task *task, uint64_t nnewlines, ms_record *record)
{
    record->flags |= MS_RECORD_PART;
    record->part = (ms_split_part){.size = task->size,
                                   .begin = task->begin,
                                   .end = task->end,
                                   .nnewlines = nnewlines,
                                   .max_listing = log->max_listing,
                                   .nunlisted = log->nunlisted};
}

static ms_code on_line(void *user, const ms_scan_line *line)
{
    ms_log_task *log = ((task_run *)user)->log;
    ms_line out = {
        .line_no = line->line_no,
        .offset = line->offset,
        .nbytes = line->nbytes,
        .is_context = line->is_context,
        .is_cut = line->is_cut,
        .text_offset = line->text_offset,
        .text = line->text,
        .ntext = line->ntext,
    };
    if (log->members.len + log->lines.len > log->max_listing) {
        log->nunlisted += line->is_context ? 0 : 1;
        log->event_unlisted = log->event_unlisted || log->has_events;
        return MS_OK;
    }
    log->nlines++;
    return ms_record_put_line(&log->lines, &out, line->ids, line->nids);
}

static ms_code on_bytes(void *user, uint64_t nbytes)
{
    task_run *run = user;
    run->hook_code = ms__call_hook(run->hooks, nbytes);
    return run->hook_code;
}

/* A ms_decode_limits.on_work. */
static ms_code on_work(void *user)
{
    return on_bytes(user, 0);
}

static ms_decode_limits limits_of(task_run *run)
{
    ms_decode_limits limits = run->log->decode;
    limits.budget = &run->budget;
    limits.on_work = on_work;
    limits.user = run;
    return limits;
}

static ms_code put_counts(ms_log_task *log)
{
    ms_code code = MS_OK;
    log->ncounts = log->files_with_matches ? 0 : ms_scanner_nhit_keywords(log->scanner);
    for (uint32_t i = 0; i < log->ncounts && code == MS_OK; i++) {
        uint32_t id = 0;
        uint64_t nlines = 0;
        ms_scanner_hit_keyword(log->scanner, i, &id, &nlines);
        code = ms_record_put_count(&log->counts, id, nlines);
    }
    return code;
}

/* Clears the results of the last file or member; large buffers are freed. */
static void begin_scan(ms_log_task *log)
{
    if (log->lines.cap > MAX_KEPT_BYTES) {
        ms_bytes_fini(&log->lines);
    }
    ms_bytes_clear(&log->counts);
    ms_bytes_clear(&log->lines);
    log->ncounts = 0;
    log->nlines = 0;
    log->nunlisted = 0;
    log->event_unlisted = false;
}

static void begin_task(ms_log_task *log)
{
    begin_scan(log);
    if (log->members.cap > MAX_KEPT_BYTES) {
        ms_bytes_fini(&log->members);
    }
    ms_bytes_clear(&log->members);
    log->sums = (archive_sums){0};
}

/* Sets the hits of the file or member. */
static void set_hits(ms_record *record, const ms_log_task *log)
{
    record->flags |= log->files_with_matches ? MS_RECORD_NAMES_ONLY : 0;
    record->flags |= log->files_without_match ? MS_RECORD_WITHOUT_MATCH : 0;
    record->counts = log->counts.data;
    record->ncounts = log->ncounts;
    record->lines = log->lines.data;
    record->nline_bytes = log->lines.len;
    record->nlines = log->nlines;
}

/* Does this code end the work? Errors of the file do not. */
static bool ends_work(const task_run *run, ms_code code)
{
    return code != MS_OK && code != MS_FOREIGN && (!ms__is_fault(code) || run->hook_code != MS_OK);
}

/* Are all lines in the record that should be? */
static ms_code check_listing(const ms_log_task *log, ms_err *err)
{
    if (log->nunlisted > 0) {
        ms_join_unlisted(log->nunlisted, err);
        return MS_LIMIT;
    }
    return log->event_unlisted
               ? ms_err_set(err, MS_LIMIT, 0, "the end of its last event is not listed (--max-listing)")
               : MS_OK;
}

/* A member with hits (-L: without) or a problem becomes part of the archive's record. */
static ms_code put_member(task_run *run, const ms_archive_member *member, ms_record *part, ms_code code,
                          const ms_err *why)
{
    ms_log_task *log = run->log;
    archive_sums *sums = &log->sums;
    char name[160];
    if (code == MS_OK && (part->nmatching == 0) != log->files_without_match) {
        return MS_OK;
    }
    set_hits(part, log);
    if (code != MS_OK) {
        part->stage = ms__stage_of(code);
        ms__set_problem(part, code, why->text);
    }
    if (part->status == MS_STATUS_FAILED && sums->nfailed++ == 0) {
        (void)ms_err_set(&sums->first, code, 0, "%s: %s",
                         ms_escape_to(name, sizeof name, member->name, member->nname), why->text);
    }
    if (log->members.len > log->max_listing) {
        sums->nunlisted++;
        return MS_OK;
    }
    return ms_record_put_member(&log->members, member->name, member->nname, part);
}

/* One member of an archive; *record gets the sums. */
static ms_code scan_member(task_run *run, ms_archive *archive, const ms_archive_member *member,
                           ms_record *record, ms_err *err)
{
    ms_log_task *log = run->log;
    ms_scan_hooks scan_hooks = {.on_line = on_line, .on_bytes = on_bytes, .user = run};
    ms_scan_totals totals = {0};
    ms_err why = member->why;
    bool entered = false; /* its members are next, in its place */
    bool binary = false;
    ms_code code = on_bytes(run, 0); /* also when nothing of it is searched */
    begin_scan(log);
    if (code == MS_OK && !member->stream) {
        code = member->code;
    } else if (code == MS_OK) {
        code = ms_scanner_run(log->scanner, member->stream, &scan_hooks, &totals, &why);
        binary = code == MS_OK && ms_stream_is_binary(member->stream);
        ms_code counted = put_counts(log);
        if (code == MS_ARCHIVE) {
            begin_scan(log);
            code = ms_archive_enter(archive, &why);
            entered = code == MS_OK;
        }
        code = counted == MS_OK ? code : counted;
    }
    if (ends_work(run, code)) {
        *err = why;
        return code;
    }
    if (code == MS_OK) {
        code = check_listing(log, &why);
    }
    ms_record part = {.nbytes = totals.nbytes, .nmatching = totals.nmatching};
    part.flags = code == MS_OK && binary ? MS_RECORD_BINARY : 0;
    record->flags |= part.flags;
    record->nbytes += totals.nbytes;
    record->nmatching += totals.nmatching;
    code = entered && code == MS_OK ? MS_OK : put_member(run, member, &part, code, &why);
    return code == MS_OK ? MS_OK : ms_err_set(err, code, 0, "out of memory for the members of an archive");
}

/* The error of an archive that was read to its end, if any. */
static ms_code check_members(const archive_sums *sums, ms_record *record, ms_err *err)
{
    record->stage = "member";
    if (sums->nfailed > 0) {
        return ms_err_set(err, MS_FORMAT, 0, "%llu of its members failed%s: %s",
                          (unsigned long long)sums->nfailed, sums->nfailed > 1 ? ", the first" : "",
                          sums->first.text);
    }
    static const char unlisted[] =
        "the last %llu of its members with hits or skipped are not listed (--max-listing)";
    return sums->nunlisted == 0 ? MS_OK
                                : ms_err_set(err, MS_LIMIT, 0, unlisted, (unsigned long long)sums->nunlisted);
}

static ms_code scan_archive(task_run *run, const ms_stream *stream, ms_record *record, ms_err *err)
{
    ms_log_task *log = run->log;
    ms_archive_options options = {.foreign = ms__refuse_images,
                                  .limits = limits_of(run),
                                  .journal_fields = log->journal_fields,
                                  .text = log->text,
                                  .encoding = log->encoding};
    const ms_archive_input input = ms_stream_archive(stream);
    ms_archive *archive = NULL;
    ms_archive_member member;
    bool more = true;
    ms_code code = ms_archive_open(&archive, &input, &options, err);
    while (code == MS_OK && more) {
        code = ms_archive_next(archive, &member, &more, err);
        if (code == MS_OK && more) {
            code = scan_member(run, archive, &member, record, err);
        }
    }
    ms_archive_close(archive);
    begin_scan(log); /* the archive itself has neither counts nor lines */
    record->flags |= log->members.len > 0 ? MS_RECORD_MEMBERS : 0;
    record->members = log->members.data;
    record->nmember_bytes = log->members.len;
    record->stage = ms__stage_of(code);
    MS_TRY(code);
    return check_members(&log->sums, record, err);
}

/* The range that was scanned, for the record. */
static void set_part(const ms_log_task *log, const ms_task *task, const ms_stream_split *part, uint64_t start,
                     const ms_scan_totals *totals, ms_record *record)
{
    ms_log_task_set_part(log, task, totals->nnewlines, record);
    if (part->decoded) {
        record->part.ntext = start + totals->nbytes;
        record->part.first = part->first;
        record->part.next = part->next;
    }
}

/* A ms_pipe.wait. */
static ms_code wait_for_input(void *user)
{
    task_run *run = user;
    run->hook_code = run->hooks && run->hooks->wait ? run->hooks->wait(run->hooks->user) : MS_OK;
    return run->hook_code;
}

static ms_code open_stream(task_run *run, const ms_task *task, ms_stream **stream, ms_record *record,
                           ms_err *err)
{
    ms_decode_limits limits = limits_of(run);
    run->budget = (ms_decode_budget){.nstored = task->size};
    record->stage = "open";
    ms_code code = ms__log_input_open(&run->log->input, task, wait_for_input, run, stream, err);
    if (*stream) {
        ms_stream_set_foreign(*stream, ms__refuse_images);
        ms_stream_set_limits(*stream, &limits);
        ms_stream_set_journal_fields(*stream, run->log->journal_fields);
        ms_stream_set_text(*stream, run->log->text);
        ms_stream_set_encoding(*stream, run->log->encoding);
    }
    return code;
}

/* `part` NULL: the whole file, otherwise the task's range. */
static ms_code scan_stream(task_run *run, const ms_task *task, ms_stream *stream, ms_stream_split *part,
                           ms_record *record, ms_err *err)
{
    ms_log_task *log = run->log;
    ms_scan_hooks scan_hooks = {.on_line = on_line, .on_bytes = on_bytes, .user = run};
    ms_scan_totals totals = {0};
    ms_code code = part ? ms_stream_select(stream, task->begin, task->end, part, err) : MS_OK;
    if (code == MS_OK) {
        code = ms_scanner_run(log->scanner, stream, &scan_hooks, &totals, err);
    }
    if (code == MS_ARCHIVE) {
        return scan_archive(run, stream, record, err);
    }
    record->stage = ms__stage_of(code);
    record->nbytes = totals.nbytes;
    record->nmatching = totals.nmatching;
    record->flags |= ms_stream_is_binary(stream) ? MS_RECORD_BINARY : 0;
    ms_code counted = put_counts(log);
    if (part) {
        set_part(log, task, part, ms_stream_start(stream), &totals, record);
    } else if (code == MS_OK) {
        code = check_listing(log, err);
        record->stage = ms__stage_of(code);
    }
    return counted == MS_OK ? code : counted;
}

/* The path leads to another file than the one listed: a fault, but that file is searched as well, in the task
 * that has the first byte. */
static ms_code scan_changed(task_run *run, const ms_task *task, ms_stream *stream, ms_record *record,
                            ms_err *err)
{
    ms_err why = {0};
    if (task->begin > 0) {
        return MS_CHANGED;
    }
    ms_code code = scan_stream(run, task, stream, NULL, record, &why);
    if (ends_work(run, code)) {
        *err = why;
        return code;
    }
    if (code != MS_OK) {
        (void)ms_err_set(err, MS_CHANGED, 0, "is not the file that was listed, and that one %s", why.text);
    }
    record->stage = "open";
    return MS_CHANGED;
}

static ms_code scan_file(task_run *run, const ms_task *task, ms_stream_split *part, ms_record *record,
                         ms_err *err)
{
    ms_stream *stream = NULL;
    begin_task(run->log);
    *record = (ms_record){.entry = task->entry, .status = MS_STATUS_SCANNED};
    ms_code code = open_stream(run, task, &stream, record, err);
    if (code == MS_CHANGED) {
        code = scan_changed(run, task, stream, record, err);
        goto close_stream;
    }
    MS_TRY_OR(close_stream, code);
    MS_TRY_OR(close_stream, scan_stream(run, task, stream, part, record, err));
close_stream:
    ms__log_input_close(&run->log->input, stream);
    return code;
}

/* Is there more text in the range than its share of the limit? If in none, there is not in the file. */
static bool exceeds_share(const ms_log_task *log, const ms_split_part *part)
{
    uint64_t limit = log->decode.max_decompressed;
    return limit > 0 && part->ntext > (__uint128_t)limit * (part->next - part->first) / part->size;
}

/* The record is the whole file's. */
static void set_whole(const task_run *run, const ms_task *task, ms_record *record)
{
    ms_log_task_set_part(run->log, task, 0, record);
    record->part.nunlisted = 0;
    record->flags |= MS_RECORD_WHOLE;
}

/* A range. When one of a compressed file fails, or one of another file is not text as it is, the whole file
 * is scanned instead: only that gives the exact result and error. */
static ms_code scan_part(task_run *run, const ms_task *task, ms_record *record, ms_err *err)
{
    ms_stream_split part = {0};
    ms_code code = scan_file(run, task, &part, record, err);
    if (code == MS_CHANGED && task->begin == 0) {
        set_whole(run, task, record);
    } else if (!ends_work(run, code) && (record->flags & MS_RECORD_PART) == 0) {
        ms_log_task_set_part(run->log, task, 0, record); /* failed before it was read */
    }
    bool good = code == MS_OK ? !part.decoded || !exceeds_share(run->log, &record->part)
                              : !part.decoded && code != MS_FORMAT;
    if (good || ends_work(run, code)) {
        return code;
    }
    *err = (ms_err){0};
    code = scan_file(run, task, NULL, record, err);
    if (!ends_work(run, code)) {
        set_whole(run, task, record);
    }
    return code;
}

ms_code ms_log_task_run(ms_log_task *log, const ms_task *task, const ms_work_hooks *hooks, ms_bytes *records,
                        uint64_t *nbytes, ms_err *err)
{
    ms_err detail = {0};
    ms_record record;
    task_run run = {.log = log, .hooks = hooks};
    ms_code code = ms_task_is_part(task) ? scan_part(&run, task, &record, &detail)
                                         : scan_file(&run, task, NULL, &record, &detail);
    if (ends_work(&run, code)) {
        return ms_err_set(err, code, 0, "%s", detail.text[0] != 0 ? detail.text : ms_code_text(code));
    }
    if (code == MS_OK) {
        record.stage = NULL;
    } else {
        ms__set_problem(&record, code, detail.text);
        record.flags &= (uint8_t)~MS_RECORD_BINARY;
    }
    set_hits(&record, log);
    *nbytes = record.nbytes;
    code = ms__append_record(&record, records, err);
    begin_task(log); /* millions of lines are not kept in addition to their record */
    return code;
}
