/* Reading of result files. The bytes are not trusted: frames must be in order, every field must be valid, and
 * the entries must have the digest in the file. */
#include "base/escape.h"
#include "base/safe_directory.h"
#include "result/digest.h"
#include "result/store/frame.h"
#include "result/store/result_file.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct loading {
    ms_result *result;
    ms_frames frames;
    uint64_t nframes;
    uint8_t last; /* kind of the last frame */
    size_t ranks_cap;
    ms_digest digest;
} loading;

void ms_result_fini(ms_result *result)
{
    ms_str_list_fini(&result->info.settings);
    ms_run_result_fini(&result->run_result);
    ms_bytes_fini(&result->records);
    ms_bytes_fini(&result->journal);
    *result = (ms_result){0};
}

bool ms_result_has_option(const ms_result *result, const char *option)
{
    const ms_str_list *settings = &result->info.settings;
    for (size_t i = 1; i < settings->count; i++) {
        if (strcmp(ms_str_list_at(settings, i).data, option) == 0) {
            return true;
        }
    }
    return false;
}

/* `offset` is that of the damaged frame. */
static ms_code damaged(const loading *l, uint64_t offset, const char *what, ms_err *err)
{
    return ms_err_set(err, MS_FORMAT, 0, "%s is damaged at byte %llu: %s", l->result->shown,
                      (unsigned long long)offset, what);
}

static ms_code no_memory(const loading *l, ms_err *err)
{
    return ms_err_set(err, MS_NOMEM, 0, "out of memory reading %s", l->result->shown);
}

static ms_code take_query(loading *l, ms_reader *body)
{
    ms_run_info *info = &l->result->info;
    info->shard = ms_reader_u64(body);
    info->shards = ms_reader_u64(body);
    MS_TRY(ms_str_list_decode(&l->result->run_result.keywords, body));
    MS_TRY(ms_str_list_decode(&l->result->run_result.search, body));
    bool good = info->shards == 0 ? info->shard == 0 : info->shard >= 1 && info->shard <= info->shards;
    return good && l->result->run_result.keywords.count <= UINT32_MAX ? MS_OK : MS_FORMAT;
}

/* A record of a whole file, whose path is after that of the entry before. */
static ms_code take_entry(loading *l, ms_reader *body)
{
    ms_result *result = l->result;
    ms_str_list *paths = &result->run_result.paths;
    ms_record record;
    ms_str path = {0};
    path.data = (const char *)ms_reader_blob(body, &path.len);
    if (body->failed || paths->count == UINT32_MAX ||
        (paths->count > 0 && ms_str_compare(ms_str_list_at(paths, paths->count - 1), path) >= 0)) {
        return MS_FORMAT;
    }
    const uint8_t *data = body->data + body->at;
    MS_TRY(ms_record_decode(&record, body));
    if (record.entry != paths->count || (record.flags & MS_RECORD_PART) != 0 ||
        !ms_ledger_add(&result->run_result.merged.ledger, &record)) {
        return MS_FORMAT;
    }
    MS_TRY(ms_digest_add(&l->digest, &record, path, &result->run_result.keywords));
    ms_bytes_append(&result->records, data, (size_t)(body->data + body->at - data));
    ms_str_list_push(paths, path.data, path.len);
    MS_TRY(ms_bytes_check(&result->records));
    return ms_str_list_check(paths);
}

static ms_code take_rank(loading *l, ms_reader *body)
{
    ms_run_result *run_result = &l->result->run_result;
    if (run_result->nranks == l->ranks_cap) {
        size_t cap = l->ranks_cap > 0 ? 2 * l->ranks_cap : 16;
        ms_rankstat *ranks = reallocarray(run_result->ranks, cap, sizeof *ranks);
        if (!ranks) {
            return MS_NOMEM;
        }
        run_result->ranks = ranks;
        l->ranks_cap = cap;
    }
    MS_TRY(ms_rankstat_decode(&run_result->ranks[run_result->nranks], body));
    run_result->nranks++;
    return MS_OK;
}

/* A text without NUL into a field of `size` bytes; false when it does not fit. */
static bool take_text(ms_reader *body, char *to, size_t size)
{
    size_t n = 0;
    const uint8_t *text = ms_reader_blob(body, &n);
    if (!text || n >= size || memchr(text, 0, n)) {
        return false;
    }
    memcpy(to, text, n);
    to[n] = 0;
    return true;
}

/* false when one is not finite. */
static bool take_numbers(ms_reader *body, double *const *to, size_t n)
{
    bool good = true;
    for (size_t i = 0; i < n; i++) {
        *to[i] = ms_reader_f64(body);
        good = good && isfinite(*to[i]);
    }
    return good;
}

static bool take_comparison(ms_reader *body, ms_comparison *c)
{
    double *const before[] = {&c->sequential,   &c->sequential_low, &c->sequential_high, &c->parallel,
                              &c->parallel_low, &c->parallel_high,  &c->speedup,         &c->speedup_low,
                              &c->speedup_high, &c->efficiency};
    double *const after[] = {&c->imbalance, &c->interval_confidence};
    uint8_t kind = ms_reader_u8(body);
    c->kind = (ms_baseline_kind)kind;
    c->npairs = (size_t)ms_reader_u64(body);
    uint8_t first = ms_reader_u8(body);
    c->parallel_is_first_run = first == 1;
    bool good = take_numbers(body, before, sizeof before / sizeof before[0]);
    c->karp_flatt = ms_reader_f64(body);
    good = take_numbers(body, after, sizeof after / sizeof after[0]) && good;
    return take_text(body, c->verdict, sizeof c->verdict) && good && kind <= MS_BASELINE_ESTIMATED &&
           first <= 1;
}

static ms_code take_run(loading *l, ms_reader *body)
{
    ms_result *result = l->result;
    ms_run_result *run_result = &result->run_result;
    ms_stages *s = &run_result->stages;
    double *const times[] = {
        &run_result->wall_seconds, &s->enumerate, &s->plan, &s->scatter, &s->work, &s->gather, &s->merge};
    uint8_t flags = ms_reader_u8(body);
    run_result->stopped = (flags & 1U) != 0;
    result->info.mismatch = (flags & 2U) != 0;
    run_result->nfiltered = ms_reader_u64(body);
    bool good = take_numbers(body, times, sizeof times / sizeof times[0]) &&
                take_comparison(body, &run_result->compare);
    MS_TRY(ms_str_list_decode(&run_result->notes, body));
    size_t n = 0;
    const uint8_t *journal = ms_reader_blob(body, &n);
    good = good && take_text(body, run_result->merged.digest, sizeof run_result->merged.digest);
    if (!good || flags > 3 || memchr(journal, 0, n) ||
        strspn(run_result->merged.digest, "0123456789abcdef") != 32 ||
        run_result->stopped != (run_result->merged.ledger.undone > 0)) {
        return MS_FORMAT;
    }
    ms_bytes_append(&result->journal, journal, n);
    ms_bytes_append(&result->journal, "", 1);
    MS_TRY(ms_bytes_check(&result->journal));
    result->info.journal = (ms_str){.data = (const char *)result->journal.data, .len = n};
    return MS_OK;
}

static ms_code take_end(loading *l, ms_reader *body)
{
    return ms_reader_u64(body) == l->nframes ? MS_OK : MS_FORMAT;
}

static ms_code check_digest(loading *l, ms_err *err)
{
    char found[33];
    const ms_merged *merged = &l->result->run_result.merged;
    ms_digest_finish(&l->digest, &merged->ledger, found);
    return strcmp(found, merged->digest) == 0
               ? MS_OK
               : ms_err_set(err, MS_FORMAT, 0, "%s is damaged: its entries have digest %s, not %s",
                            l->result->shown, found, merged->digest);
}

/* May a frame of this kind follow the last one? */
static bool in_order(uint8_t last, uint8_t kind)
{
    bool many = kind == MS_FRAME_ENTRY || kind == MS_FRAME_RANK;
    bool follows = kind > last || (many && kind == last);
    return follows && kind != MS_FRAME_TASK && (last != MS_FRAME_HEADER || kind == MS_FRAME_QUERY) &&
           (kind != MS_FRAME_END || last == MS_FRAME_RUN);
}

static ms_code take_frame(loading *l, ms_frame *frame, ms_err *err)
{
    static const struct {
        ms_code (*take)(loading *, ms_reader *);
        const char *wrong;
    } kinds[] = {
        [MS_FRAME_QUERY] = {take_query, "invalid keywords or shard"},
        [MS_FRAME_ENTRY] = {take_entry, "invalid entry of a file"},
        [MS_FRAME_RANK] = {take_rank, "invalid figures of a rank"},
        [MS_FRAME_RUN] = {take_run, "invalid figures of the run"},
        [MS_FRAME_END] = {take_end, "frames are missing"},
    };
    if (frame->kind > MS_FRAME_END) {
        return ms_err_set(
            err, MS_FORMAT, 0, "%s has a frame of kind %u at byte %llu, unknown in format version %u",
            l->result->shown, (unsigned)frame->kind, (unsigned long long)frame->offset, MS_FRAME_VERSION);
    }
    if (!in_order(l->last, frame->kind)) {
        return damaged(l, frame->offset, "frame out of order", err);
    }
    ms_code code = kinds[frame->kind].take(l, &frame->body);
    if (code == MS_NOMEM) {
        return no_memory(l, err);
    }
    if (code != MS_OK || frame->body.failed || ms_reader_left(&frame->body) > 0) {
        return damaged(l, frame->offset, kinds[frame->kind].wrong, err);
    }
    l->last = frame->kind;
    l->nframes++;
    return MS_OK;
}

static ms_code read_header(loading *l, ms_err *err)
{
    ms_frame frame;
    bool found = false;
    const char *shown = l->result->shown;
    if (l->frames.size == 0) {
        return ms_err_set(err, MS_FORMAT, 0, "%s is empty", shown);
    }
    MS_TRY(ms_frames_next(&l->frames, &frame, &found, err));
    if (!found) {
        return ms_err_set(err, MS_FORMAT, 0, "%s is not an mpiscan result file, or its header is damaged",
                          shown);
    }
    MS_TRY(ms_frame_take_header(&frame, MS_FRAME_RESULT, shown, &l->result->info.settings, err));
    if (l->result->info.settings.count == 0) {
        return damaged(l, 0, "no command in the header", err);
    }
    l->last = MS_FRAME_HEADER;
    l->nframes = 1;
    return MS_OK;
}

static ms_code read_all(loading *l, ms_err *err)
{
    MS_TRY(read_header(l, err));
    while (l->last != MS_FRAME_END) {
        ms_frame frame;
        bool found = false;
        uint64_t offset = ms_frames_offset(&l->frames);
        MS_TRY(ms_frames_next(&l->frames, &frame, &found, err));
        if (!found && offset >= l->frames.size) {
            return damaged(l, offset, "truncated here", err);
        }
        if (!found) {
            return damaged(l, offset, "truncated frame or wrong checksum", err);
        }
        MS_TRY(take_frame(l, &frame, err));
    }
    uint64_t end = ms_frames_offset(&l->frames);
    return end == l->frames.size ? check_digest(l, err) : damaged(l, end, "data after its end", err);
}

static ms_code open_file(loading *l, const char *path, ms_err *err)
{
    struct stat st;
    const char *shown = l->result->shown;
    l->frames.fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (l->frames.fd < 0 || fstat(l->frames.fd, &st) != 0) {
        int reason = errno;
        return ms_err_set(err, MS_USAGE, reason, "cannot read %s", shown);
    }
    if (!S_ISREG(st.st_mode)) {
        return ms_err_set(err, MS_USAGE, 0, "%s is not a regular file", shown);
    }
    l->frames.size = (uint64_t)st.st_size;
    if (ms_owner_check(l->frames.fd, err) != MS_OK) {
        (void)ms_err_prefix(err, "%s", shown);
        return err ? (err->code = MS_USAGE) : MS_USAGE;
    }
    return MS_OK;
}

ms_code ms_result_read(ms_result *result, const char *path, ms_err *err)
{
    loading l = {.result = result, .frames = {.fd = -1, .shown = result->shown}};
    *result = (ms_result){0};
    (void)ms_escape_to(result->shown, sizeof result->shown, path, strlen(path));
    ms_code code = MS_OK;
    MS_TRY_OR(done, ms_digest_init(&l.digest) == MS_OK ? MS_OK : no_memory(&l, err));
    MS_TRY_OR(done, open_file(&l, path, err));
    code = read_all(&l, err);
done:
    if (l.frames.fd >= 0) {
        (void)close(l.frames.fd);
    }
    ms_frames_fini(&l.frames);
    ms_digest_fini(&l.digest);
    if (code != MS_OK) {
        ms_result_fini(result);
    }
    return code;
}
