#include "logs/keywords/pcre.h"

#include "base/escape.h"
#include "logs/keywords/regex_text.h"
#include "logs/keywords/regex_tokens.h"

#include <string.h>

/* Compiles one text; *message is 0 or PCRE2's error, and *at its offset. */
static pcre2_code *compile(const uint8_t *text, size_t n, uint32_t options, int *message, size_t *at)
{
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    if (!context) {
        *message = PCRE2_ERROR_NOMEMORY;
        return NULL;
    }
    (void)pcre2_set_newline(context, PCRE2_NEWLINE_LF); /* a CR is a character as others */
    pcre2_code *code = pcre2_compile(text, n, options, message, at, context);
    pcre2_compile_context_free(context);
    return code;
}

static uint32_t options_of(const ms_keywords *keywords, ms_str typed, ms_pcre_unit unit)
{
    bool chars = unit == MS_PCRE_CHARS && ms_utf8_valid(typed.data, typed.len);
    return (chars ? PCRE2_UTF | PCRE2_UCP : 0U) | (keywords->ignore_case ? PCRE2_CASELESS : 0U) |
           PCRE2_NEVER_BACKSLASH_C;
}

/* Appends a class, whose [:upper:] and [:lower:] match letters of either case: with PCRE2_UCP they would not
 * ignore it. */
static void put_caseless_class(ms_bytes *to, const char *p, size_t n)
{
    static const char upper[] = "[:upper:]";
    static const char lower[] = "[:lower:]";
    enum { NAME = sizeof upper - 1 };
    for (size_t at = 0; at < n;) {
        bool either = n - at > NAME && (memcmp(p + at, upper, NAME) == 0 || memcmp(p + at, lower, NAME) == 0);
        ms_bytes_append(to, either ? "\\p{L&}" : p + at, either ? strlen("\\p{L&}") : 1);
        at += either ? NAME : 1;
    }
}

static void put_caseless(ms_bytes *to, ms_str regex)
{
    for (size_t at = 0; at < regex.len;) {
        const char *p = regex.data + at;
        size_t n = ms_regex_token_length(regex, at);
        if (*p == '[') {
            put_caseless_class(to, p, n);
        } else {
            ms_bytes_append(to, p, n);
        }
        at += n;
    }
}

/* What is compiled once the expression by itself is known to be valid. */
static ms_code put_final(ms_bytes *to, const ms_keywords *keywords, ms_str regex)
{
    ms_bytes caseless = {0};
    if (keywords->ignore_case) {
        put_caseless(&caseless, regex);
        regex = (ms_str){(const char *)caseless.data, caseless.len};
    }
    bool failed = ms_bytes_check(&caseless) != MS_OK;
    if (keywords->whole_line) {
        ms_regex_put_wrapped(to, "^(?:", regex, ")$");
    } else if (keywords->word) {
        ms_regex_put_wrapped(to, "(?<!\\w)(?:", regex, ")(?!\\w)");
    } else {
        ms_bytes_append(to, regex.data, regex.len);
    }
    ms_bytes_fini(&caseless);
    return failed ? MS_NOMEM : ms_bytes_check(to);
}

static ms_code explain(ms_str typed, size_t id, int message, size_t at, ms_err *err)
{
    char text[160] = "";
    (void)pcre2_get_error_message(message, (PCRE2_UCHAR *)text, sizeof text);
    if (message == PCRE2_ERROR_NOMEMORY || message == PCRE2_ERROR_HEAP_FAILED) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for the patterns");
    }
    return ms_regex_refuse(typed, id, text, at < typed.len ? at : typed.len - 1,
                           err); /* in the translation, nearly */
}

static ms_code compile_regex(pcre2_code **code, const ms_keywords *keywords, size_t id, ms_pcre_unit unit,
                             ms_str regex, ms_err *err)
{
    ms_bytes final = {0};
    ms_str typed = ms_str_list_at(&keywords->list, id);
    uint32_t options = options_of(keywords, typed, unit);
    int message = 0;
    size_t at = 0;
    *code = compile((const uint8_t *)regex.data, regex.len, options, &message, &at);
    if (*code && (keywords->word || keywords->whole_line || keywords->ignore_case)) {
        pcre2_code_free(*code);
        ms_code result = put_final(&final, keywords, regex);
        *code = result == MS_OK ? compile(final.data, final.len, options, &message, &at) : NULL;
        message = result == MS_OK ? message : PCRE2_ERROR_NOMEMORY;
        ms_bytes_fini(&final);
    }
    return *code ? MS_OK : explain(typed, id, message, at, err);
}

ms_code ms_pcre_compile(pcre2_code **code, const ms_keywords *keywords, size_t id, ms_pcre_unit unit,
                        ms_err *err)
{
    ms_bytes regex = {0};
    *code = NULL;
    ms_code result = ms_regex_translate(&regex, keywords, id, err);
    if (result == MS_OK) {
        ms_str text = {(const char *)regex.data, regex.len - 1};
        result = compile_regex(code, keywords, id, unit, text, err);
    }
    ms_bytes_fini(&regex);
    return result;
}
