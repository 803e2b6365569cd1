/* The value of one option: text -> the field of the option's row, checked against the row's range or choices.
 */
#include "config/config_internal.h"

#include "base/glob.h"

#include "base/escape.h"
#include "base/number.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *ms__show(ms__word *to, const char *typed)
{
    return ms_escape_to(to->text, sizeof to->text, typed, strlen(typed));
}

ms_code ms__usage(ms_err *err, const char *fmt, ...)
{
    char text[400];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return ms_err_set(err, MS_USAGE, 0, "%s; try 'mpiscan --help'", text);
}

ms_code ms__no_memory(ms_err *err)
{
    return ms_err_set(err, MS_NOMEM, 0, "out of memory");
}

static ms_code store_number(void *field, const ms__option *option, const char *value, ms_err *err)
{
    uint64_t *number = field;
    ms_code code = option->kind == MS__KIND_SIZE
                       ? ms_number_parse_size(value, option->min, option->max, number)
                       : ms_number_parse_u64(value, option->min, option->max, number);
    if (code == MS_OK) {
        return MS_OK;
    }
    ms__word shown;
    if (option->kind == MS__KIND_SIZE) {
        char min[32];
        char max[32];
        return ms__usage(err, "option --%s: '%s' is not a size from %s to %s", option->name,
                         ms__show(&shown, value), ms__size_text(min, option->min),
                         ms__size_text(max, option->max));
    }
    return ms__usage(err, "option --%s: '%s' is not a number from %" PRIu64 " to %" PRIu64, option->name,
                     ms__show(&shown, value), option->min, option->max);
}

double ms__fraction_of(const ms__option *option, uint64_t value)
{
    return (double)value / (option->parts > 0 ? option->parts : 1);
}

static ms_code store_fraction(void *field, const ms__option *option, const char *value, ms_err *err)
{
    double min = ms__fraction_of(option, option->min);
    double max = ms__fraction_of(option, option->max);
    if (ms_number_parse_f64(value, min, max, field) == MS_OK) {
        return MS_OK;
    }
    ms__word shown;
    return ms__usage(err, "option --%s: '%s' is not a number from %g to %g", option->name,
                     ms__show(&shown, value), min, max);
}

static ms_code store_choice(void *field, const ms__option *option, const char *value, ms_err *err)
{
    char all[128] = "";
    size_t n = 0;
    for (unsigned i = 0; option->choices[i]; i++) {
        if (strcmp(option->choices[i], value) == 0) {
            memcpy(field, &i, sizeof i);
            return MS_OK;
        }
        int wrote = snprintf(all + n, sizeof all - n, "%s%s", i == 0 ? "" : ", ", option->choices[i]);
        n += wrote > 0 && (size_t)wrote < sizeof all - n ? (size_t)wrote : 0;
    }
    ms__word shown;
    return ms__usage(err, "option --%s: '%s' is not one of %s", option->name, ms__show(&shown, value), all);
}

static ms_code store_list(void *field, const ms__option *option, const char *value, ms_err *err)
{
    if (*value == 0) {
        return ms__usage(err, "option --%s: empty value", option->name);
    }
    ms_str_list *list = field;
    ms_str_list_push(list, value, strlen(value));
    return ms_str_list_check(list) == MS_OK ? MS_OK : ms__no_memory(err);
}

static ms_code store_text(void *field, const ms__option *option, const char *value, ms_err *err)
{
    if (*value == 0) {
        return ms__usage(err, "option --%s: empty value", option->name);
    }
    memcpy(field, &value, sizeof value);
    return MS_OK;
}

static ms_code store_globs(void *field, const ms__option *option, const char *value, ms_err *err)
{
    ms__word shown;
    ms_glob glob;
    ms_err why = {0};
    if (ms_glob_init(&glob, value, &why) != MS_OK) {
        return why.code == MS_NOMEM ? ms__no_memory(err)
                                    : ms__usage(err, "option --%s: '%s' is not a glob: %s", option->name,
                                                ms__show(&shown, value), why.text);
    }
    ms_glob_fini(&glob);
    return store_list(field, option, value, err);
}

static ms_code store_keywords(void *field, const ms__option *option, const char *value, ms_err *err)
{
    for (const char *part = value;; part++) {
        size_t n = strcspn(part, "\n");
        if (n == 0) {
            return ms__usage(err, "option --%s: empty keyword (matches every line)", option->name);
        }
        part += n;
        if (*part == 0) {
            return store_list(field, option, value, err);
        }
    }
}

static ms_code store_shard(void *field, const ms__option *option, const char *value, ms_err *err)
{
    char first[32];
    ms_shard shard = {0};
    size_t n = strcspn(value, "/");
    bool whole = value[n] == '/' && n < sizeof first;
    memcpy(first, value, whole ? n : 0);
    first[whole ? n : 0] = 0;
    if (!whole || ms_number_parse_u64(value + n + 1, option->min, option->max, &shard.count) != MS_OK ||
        ms_number_parse_u64(first, 1, shard.count, &shard.index) != MS_OK) {
        ms__word shown;
        return ms__usage(err, "option --%s: '%s' is not I/N with 1 <= I <= N <= %" PRIu64, option->name,
                         ms__show(&shown, value), option->max);
    }
    memcpy(field, &shard, sizeof shard);
    return MS_OK;
}

ms_code ms__store(ms__parsed *parsed, const ms__option *option, const char *value, ms_err *err)
{
    void *field = (unsigned char *)parsed + option->offset;
    switch (option->kind) {
    case MS__KIND_FLAG:
        *(bool *)field = true;
        return MS_OK;
    case MS__KIND_PICK: {
        unsigned picked = (unsigned)option->min;
        memcpy(field, &picked, sizeof picked);
        return MS_OK;
    }
    case MS__KIND_NUMBER:
    case MS__KIND_SIZE:
        return store_number(field, option, value, err);
    case MS__KIND_FRACTION:
        return store_fraction(field, option, value, err);
    case MS__KIND_TEXT:
        return store_text(field, option, value, err);
    case MS__KIND_LIST:
        return store_list(field, option, value, err);
    case MS__KIND_GLOBS:
        return store_globs(field, option, value, err);
    case MS__KIND_KEYWORDS:
        return store_keywords(field, option, value, err);
    case MS__KIND_SHARD:
        return store_shard(field, option, value, err);
    case MS__KIND_CHOICE:
        return store_choice(field, option, value, err);
    }
    return ms_err_set(err, MS_INTERNAL, 0, "option --%s: unknown kind", option->name);
}
