/* Suite of logs/journald: the lines of good journals, and what becomes of damaged ones. */
#include "logs/journald/journald_internal.h"

#include "journal_image.h"
#include "journald_reading.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NWAYS = 16 };

#define STAMP "2025-11-30T00:00:00.123456+0000 "

static ms_code poll(void *user)
{
    memory *m = user;
    return ++m->npolls == m->stop_at ? MS_STOPPED : MS_OK;
}

static void expect(const journal_image *image, const char *text, ms_code code, const char *why)
{
    outcome o = read_image(image);
    ck_assert_msg(o.code == code, "code %d, not %d: %s", o.code, code, o.err.text);
    ck_assert_msg(o.text.len == strlen(text) && memcmp(o.text.data, text, o.text.len) == 0, "text: %s",
                  (const char *)o.text.data);
    ck_assert_msg(!why || strstr(o.err.text, why), "%s", o.err.text);
    free_outcome(&o);
}

#define IDENT "SYSLOG_IDENTIFIER=sshd"
#define PID "_PID=4711"
#define SOURCE "_SOURCE_REALTIME_TIMESTAMP=1764460800123456"

/* More entries than the first arrays have items. */
static void add_some(journal_image *image, int nentries)
{
    char message[128];
    for (int i = 0; i < nentries; i++) {
        (void)snprintf(message, sizeof message, "MESSAGE=Failed password for invalid user u%d from 10.0.0.%d",
                       i, i);
        journal_add(image, TIME + 1, FIELDS(HOST, IDENT, PID, SOURCE, "_EXE=/usr/sbin/sshd", message));
    }
    journal_end(image);
}

static ms_bytes some_lines(int nentries)
{
    ms_bytes text = {0};
    char line[160];
    for (int i = 0; i < nentries; i++) {
        int n =
            snprintf(line, sizeof line,
                     STAMP "web1 sshd[4711]: Failed password for invalid user u%d from 10.0.0.%d\n", i, i);
        ms_bytes_append(&text, line, (size_t)n);
    }
    ms_bytes_put_u8(&text, 0);
    return text;
}

TEST_RANGE(every_way_of_storing_gives_the_same_lines, 0, NWAYS)
{
    static const uint64_t versions[] = {208, 224, 240, 256, 264, 272, 280};
    ms_bytes text = some_lines(25);
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
        journal_image image = journal_begin_way(_i, versions[i]);
        add_some(&image, 25);
        expect(&image, (const char *)text.data, MS_OK, NULL);
        ms_bytes_fini(&image.bytes);
    }
    ms_bytes_fini(&text);
}

static const struct {
    const char *fields[6];
    const char *line;
} lines[] = {
    {{HOST, IDENT, PID, "MESSAGE=plain"}, "web1 sshd[4711]: plain"},
    {{HOST, IDENT, PID, "MESSAGE="}, "web1 sshd[4711]: "},
    {{HOST, IDENT, PID}, "web1 sshd[4711]: "},
    {{HOST, IDENT, PID, "MESSAGE=a\nb\r\n\nc\n\n"}, "web1 sshd[4711]: a b\r  c"},
    {{HOST, IDENT, PID, "MESSAGE=\n"}, "web1 sshd[4711]: "},
    {{HOST, IDENT, PID, "MESSAGE=\x01\xFF\t\x1B[31mred=x"}, "web1 sshd[4711]: \x01\xFF\t\x1B[31mred=x"},
    {{HOST, IDENT, "SYSLOG_PID=5", "MESSAGE=x"}, "web1 sshd[5]: x"},
    {{HOST, IDENT, "SYSLOG_PID=5", PID, "MESSAGE=x"}, "web1 sshd[4711]: x"},
    {{HOST, "_COMM=comm", "MESSAGE=x"}, "web1 comm: x"},
    {{HOST, IDENT, "_COMM=comm", "MESSAGE=x"}, "web1 sshd: x"},
    {{HOST, "MESSAGE=x"}, "web1 unknown: x"},
    {{IDENT, "MESSAGE=x"}, "sshd: x"},
    {{"MESSAGE=x"}, "unknown: x"},
    {{"_HOSTNAME=", "SYSLOG_IDENTIFIER=", "_PID=", "MESSAGE=x"}, " []: x"},
    {{HOST, IDENT, "SYSLOG_IDENTIFIER=second", "MESSAGE=x"}, "web1 second: x"},
    {{HOST, "MESSAGE=one", "MESSAGE=two\n", "MESSAGE=three"}, "web1 unknown: three MESSAGE=one MESSAGE=two"},
    {{HOST, "_HOSTNAMES=no", "MESSAGES=no", "no equals sign", "MESSAGE=x"}, "web1 unknown: x"},
};

TEST_EACH(an_entry_is_a_line_like_that_of_journalctl, lines)
{
    char text[200];
    for (int way = 0; way < 4; way++) {
        journal_image image = journal_begin_way(way, 264);
        journal_add(&image, TIME, lines[_i].fields);
        journal_end(&image);
        (void)snprintf(text, sizeof text, STAMP "%s\n", lines[_i].line);
        expect(&image, text, MS_OK, NULL);
        ms_bytes_fini(&image.bytes);
    }
}

static const struct {
    const char *source;
    const char *time;
} times[] = {
    {"1700000000123456", "2023-11-14T22:13:20.123456"},
    {" 0x10", "1970-01-01T00:00:00.000016"},
    {"010", "1970-01-01T00:00:00.000008"},
    {"36028797018963967", "3111-09-16T23:10:18.963967"},
    {"36028797018963968", "2025-11-30T00:00:00.123456"},
    {"0", "2025-11-30T00:00:00.123456"},
    {"-5", "2025-11-30T00:00:00.123456"},
    {"", "2025-11-30T00:00:00.123456"},
    {"17z", "2025-11-30T00:00:00.123456"},
    {"99999999999999999999999999", "2025-11-30T00:00:00.123456"},
    {"999999999999999999999999999999999999999999", "2025-11-30T00:00:00.123456"},
};

TEST_EACH(the_time_of_the_source_is_shown_if_it_is_valid, times)
{
    char field[100];
    char text[100];
    journal_image image = journal_begin_way(0, 264);
    (void)snprintf(field, sizeof field, "_SOURCE_REALTIME_TIMESTAMP=%s", times[_i].source);
    journal_add(&image, TIME, FIELDS(field, "MESSAGE=x"));
    journal_end(&image);
    (void)snprintf(text, sizeof text, "%s+0000 unknown: x\n", times[_i].time);
    expect(&image, text, MS_OK, NULL);
    ms_bytes_fini(&image.bytes);
}

TEST_RANGE(all_fields_are_appended_on_request, 0, NWAYS)
{
    journal_image image = journal_begin_way(_i, 264);
    for (int i = 0; i < 2; i++) { /* the second one comes from the cache */
        journal_add(&image, TIME,
                    FIELDS(HOST, "PRIORITY=3", "MESSAGE=x\ny", "_SYSTEMD_UNIT=ssh.service", "TEXT=a\nb\n"));
    }
    journal_end(&image);
    memory m = {.data = image.bytes.data, .size = image.bytes.len, .fails_at = UINT64_MAX};
    outcome o = read_all(&m, m.size, false, &(ms_journald_options){.fields = true});
    const char line[] =
        STAMP "web1 unknown: x y _HOSTNAME=web1 PRIORITY=3 _SYSTEMD_UNIT=ssh.service TEXT=a b\n";
    char both[2 * sizeof line];
    (void)snprintf(both, sizeof both, "%s%s", line, line);
    ck_assert_int_eq(o.code, MS_OK);
    ck_assert_str_eq((const char *)o.text.data, both);
    free_outcome(&o);
    ms_bytes_fini(&image.bytes);
}

TEST_RANGE(long_fields, 0, NWAYS)
{
    static const size_t sizes[] = {511, 16 << 10, (16 << 10) + 1, 300000, 5 << 20};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        char *message = calloc(1, sizes[i] + 1);
        ck_assert_ptr_nonnull(message);
        for (size_t k = 0; k < sizes[i]; k++) {
            message[k] = (char)('a' + k * k % 23);
        }
        memcpy(message, "MESSAGE=", 8);
        journal_image image = journal_begin_way(_i, 264);
        journal_add(&image, TIME, FIELDS("OTHER=x", HOST, message));
        journal_end(&image);
        ms_bytes text = {0};
        ms_bytes_append(&text, STAMP "web1 unknown: ", strlen(STAMP "web1 unknown: "));
        ms_bytes_append(&text, message + 8, sizes[i] - 8);
        ms_bytes_append(&text, "\n", 2);
        expect(&image, (const char *)text.data, MS_OK, NULL);
        ms_bytes_fini(&text);
        ms_bytes_fini(&image.bytes);
        free(message);
    }
}

TEST_RANGE(a_field_above_the_limit_is_cut_and_a_fault, 0, NWAYS)
{
    size_t n = MS__JFIELD_MAX + 1;
    char *message = malloc(n + 1);
    ck_assert_ptr_nonnull(message);
    memset(message, 'x', n);
    message[n] = 0;
    memcpy(message, "MESSAGE=", 8);
    journal_image image = journal_begin_way(_i, 264);
    journal_add(&image, TIME, FIELDS(message));
    journal_add(&image, TIME, FIELDS("MESSAGE=after"));
    journal_end(&image);
    outcome o = read_image(&image);
    ck_assert_int_eq(o.code, MS_LIMIT);
    ck_assert_ptr_nonnull(strstr(o.err.text, "a field of more than 16 MiB at byte "));
    ck_assert_uint_gt(o.text.len, n - 100);
    ck_assert_ptr_nonnull(strstr((const char *)o.text.data + n - 100, ": after\n"));
    free_outcome(&o);
    ms_bytes_fini(&image.bytes);
    free(message);
}

TEST(an_empty_journal)
{
    journal_image image = journal_begin_way(0, 264);
    journal_end(&image);
    expect(&image, "", MS_OK, NULL);
    ms_bytes_fini(&image.bytes);
}

/* Is it an item of a compact journal's entry? It has no hash: another field in its place may not be noticed.
 */
static bool is_compact_item(const journal_image *image, size_t at)
{
    bool is_item = false;
    for (uint64_t object = image->header_size; image->compact && object <= at;) {
        uint64_t size = journal_get(image, object + 8);
        is_item = image->bytes.data[object] == MS__JENTRY && at >= object + 64 && at < object + size;
        object += (size + 7) / 8 * 8;
    }
    return is_item;
}

/* Whatever byte is damaged: either the lines are the same, or there is a fault. */
TEST_RANGE(no_damaged_byte_is_a_silent_miss, 0, NWAYS)
{
    static const uint8_t masks[] = {0x01, 0x80, 0x04, 0x08, 0x10, 0x20, 0x40, 0xFF};
    const size_t nmasks = _i < 4 ? sizeof masks : 2;
    journal_image image = journal_begin_way(_i, 264);
    add_some(&image, 9);
    ms_bytes text = some_lines(9);
    for (size_t i = 0; i < image.bytes.len; i++) {
        for (size_t k = 0; k < nmasks && !is_compact_item(&image, i); k++) {
            image.bytes.data[i] ^= masks[k];
            outcome o = read_image(&image);
            bool same = o.text.len == text.len - 1 && memcmp(o.text.data, text.data, o.text.len) == 0;
            ck_assert_msg(same || o.code == MS_FORMAT, "byte %zu ^ %02x: %s", i, masks[k],
                          (const char *)o.text.data);
            free_outcome(&o);
            image.bytes.data[i] ^= masks[k];
        }
    }
    ms_bytes_fini(&text);
    ms_bytes_fini(&image.bytes);
}

/* Cut anywhere it is a fault, with all that is before the cut; if the file has only grown since, it is none.
 */
TEST_RANGE(cut_anywhere, 0, NWAYS)
{
    journal_image image = journal_begin_way(_i, 264);
    add_some(&image, 9);
    ms_bytes text = some_lines(9);
    size_t longest = 0;
    for (uint64_t size = 0; size < image.bytes.len; size++) {
        memory m = {.data = image.bytes.data, .size = size, .fails_at = UINT64_MAX};
        outcome o = read_all(&m, size, false, &(ms_journald_options){0});
        ck_assert_int_eq(o.code, MS_FORMAT);
        free_outcome(&o);
        o = read_all(&m, size, true, &(ms_journald_options){0});
        if (size >= 264) {
            ck_assert_msg(o.code == MS_OK, "%d bytes: %s", (int)size, o.err.text);
            ck_assert(o.text.len >= longest && memcmp(o.text.data, text.data, o.text.len) == 0);
            longest = o.text.len;
        }
        free_outcome(&o);
    }
    ck_assert_uint_eq(longest, (text.len - 1) / 9 * 8); /* the last byte is the last entry's */
    ms_bytes_fini(&text);
    ms_bytes_fini(&image.bytes);
}

TEST(what_is_before_a_read_error_is_kept)
{
    journal_image image = journal_begin_way(0, 264);
    add_some(&image, 3000);
    ms_bytes text = some_lines(3000);
    memory m = {.data = image.bytes.data, .size = image.bytes.len, .fails_at = image.bytes.len - 4096};
    outcome o = read_all(&m, m.size, false, &(ms_journald_options){0});
    ck_assert_int_eq(o.code, MS_IO);
    ck_assert_uint_gt(o.text.len, text.len / 2);
    ck_assert(memcmp(o.text.data, text.data, o.text.len) == 0);
    free_outcome(&o);
    m.fails_at = UINT64_MAX;
    m.size -= 4096;
    o = read_all(&m, image.bytes.len, false, &(ms_journald_options){0});
    ck_assert_int_eq(o.code, MS_IO);
    ck_assert_ptr_nonnull(strstr(o.err.text, "the file shrank while it was read"));
    ck_assert(o.text.len > 0 && memcmp(o.text.data, text.data, o.text.len) == 0);
    free_outcome(&o);
    ms_bytes_fini(&text);
    ms_bytes_fini(&image.bytes);
}

TEST(limits)
{
    journal_image image = journal_begin_way(0, 264);
    add_some(&image, 3000);
    ms_bytes text = some_lines(3000);
    memory m = {.data = image.bytes.data, .size = image.bytes.len, .fails_at = UINT64_MAX};
    ms_journald_options options = {.limits = {.max_decompressed = 100000}};
    outcome o = read_all(&m, m.size, false, &options);
    ck_assert_int_eq(o.code, MS_LIMIT);
    ck_assert(o.text.len == 100000 && memcmp(o.text.data, text.data, o.text.len) == 0);
    free_outcome(&o);
    options.limits.max_decompressed = text.len - 1;
    o = read_all(&m, m.size, false, &options);
    ck_assert_int_eq(o.code, MS_OK);
    free_outcome(&o);
    options.limits.on_work = poll;
    options.limits.user = &m;
    m.stop_at = 3;
    o = read_all(&m, m.size, false, &options);
    ck_assert_int_eq(o.code, MS_STOPPED);
    free_outcome(&o);
    ms_bytes_fini(&text);
    ms_bytes_fini(&image.bytes);
}

/* One field of 8 MiB, to which an entry refers 5,000 times: 40 GB to decompress. */
TEST(quadratic)
{
    static uint8_t field[8 << 20];
    static uint64_t items[5000];
    journal_image image = journal_begin(true, true, JOURNAL_ZSTD, 264);
    add_some(&image, 10);
    memset(field, 'x', sizeof field);
    memcpy(field, "BIG=", 4);
    uint64_t big = journal_data(&image, field, sizeof field);
    for (size_t i = 0; i < sizeof items / sizeof items[0]; i++) {
        items[i] = big;
    }
    (void)journal_entry(&image, 1, items, sizeof items / sizeof items[0]);
    journal_end(&image);
    ms_bytes text = some_lines(10);
    memory m = {.data = image.bytes.data, .size = image.bytes.len, .fails_at = UINT64_MAX};
    ms_journald_options options = {.fields = true};
    outcome o = read_all(&m, m.size, false, &options);
    ck_assert_int_eq(o.code, MS_LIMIT);
    ck_assert(strstr(o.err.text, "again and again"));
    ck_assert_uint_ge(o.text.len, text.len);
    free_outcome(&o);
    ms_bytes_fini(&text);
    ms_bytes_fini(&image.bytes);
}

TEST(what_looks_like_a_journal)
{
    journal_image image = journal_begin_way(0, 264);
    ck_assert(ms_journald_looks_like(image.bytes.data, image.bytes.len));
    ck_assert(ms_journald_looks_like(image.bytes.data, 9));
    ck_assert(!ms_journald_looks_like(image.bytes.data, 8));
    ck_assert(!ms_journald_looks_like(image.bytes.data, 7));
    ck_assert(!ms_journald_looks_like((const uint8_t *)"LPKSHHRH is how it begins\0", 26));
    ms_bytes_fini(&image.bytes);
}
