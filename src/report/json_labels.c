#include "report/json_labels.h"

#include "base/escape.h"

#include <string.h>

/* A label for a keyword that is not UTF-8; NULL: out of memory. */
static json_t *escaped_label(ms_bytes *scratch, ms_str keyword, const json_t *taken)
{
    ms_bytes_clear(scratch);
    ms_escape_append(scratch, keyword.data, keyword.len, MS_ESCAPE_NAME);
    while (ms_bytes_check(scratch) == MS_OK &&
           json_object_getn(taken, (const char *)scratch->data, scratch->len)) {
        ms_bytes_append(scratch, "~", 1);
    }
    return ms_bytes_check(scratch) == MS_OK ? json_stringn_nocheck((const char *)scratch->data, scratch->len)
                                            : NULL;
}

/* Sets label i and, in `taken`, its text. */
static ms_code set_label(json_t *labels, size_t i, json_t *take_value, json_t *taken)
{
    if (!take_value || json_object_setn_new_nocheck(taken, json_string_value(take_value),
                                                    json_string_length(take_value), json_null()) != 0) {
        json_decref(take_value);
        return MS_NOMEM;
    }
    return json_array_set_new(labels, i, take_value) == 0 ? MS_OK : MS_NOMEM;
}

/* jansson cannot read a key with a NUL. */
static bool is_plain(ms_str keyword)
{
    return ms_utf8_valid(keyword.data, keyword.len) && !memchr(keyword.data, 0, keyword.len);
}

ms_code ms__json_labels(const ms_str_list *keywords, json_t **labels)
{
    ms_bytes scratch = {0};
    json_t *taken = json_object();
    *labels = json_array();
    ms_code code = taken && *labels ? MS_OK : MS_NOMEM;
    for (size_t i = 0; i < keywords->count && code == MS_OK; i++) {
        code = json_array_append_new(*labels, json_null()) == 0 ? MS_OK : MS_NOMEM;
    }
    for (int valid = 1; valid >= 0; valid--) { /* first the labels that are fixed */
        for (size_t i = 0; i < keywords->count && code == MS_OK; i++) {
            ms_str keyword = ms_str_list_at(keywords, i);
            if (is_plain(keyword) == (valid == 1)) {
                json_t *value = valid == 1 ? json_stringn_nocheck(keyword.data, keyword.len)
                                           : escaped_label(&scratch, keyword, taken);
                code = set_label(*labels, i, value, taken);
            }
        }
    }
    json_decref(taken);
    ms_bytes_fini(&scratch);
    if (code != MS_OK) {
        json_decref(*labels);
        *labels = NULL;
    }
    return code;
}
