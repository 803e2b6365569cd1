/* A stack of open archives, the innermost one on top. */
#include "logs/stream/archive.h"

#include "base/bytes.h"

#include <stdlib.h>

typedef struct level {
    ms_stream *stream;   /* owned: the member that is this archive; NULL for the outermost one */
    ms_members *members; /* owned */
    size_t nname;        /* length of its own name in ms_archive.name */
} level;

struct ms_archive {
    ms_archive_options options;
    ms_source from; /* of the outermost one */
    level levels[MS_ARCHIVE_DEPTH];
    size_t depth;      /* open archives, >= 1 */
    ms_stream *member; /* owned: the current one, or NULL */
    ms_bytes name;
    uint64_t ndecoded; /* of what archives compress, on all levels */
};

/* A source of the archive's bytes that polls the limits, as skipped members may be long. */
static ms_code read_polling(void *self, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    const ms_archive *archive = self;
    *n = 0;
    MS_TRY(ms_decode_poll(&archive->options.limits, err));
    return archive->from.read(archive->from.self, buf, cap, n, err);
}

static ms_code open_members(ms_archive *archive, const ms_archive_input *input, ms_err *err)
{
    const ms_members_options options = {.limits = archive->options.limits, .ndecoded = &archive->ndecoded};
    return ms_members_open(&archive->levels[archive->depth].members, input, &options, err);
}

ms_code ms_archive_open(ms_archive **archive, const ms_archive_input *input,
                        const ms_archive_options *options, ms_err *err)
{
    ms_archive *a = calloc(1, sizeof *a);
    if (!a) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for an archive");
    }
    a->options = *options;
    a->from = input->source;
    const ms_archive_input polling = {
        .source = {.read = read_polling, .self = a}, .format = input->format, .prefix = input->prefix};
    ms_code code = open_members(a, &polling, err);
    if (code != MS_OK) {
        ms_archive_close(a);
        return code;
    }
    a->depth = 1;
    *archive = a;
    return MS_OK;
}

static void close_level(level *l)
{
    ms_members_close(l->members);
    ms_stream_close(l->stream);
    *l = (level){0};
}

void ms_archive_close(ms_archive *archive)
{
    if (!archive) {
        return;
    }
    ms_stream_close(archive->member);
    for (size_t i = archive->depth; i > 0; i--) {
        close_level(&archive->levels[i - 1]);
    }
    ms_bytes_fini(&archive->name);
    free(archive);
}

/* Sets the name to the innermost archive's own, then the member's. */
static ms_code set_name(ms_archive *archive, const ms_member *found, ms_err *err)
{
    ms_bytes *name = &archive->name;
    ms_bytes_cut(name, archive->levels[archive->depth - 1].nname);
    if (archive->depth > 1) {
        ms_bytes_append(name, "!", 1);
    }
    ms_bytes_append(name, found->name, found->nname);
    ms_code code = ms_bytes_check(name);
    return code == MS_OK ? MS_OK : ms_err_set(err, code, 0, "out of memory for the name of a member");
}

static ms_code begin_member(ms_archive *archive, const ms_member *found, ms_archive_member *member,
                            ms_err *err)
{
    ms_code code = MS_OK;
    MS_TRY(set_name(archive, found, err));
    if (found->code == MS_OK) {
        ms_members *members = archive->levels[archive->depth - 1].members;
        code = ms_stream_over(&archive->member, ms_members_contents(members), err);
    } else {
        member->code = found->code;
        member->why = found->why;
    }
    if (archive->member) {
        ms_stream_set_foreign(archive->member, archive->options.foreign);
        ms_stream_set_limits(archive->member, &archive->options.limits);
        ms_stream_set_journal_fields(archive->member, archive->options.journal_fields);
        ms_stream_set_text(archive->member, archive->options.text);
        ms_stream_set_encoding(archive->member, archive->options.encoding);
    }
    member->stream = archive->member;
    member->name = archive->name.data;
    member->nname = archive->name.len;
    return code;
}

/* The innermost archive, which is nested, has ended; with an error it becomes a member itself. */
static bool leave(ms_archive *archive, ms_code code, ms_archive_member *member)
{
    level *l = &archive->levels[--archive->depth];
    ms_bytes_cut(&archive->name, l->nname);
    close_level(l);
    member->code = code;
    member->name = archive->name.data;
    member->nname = archive->name.len;
    return code != MS_OK;
}

ms_code ms_archive_next(ms_archive *archive, ms_archive_member *member, bool *more, ms_err *err)
{
    ms_member found;
    ms_stream_close(archive->member);
    archive->member = NULL;
    *more = false;
    for (;;) {
        bool outermost = archive->depth == 1;
        bool any = false;
        *member = (ms_archive_member){0};
        ms_code code = ms_members_next(archive->levels[archive->depth - 1].members, &found, &any,
                                       outermost ? err : &member->why);
        if (any) {
            code = begin_member(archive, &found, member, err);
            *more = code == MS_OK;
            return code;
        }
        if (outermost || code == MS_NOMEM) {
            return code == MS_NOMEM ? ms_err_set(err, code, 0, "out of memory for an archive") : code;
        }
        if (leave(archive, code, member)) {
            *more = true;
            return MS_OK;
        }
    }
}

ms_code ms_archive_enter(ms_archive *archive, ms_err *err)
{
    if (archive->depth == MS_ARCHIVE_DEPTH) {
        return ms_err_set(err, MS_LIMIT, 0, "an archive within %d others is not searched", MS_ARCHIVE_DEPTH);
    }
    level *l = &archive->levels[archive->depth];
    const ms_archive_input input = ms_stream_archive(archive->member);
    ms_code code = open_members(archive, &input, err);
    if (code == MS_OK) {
        l->stream = archive->member;
        l->nname = archive->name.len;
        archive->member = NULL;
        archive->depth++;
    }
    return code;
}
