/* How keywords appear in the JSON report; for its writer and its reader. */
#ifndef MS_REPORT_JSON_LABELS_H
#define MS_REPORT_JSON_LABELS_H

#include "base/str_list.h"

#include <jansson.h>

/* A new array of keywords->count strings: a keyword that is UTF-8 without NUL as it is; any other escaped
 * (base/escape.h), with a
 * '~' behind it where another keyword is spelt like that. The caller decrefs it. MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms__json_labels(const ms_str_list *keywords, json_t **labels);

/* A string for n bytes that are UTF-8, else an object {"base64": "..."}; NULL when there is no memory. Local.
 */
json_t *ms__json_bytes(const void *data, size_t n);

#endif
