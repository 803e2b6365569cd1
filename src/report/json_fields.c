/* Fields of a JSON object: see json_fields.h. */
#include "report/json_fields.h"

#include "base/escape.h"
#include "report/base64.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

json_t *ms__fields_parse(const char *data, size_t n, char *why, size_t size)
{
    json_error_t error = {0};
    json_t *object = json_loadb(data, n, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    if (object && !json_is_object(object)) {
        (void)snprintf(why, size, "no JSON object");
        json_decref(object);
        return NULL;
    }
    if (!object) {
        (void)ms_escape_to(why, size, error.text, strnlen(error.text, sizeof error.text));
    }
    return object;
}

const char *ms__field_type(const json_t *object)
{
    const char *type = json_string_value(json_object_get(object, "type"));
    return type ? type : "";
}

bool ms__field_u64(const json_t *object, const char *key, uint64_t *value)
{
    const json_t *field = json_object_get(object, key);
    if (!json_is_integer(field) || json_integer_value(field) < 0) {
        return false;
    }
    *value = (uint64_t)json_integer_value(field);
    return true;
}

bool ms__field_real(const json_t *object, const char *key, double *value)
{
    const json_t *field = json_object_get(object, key);
    *value = json_is_null(field) ? (double)NAN : json_number_value(field);
    return json_is_number(field) || json_is_null(field);
}

static bool take_text(const json_t *text, bool base64, ms_bytes *to)
{
    const char *data = json_string_value(text);
    size_t n = json_string_length(text);
    ms_bytes_clear(to);
    return data && (base64 ? ms_base64_decode(to, data, n) : ms_bytes_append(to, data, n)) == MS_OK;
}

bool ms__field_bytes(const json_t *object, const char *key, ms_bytes *to)
{
    char other[64];
    (void)snprintf(other, sizeof other, "%s_base64", key);
    const json_t *plain = json_object_get(object, key);
    const json_t *coded = json_object_get(object, other);
    return !(plain && coded) && take_text(plain ? plain : coded, plain == NULL, to);
}

bool ms__field_names(const json_t *object, const char *key, ms_str_list *to)
{
    const json_t *list = json_object_get(object, key);
    ms_bytes bytes = {0};
    bool good = json_is_array(list);
    for (size_t i = 0; good && i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        const json_t *coded = json_object_get(item, "base64");
        good = take_text(coded ? coded : item, coded != NULL, &bytes) &&
               ms_str_list_push(to, bytes.data, bytes.len) == MS_OK;
    }
    ms_bytes_fini(&bytes);
    return good;
}
