#include "result/join.h"

#include "result/result_internal.h"

#include <stdlib.h>

/* What has been joined so far. */
typedef struct joining {
    ms_record sum;
    ms_bytes counts;
    ms_bytes spare; /* the next `counts` under construction */
    ms_joined *lines;
    uint64_t nnewlines;
    uint64_t nunlisted;
    uint64_t ntext;   /* of ranges of a compressed file */
    uint64_t reached; /* end of what was decoded so far, an offset in the file; 0: not compressed */
} joining;

static void joining_fini(joining *j)
{
    ms_bytes_fini(&j->counts);
    ms_bytes_fini(&j->spare);
}

void ms_joined_fini(ms_joined *joined)
{
    free(joined->runs);
    *joined = (ms_joined){0};
}

void ms_joined_set_lines(const ms_joined *joined, ms_record *record)
{
    record->nlines = joined->nlines;
    record->nline_bytes = joined->nline_bytes;
    record->runs = joined->runs;
    record->nruns = joined->nruns;
}

void ms_join_unlisted(uint64_t nunlisted, ms_err *err)
{
    (void)ms_err_set(err, MS_LIMIT, 0,
                     "its last %llu matching lines are counted but not listed (--max-listing)",
                     (unsigned long long)nunlisted);
}

/* The two lists of counts, both ascending by id, as one. */
static ms_code join_counts(joining *j, const ms_record *part)
{
    ms_record old = j->sum;
    ms_code code = MS_OK;
    uint32_t a = 0, b = 0, n = 0;
    ms_bytes_clear(&j->spare);
    while (code == MS_OK && (a < old.ncounts || b < part->ncounts)) {
        uint32_t id_a = UINT32_MAX, id_b = UINT32_MAX;
        uint64_t n_a = 0, n_b = 0;
        if (a < old.ncounts) {
            ms_record_count(&old, a, &id_a, &n_a);
        }
        if (b < part->ncounts) {
            ms_record_count(part, b, &id_b, &n_b);
        }
        bool take_a = a < old.ncounts && (id_a <= id_b || b == part->ncounts);
        bool take_b = b < part->ncounts && (id_b <= id_a || a == old.ncounts);
        code = ms_record_put_count(&j->spare, take_a ? id_a : id_b, (take_a ? n_a : 0) + (take_b ? n_b : 0));
        a += take_a;
        b += take_b;
        n++;
    }
    ms_bytes joined = j->spare;
    j->spare = j->counts;
    j->counts = joined;
    j->sum.counts = joined.data;
    j->sum.ncounts = n;
    return code;
}

/* Adds the lines of one range as a run, up to where the listing is full. */
static void join_lines(joining *j, const ms_record *part)
{
    ms_joined *to = j->lines;
    ms_line_run *run = &to->runs[to->nruns];
    *run = (ms_line_run){
        .lines = part->lines, .before = to->nline_bytes, .add_line_no = j->nnewlines, .add_offset = j->ntext};
    ms_line line;
    for (size_t at = 0; ms_record_next_line(part, &at, &line);) {
        if (to->nline_bytes > part->part.max_listing) {
            j->nunlisted += line.is_context ? 0 : 1;
        } else {
            run->nbytes = at;
            to->nline_bytes = run->before + at;
            to->nlines++;
        }
    }
    to->nruns += run->nbytes > 0 ? 1 : 0;
    j->nunlisted += part->part.nunlisted;
}

static ms_code no_memory(ms_err *err)
{
    return ms_err_set(err, MS_NOMEM, 0, "out of memory");
}

/* Adds one range; *more: would reading of the file have continued after it? */
static ms_code add(joining *j, const ms_record *part, bool *more, ms_err *err)
{
    if (join_counts(j, part) != MS_OK) {
        return no_memory(err);
    }
    join_lines(j, part);
    if (__builtin_add_overflow(j->sum.nbytes, part->nbytes, &j->sum.nbytes) ||
        __builtin_add_overflow(j->sum.nmatching, part->nmatching, &j->sum.nmatching) ||
        __builtin_add_overflow(j->nnewlines, part->part.nnewlines, &j->nnewlines) ||
        __builtin_add_overflow(j->ntext, part->part.ntext, &j->ntext)) {
        return ms_err_set(err, MS_FORMAT, 0, "invalid numbers in the ranges of a file");
    }
    j->sum.status = part->status;
    j->sum.stage = part->stage;
    j->sum.nstage = part->nstage;
    j->sum.message = part->message;
    j->sum.nmessage = part->nmessage;
    *more = part->status == MS_STATUS_SCANNED &&
            !((part->flags & MS_RECORD_NAMES_ONLY) != 0 && part->nmatching > 0);
    return MS_OK;
}

static ms_code put_joined(joining *j, ms_bytes *to, ms_err *err)
{
    static const char stage[] = "scan";
    ms_err detail = {0};
    if (j->sum.status == MS_STATUS_SCANNED && j->nunlisted > 0) {
        j->sum.status = MS_STATUS_FAILED;
        j->sum.stage = stage;
        j->sum.nstage = sizeof stage - 1;
        ms_join_unlisted(j->nunlisted, &detail);
        j->sum.message = detail.text;
        j->sum.nmessage = strlen(detail.text);
    }
    if (j->sum.status != MS_STATUS_SCANNED) {
        j->sum.flags &= (uint8_t)~MS_RECORD_BINARY;
    }
    ms_code code = ms_record_encode(&j->sum, to);
    j->sum = (ms_record){0};
    return code == MS_OK ? MS_OK : no_memory(err);
}

/* Was the range decoded from where the decoding of the range before ended? Advances `reached`. */
static bool continues(joining *j, const ms_split_part *part)
{
    bool decoded = part->next > 0;
    bool good = !decoded || part->first == j->reached;
    j->reached = decoded ? part->next : j->reached;
    return good;
}

static void set_changed(joining *j)
{
    static const char stage[] = "decode";
    static const char message[] = "changed during the search";
    j->sum.status = MS_STATUS_FAILED;
    j->sum.stage = stage;
    j->sum.nstage = sizeof stage - 1;
    j->sum.message = message;
    j->sum.nmessage = sizeof message - 1;
}

static ms_code add_parts(joining *j, const uint8_t *const *parts, size_t n, bool whole, ms_err *err)
{
    bool more = true;
    bool good = true;
    ms_code code = MS_OK;
    uint64_t size = ms_record_view(parts[0]).part.size;
    for (size_t i = 0; i < n && more && good && code == MS_OK; i++) {
        ms_record part = ms_record_view(parts[i]);
        good = continues(j, &part.part);
        code = good ? add(j, &part, &more, err) : MS_OK;
    }
    good = good && !(whole && more && j->reached > 0 && j->reached < size);
    if (!good) {
        set_changed(j);
    } else if (more && !whole) {
        j->sum.status = MS_STATUS_UNDONE;
    }
    return code;
}

/* A range whose record is the whole file's; NULL: none. */
static const uint8_t *find_whole(const uint8_t *const *parts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if ((ms_record_view(parts[i]).flags & MS_RECORD_WHOLE) != 0) {
            return parts[i];
        }
    }
    return NULL;
}

static ms_code put_whole(const uint8_t *part, ms_bytes *to, ms_joined *joined, ms_err *err)
{
    ms_record record = ms_record_view(part);
    *joined->runs = (ms_line_run){.lines = record.lines, .nbytes = record.nline_bytes};
    joined->nruns = record.nline_bytes > 0 ? 1 : 0;
    joined->nlines = record.nlines;
    joined->nline_bytes = record.nline_bytes;
    record.lines = NULL;
    record.nline_bytes = 0;
    record.nlines = 0;
    record.flags &= (uint8_t) ~(MS_RECORD_PART | MS_RECORD_WHOLE);
    ms_code code = ms_record_encode(&record, to);
    return code == MS_OK ? MS_OK : no_memory(err);
}

/* How many ranges are adjacent from the first byte of the file on; *whole: up to its last byte. */
static size_t count_joined(const uint8_t *const *parts, size_t n, bool *whole)
{
    uint64_t at = 0;
    size_t count = 0;
    uint64_t size = ms_record_view(parts[0]).part.size;
    for (; count < n; count++) {
        ms_split_part part = ms_record_view(parts[count]).part;
        if (part.begin != at || part.size != size) {
            break;
        }
        at = part.end;
    }
    *whole = at == size && count == n;
    return count;
}

/* Does a range begin before the end of the one before it? */
static bool overlap(const uint8_t *const *parts, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        if (ms_record_view(parts[i]).part.begin < ms_record_view(parts[i - 1]).part.end) {
            return true;
        }
    }
    return false;
}

ms_code ms_join(const uint8_t *const *parts, size_t n, bool partial, ms_bytes *to, ms_joined *joined_lines,
                ms_err *err)
{
    bool whole = false;
    size_t joined = count_joined(parts, n, &whole);
    if (overlap(parts, n) || !(whole || partial)) {
        return ms_err_set(err, MS_INTERNAL, 0, "the ranges of a file do not cover it exactly once");
    }
    ms_record first = ms_record_view(parts[0]);
    *joined_lines = (ms_joined){.entry = first.entry, .runs = calloc(n, sizeof *joined_lines->runs)};
    if (!joined_lines->runs) {
        return no_memory(err);
    }
    joining j = {.lines = joined_lines};
    const uint8_t *whole_record = find_whole(parts, n);
    j.sum.entry = first.entry;
    j.sum.flags = first.flags & (MS_RECORD_NAMES_ONLY | MS_RECORD_BINARY | MS_RECORD_WITHOUT_MATCH);
    ms_code code = MS_OK;
    if (whole_record) {
        MS_TRY_OR(fini, put_whole(whole_record, to, joined_lines, err));
    } else {
        MS_TRY_OR(fini, add_parts(&j, parts, joined, whole, err));
        MS_TRY_OR(fini, put_joined(&j, to, err));
    }
fini:
    joining_fini(&j);
    if (code != MS_OK) {
        ms_joined_fini(joined_lines);
    }
    return code;
}
