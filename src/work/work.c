/* Work: see work.h. */
#include "work/work.h"

#include "base/escape.h"
#include "logs/archive.h"
#include "result/join.h"
#include "work/image_task.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEPT_ROOM = 16 << 20 };

/* What is known of the archive under way besides its record. */
typedef struct archive_sums {
    uint64_t nfailed;   /* members */
    uint64_t nunlisted; /* members that belong into the record but were too many */
    ms_err first;       /* what the first one that failed has to say, with its name */
} archive_sums;

struct ms_worker {
    ms_matcher *matcher;
    ms_scanner *scanner;
    bool names_only;
    ms_decode_limits decode;
    ms_bytes counts; /* of the task under way, as in its record */
    uint32_t ncounts;
    ms_bytes lines;
    uint64_t nlines;
    uint64_t max_listing; /* bytes of `lines` behind which lines are only counted */
    uint64_t nunlisted;   /* matching lines that are therefore not in `lines` */
    ms_bytes members;     /* of the archive under way, as in its record */
    archive_sums sums;
    ms_gray_client *gray; /* NULL: logs only */
    ms_gray_request request;
    bool discard;
};

/* What the scanner's hooks need to know. */
typedef struct task_run {
    ms_worker *worker;
    const ms_work_hooks *hooks;
    ms_code hook_code; /* what the hook has ended the work with, or MS_OK */
} task_run;

ms_code ms_worker_new(ms_worker **worker, const ms_keywords *keywords, const ms_scan_options *options,
                      ms_err *err)
{
    ms_worker *w = calloc(1, sizeof *w);
    if (!w) {
        return ms_err_set(err, MS_NOMEM, 0, "no memory for a worker");
    }
    w->names_only = options->names_only;
    w->decode = options->decode;
    w->max_listing = options->max_listing > 0 ? options->max_listing : UINT64_MAX;
    ms_code code = ms_matcher_new(&w->matcher, keywords, err);
    code = code == MS_OK ? ms_scanner_new(&w->scanner, w->matcher, options, err) : code;
    if (code != MS_OK) {
        ms_worker_free(w);
        return code;
    }
    *worker = w;
    return MS_OK;
}

void ms_worker_free(ms_worker *worker)
{
    if (!worker) {
        return;
    }
    ms_gray_client_free(worker->gray);
    ms_scanner_free(worker->scanner);
    ms_matcher_free(worker->matcher);
    ms_bytes_fini(&worker->counts);
    ms_bytes_fini(&worker->lines);
    ms_bytes_fini(&worker->members);
    free(worker);
}

ms_code ms_worker_add_images(ms_worker *worker, const ms_gray_request *request, const ms_gray_limits *limits,
                             ms_err *err)
{
    worker->request = *request;
    return ms_gray_client_new(&worker->gray, limits, err);
}

void ms_worker_discard(ms_worker *worker, bool discard)
{
    worker->discard = discard;
}

/* An ms_stream_foreign_fn. */
static ms_code refuse_images(const uint8_t *head, size_t n, ms_err *err)
{
    ms_image_format format = ms_image_format_of(head, n);
    return format == MS_IMAGE_NONE
               ? MS_OK
               : ms_err_set(err, MS_FOREIGN, 0, "is an image: %s", ms_image_format_name(format));
}

static ms_code on_line(void *user, const ms_scan_line *line)
{
    ms_worker *worker = ((task_run *)user)->worker;
    ms_line out = {
        .line_no = line->line_no,
        .offset = line->offset,
        .nbytes = line->nbytes,
        .is_context = line->is_context,
        .text = line->text,
        .ntext = line->ntext,
    };
    if (worker->members.len + worker->lines.len > worker->max_listing) {
        worker->nunlisted += line->is_context ? 0 : 1;
        return MS_OK;
    }
    worker->nlines++;
    return ms_record_put_line(&worker->lines, &out, line->ids, line->nids);
}

static ms_code on_bytes(void *user, uint64_t nbytes)
{
    task_run *run = user;
    const ms_work_hooks *hooks = run->hooks;
    run->hook_code = hooks && hooks->on_progress ? hooks->on_progress(hooks->user, nbytes, 0) : MS_OK;
    return run->hook_code;
}

static ms_code put_counts(ms_worker *worker)
{
    ms_code code = MS_OK;
    worker->ncounts = worker->names_only ? 0 : ms_scanner_nhit_keywords(worker->scanner);
    for (uint32_t i = 0; i < worker->ncounts && code == MS_OK; i++) {
        uint32_t id = 0;
        uint64_t nlines = 0;
        ms_scanner_hit_keyword(worker->scanner, i, &id, &nlines);
        code = ms_record_put_count(&worker->counts, id, nlines);
    }
    return code;
}

/* Is the error the file's own, so that the run goes on without it? */
static bool is_fault(ms_code code)
{
    return code == MS_IO || code == MS_FORMAT || code == MS_LIMIT;
}

static const char *stage_of(ms_code code)
{
    return code == MS_IO ? "read" : code == MS_FORMAT ? "decode" : "scan";
}

/* Empties what the last file or member left; the room for very many lines is given back. */
static void begin_scan(ms_worker *worker)
{
    if (worker->lines.cap > KEPT_ROOM) {
        ms_bytes_fini(&worker->lines);
    }
    ms_bytes_clear(&worker->counts);
    ms_bytes_clear(&worker->lines);
    worker->ncounts = 0;
    worker->nlines = 0;
    worker->nunlisted = 0;
}

/* Why the task was not done; record->stage says where. */
static void set_trouble(ms_record *record, ms_code code, const char *text)
{
    bool skipped = code == MS_FOREIGN;
    record->status = skipped ? MS_STATUS_SKIPPED : MS_STATUS_FAILED;
    record->stage = skipped ? NULL : record->stage;
    record->nstage = skipped ? 0 : strlen(record->stage);
    record->message = text;
    record->nmessage = strlen(text);
}

static void begin_task(ms_worker *worker)
{
    begin_scan(worker);
    if (worker->members.cap > KEPT_ROOM) {
        ms_bytes_fini(&worker->members);
    }
    ms_bytes_clear(&worker->members);
    worker->sums = (archive_sums){0};
}

/* Puts into the record what the worker has found in the file or member. */
static void set_hits(ms_record *record, const ms_worker *worker)
{
    record->flags |= worker->names_only ? MS_RECORD_NAMES_ONLY : 0;
    record->counts = worker->counts.data;
    record->ncounts = worker->ncounts;
    record->lines = worker->lines.data;
    record->nline_bytes = worker->lines.len;
    record->nlines = worker->nlines;
}

/* Does the work end with this code, which is not the file's own trouble? */
static bool ends_work(const task_run *run, ms_code code)
{
    return code != MS_OK && code != MS_FOREIGN && (!is_fault(code) || run->hook_code != MS_OK);
}

/* A member with something to tell becomes part of the archive's record; part->status is not set yet. */
static ms_code put_member(task_run *run, const ms_archive_member *member, ms_record *part, ms_code code,
                          const ms_err *why)
{
    ms_worker *worker = run->worker;
    archive_sums *sums = &worker->sums;
    char name[160];
    if (code == MS_OK && part->nmatching == 0) {
        return MS_OK;
    }
    set_hits(part, worker);
    if (code != MS_OK) {
        part->stage = stage_of(code);
        set_trouble(part, code, why->text);
    }
    if (part->status == MS_STATUS_FAILED && sums->nfailed++ == 0) {
        (void)ms_err_set(&sums->first, code, 0, "%s: %s",
                         ms_escape_to(name, sizeof name, member->name, member->nname), why->text);
    }
    if (worker->members.len > worker->max_listing) {
        sums->nunlisted++;
        return MS_OK;
    }
    return ms_record_put_member(&worker->members, member->name, member->nname, part);
}

/* One member of an archive; *record gets the sums. */
static ms_code scan_member(task_run *run, ms_archive *archive, const ms_archive_member *member,
                           ms_record *record, ms_err *err)
{
    ms_worker *worker = run->worker;
    ms_scan_hooks scan_hooks = {.on_line = on_line, .on_bytes = on_bytes, .user = run};
    ms_scan_totals totals = {0};
    ms_err why = member->why;
    ms_code code = member->code;
    begin_scan(worker);
    if (member->stream) {
        code = ms_scanner_run(worker->scanner, member->stream, &scan_hooks, &totals, &why);
        ms_code counted = put_counts(worker);
        code = code == MS_ARCHIVE ? ms_archive_enter(archive, &why) : code;
        code = counted == MS_OK ? code : counted;
    }
    if (ends_work(run, code)) {
        *err = why;
        return code;
    }
    if (code == MS_OK && worker->nunlisted > 0) {
        ms_join_unlisted(worker->nunlisted, &why);
        code = MS_LIMIT;
    }
    ms_record part = {.nbytes = totals.nbytes, .nmatching = totals.nmatching};
    record->nbytes += totals.nbytes;
    record->nmatching += totals.nmatching;
    code = put_member(run, member, &part, code, &why);
    return code == MS_OK ? MS_OK : ms_err_set(err, code, 0, "no memory for the members of an archive");
}

/* What is wrong with an archive that could be read to its end, if anything is. */
static ms_code judge_archive(const archive_sums *sums, ms_record *record, ms_err *err)
{
    record->stage = "member";
    if (sums->nfailed > 0) {
        return ms_err_set(err, MS_FORMAT, 0, "%llu of its members failed%s: %s",
                          (unsigned long long)sums->nfailed, sums->nfailed > 1 ? ", the first" : "",
                          sums->first.text);
    }
    if (sums->nunlisted > 0) {
        return ms_err_set(err, MS_LIMIT, 0,
                          "the last %llu of its members with hits or skipped are not listed (--max-listing)",
                          (unsigned long long)sums->nunlisted);
    }
    return MS_OK;
}

static ms_code scan_archive(task_run *run, const ms_stream *stream, ms_record *record, ms_err *err)
{
    ms_worker *worker = run->worker;
    ms_archive_options options = {.foreign = refuse_images, .limits = worker->decode};
    ms_archive *archive = NULL;
    ms_archive_member member;
    bool more = true;
    ms_code code = ms_archive_open(&archive, ms_stream_archive(stream), &options, err);
    while (code == MS_OK && more) {
        code = ms_archive_next(archive, &member, &more, err);
        if (code == MS_OK && more) {
            code = scan_member(run, archive, &member, record, err);
        }
    }
    ms_archive_close(archive);
    begin_scan(worker); /* the archive itself has neither counts nor lines */
    if (worker->members.len > 0) {
        record->flags |= MS_RECORD_MEMBERS;
        record->members = worker->members.data;
        record->nmember_bytes = worker->members.len;
    }
    record->stage = stage_of(code);
    return code == MS_OK ? judge_archive(&worker->sums, record, err) : code;
}

static ms_code scan_file(task_run *run, const ms_task *task, ms_record *record, ms_err *err)
{
    ms_worker *worker = run->worker;
    ms_scan_hooks scan_hooks = {.on_line = on_line, .on_bytes = on_bytes, .user = run};
    ms_scan_totals totals = {0};
    ms_stream *stream = NULL;
    ms_code code = ms_stream_open(&stream, task->path, task->size, err);
    if (code != MS_OK) {
        record->stage = "open";
        return code;
    }
    ms_stream_set_foreign(stream, refuse_images);
    ms_stream_set_limits(stream, &worker->decode);
    code = ms_task_is_part(task) ? ms_stream_select(stream, task->begin, task->end, err) : MS_OK;
    code = code == MS_OK ? ms_scanner_run(worker->scanner, stream, &scan_hooks, &totals, err) : code;
    if (code == MS_ARCHIVE) {
        code = scan_archive(run, stream, record, err);
        ms_stream_close(stream);
        return code;
    }
    ms_stream_close(stream);
    record->stage = stage_of(code);
    record->nbytes = totals.nbytes;
    record->nmatching = totals.nmatching;
    ms_code counted = put_counts(worker);
    if (ms_task_is_part(task)) {
        record->flags |= MS_RECORD_PART;
        record->part = (ms_range_part){.size = task->size,
                                       .begin = task->begin,
                                       .end = task->end,
                                       .nnewlines = totals.nnewlines,
                                       .max_listing = worker->max_listing,
                                       .nunlisted = worker->nunlisted};
    } else if (code == MS_OK && worker->nunlisted > 0) {
        record->stage = stage_of(MS_LIMIT);
        ms_join_unlisted(worker->nunlisted, err);
        code = MS_LIMIT;
    }
    return counted == MS_OK ? code : counted;
}

/* One image -> one record. */
static ms_code do_image(ms_worker *worker, const ms_task *task, const ms_work_hooks *hooks, ms_bytes *records,
                        uint64_t *nbytes, ms_err *err)
{
    ms_gray_reply reply = {0};
    ms_record record = {.entry = task->entry, .status = MS_STATUS_SCANNED, .flags = MS_RECORD_IMAGE};
    ms_code code =
        ms_image_task(worker->gray, &worker->request, task, worker->discard, &reply, &record.stage, err);
    if (code != MS_OK) {
        return code;
    }
    record.nbytes = task->size;
    char text[sizeof reply.text + 64];
    (void)snprintf(text, sizeof text, "%s%s",
                   reply.code == MS_NOMEM ? "needs more than --image-memory allows: " : "",
                   reply.text[0] != 0 ? reply.text : ms_code_text(reply.code));
    if (reply.code != MS_OK) {
        set_trouble(&record, reply.code, text);
    } else {
        record.stage = NULL;
        record.image = (ms_image_part){
            .lossless = reply.way == MS_GRAY_WAY_JPEG_LOSSLESS,
            .width = reply.width,
            .height = reply.height,
            .pages = reply.pages,
            .nbytes_out = reply.nbytes,
            .output = task->output,
            .noutput = strlen(task->output),
        };
        memcpy(record.image.hash, reply.hash, sizeof record.image.hash);
    }
    *nbytes = task->size;
    code = ms_record_encode(&record, records);
    if (code != MS_OK) {
        return ms_err_set(err, code, 0, "no memory for the results");
    }
    return hooks && hooks->on_progress ? hooks->on_progress(hooks->user, task->size, 0) : MS_OK;
}

/* One log -> one record. */
static ms_code do_log(ms_worker *worker, const ms_task *task, const ms_work_hooks *hooks, ms_bytes *records,
                      uint64_t *nbytes, ms_err *err)
{
    ms_err detail = {0};
    ms_record record = {.entry = task->entry, .status = MS_STATUS_SCANNED};
    begin_task(worker);
    task_run run = {.worker = worker, .hooks = hooks};
    ms_code code = scan_file(&run, task, &record, &detail);
    if (ends_work(&run, code)) {
        return ms_err_set(err, code, 0, "%s", detail.text[0] != 0 ? detail.text : ms_code_text(code));
    }
    if (code == MS_OK) {
        record.stage = NULL;
    } else {
        set_trouble(&record, code, detail.text);
    }
    set_hits(&record, worker);
    *nbytes = record.nbytes;
    code = ms_record_encode(&record, records);
    return code == MS_OK ? MS_OK : ms_err_set(err, code, 0, "no memory for the hits");
}

ms_code ms_work_run(ms_worker *worker, const ms_slice *slice, const ms_work_hooks *hooks, ms_bytes *records,
                    ms_work_totals *totals, ms_err *err)
{
    *totals = (ms_work_totals){0};
    ms_code code = MS_OK;
    for (size_t i = 0; i < slice->ntasks && code == MS_OK; i++) {
        uint64_t nbytes = 0;
        size_t begin = records->len;
        bool image = slice->tasks[i].kind == MS_TASK_IMAGE && worker->gray;
        code = (image ? do_image : do_log)(worker, &slice->tasks[i], hooks, records, &nbytes, err);
        if (code == MS_OK) {
            totals->ntasks++;
            totals->nbytes += nbytes;
            code = hooks && hooks->on_done ? hooks->on_done(hooks->user, &slice->tasks[i],
                                                            records->data + begin, records->len - begin)
                                           : MS_OK;
        }
        if (code == MS_OK) {
            code = hooks && hooks->on_progress ? hooks->on_progress(hooks->user, 0, 1) : MS_OK;
        }
    }
    return code;
}
