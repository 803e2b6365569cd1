/* Suite of logs/stream/archive.c: members of archives within archives, as streams, by their names; whose
 * error is whose. The result is written as in the suite of tar.c. */
#include "logs/stream/archive.h"

#include "base/bytes.h"
#include "logs_pack.h"
#include "tar_image.h"
#include "unit.h"

#include <stdio.h>
#include <string.h>

typedef struct memory {
    const ms_bytes *image;
    size_t at;
} memory;

static ms_code read_memory(void *self, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    memory *m = self;
    (void)err;
    *n = m->image->len - m->at < cap ? m->image->len - m->at : cap;
    memcpy(buf, m->image->data + m->at, *n);
    m->at += *n;
    return MS_OK;
}

static void add(ms_bytes *to, const void *data, size_t n)
{
    ms_bytes_append(to, data, n);
}

/* No log: what begins with "PIC". */
static ms_code refuse_pictures(const uint8_t *head, size_t n, ms_err *err)
{
    return n >= 3 && memcmp(head, "PIC", 3) == 0 ? ms_err_set(err, MS_FOREIGN, 0, "a picture") : MS_OK;
}

static ms_code add_text(ms_stream *stream, ms_bytes *to, ms_err *err)
{
    ms_code code = MS_OK;
    for (size_t n = 1; code == MS_OK && n > 0; to->len += n) {
        ck_assert_int_eq(ms_bytes_reserve(to, 100), MS_OK);
        code = ms_stream_read(stream, to->data + to->len, 100, &n, err);
    }
    return code;
}

/* "name=text;", "name>" for an archive that is entered, "name!error;" for one that cannot be searched. */
static void tell_member(ms_archive *archive, ms_archive_member *member, ms_bytes *to)
{
    add(to, member->name, member->nname);
    size_t at = to->len;
    if (member->stream) {
        ck_assert_int_eq(member->code, MS_OK);
        add(to, "=", 1);
        member->code = add_text(member->stream, to, &member->why);
    }
    if (member->code == MS_ARCHIVE) {
        member->code = ms_archive_enter(archive, &member->why);
        to->len = at;
        if (member->code == MS_OK) {
            add(to, ">", 1);
            return;
        }
    }
    if (member->code != MS_OK) {
        add(to, "!", 1);
        add(to, member->why.text, strlen(member->why.text));
    }
    add(to, ";", 1);
}

static ms_bytes run_result(const ms_bytes *image)
{
    memory m = {.image = image};
    ms_archive *archive = NULL;
    ms_archive_member member;
    ms_archive_options options = {.foreign = refuse_pictures, .limits = {.max_decompressed = 100000}};
    ms_err err = {0};
    ms_bytes to = {0};
    bool more = true;
    const ms_archive_input input = {.source = {.read = read_memory, .self = &m}, .format = MS_ARCHIVE_TAR};
    ck_assert_int_eq(ms_archive_open(&archive, &input, &options, &err), MS_OK);
    ms_code code = ms_archive_next(archive, &member, &more, &err);
    while (code == MS_OK && more) {
        tell_member(archive, &member, &to);
        code = ms_archive_next(archive, &member, &more, &err);
    }
    add(&to, code == MS_OK ? "." : "!", 1);
    add(&to, err.text, strlen(err.text) + 1);
    ms_archive_close(archive);
    return to;
}

static void expect(const ms_bytes *image, const char *want)
{
    ms_bytes got = run_result(image);
    ck_assert_str_eq((const char *)got.data, want);
    ms_bytes_fini(&got);
}

/* A member that holds these bytes. */
static void put(ms_bytes *to, const char *name, const ms_bytes *contents)
{
    tar_header(to, USTAR, '0', name, contents->len);
    tar_body(to, contents->data, contents->len);
}

static void put_text(ms_bytes *to, const char *name, const char *text)
{
    tar_member(to, USTAR, '0', name, text);
}

TEST(texts)
{
    ms_bytes image = {0};
    put_text(&image, "a", "plain");
    put_text(&image, "b", "\xEF\xBB\xBFmark");
    put_text(&image, "picture", "PICture");
    put_text(&image, "c", "Rar!\x1A\7");
    put_text(&image, "d", "last");
    tar_zeros(&image, 1024);
    expect(&image, "a=plain;b=mark;picture=!a picture;c=!rar data are not searched;d=last;.");
    ms_bytes_fini(&image);
}

/* Members that are compressed, whatever their names: one text, one archive, one that is cut off. */
TEST(compressed)
{
    ms_bytes inner = {0};
    ms_bytes packed = {0};
    ms_bytes image = {0};
    logs_pack(MS_CODEC_XZ, "packed", 6, &packed);
    put(&image, "a.txt", &packed);
    put_text(&inner, "x", "deep");
    tar_zeros(&inner, 1024);
    packed.len = 0;
    logs_pack(MS_CODEC_GZIP, inner.data, inner.len, &packed);
    put(&image, "i", &packed);
    packed.len = 12;
    put(&image, "cut", &packed);
    put_text(&image, "z.gz", "plain");
    tar_zeros(&image, 1024);
    expect(&image,
           "a.txt=packed;i>i!x=deep;cut=!the gzip data are truncated: they end at byte 12;z.gz=plain;.");
    ms_bytes_fini(&packed);
    ms_bytes_fini(&inner);
    ms_bytes_fini(&image);
}

TEST(archives_within)
{
    ms_bytes inner = {0};
    ms_bytes middle = {0};
    ms_bytes image = {0};
    put_text(&inner, "x", "deep");
    tar_zeros(&inner, 1024);
    put_text(&middle, "y", "first");
    put(&middle, "i.tar", &inner);
    put_text(&middle, "z", "last");
    tar_zeros(&middle, 1024);
    put(&image, "m.tar", &middle);
    put_text(&image, "a", "outer");
    tar_zeros(&image, 1024);
    expect(&image, "m.tar>m.tar!y=first;m.tar!i.tar>m.tar!i.tar!x=deep;m.tar!z=last;a=outer;.");
    ms_bytes_fini(&inner);
    ms_bytes_fini(&middle);
    ms_bytes_fini(&image);
}

TEST(damaged_inner_archive)
{
    ms_bytes inner = {0};
    ms_bytes image = {0};
    put_text(&inner, "x", "deep");
    put(&image, "cut.tar", &inner);
    put_text(&image, "a", "outer");
    tar_zeros(&image, 1024);
    expect(
        &image,
        "cut.tar>cut.tar!x=deep;cut.tar!tar archive: no end mark (it may be cut off) at byte 1024;a=outer;.");
    image.len = 512 + 512 + 2; /* the outer one is cut off within that of the inner one */
    expect(&image,
           "cut.tar>cut.tar!x=de!tar archive: cut off in a member at byte 1026;cut.tar!tar archive: cut off "
           "in a member at byte 1026;!tar archive: cut off in a member at byte 1026");
    ms_bytes_fini(&inner);
    ms_bytes_fini(&image);
}

TEST(too_deep)
{
    ms_bytes image = {0};
    put_text(&image, "x", "deep");
    tar_zeros(&image, 1024);
    for (size_t i = 0; i < MS_ARCHIVE_DEPTH; i++) {
        ms_bytes outer = {0};
        char name[8];
        (void)snprintf(name, sizeof name, "%zu", i);
        put(&outer, name, &image);
        put_text(&outer, "t", "t");
        tar_zeros(&outer, 1024);
        ms_bytes_fini(&image);
        image = outer;
    }
    expect(&image,
           "3>3!2>3!2!1>3!2!1!0!an archive within 4 others is not searched;3!2!1!t=t;3!2!t=t;3!t=t;t=t;.");
    ms_bytes_fini(&image);
}

TEST(left_in_the_middle)
{
    ms_bytes inner = {0};
    ms_bytes image = {0};
    ms_archive *archive = NULL;
    ms_archive_member member;
    ms_archive_options options = {0};
    ms_err err = {0};
    bool more = false;
    uint8_t buf[16];
    size_t n = 0;
    put_text(&inner, "x", "deep");
    put(&image, "i.tar", &inner);
    memory m = {.image = &image};
    const ms_archive_input input = {.source = {.read = read_memory, .self = &m}, .format = MS_ARCHIVE_TAR};
    ck_assert_int_eq(ms_archive_open(&archive, &input, &options, &err), MS_OK);
    ck_assert_int_eq(ms_archive_next(archive, &member, &more, &err), MS_OK);
    ck_assert_int_eq(ms_stream_read(member.stream, buf, sizeof buf, &n, &err), MS_ARCHIVE);
    ck_assert_int_eq(ms_archive_enter(archive, &err), MS_OK);
    ck_assert_int_eq(ms_archive_next(archive, &member, &more, &err), MS_OK);
    ms_archive_close(archive); /* a tool for memory sees what is left */
    ms_archive_close(NULL);
    ms_bytes_fini(&inner);
    ms_bytes_fini(&image);
}

TEST(stored_sparse)
{
    ms_bytes image = {0};
    tar_member(&image, GNU_TAR, 'S', "holes", "abc");
    put_text(&image, "a", "x");
    tar_zeros(&image, 1024);
    expect(&image, "holes!tar archive: the map of a sparse file is invalid;a=x;.");
    ms_bytes_fini(&image);
}
