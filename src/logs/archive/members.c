#include "logs/archive/members.h"

#include "logs/archive/cpio_header.h"
#include "logs/archive/members_internal.h"
#include "logs/archive/tar_header.h"

#include <stdlib.h>

struct ms_members {
    const ms_members_ops *ops;
    void *reader; /* owned */
};

static const struct {
    const char *name;
    bool (*looks_like)(const uint8_t *head, size_t n);
    const ms_members_ops *ops;
} formats[] = {
    [MS_ARCHIVE_NONE] = {"no", NULL, NULL},
    [MS_ARCHIVE_TAR] = {"tar", ms_tar_looks_like, &ms__tar_ops},
    [MS_ARCHIVE_ZIP] = {"zip", ms__zip_looks_like, &ms__zip_ops},
    [MS_ARCHIVE_AR] = {"ar", ms__ar_looks_like, &ms__ar_ops},
    [MS_ARCHIVE_CPIO] = {"cpio", ms_cpio_looks_like, &ms__cpio_ops},
};

ms_archive_format ms_archive_format_of(const uint8_t *head, size_t n)
{
    size_t format = n > 0 ? sizeof formats / sizeof formats[0] - 1 : 0;
    while (format > 0 && !formats[format].looks_like(head, n)) {
        format--;
    }
    return (ms_archive_format)format;
}

const char *ms_archive_format_name(ms_archive_format format)
{
    return formats[format].name;
}

ms_code ms_members_open(ms_members **members, const ms_archive_input *input,
                        const ms_members_options *options, ms_err *err)
{
    ms_members *m = calloc(1, sizeof *m);
    if (!m) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for an archive");
    }
    m->ops = formats[input->format].ops;
    ms_code code = m->ops->open(&m->reader, input, options, err);
    if (code != MS_OK) {
        free(m);
        return code;
    }
    *members = m;
    return MS_OK;
}

void ms_members_close(ms_members *members)
{
    if (members) {
        members->ops->close(members->reader);
        free(members);
    }
}

ms_code ms_members_next(ms_members *members, ms_member *member, bool *more, ms_err *err)
{
    *member = (ms_member){0};
    *more = false;
    ms_code code = members->ops->next(members->reader, member, more, err);
    *more = *more && code == MS_OK;
    return code;
}

ms_source ms_members_contents(ms_members *members)
{
    return (ms_source){
        .read = members->ops->read, .skip_zeros = members->ops->skip_zeros, .self = members->reader};
}

ms_code ms__archive_stop(ms__archive_reader *reader, ms_code code, const char *what)
{
    reader->code = ms_err_set(&reader->why, code, 0, "%s archive: %s at byte %llu", reader->format, what,
                              (unsigned long long)reader->in.offset);
    return reader->code;
}

ms_code ms__archive_no_memory(ms__archive_reader *reader)
{
    reader->code = ms_err_set(&reader->why, MS_NOMEM, 0, "out of memory for an archive");
    return reader->code;
}

ms_code ms__archive_end_early(ms__archive_reader *reader, const char *what)
{
    if (reader->in.code == MS_OK) {
        return ms__archive_stop(reader, MS_FORMAT, what);
    }
    reader->code = reader->in.code;
    reader->why = reader->in.why;
    return reader->code;
}

void ms__archive_damage(ms__archive_reader *reader, const char *what, uint64_t offset)
{
    if (reader->damage == MS_OK) {
        reader->damage = ms_err_set(&reader->damage_why, MS_FORMAT, 0, "%s archive: %s at byte %llu",
                                    reader->format, what, (unsigned long long)offset);
    }
}

ms_code ms__archive_error(const ms__archive_reader *reader, ms_err *err)
{
    if (reader->code != MS_OK && err) {
        *err = reader->why;
    }
    return reader->code;
}

ms_code ms__archive_result(const ms__archive_reader *reader, ms_err *err)
{
    bool first = reader->damage != MS_OK && (reader->code == MS_OK || reader->code == MS_FORMAT);
    if (err && (first || reader->code != MS_OK)) {
        *err = first ? reader->damage_why : reader->why;
    }
    return first ? reader->damage : reader->code;
}
