/* The journal is hostile input: a record is validated before it counts, and only counts
 * for the file whose path, size, time and inode it names. */
#include "run/journal/resume.h"

#include "base/escape.h"
#include "result/record.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* A finished task that still holds. */
typedef struct found {
    ms_piece piece;
    size_t at; /* of its record in the bytes read */
} found;

typedef struct resuming {
    const ms_entries *entries;
    ms__resumed *to;
    ms_bytes records; /* of all that still holds, in the order of the journals */
    found *list;      /* owned */
    size_t count, cap;
} resuming;

void ms__resumed_fini(ms__resumed *resumed)
{
    ms_bytes_fini(&resumed->records);
    free(resumed->pieces);
    *resumed = (ms__resumed){0};
}

const char *ms__journal_dir(const ms_settings *settings)
{
    return settings->journal ? settings->journal : settings->resume;
}

ms_code ms__resume_begin(ms__resumed *resumed, const ms_settings *settings, ms_err *err)
{
    const char *dir = ms__journal_dir(settings);
    char shown[256];
    if (!dir) {
        return MS_OK;
    }
    (void)ms_escape_to(shown, sizeof shown, dir, strlen(dir));
    if (mkdir(dir, 0700) != 0 && errno != EEXIST) {
        int reason = errno;
        (void)ms_err_set(err, MS_IO, reason, "cannot make the journal directory %s", shown);
        return err->code = MS_USAGE;
    }
    ms_code code = ms_journal_read(dir, NULL, NULL, NULL, &resumed->summary, err);
    if (code != MS_OK) {
        return code == MS_IO ? (err->code = MS_USAGE) : code;
    }
    if (settings->journal && resumed->summary.last_attempt > 0) {
        return ms_err_set(err, MS_USAGE, 0, "%s holds a journal already: use --resume to continue it", shown);
    }
    resumed->resumes = settings->resume;
    resumed->attempt = resumed->summary.last_attempt + 1;
    return MS_OK;
}

static ms_code put_setting(ms_str_list *to, const char *name, const char *value, size_t n)
{
    ms_bytes line = {0};
    ms_bytes_append(&line, name, strlen(name));
    ms_bytes_append(&line, "=", 1);
    ms_bytes_append(&line, value, n);
    ms_code code = ms_bytes_check(&line);
    if (code == MS_OK) {
        ms_str_list_push(to, line.data, line.len);
        code = ms_str_list_check(to);
    }
    ms_bytes_fini(&line);
    return code;
}

/* Does the word of ms_settings_result_relevant choose the files? A journal is resumed whatever they are; the
 * directory of the outputs is named below. What only bounds the time of an image does not change it. */
static bool chooses_files(ms_str word)
{
    static const char *const names[] = {"path",      "--files-from", "--null",      "--include",
                                        "--exclude", "--follow",     "--max-depth", "--image-timeout",
                                        "--output",  "--seed"};
    bool chooses = false;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t n = strlen(names[i]);
        chooses = chooses || (word.len >= n && memcmp(word.data, names[i], n) == 0 &&
                              (word.len == n || word.data[n] == '='));
    }
    return chooses;
}

ms_code ms__resume_settings(const ms_settings *settings, const ms_str_list *keywords, ms_str_list *to)
{
    ms_str_list words = {0};
    const char *dir = settings->gray_dir ? settings->gray_dir : "";
    ms_code code = ms_settings_result_relevant(settings, &words);
    for (size_t i = 0; i < words.count && code == MS_OK; i++) {
        ms_str word = ms_str_list_at(&words, i);
        if (!chooses_files(word)) {
            ms_str_list_push(to, word.data, word.len);
        }
    }
    ms_str_list_fini(&words);
    MS_TRY(code);
    MS_TRY(put_setting(to, "output directory", dir, strlen(dir)));
    for (size_t i = 0; i < keywords->count; i++) {
        ms_str keyword = ms_str_list_at(keywords, i);
        MS_TRY(put_setting(to, "keyword", keyword.data, keyword.len));
    }
    return ms_str_list_check(to);
}

/* The entry with this path, or entries->paths.count. */
static size_t find_entry(const ms_entries *entries, ms_str path)
{
    size_t low = 0, high = entries->paths.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = ms_str_compare(ms_str_list_at(&entries->paths, middle), path);
        if (order == 0) {
            return middle;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return entries->paths.count;
}

/* Is the output that an earlier attempt wrote still there? */
static bool output_is_there(const ms_entries *entries, size_t i, const ms_image_part *image)
{
    struct stat st;
    if (entries->outputs.count == 0) {
        return false;
    }
    ms_str output = ms_str_list_at(&entries->outputs, i);
    return output.len == image->noutput && memcmp(output.data, image->output, output.len) == 0 &&
           lstat(output.data, &st) == 0 && S_ISREG(st.st_mode) && (uint64_t)st.st_size == image->nbytes_out;
}

/* Does the finished task hold for what is listed now? Fills *piece. */
static bool still_holds(const ms_entries *entries, const ms_journal_file *file, const ms_record *record,
                        ms_piece *piece)
{
    size_t i = find_entry(entries, file->path);
    if (i == entries->paths.count) {
        return false;
    }
    const ms_entry *entry = &entries->list[i];
    bool image = (record->flags & MS_RECORD_IMAGE) != 0;
    bool part = (record->flags & MS_RECORD_PART) != 0;
    *piece = (ms_piece){.entry = (uint32_t)i, .begin = 0, .end = entry->size};
    if (part) {
        piece->begin = record->part.begin;
        piece->end = record->part.end;
    }
    return entry->state == MS_ENTRY_FILE && entry->size == file->size && entry->mtime_ns == file->mtime_ns &&
           entry->ctime_ns == file->ctime_ns && entry->inode == file->inode &&
           image == (entry->kind == MS_TASK_IMAGE) && (!part || record->part.size == file->size) &&
           (!ms_record_has_image(record) || output_is_there(entries, i, &record->image));
}

static ms_code push_found(resuming *r, const ms_piece *piece, size_t at)
{
    if (r->count == r->cap) {
        size_t cap = r->cap > 0 ? 2 * r->cap : 256;
        found *list = reallocarray(r->list, cap, sizeof *list);
        if (!list) {
            return MS_NOMEM;
        }
        r->list = list;
        r->cap = cap;
    }
    r->list[r->count++] = (found){*piece, at};
    return MS_OK;
}

/* A ms_journal_fn. */
static ms_code take_finished(void *user, const ms_journal_file *file, const uint8_t *data, size_t n)
{
    resuming *r = user;
    ms_reader reader = ms_reader_over(data, n);
    ms_record record;
    ms_piece piece;
    if (ms_record_decode(&record, &reader) != MS_OK || ms_reader_left(&reader) > 0) {
        r->to->summary.ndamaged++;
        return MS_OK;
    }
    if (record.status == MS_STATUS_FAILED) { /* what went wrong may go well now */
        return MS_OK;
    }
    if (!still_holds(r->entries, file, &record, &piece)) {
        r->to->nchanged++;
        return MS_OK;
    }
    size_t at = r->records.len;
    ms_bytes_append(&r->records, data, n);
    MS_TRY(ms_bytes_check(&r->records));
    MS_TRY(push_found(r, &piece, at));
    ms_record_set_entry(r->records.data + at, piece.entry);
    return MS_OK;
}

/* By entry; whole files first, then by begin; of equal pieces the earlier finished one. */
static int by_piece(const void *a, const void *b)
{
    const found *x = a;
    const found *y = b;
    if (x->piece.entry != y->piece.entry) {
        return x->piece.entry > y->piece.entry ? 1 : -1;
    }
    if (x->piece.begin != y->piece.begin) {
        return x->piece.begin > y->piece.begin ? 1 : -1;
    }
    if (x->piece.end != y->piece.end) {
        return x->piece.end < y->piece.end ? 1 : -1;
    }
    return (x->at > y->at) - (x->at < y->at);
}

static int by_place(const void *a, const void *b)
{
    size_t x = ((const found *)a)->at;
    size_t y = ((const found *)b)->at;
    return (x > y) - (x < y);
}

/* Closes the gaps between the records found: the others may be as large, and a copy would be. */
static void drop_others(resuming *r)
{
    size_t end = 0;
    if (r->count > 1) {
        qsort(r->list, r->count, sizeof *r->list, by_place);
    }
    for (size_t i = 0; i < r->count; i++) {
        uint8_t *record = r->records.data + r->list[i].at;
        ms_reader head = ms_reader_over(record, 8);
        size_t size = (size_t)ms_reader_u64(&head);
        memmove(r->records.data + end, record, size);
        end += size;
    }
    r->records.len = end;
}

/* Keeps of each file what does not overlap. */
static ms_code keep(resuming *r)
{
    ms__resumed *to = r->to;
    to->pieces = calloc(r->count + 1, sizeof *to->pieces);
    if (!to->pieces) {
        return MS_NOMEM;
    }
    if (r->count > 1) {
        qsort(r->list, r->count, sizeof *r->list, by_piece);
    }
    for (size_t i = 0; i < r->count; i++) {
        const ms_piece *piece = &r->list[i].piece;
        const ms_piece *last = to->npieces > 0 ? &to->pieces[to->npieces - 1] : NULL;
        if (last && last->entry == piece->entry && (piece->begin < last->end || last->end == last->begin)) {
            continue;
        }
        r->list[to->npieces] = r->list[i];
        to->pieces[to->npieces++] = *piece;
    }
    r->count = to->npieces;
    drop_others(r);
    to->records = r->records; /* moved */
    r->records = (ms_bytes){0};
    return MS_OK;
}

/* Files of which nothing is left to do. */
static size_t count_whole(const ms__resumed *resumed, const ms_entries *entries)
{
    size_t n = 0;
    uint64_t at = 0;
    for (size_t i = 0; i < resumed->npieces; i++) {
        const ms_piece *piece = &resumed->pieces[i];
        bool first = i == 0 || resumed->pieces[i - 1].entry != piece->entry;
        at = piece->begin == (first ? 0 : at) ? piece->end : UINT64_MAX;
        n += at == entries->list[piece->entry].size ? 1 : 0;
    }
    return n;
}

static void describe(const ms__resumed *resumed, const ms_entries *entries, const char *dir,
                     ms_str_list *notes)
{
    char shown[256];
    (void)ms_escape_to(shown, sizeof shown, dir, strlen(dir));
    if (resumed->summary.last_attempt == 0) {
        ms_str_list_printf(notes, "Nothing to resume in %s yet: this run begins its journal.", shown);
        return;
    }
    size_t ndone = count_whole(resumed, entries);
    ms_str_list_printf(notes, "Resumed from %s: %zu file%s already done.", shown, ndone,
                       ndone == 1 ? "" : "s");
    if (resumed->nchanged > 0) {
        ms_str_list_printf(notes,
                           "Reprocessing: %" PRIu64 " finished task%s of files that have changed, or are not "
                           "listed any more.",
                           resumed->nchanged, resumed->nchanged == 1 ? "" : "s");
    }
    if (resumed->summary.ndamaged > 0) {
        ms_str_list_printf(notes, "Reprocessing: what was at %" PRIu64 " damaged place%s of the journal.",
                           resumed->summary.ndamaged, resumed->summary.ndamaged == 1 ? "" : "s");
    }
}

ms_code ms__resume_read(ms__resumed *resumed, const ms_entries *entries, const ms_str_list *keywords,
                        const ms_settings *settings, ms_str_list *notes, ms_err *err)
{
    ms_str_list relevant = {0};
    resuming r = {.entries = entries, .to = resumed};
    ms_code code = MS_OK;
    if (!resumed->resumes) {
        return MS_OK;
    }
    MS_TRY_OR(done, ms__resume_settings(settings, keywords, &relevant));
    MS_TRY_OR(done, ms_journal_read(settings->resume, &relevant, take_finished, &r, &resumed->summary, err));
    MS_TRY_OR(done, keep(&r));
    describe(resumed, entries, settings->resume, notes);
done:
    if (code == MS_NOMEM) {
        (void)ms_err_set(err, code, 0, "out of memory for the journal");
    }
    ms_bytes_fini(&r.records);
    free(r.list);
    ms_str_list_fini(&relevant);
    return code;
}
