/* PCRE2 backtracks: on some lines some expressions would take years. So its steps and its memory are limited.
 * On a short line the library's other algorithm is tried then, which does not backtrack. */
#include "logs/match/char_match.h"

#include "base/escape.h"

#include <stdlib.h>
#include <string.h>

enum {
    STEPS_MAX = 1000000, /* of backtracking from one place in a line: about 0.1 s */
    HEAP_MAX_KIB = 65536,
    STACK_BYTES = 65536,
    STACK_MAX_BYTES = 8 << 20,
    NO_BACKTRACKING_MAX = 65536, /* bytes of a line */
    WORKSPACE = 16384,           /* of the other algorithm, in ints */
    LIMITS_MAX = 100 /* lines on which a keyword may exceed the limits, before it is given up for the file */
};

ms_text_kind ms_text_kind_of(const uint8_t *data, size_t n)
{
    return ms_is_ascii(data, n) ? MS_TEXT_ASCII : ms_utf8_valid(data, n) ? MS_TEXT_UTF8 : MS_TEXT_OTHER;
}

void ms_char_matcher_fini(ms_char_matcher *matcher)
{
    for (size_t i = 0; matcher->codes && i < matcher->keywords->list.count; i++) {
        pcre2_code_free(matcher->codes[i]);
        pcre2_code_free(matcher->byte_codes ? matcher->byte_codes[i] : NULL);
    }
    free(matcher->codes);
    free(matcher->byte_codes);
    free(matcher->byte_tried);
    free(matcher->nlimits);
    pcre2_match_data_free(matcher->result);
    pcre2_match_context_free(matcher->limits);
    pcre2_jit_stack_free(matcher->stack);
    ms_bytes_fini(&matcher->readable);
    *matcher = (ms_char_matcher){0};
}

ms_code ms_char_matcher_init(ms_char_matcher *matcher, const ms_keywords *keywords, ms_err *err)
{
    size_t n = keywords->list.count;
    matcher->keywords = keywords;
    matcher->codes = calloc(n + 1, sizeof(pcre2_code *));
    matcher->byte_codes = calloc(n + 1, sizeof(pcre2_code *));
    matcher->byte_tried = calloc(n + 1, sizeof *matcher->byte_tried);
    matcher->nlimits = calloc(n + 1, 1);
    matcher->result = pcre2_match_data_create(1, NULL);
    matcher->limits = pcre2_match_context_create(NULL);
    matcher->stack = pcre2_jit_stack_create(STACK_BYTES, STACK_MAX_BYTES, NULL);
    if (!matcher->codes || !matcher->byte_codes || !matcher->byte_tried || !matcher->nlimits ||
        !matcher->result || !matcher->limits) {
        ms_char_matcher_fini(matcher);
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for the matcher");
    }
    (void)pcre2_set_match_limit(matcher->limits, STEPS_MAX);
    (void)pcre2_set_heap_limit(matcher->limits, HEAP_MAX_KIB);
    if (matcher->stack) { /* none where the library has no JIT */
        pcre2_jit_stack_assign(matcher->limits, NULL, matcher->stack);
    }
    return MS_OK;
}

ms_code ms_char_matcher_check(const ms_keywords *keywords, ms_err *err)
{
    ms_code code = MS_OK;
    for (size_t i = 0; i < keywords->list.count && code == MS_OK; i++) {
        pcre2_code *compiled = NULL;
        code = ms_pcre_compile(&compiled, keywords, i, MS_PCRE_CHARS, err);
        pcre2_code_free(compiled);
    }
    return code;
}

void ms_char_matcher_begin(ms_char_matcher *matcher)
{
    matcher->replaced = false;
}

static ms_code replace_invalid(ms_char_matcher *matcher, const uint8_t *data, size_t n, ms_err *err)
{
    ms_bytes *to = &matcher->readable;
    uint32_t code_point = 0;
    ms_bytes_clear(to);
    for (size_t at = 0; at < n;) {
        size_t length = ms_utf8_decode(data + at, n - at, &code_point);
        ms_bytes_append(to, length > 0 ? data + at : (const uint8_t *)"\xEF\xBF\xBD",
                        length > 0 ? length : 3);
        at += length > 0 ? length : 1;
    }
    matcher->replaced = true;
    return ms_bytes_check(to) == MS_OK ? MS_OK : ms_err_set(err, MS_NOMEM, 0, "out of memory for a line");
}

static bool is_limit(int rc)
{
    return rc == PCRE2_ERROR_MATCHLIMIT || rc == PCRE2_ERROR_HEAPLIMIT || rc == PCRE2_ERROR_DEPTHLIMIT ||
           rc == PCRE2_ERROR_JIT_STACKLIMIT;
}

static int match_without_backtracking(const ms_char_matcher *matcher, const pcre2_code *code,
                                      const uint8_t *data, size_t n)
{
    int *workspace = n <= NO_BACKTRACKING_MAX ? malloc(WORKSPACE * sizeof *workspace) : NULL;
    int rc = PCRE2_ERROR_MATCHLIMIT;
    if (workspace) {
        rc = pcre2_dfa_match(code, data, n, 0, PCRE2_NO_UTF_CHECK | PCRE2_DFA_SHORTEST, matcher->result,
                             matcher->limits, workspace, WORKSPACE);
        rc = rc < PCRE2_ERROR_NOMATCH ? PCRE2_ERROR_MATCHLIMIT : rc; /* it does not have all constructs */
    }
    free(workspace);
    return rc;
}

static int match(const ms_char_matcher *matcher, const pcre2_code *code, const uint8_t *data, size_t n)
{
    int rc = pcre2_match(code, data, n, 0, PCRE2_NO_UTF_CHECK, matcher->result, matcher->limits);
    return is_limit(rc) ? match_without_backtracking(matcher, code, data, n) : rc;
}

static ms_code get_code(ms_char_matcher *matcher, uint32_t id, ms_err *err)
{
    if (!matcher->codes[id]) {
        MS_TRY(ms_pcre_compile(&matcher->codes[id], matcher->keywords, id, MS_PCRE_CHARS, err));
        (void)pcre2_jit_compile(matcher->codes[id], PCRE2_JIT_COMPLETE); /* slower without */
    }
    return MS_OK;
}

static ms_code get_byte_code(ms_char_matcher *matcher, uint32_t id, ms_err *err)
{
    ms_str typed = ms_str_list_at(&matcher->keywords->list, id);
    if (matcher->byte_tried[id] || !ms_is_ascii((const uint8_t *)typed.data, typed.len)) {
        return MS_OK;
    }
    ms_code code = ms_pcre_compile(&matcher->byte_codes[id], matcher->keywords, id, MS_PCRE_BYTES, err);
    if (code == MS_USAGE) { /* \x{100} */
        *err = (ms_err){0};
        code = MS_OK;
    }
    (void)pcre2_jit_compile(matcher->byte_codes[id], PCRE2_JIT_COMPLETE);
    matcher->byte_tried[id] = true;
    return code;
}

static void note_limit(ms_char_matcher *matcher, uint32_t id)
{
    char shown[200];
    ms_str typed = ms_str_list_at(&matcher->keywords->list, id);
    (void)ms_escape_to(shown, sizeof shown, typed.data, typed.len);
    matcher->nlimits[id]++;
    (void)ms_err_set(&matcher->fault, MS_LIMIT, 0,
                     "a line was not searched for keyword %u, '%s': it would take too many steps", id + 1U,
                     shown);
}

static ms_code match_line(ms_char_matcher *matcher, uint32_t id, const pcre2_code *code, const uint8_t *data,
                          size_t n, bool *matched, ms_err *err)
{
    int rc = match(matcher, code, data, n);
    *matched = rc >= 0;
    matcher->end = *matched ? pcre2_get_ovector_pointer(matcher->result)[1] : 0;
    if (is_limit(rc)) {
        note_limit(matcher, id);
        return MS_OK;
    }
    return rc >= 0 || rc == PCRE2_ERROR_NOMATCH
               ? MS_OK
               : ms_err_set(err, rc == PCRE2_ERROR_NOMEMORY ? MS_NOMEM : MS_INTERNAL, 0, "PCRE2 error %d",
                            rc);
}

/* A line that is not valid UTF-8. */
static ms_code match_other(ms_char_matcher *matcher, uint32_t id, const uint8_t *data, size_t n,
                           bool *matched, ms_err *err)
{
    uint32_t options = 0;
    const ms_bytes *readable = &matcher->readable;
    (void)pcre2_pattern_info(matcher->codes[id], PCRE2_INFO_ALLOPTIONS, &options);
    if (!(options & PCRE2_UTF)) {
        return match_line(matcher, id, matcher->codes[id], data, n, matched, err);
    }
    MS_TRY(matcher->replaced ? MS_OK : replace_invalid(matcher, data, n, err));
    MS_TRY(match_line(matcher, id, matcher->codes[id], readable->data, readable->len, matched, err));
    matcher->end = matcher->end < n ? matcher->end : n; /* of the line, nearly */
    MS_TRY(*matched ? MS_OK : get_byte_code(matcher, id, err));
    return *matched || !matcher->byte_codes[id]
               ? MS_OK
               : match_line(matcher, id, matcher->byte_codes[id], data, n, matched, err);
}

ms_code ms_char_matcher_match(ms_char_matcher *matcher, uint32_t id, const uint8_t *data, size_t n,
                              ms_text_kind kind, bool *matched, ms_err *err)
{
    *matched = false;
    if (matcher->nlimits[id] >= LIMITS_MAX) {
        return MS_OK;
    }
    MS_TRY(get_code(matcher, id, err));
    return kind == MS_TEXT_OTHER ? match_other(matcher, id, data, n, matched, err)
                                 : match_line(matcher, id, matcher->codes[id], data, n, matched, err);
}

void ms_char_matcher_set_fault(ms_char_matcher *matcher, const char *message)
{
    (void)ms_err_set(&matcher->fault, MS_LIMIT, 0, "%s", message);
}

void ms_char_matcher_take_fault(ms_char_matcher *matcher, ms_err *fault)
{
    if (matcher->fault.code != MS_OK) {
        *fault = matcher->fault;
        matcher->fault = (ms_err){0};
        memset(matcher->nlimits, 0, matcher->keywords->list.count);
    }
}
