#include "logs/keywords/regex_text.h"

#include "base/escape.h"
#include "logs/keywords/posix_ere.h"

#include <string.h>

ms_code ms_regex_refuse(ms_str typed, size_t id, const char *message, size_t at, ms_err *err)
{
    char shown[200];
    (void)ms_escape_to(shown, sizeof shown, typed.data, typed.len);
    return ms_err_set(err, MS_USAGE, 0,
                      "keyword %zu, '%s', is not a valid regular expression: %s (at index %zu)", id + 1,
                      shown, message, at);
}

/* Refuses what is unsafe here: a NUL byte as it is, which Hyperscan takes for the end, and settings of the
 * library. */
static ms_code check_typed(ms_str typed, size_t id, ms_err *err)
{
    const char *nul = memchr(typed.data, 0, typed.len);
    if (nul) {
        return ms_regex_refuse(typed, id, "a NUL byte must be written as \\x00", (size_t)(nul - typed.data),
                               err);
    }
    if (strncmp(typed.data, "(*", 2) == 0 &&
        strspn(typed.data + 2, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") > 0) {
        return ms_regex_refuse(typed, id, "verbs such as (*UTF8) are not allowed", 0, err);
    }
    return MS_OK;
}

ms_code ms_regex_translate(ms_bytes *to, const ms_keywords *keywords, size_t id, ms_err *err)
{
    ms_str typed = ms_str_list_at(&keywords->list, id);
    MS_TRY(check_typed(typed, id, err));
    if (keywords->perl) {
        ms_bytes_append(to, typed.data, typed.len);
    } else {
        ms_posix_ere_translate(to, typed);
    }
    ms_bytes_put_u8(to, 0);
    return ms_bytes_check(to) == MS_OK ? MS_OK
                                       : ms_err_set(err, MS_NOMEM, 0, "out of memory for the patterns");
}

/* Does it set (?x), which makes comments of what looks like tokens? */
static bool has_comments(ms_str regex)
{
    const char *end = regex.data + regex.len;
    for (const char *p = regex.data; (p = memmem(p, (size_t)(end - p), "(?", 2)); p += 2) {
        size_t modes = strspn(p + 2, "imnsxJUX-^");
        if (memchr(p + 2, 'x', modes)) {
            return true;
        }
    }
    return false;
}

void ms_regex_put_wrapped(ms_bytes *to, const char *before, ms_str regex, const char *after)
{
    bool quoted = memmem(regex.data, regex.len, "\\Q", 2);
    ms_bytes_append(to, before, strlen(before));
    ms_bytes_append(to, regex.data, regex.len);
    ms_bytes_append(to, "\\E", quoted ? 2 : 0);
    ms_bytes_append(to, "\n", has_comments(regex) ? 1 : 0);
    ms_bytes_append(to, after, strlen(after));
}
