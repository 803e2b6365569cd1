#include "logs/keywords/keywords.h"

#include "base/escape.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void ms_keywords_fini(ms_keywords *keywords)
{
    ms_str_list_fini(&keywords->list);
    ms_bytes_fini(&keywords->roles);
    ms_bytes_fini(&keywords->sample);
    free(keywords->cache);
    *keywords = (ms_keywords){0};
}

ms_code ms_keywords_add(ms_keywords *keywords, const void *data, size_t n, ms_err *err)
{
    const char *p = data;
    for (size_t at = 0; at <= n;) {
        const char *newline = n > at ? memchr(p + at, '\n', n - at) : NULL;
        size_t len = newline ? (size_t)(newline - (p + at)) : n - at;
        if (len == 0) {
            return ms_err_set(err, MS_USAGE, 0, "an empty keyword matches every line");
        }
        ms_str_list_push(&keywords->list, p + at, len);
        at += len + 1;
    }
    ms_code code = ms_str_list_check(&keywords->list);
    return code == MS_OK ? MS_OK : ms_err_set(err, code, 0, "out of memory for the keywords");
}

ms_code ms_keywords_add_lines(ms_keywords *keywords, const void *data, size_t n)
{
    const char *p = data;
    size_t at = n >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    while (at < n) {
        const char *newline = memchr(p + at, '\n', n - at);
        size_t end = newline ? (size_t)(newline - p) : n;
        size_t len = end - at;
        if (len > 0 && p[end - 1] == '\r') {
            len--;
        }
        if (len > 0) {
            ms_str_list_push(&keywords->list, p + at, len);
        }
        at = end + 1;
    }
    return ms_str_list_check(&keywords->list);
}

/* Appends all of fd to *to; MS_USAGE above the size limit, MS_IO with errno. */
static ms_code read_all(int fd, ms_bytes *to)
{
    for (;;) {
        if (ms_bytes_reserve(to, 65536) != MS_OK) {
            errno = ENOMEM;
            return MS_IO;
        }
        ssize_t got = read(fd, to->data + to->len, to->cap - to->len);
        if (got == 0) {
            return MS_OK;
        }
        if (got < 0 && errno != EINTR) {
            return MS_IO;
        }
        to->len += got > 0 ? (size_t)got : 0;
        if (to->len > MS_KEYWORD_FILE_LIMIT) {
            return MS_USAGE;
        }
    }
}

/* Replaces the file's bytes by its text. */
static ms_code decode_contents(ms_bytes *contents, const char *shown, ms_keywords_decode_fn decode,
                               void *user, ms_err *err)
{
    ms_bytes text = {0};
    ms_err why = {0};
    ms_code code = decode(user, contents, MS_KEYWORD_FILE_LIMIT, &text, &why);
    if (code != MS_OK) {
        ms_bytes_fini(&text);
        return ms_err_set(err, code == MS_NOMEM ? MS_NOMEM : MS_USAGE, 0, "the keyword file '%s': %s", shown,
                          why.text);
    }
    ms_bytes_fini(contents);
    *contents = text;
    return MS_OK;
}

ms_code ms_keywords_read(ms_keywords *keywords, const char *path, ms_keywords_decode_fn decode, void *user,
                         ms_err *err)
{
    char shown[256];
    (void)ms_escape_to(shown, sizeof shown, path, strlen(path));
    ms_bytes contents = {0};
    bool is_stdin = strcmp(path, "-") == 0;
    int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    ms_code code = fd >= 0 ? read_all(fd, &contents) : MS_IO;
    if (code == MS_USAGE) {
        code = ms_err_set(err, MS_USAGE, 0, "the keyword file '%s' has more than %zu MiB", shown,
                          MS_KEYWORD_FILE_LIMIT >> 20);
    } else if (code != MS_OK) {
        code = ms_err_set(err, MS_IO, errno, "cannot read the keyword file '%s'", shown);
    } else if (decode && decode_contents(&contents, shown, decode, user, err) != MS_OK) {
        code = err->code;
    } else if (ms_keywords_add_lines(keywords, contents.data, contents.len) != MS_OK) {
        code = ms_err_set(err, MS_NOMEM, 0, "out of memory for the keywords of '%s'", shown);
    }
    if (fd >= 0 && !is_stdin) {
        (void)close(fd);
    }
    ms_bytes_fini(&contents);
    return code;
}

ms_code ms_keywords_set_role(ms_keywords *keywords, unsigned role)
{
    while (keywords->roles.len < keywords->list.count && !keywords->roles.failed) {
        ms_bytes_put_u8(&keywords->roles, (uint8_t)role);
    }
    return ms_bytes_check(&keywords->roles);
}

typedef struct indexed {
    ms_str name;
    size_t index;
} indexed;

static int by_name_then_index(const void *a, const void *b)
{
    const indexed *x = a;
    const indexed *y = b;
    int order = ms_str_compare(x->name, y->name);
    return order != 0 ? order : (x->index > y->index) - (x->index < y->index);
}

/* Marks all but the first of equal keywords, which gets their roles. */
static void mark_repeated(const indexed *sorted, size_t n, ms_bytes *roles, bool *drop)
{
    size_t first = 0;
    for (size_t i = 1; i < n; i++) {
        bool same = ms_str_compare(sorted[first].name, sorted[i].name) == 0;
        drop[sorted[i].index] = same;
        if (same && roles->len > 0) {
            roles->data[sorted[first].index] |= roles->data[sorted[i].index];
        }
        first = same ? first : i;
    }
}

/* The keywords that are not to be dropped, and their roles. */
static ms_code copy_kept(const ms_keywords *keywords, const bool *drop, ms_str_list *list, ms_bytes *roles)
{
    for (size_t i = 0; i < keywords->list.count; i++) {
        ms_str name = ms_str_list_at(&keywords->list, i);
        if (!drop[i]) {
            ms_str_list_push(list, name.data, name.len);
        }
        if (!drop[i] && keywords->roles.len > 0) {
            ms_bytes_put_u8(roles, keywords->roles.data[i]);
        }
    }
    MS_TRY(ms_str_list_check(list));
    return ms_bytes_check(roles);
}

ms_code ms_keywords_unique(ms_keywords *keywords)
{
    size_t n = keywords->list.count;
    indexed *sorted = calloc(n + 1, sizeof *sorted);
    bool *drop = calloc(n + 1, sizeof *drop);
    ms_str_list unique = {0};
    ms_bytes roles = {0};
    ms_code code = MS_NOMEM;
    if (sorted && drop) {
        for (size_t i = 0; i < n; i++) {
            sorted[i] = (indexed){ms_str_list_at(&keywords->list, i), i};
        }
        qsort(sorted, n, sizeof *sorted, by_name_then_index);
        mark_repeated(sorted, n, &keywords->roles, drop);
        code = copy_kept(keywords, drop, &unique, &roles);
    }
    free(sorted);
    free(drop);
    if (code != MS_OK) {
        ms_str_list_fini(&unique);
        ms_bytes_fini(&roles);
        return code;
    }
    ms_str_list_fini(&keywords->list);
    ms_bytes_fini(&keywords->roles);
    keywords->list = unique;
    keywords->roles = roles;
    return MS_OK;
}

double ms_keywords_compile_seconds(const ms_keywords *keywords)
{
    return keywords->compile_seconds > 0 ? keywords->compile_seconds : MS_COMPILE_SECONDS;
}

ms_code ms_keywords_encode(const ms_keywords *keywords, ms_bytes *to)
{
    unsigned flags = (keywords->regex ? 1U : 0U) | (keywords->ignore_case ? 2U : 0U) |
                     (keywords->word ? 4U : 0U) | (keywords->perl ? 8U : 0U) |
                     (keywords->whole_line ? 16U : 0U);
    ms_bytes_put_u8(to, (uint8_t)flags);
    ms_bytes_put_blob(to, keywords->roles.data, keywords->roles.len);
    return ms_str_list_encode(&keywords->list, to);
}

static bool roles_are_sound(const ms_bytes *roles, size_t nkeywords)
{
    bool sound = roles->len == 0 || roles->len == nkeywords;
    for (size_t i = 0; i < roles->len && sound; i++) {
        sound = roles->data[i] > 0 && roles->data[i] <= (MS_ROLE_ANY | MS_ROLE_ALL | MS_ROLE_NONE);
    }
    return sound;
}

ms_code ms_keywords_decode(ms_keywords *keywords, const void *data, size_t n)
{
    ms_reader reader = ms_reader_over(data, n);
    unsigned flags = ms_reader_u8(&reader);
    size_t nroles = 0;
    const uint8_t *roles = ms_reader_blob(&reader, &nroles);
    ms_bytes_append(&keywords->roles, roles, nroles);
    ms_code code = ms_str_list_decode(&keywords->list, &reader);
    code = keywords->roles.failed ? MS_NOMEM : code;
    bool valid = code == MS_OK && ms_reader_left(&reader) == 0 && flags < 32 &&
                 roles_are_sound(&keywords->roles, keywords->list.count);
    for (size_t i = 0; i < keywords->list.count && valid; i++) {
        valid = ms_str_list_at(&keywords->list, i).len > 0;
    }
    if (!valid) {
        ms_keywords_fini(keywords);
        return code == MS_NOMEM ? MS_NOMEM : MS_FORMAT;
    }
    keywords->regex = (flags & 1U) != 0;
    keywords->ignore_case = (flags & 2U) != 0;
    keywords->word = (flags & 4U) != 0;
    keywords->perl = (flags & 8U) != 0;
    keywords->whole_line = (flags & 16U) != 0;
    return MS_OK;
}
