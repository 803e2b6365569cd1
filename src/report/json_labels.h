/* How keywords appear in the JSON report. */
#ifndef MS_REPORT_JSON_LABELS_H
#define MS_REPORT_JSON_LABELS_H

#include "base/str_list.h"

#include <jansson.h>

/* A new array of keywords->count strings: a keyword that is UTF-8 without NUL as it is; any other escaped
 * (base/escape.h), followed by '~' where that is another keyword's label. The caller decrefs it. MS_NOMEM.
 * Local. */
MS_MUST_CHECK ms_code ms__json_labels(const ms_str_list *keywords, json_t **labels);

#endif
