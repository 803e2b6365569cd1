#include "archive_reading.h"

#include <check.h>
#include <string.h>

static ms_code read_pieces(void *self, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    archive_pieces *p = self;
    size_t left = p->image->len - p->at;
    *n = p->step < cap ? p->step : cap;
    *n = left < *n ? left : *n;
    memcpy(buf, p->image->data + p->at, *n);
    p->at += *n;
    p->nafter += *n == 0;
    ck_assert_uint_le(p->nafter, 1);
    return *n == 0 && p->fails ? ms_err_set(err, MS_IO, 0, "the disk is gone") : MS_OK;
}

static void add(ms_bytes *to, const void *data, size_t n)
{
    ms_bytes_append(to, data, n);
}

/* Contents, or the first of them when `all` is not so. */
static ms_code add_contents(ms_members *members, size_t cap, bool all, ms_bytes *to, ms_err *err)
{
    ms_source source = ms_members_contents(members);
    ms_code code = MS_OK;
    for (size_t n = 1; code == MS_OK && n > 0; to->len += n) {
        ck_assert_int_eq(ms_bytes_reserve(to, cap), MS_OK);
        code = source.read(source.self, to->data + to->len, cap, &n, err);
        ck_assert(code == MS_OK || n == 0);
        if (!all) {
            to->len += n;
            break;
        }
    }
    return code;
}

static void tell(ms_members *members, size_t cap, bool all, ms_bytes *to)
{
    ms_member member;
    ms_err err = {0};
    ms_err inner = {0};
    ms_code inner_code = MS_OK;
    bool more = false;
    ms_code code = ms_members_next(members, &member, &more, &err);
    while (code == MS_OK && more) {
        add(to, member.name, member.nname);
        add(to, member.code == MS_OK ? "=" : "!", 1);
        add(to, member.why.text, strlen(member.why.text));
        if (cap > 0 && member.code == MS_OK) {
            inner_code = add_contents(members, cap, all, to, &inner);
        }
        code = ms_members_next(members, &member, &more, &err);
        if (inner_code != MS_OK && strcmp(inner.text, err.text) != 0) { /* of the member alone */
            add(to, "!", 1);
            add(to, inner.text, strlen(inner.text));
        }
        add(to, ";", 1);
        inner_code = MS_OK;
    }
    add(to, code == MS_OK ? "." : "!", 1);
    add(to, err.text, strlen(err.text));
    ck_assert(!more && ms_members_next(members, &member, &more, &err) == code && !more);
}

ms_source archive_source(archive_pieces *pieces)
{
    return (ms_source){.read = read_pieces, .self = pieces};
}

ms_bytes archive_read(ms_archive_format format, const archive_pieces *pieces, size_t cap, bool all)
{
    archive_pieces p = *pieces;
    const ms_archive_input input = {.source = archive_source(&p), .format = format};
    const ms_members_options options = {0};
    return archive_read_with(&input, &options, cap, all);
}

ms_bytes archive_read_with(const ms_archive_input *input, const ms_members_options *options, size_t cap,
                           bool all)
{
    ms_members *members = NULL;
    ms_err err = {0};
    ms_bytes to = {0};
    ck_assert_int_eq(ms_members_open(&members, input, options, &err), MS_OK);
    tell(members, cap, all, &to);
    ms_members_close(members);
    add(&to, "", 1);
    to.len--;
    return to;
}

void archive_expect(ms_archive_format format, const ms_bytes *image, const char *want)
{
    static const size_t steps[] = {1, 7, 511, 512, 513, 1 << 20};
    static const size_t caps[] = {1, 100, 1 << 16};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        for (size_t k = 0; k < sizeof caps / sizeof caps[0]; k++) {
            const archive_pieces pieces = {.image = image, .step = steps[i]};
            ms_bytes got = archive_read(format, &pieces, caps[k], true);
            ck_assert_str_eq((const char *)got.data, want);
            ms_bytes_fini(&got);
        }
    }
}
