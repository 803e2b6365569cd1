/* The objects of a shard's report -> records: the inverse of report_json.c. One line is in memory at a time;
 * an entry's record is written when its last object has been read. */
#include "report/json_fields.h"
#include "report/shard_file.h"
#include "result/shard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct entries {
    ms__shard *shard;
    const json_t *label_ids;
    bool files_with_matches;
    bool open; /* an entry is being read: paths' last */
    bool at_ranks, done;
    ms_record record; /* of the entry, or its member; its pointers are set when it ends */
    ms_bytes path, counts, lines, text, stage, message, output;
    bool in_archive; /* the entry is an archive; */
    bool in_member;  /* a member of it is being read: then this is the archive's record, */
    ms_record archive;
    ms_bytes name, members;
    uint64_t nmembers;
    uint32_t *ids; /* owned: of a line */
    size_t ids_cap;
} entries;

/* Every take_* returns what is wrong with the object, or NULL. */
typedef const char *take_fn(entries *e, const json_t *object);

#define NO_MEMORY "no memory for it"

/* Gives the record what was read of the entry or member. */
static void set_pointers(entries *e)
{
    ms_record *record = &e->record;
    record->counts = e->counts.data;
    record->lines = e->lines.data;
    record->nline_bytes = e->lines.len;
    record->stage = (const char *)e->stage.data;
    record->nstage = e->stage.len;
    record->message = (const char *)e->message.data;
    record->nmessage = e->message.len;
}

static void forget(entries *e)
{
    ms_bytes_clear(&e->counts);
    ms_bytes_clear(&e->lines);
    ms_bytes_clear(&e->stage);
    ms_bytes_clear(&e->message);
    ms_bytes_clear(&e->output);
}

/* The member that is being read, if one is, has ended: what comes is of the archive again. */
static const char *end_member(entries *e)
{
    if (!e->in_member) {
        return NULL;
    }
    set_pointers(e);
    e->in_member = false;
    bool good = ms_record_put_member(&e->members, e->name.data, e->name.len, &e->record) == MS_OK;
    e->record = e->archive;
    forget(e);
    return good ? NULL : NO_MEMORY;
}

static const char *end_entry(entries *e)
{
    ms__shard *shard = e->shard;
    ms_record *record = &e->record;
    const char *wrong = end_member(e);
    if (!e->open || wrong) {
        return wrong;
    }
    e->open = false;
    record->entry = (uint32_t)(shard->paths.count - 1);
    set_pointers(e);
    record->members = e->members.data;
    record->nmember_bytes = e->members.len;
    record->image.output = (const char *)e->output.data;
    record->image.noutput = e->output.len;
    size_t from = shard->records.len;
    if (ms_record_encode(record, &shard->records) != MS_OK) {
        return NO_MEMORY;
    }
    ms_record checked;
    ms_reader reader = ms_reader_over(shard->records.data + from, shard->records.len - from);
    return ms_record_decode(&checked, &reader) == MS_OK ? NULL : "the entry before it contradicts itself";
}

/* The member of the archive being read that the object is about; *same: it is the one being read. */
static const char *take_member(entries *e, const json_t *object, bool *same)
{
    const ms_str_list *paths = &e->shard->paths;
    uint64_t number = 0;
    if (!ms__field_bytes(object, "archive", &e->path) || !ms__field_bytes(object, "member", &e->text) ||
        !ms__field_u64(object, "member_number", &number)) {
        return "no valid member";
    }
    ms_str archive = {(const char *)e->path.data, e->path.len};
    if (!e->open || !e->in_archive || ms_str_compare(archive, ms_str_list_at(paths, paths->count - 1)) != 0) {
        return "a member outside its archive";
    }
    *same = e->in_member && number == e->nmembers;
    bool alike = e->text.len == e->name.len && memcmp(e->text.data, e->name.data, e->name.len) == 0;
    return *same                       ? alike ? NULL : "a member of two names"
           : number == e->nmembers + 1 ? NULL
                                       : "a member is missing";
}

/* Begins the member whose name is in e->text. */
static const char *begin_member(entries *e, ms_status status)
{
    const char *wrong = end_member(e);
    if (wrong) {
        return wrong;
    }
    e->archive = e->record;
    e->in_member = true;
    e->nmembers++;
    e->record = (ms_record){.status = status, .flags = e->files_with_matches ? MS_RECORD_NAMES_ONLY : 0};
    ms_bytes_clear(&e->name);
    return ms_bytes_append(&e->name, e->text.data, e->text.len) == MS_OK ? NULL : NO_MEMORY;
}

/* The entry's path into e->path, or a member of it; *same: it is the one being read. */
static const char *take_path(entries *e, const json_t *object, bool *same)
{
    const ms_str_list *paths = &e->shard->paths;
    if (json_object_get(object, "member_number")) {
        return take_member(e, object, same);
    }
    if (!ms__field_bytes(object, "path", &e->path) || memchr(e->path.data, 0, e->path.len)) {
        return "no valid path";
    }
    ms_str path = {(const char *)e->path.data, e->path.len};
    int order = paths->count > 0 ? ms_str_compare(path, ms_str_list_at(paths, paths->count - 1)) : 1;
    *same = order == 0 && e->open;
    const char *wrong = end_member(e);
    return wrong ? wrong : order > 0 || *same ? NULL : "its path stands before that of an earlier entry";
}

/* Begins the entry whose path is in e->path. */
static const char *begin_entry(entries *e, ms_status status)
{
    ms__shard *shard = e->shard;
    const char *wrong = end_entry(e);
    if (wrong) {
        return wrong;
    }
    if (ms_shard_of((ms_str){(const char *)e->path.data, e->path.len}, shard->count) != shard->index) {
        return "its path belongs to another shard";
    }
    if (shard->paths.count >= UINT32_MAX ||
        ms_str_list_push(&shard->paths, e->path.data, e->path.len) != MS_OK) {
        return NO_MEMORY;
    }
    forget(e);
    ms_bytes_clear(&e->members);
    e->nmembers = 0;
    e->in_archive = false;
    e->record = (ms_record){.status = status};
    e->open = true;
    return NULL;
}

/* The entry of an object that must be its first. */
static const char *begin_with(entries *e, const json_t *object, ms_status status)
{
    bool same = false;
    const char *wrong = take_path(e, object, &same);
    if (wrong || same) {
        return wrong ? wrong : "its path stands there already";
    }
    return json_object_get(object, "member_number") ? begin_member(e, status) : begin_entry(e, status);
}

static bool label_id(const entries *e, const char *label, size_t n, uint32_t *id)
{
    const json_t *found = json_object_getn(e->label_ids, label, n);
    *id = (uint32_t)json_integer_value(found);
    return found != NULL;
}

static const char *take_counts(entries *e, json_t *counts)
{
    const char *label;
    size_t n;
    json_t *value;
    if (!json_is_object(counts)) {
        return "no keywords";
    }
    json_object_keylen_foreach(counts, label, n, value)
    {
        uint32_t id = 0;
        if (!label_id(e, label, n, &id) || !json_is_integer(value) || json_integer_value(value) <= 0) {
            return "a keyword that was not asked for, or without its number";
        }
        if (ms_record_put_count(&e->counts, id, (uint64_t)json_integer_value(value)) != MS_OK) {
            return NO_MEMORY;
        }
        e->record.ncounts++;
    }
    return NULL;
}

static const char *take_archive(entries *e, const json_t *object)
{
    const char *wrong = begin_with(e, object, MS_STATUS_SCANNED);
    if (wrong) {
        return wrong;
    }
    e->in_archive = true;
    e->record.flags = MS_RECORD_MEMBERS | (e->files_with_matches ? MS_RECORD_NAMES_ONLY : 0);
    return ms__field_u64(object, e->files_with_matches ? "matching_members" : "matching_lines",
                         &e->record.nmatching)
               ? NULL
               : "no number of what matches";
}

static const char *take_file(entries *e, const json_t *object)
{
    const char *wrong = begin_with(e, object, MS_STATUS_SCANNED);
    if (wrong) {
        return wrong;
    }
    if (e->files_with_matches) {
        e->record.flags = MS_RECORD_NAMES_ONLY;
        e->record.nmatching = 1;
        return NULL;
    }
    if (!ms__field_u64(object, "matching_lines", &e->record.nmatching) || e->record.nmatching == 0) {
        return "no number of matching lines";
    }
    return take_counts(e, json_object_get(object, "keywords"));
}

static const char *take_ids(entries *e, const json_t *list)
{
    size_t n = json_array_size(list);
    if (n > e->ids_cap) {
        uint32_t *ids = reallocarray(e->ids, n, sizeof *ids);
        if (!ids) {
            return NO_MEMORY;
        }
        e->ids = ids;
        e->ids_cap = n;
    }
    for (size_t i = 0; i < n; i++) {
        const json_t *label = json_array_get(list, i);
        const char *text = json_string_value(label);
        if (!text || !label_id(e, text, json_string_length(label), &e->ids[i])) {
            return "a keyword that was not asked for";
        }
    }
    return NULL;
}

static const char *put_line(entries *e, const json_t *object, bool is_context)
{
    const json_t *list = json_object_get(object, "keywords");
    ms_line line = {.is_context = is_context};
    bool same = false;
    const char *wrong = take_path(e, object, &same);
    if (wrong || !same || e->record.nmatching == 0 || e->record.status != MS_STATUS_SCANNED) {
        return wrong ? wrong : "a line outside its file";
    }
    if (!ms__field_u64(object, "line_number", &line.line_no) ||
        !ms__field_u64(object, "byte_offset", &line.offset) || !ms__field_bytes(object, "text", &e->text) ||
        (is_context ? list != NULL : !json_is_array(list))) {
        return "a field of the line is missing or wrong";
    }
    line.text = e->text.data;
    line.ntext = e->text.len;
    line.nbytes = e->text.len;
    if (json_object_get(object, "text_bytes") && !ms__field_u64(object, "text_bytes", &line.nbytes)) {
        return "no valid text_bytes";
    }
    wrong = take_ids(e, list);
    if (wrong) {
        return wrong;
    }
    e->record.nlines++;
    return ms_record_put_line(&e->lines, &line, e->ids, (uint32_t)json_array_size(list)) == MS_OK ? NULL
                                                                                                  : NO_MEMORY;
}

static const char *take_line(entries *e, const json_t *object)
{
    return put_line(e, object, false);
}

static const char *take_context(entries *e, const json_t *object)
{
    return put_line(e, object, true);
}

static bool take_hash(uint8_t hash[16], const json_t *object)
{
    const char *text = json_string_value(json_object_get(object, "hash"));
    if (!text || strspn(text, "0123456789abcdef") != 32 || text[32] != 0) {
        return false;
    }
    for (size_t i = 0; i < 16; i++) {
        const char digits[] = {text[2 * i], text[2 * i + 1], 0};
        hash[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
    return true;
}

static bool take_u32(const json_t *object, const char *key, uint32_t *value)
{
    uint64_t wide = 0;
    bool good = ms__field_u64(object, key, &wide) && wide <= UINT32_MAX;
    *value = (uint32_t)wide;
    return good;
}

static const char *take_image(entries *e, const json_t *object)
{
    ms_image_part image = {.pages = 1};
    const char *way = json_string_value(json_object_get(object, "way"));
    const char *wrong = begin_with(e, object, MS_STATUS_SCANNED);
    if (wrong) {
        return wrong;
    }
    bool good = way && (strcmp(way, "general") == 0 || strcmp(way, "jpeg-lossless") == 0) &&
                take_u32(object, "width", &image.width) && take_u32(object, "height", &image.height) &&
                (!json_object_get(object, "pages") || take_u32(object, "pages", &image.pages)) &&
                ms__field_u64(object, "bytes_out", &image.nbytes_out) &&
                ms__field_u64(object, "bytes_in", &e->record.nbytes) && take_hash(image.hash, object) &&
                ms__field_bytes(object, "output", &e->output);
    image.lossless = good && strcmp(way, "general") != 0;
    e->record.flags = MS_RECORD_IMAGE;
    e->record.image = image;
    return good ? NULL : "a field of the image is missing or wrong";
}

static const char *take_fault(entries *e, const json_t *object)
{
    bool same = false;
    const char *wrong = take_path(e, object, &same);
    if (!wrong && same) { /* something was found in it before it failed */
        bool could = e->record.status == MS_STATUS_SCANNED && (e->record.flags & MS_RECORD_IMAGE) == 0;
        e->record.status = MS_STATUS_FAILED;
        wrong = could ? NULL : "its path stands there already";
    } else if (!wrong) {
        wrong = begin_with(e, object, MS_STATUS_FAILED);
    }
    bool good =
        ms__field_bytes(object, "stage", &e->stage) && ms__field_bytes(object, "message", &e->message);
    return wrong ? wrong : good ? NULL : "no valid stage and message";
}

static const char *take_skip(entries *e, const json_t *object)
{
    const char *wrong = begin_with(e, object, MS_STATUS_SKIPPED);
    return wrong ? wrong : ms__field_bytes(object, "reason", &e->message) ? NULL : "no valid reason";
}

static const char *take_rank(entries *e, const json_t *object)
{
    ms__shard *shard = e->shard;
    ms_rankstat stat = {.rank = (uint32_t)shard->nranks};
    uint64_t rank = 0;
    const char *wrong = end_entry(e);
    if (wrong) {
        return wrong;
    }
    e->at_ranks = true;
    if (!ms__field_u64(object, "rank", &rank) || !ms__field_bytes(object, "host", &e->text) ||
        !ms__field_u64(object, "tasks", &stat.tasks) || !ms__field_u64(object, "bytes", &stat.nbytes) ||
        !ms__field_real(object, "busy_seconds", &stat.busy_seconds) ||
        !ms__field_real(object, "wait_seconds", &stat.wait_seconds) || !(stat.busy_seconds >= 0)) {
        return "a field of the rank is missing or wrong";
    }
    memcpy(stat.host, e->text.data, e->text.len < sizeof stat.host ? e->text.len : sizeof stat.host - 1);
    if (shard->nranks == shard->ranks_cap) {
        size_t cap = shard->ranks_cap > 0 ? 2 * shard->ranks_cap : 16;
        ms_rankstat *ranks = reallocarray(shard->ranks, cap, sizeof *ranks);
        if (!ranks) {
            return NO_MEMORY;
        }
        shard->ranks = ranks;
        shard->ranks_cap = cap;
    }
    shard->ranks[shard->nranks++] = stat;
    return NULL;
}

static const char *take_summary(entries *e, const json_t *object)
{
    (void)object; /* it was read first of all */
    e->done = true;
    return end_entry(e);
}

static const char *take_object(entries *e, const json_t *object)
{
    static const struct {
        const char *type;
        take_fn *take;
        bool of_entry;
    } types[] = {
        {"file", take_file, true},       {"archive", take_archive, true}, {"line", take_line, true},
        {"context", take_context, true}, {"image", take_image, true},     {"fault", take_fault, true},
        {"skip", take_skip, true},       {"rank", take_rank, false},      {"summary", take_summary, false}};
    const char *type = ms__field_type(object);
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (strcmp(types[i].type, type) == 0) {
            bool late = e->done || (types[i].of_entry && e->at_ranks);
            return late ? "it stands behind what must be the end" : types[i].take(e, object);
        }
    }
    return "an object of unknown type";
}

static ms_code read_all(entries *e, ms__lines *lines, ms_err *err)
{
    for (;;) {
        const char *data = NULL;
        size_t n = 0;
        char why[200];
        ms_code code = ms__lines_next(lines, &data, &n, err);
        if (code != MS_OK || !data) {
            return code;
        }
        json_t *object = ms__fields_parse(data, n, why, sizeof why);
        const char *wrong = object ? take_object(e, object) : why;
        json_decref(object);
        if (wrong) {
            return ms_err_set(err, strcmp(wrong, NO_MEMORY) == 0 ? MS_NOMEM : MS_FORMAT, 0,
                              "%s, line %llu: %s", lines->shown, (unsigned long long)lines->line_no, wrong);
        }
    }
}

ms_code ms__shard_read_entries(ms__shard *shard, ms__lines *lines, const json_t *label_ids, ms_err *err)
{
    entries e = {.shard = shard,
                 .label_ids = label_ids,
                 .files_with_matches = ms__shard_has_option(shard, "--files-with-matches")};
    ms_code code = read_all(&e, lines, err);
    ms_bytes *const owned[] = {&e.path,    &e.counts, &e.lines, &e.text,   &e.stage,
                               &e.message, &e.output, &e.name,  &e.members};
    for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++) {
        ms_bytes_fini(owned[i]);
    }
    free(e.ids);
    return code == MS_OK && !e.done
               ? ms_err_set(err, MS_FORMAT, 0, "%s has no summary: it was cut off", lines->shown)
               : code;
}
