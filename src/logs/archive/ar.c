/* ar: the members of an archive as of ar(1), also of a Debian package. Names longer than 16 bytes stand in a
 * member "//" (GNU), or before the contents (BSD). Source: ar(5) of FreeBSD; deb(5). */
#include "logs/archive/members_internal.h"

#include <stdlib.h>
#include <string.h>

enum {
    MAGIC = 8,
    HEAD = 60,
    NNAME = 16,
    SIZE = 48,
    NSIZE = 10,
    MAX_NAMES = 1 << 20, /* bytes of long names that are kept */
    MAX_NAME = 32 << 10,
};

typedef struct ar_reader {
    ms__archive_reader base;
    bool begun;
    uint64_t left;  /* unread bytes of the member's contents */
    size_t padding; /* bytes after them */
    ms_bytes names; /* GNU's long names */
    ms_bytes name;
} ar_reader;

static void ar_close(void *self)
{
    ar_reader *ar = self;
    if (ar) {
        ms_bytes_fini(&ar->names);
        ms_bytes_fini(&ar->name);
        ms_lookahead_fini(&ar->base.in);
        free(ar);
    }
}

static ms_code ar_open(void **self, const ms_archive_input *input, const ms_members_options *options,
                       ms_err *err)
{
    (void)options;
    ar_reader *ar = calloc(1, sizeof *ar);
    if (!ar) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for an archive");
    }
    ar->base.format = "ar";
    ms_code code = ms_lookahead_init(&ar->base.in, input->source, err);
    if (code != MS_OK) {
        ar_close(ar);
        return code;
    }
    *self = ar;
    return MS_OK;
}

static ms_code ar_read(void *self, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    ar_reader *ar = self;
    *n = 0;
    if (ar->base.code == MS_OK && ar->left > 0) {
        *n = ms_lookahead_read(&ar->base.in, buf, ar->left < cap ? (size_t)ar->left : cap);
        ar->left -= *n;
        ar->base.code = *n > 0 ? MS_OK : ms__archive_end_early(&ar->base, "cut off in a member");
    }
    return ms__archive_error(&ar->base, err);
}

/* Skips the rest of the member. */
static ms_code skip_member(ar_reader *ar)
{
    MS_TRY(ar->base.code);
    ar->left -= ms_lookahead_skip(&ar->base.in, ar->left);
    if (ar->left > 0) {
        return ms__archive_end_early(&ar->base, "cut off in a member");
    }
    (void)ms_lookahead_skip(&ar->base.in, ar->padding);
    ar->padding = 0;
    return MS_OK;
}

/* A decimal number and blanks, in n bytes. */
static bool take_number(const uint8_t *field, size_t n, uint64_t *number)
{
    size_t at = 0;
    *number = 0;
    while (at < n && field[at] >= '0' && field[at] <= '9') {
        *number = *number * 10 + (uint64_t)(field[at++] - '0');
    }
    bool valid = at > 0;
    while (at < n && field[at] == ' ') {
        at++;
    }
    return valid && at == n;
}

static bool is_header(const uint8_t *head, uint64_t *size)
{
    return head[HEAD - 2] == '`' && head[HEAD - 1] == '\n' && take_number(head + SIZE, NSIZE, size);
}

/* Appends n bytes of the contents at the next byte to *to. */
static ms_code take_contents(ar_reader *ar, uint64_t n, ms_bytes *to)
{
    while (n > 0) {
        size_t held = ms_lookahead_fill(&ar->base.in, 1);
        held = n < held ? (size_t)n : held;
        if (held == 0) {
            return ms__archive_end_early(&ar->base, "cut off in a member");
        }
        ms_bytes_append(to, ms_lookahead_bytes(&ar->base.in), held);
        ms_lookahead_advance(&ar->base.in, held);
        ar->left -= held;
        n -= held;
    }
    return ms_bytes_check(to) == MS_OK ? MS_OK : ms__archive_no_memory(&ar->base);
}

/* "/123": the name at that offset of the long names, up to a slash and a newline. */
static void take_gnu_name(ar_reader *ar, uint64_t at)
{
    const ms_bytes *names = &ar->names;
    if (at < names->len) {
        const uint8_t *name = names->data + at;
        const uint8_t *end = memchr(name, '\n', names->len - (size_t)at);
        size_t n = end ? (size_t)(end - name) : names->len - (size_t)at;
        n -= n > 0 && name[n - 1] == '/' ? 1 : 0;
        ms_bytes_append(&ar->name, name, n < MAX_NAME ? n : MAX_NAME);
    }
}

/* The name, as the header has it; BSD's long ones are the contents' first bytes. */
static ms_code take_name(ar_reader *ar, const uint8_t name[NNAME])
{
    uint64_t number = 0;
    size_t n = NNAME;
    ms_bytes_clear(&ar->name);
    if (memcmp(name, "#1/", 3) == 0 && take_number(name + 3, NNAME - 3, &number) && number <= MAX_NAME &&
        number <= ar->left) {
        MS_TRY(take_contents(ar, number, &ar->name));
        ms_bytes_cut(&ar->name, ar->name.len > 0 ? strnlen((const char *)ar->name.data, ar->name.len) : 0);
        return MS_OK;
    }
    if (name[0] == '/' && take_number(name + 1, NNAME - 1, &number)) {
        take_gnu_name(ar, number);
    } else {
        while (n > 0 && name[n - 1] == ' ') {
            n--;
        }
        n -= n > 1 && name[n - 1] == '/' ? 1 : 0;
        ms_bytes_append(&ar->name, name, n);
    }
    return ms_bytes_check(&ar->name) == MS_OK ? MS_OK : ms__archive_no_memory(&ar->base);
}

/* Continues at the next header, if there is one. */
static ms_code skip_damage(ar_reader *ar)
{
    ms_lookahead *in = &ar->base.in;
    uint64_t size = 0;
    ms__archive_damage(&ar->base, "invalid header", in->offset);
    do {
        ms_lookahead_advance(in, 1);
    } while (ms_lookahead_fill(in, HEAD) >= HEAD && !is_header(ms_lookahead_bytes(in), &size));
    return MS_OK;
}

/* The header at the next byte; *found when it is of a file. A table without contents is none. */
static ms_code read_header(ar_reader *ar, bool *found)
{
    ms_lookahead *in = &ar->base.in;
    uint8_t name[NNAME];
    uint64_t size = 0;
    if (!is_header(ms_lookahead_bytes(in), &size)) {
        return skip_damage(ar);
    }
    memcpy(name, ms_lookahead_bytes(in), NNAME);
    ms_lookahead_advance(in, HEAD);
    ar->left = size;
    ar->padding = size % 2;
    if (memcmp(name, "// ", 3) == 0) {
        ms_bytes_clear(&ar->names);
        return take_contents(ar, size < MAX_NAMES ? size : MAX_NAMES, &ar->names);
    }
    MS_TRY(take_name(ar, name));
    *found = ar->left > 0 || (ar->name.len > 0 && ar->name.data[0] != '/');
    return MS_OK;
}

/* Less than a header is left: nothing, or a newline that fills it up. */
static ms_code read_end(ar_reader *ar, size_t held)
{
    bool padding = held == 1 && *ms_lookahead_bytes(&ar->base.in) == '\n';
    return ar->base.in.code == MS_OK && (held == 0 || padding)
               ? MS_OK
               : ms__archive_end_early(&ar->base, "cut off in a header");
}

static ms_code ar_next(void *self, ms_member *member, bool *more, ms_err *err)
{
    ar_reader *ar = self;
    bool end = false;
    if (!ar->begun) {
        ar->begun = true;
        (void)ms_lookahead_skip(&ar->base.in, MAGIC);
    }
    while (!*more && !end && skip_member(ar) == MS_OK) {
        size_t held = ms_lookahead_fill(&ar->base.in, HEAD);
        ms_code code = held < HEAD ? read_end(ar, held) : read_header(ar, more);
        end = held < HEAD || code != MS_OK;
    }
    *member = (ms_member){.name = ar->name.data, .nname = ar->name.len};
    return *more && ar->base.code == MS_OK ? MS_OK : ms__archive_result(&ar->base, err);
}

const ms_members_ops ms__ar_ops = {.open = ar_open, .next = ar_next, .read = ar_read, .close = ar_close};

/* An archive without members is text. */
bool ms__ar_looks_like(const uint8_t *head, size_t n)
{
    uint64_t size = 0;
    return n >= MAGIC + HEAD && memcmp(head, "!<arch>\n", MAGIC) == 0 && is_header(head + MAGIC, &size);
}
