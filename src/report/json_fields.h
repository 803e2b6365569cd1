/* Fields of a JSON object that somebody else may have written: each getter says whether the field is there,
 * of the right type and in range. Private to the merge. */
#ifndef MS_REPORT_JSON_FIELDS_H
#define MS_REPORT_JSON_FIELDS_H

#include "base/str_list.h"

#include <jansson.h>

/* One line -> an object; NULL when it is none, with why in *why (a text of `size` bytes, harmless). The
 * caller decrefs it. Local, as all here. */
json_t *ms__fields_parse(const char *data, size_t n, char *why, size_t size);

/* "type", or "" when there is none. Borrowed from the object. */
const char *ms__field_type(const json_t *object);
/* An integer that is not negative. */
bool ms__field_u64(const json_t *object, const char *key, uint64_t *value);
/* A number, or null, which is NAN. */
bool ms__field_real(const json_t *object, const char *key, double *value);
/* The bytes of the string `key`, or of `key`_base64, replace *to. false also when there is no memory. */
bool ms__field_bytes(const json_t *object, const char *key, ms_bytes *to);
/* A list of what ms__json_bytes makes, appended to *to. */
bool ms__field_names(const json_t *object, const char *key, ms_str_list *to);

#endif
