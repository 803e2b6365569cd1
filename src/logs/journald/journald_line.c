/* One entry as a line of text. */
#include "logs/journald/journald_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ITEMS_AT = 64, NITEMS = 256 };

/* Appends a value: newlines become blanks, those at the end are dropped. */
static void put_text(ms_bytes *to, const uint8_t *data, size_t n)
{
    while (n > 0 && data[n - 1] == '\n') {
        n--;
    }
    size_t from = to->len;
    ms_bytes_append(to, data, n);
    if (ms_bytes_check(to) != MS_OK) {
        return;
    }
    uint8_t *at = to->data ? memchr(to->data + from, '\n', n) : NULL;
    while (at) {
        *at = ' ';
        at = memchr(at, '\n', (size_t)(to->data + to->len - at));
    }
}

static void put_value(ms_journald *j, ms__jfield field)
{
    const ms__journald_value *value = &j->fields[field];
    if (value->n > 0) {
        put_text(&j->line, j->values.data + value->at, value->n);
    }
}

/* Appends " FIELD=value". */
static void put_other(ms_journald *j, const uint8_t *data, size_t n)
{
    ms_bytes_append(&j->others, " ", 1);
    put_text(&j->others, data, n);
}

/* Of several values the last one counts, as for journalctl. Another MESSAGE is not lost. */
static void set_field(ms_journald *j, const ms__journald_payload *p)
{
    static const char message[] = " MESSAGE=";
    const uint8_t *equals = p->n > 0 ? memchr(p->data, '=', p->n) : NULL;
    if (j->options.fields && p->field != MS__JFIELD_MESSAGE && p->n > 0) {
        put_other(j, p->data, p->n);
    }
    if (p->field == MS__JFIELD_OTHER || !equals) {
        return;
    }
    ms__journald_value *value = &j->fields[p->field];
    if (p->field == MS__JFIELD_MESSAGE && value->is_set) {
        ms_bytes_append(&j->others, message, sizeof message - 1);
        if (value->n > 0) {
            put_text(&j->others, j->values.data + value->at, value->n);
        }
    }
    size_t n = (size_t)(p->data + p->n - equals) - 1;
    *value = (ms__journald_value){.is_set = true, .at = j->values.len, .n = n};
    ms_bytes_append(&j->values, equals + 1, n);
}

/* An item: the offset of a DATA object and, in a regular journal, its hash. */
static ms_code add_item(ms_journald *j, const ms__journald_entry *entry, const uint8_t *item, ms_err *err)
{
    ms__journald_payload p;
    uint64_t offset = j->compact ? ms__journald_u32(item) : ms__journald_u64(item);
    uint64_t hash = j->compact ? 0 : ms__journald_u64(item + 8);
    MS_TRY(ms__journald_payload_at(j, offset, &p, err));
    if (!j->compact && hash != p.hash) {
        return ms__journald_damage(j, entry->object.offset, "an item refers to another field");
    }
    /* The last entry of the list may not be linked yet; the header was read before the object. */
    bool is_linked = p.first_entry <= entry->object.offset && p.first_entry != 0 &&
                     (p.nentries != 1 || p.first_entry == entry->object.offset);
    if (!is_linked && j->state != MS__JSTATE_ONLINE && entry->index + 1 < j->nentries) {
        ms__journald_note(j, offset, "a field does not refer to its entry");
    }
    if (j->values.len + j->others.len + p.n > MS__JLINE_MAX) {
        ms__journald_over_limit(j, entry->object.offset, "an entry of more than 64 MiB");
        return MS_FORMAT;
    }
    set_field(j, &p);
    ms_code code = ms_bytes_check(&j->values);
    return code == MS_OK ? MS_OK : ms_err_set(err, code, 0, "out of memory for an entry of a journal");
}

static ms_code add_items(ms_journald *j, const ms__journald_entry *entry, ms_err *err)
{
    const size_t size = j->compact ? 4 : 16;
    uint64_t at = entry->object.offset + ITEMS_AT;
    uint64_t left = (entry->object.size - ITEMS_AT) / size;
    uint8_t items[NITEMS * 16];
    while (left > 0) {
        size_t n = left < NITEMS ? (size_t)left : NITEMS;
        const uint8_t *from = NULL;
        MS_TRY(ms__journald_bytes_at(&j->bytes, at, n * size, &from, err));
        memcpy(items, from, n * size);
        for (size_t i = 0; i < n; i++) {
            MS_TRY(ms__journald_tolerate(add_item(j, entry, items + i * size, err)));
        }
        at += n * size;
        left -= n;
    }
    return MS_OK;
}

/* The value of _SOURCE_REALTIME_TIMESTAMP as journalctl reads it (strtoull, base 0), or 0. */
static uint64_t source_time(const ms_journald *j)
{
    const ms__journald_value *value = &j->fields[MS__JFIELD_TIME];
    char text[32];
    char *end = text;
    if (value->n == 0 || value->n >= sizeof text) {
        return 0;
    }
    memcpy(text, j->values.data + value->at, value->n);
    text[value->n] = 0;
    errno = 0;
    unsigned long long time = strchr(text, '-') ? 0 : strtoull(text, &end, 0);
    bool valid = errno == 0 && end != text && *end == 0 && time < 1ULL << 55;
    return valid ? time : 0;
}

static void put_time(ms_journald *j, uint64_t realtime)
{
    char text[16];
    uint64_t second = realtime / 1000000;
    if (second != j->second || j->second_text[0] == 0) {
        struct tm tm = {0};
        time_t t = (time_t)second;
        j->second = second;
        if (!gmtime_r(&t, &tm) ||
            strftime(j->second_text, sizeof j->second_text, "%Y-%m-%dT%H:%M:%S", &tm) == 0) {
            memcpy(j->second_text, "?", 2);
        }
    }
    int n = snprintf(text, sizeof text, ".%06u+0000", (unsigned)(realtime % 1000000));
    ms_bytes_append(&j->line, j->second_text, strlen(j->second_text));
    ms_bytes_append(&j->line, text, (size_t)n);
}

static void put_head(ms_journald *j, uint64_t realtime)
{
    const ms__journald_value *fields = j->fields;
    uint64_t from_source = source_time(j);
    put_time(j, from_source > 0 ? from_source : realtime);
    ms_bytes_append(&j->line, " ", 1);
    if (fields[MS__JFIELD_HOST].is_set) {
        put_value(j, MS__JFIELD_HOST);
        ms_bytes_append(&j->line, " ", 1);
    }
    if (fields[MS__JFIELD_IDENT].is_set || fields[MS__JFIELD_COMM].is_set) {
        put_value(j, fields[MS__JFIELD_IDENT].is_set ? MS__JFIELD_IDENT : MS__JFIELD_COMM);
    } else {
        ms_bytes_append(&j->line, "unknown", 7);
    }
    if (fields[MS__JFIELD_PID].is_set || fields[MS__JFIELD_SYSLOG_PID].is_set) {
        ms_bytes_append(&j->line, "[", 1);
        put_value(j, fields[MS__JFIELD_PID].is_set ? MS__JFIELD_PID : MS__JFIELD_SYSLOG_PID);
        ms_bytes_append(&j->line, "]", 1);
    }
    ms_bytes_append(&j->line, ": ", 2);
}

ms_code ms__journald_put_line(ms_journald *journal, const ms__journald_entry *entry, ms_err *err)
{
    ms_journald *j = journal;
    if (entry->object.size > 0) {
        memset(j->fields, 0, sizeof j->fields);
        ms_bytes_clear(&j->values);
        ms_bytes_clear(&j->others);
        MS_TRY(add_items(j, entry, err));
        put_head(j, entry->realtime);
        put_value(j, MS__JFIELD_MESSAGE);
        ms_bytes_append(&j->line, j->others.data, j->others.len);
    }
    ms_bytes_append(&j->line, "\n", 1);
    bool ok = ms_bytes_check(&j->values) == MS_OK && ms_bytes_check(&j->others) == MS_OK &&
              ms_bytes_check(&j->line) == MS_OK;
    return ok ? MS_OK : ms_err_set(err, MS_NOMEM, 0, "out of memory for an entry of a journal");
}
