/* Compile: see compile.h. */
#include "logs/compile.h"

#include "base/escape.h"
#include "logs/pattern.h"
#include "logs/prefix.h"

#include <stdlib.h>
#include <string.h>

/* The parallel arrays that the library's compilers take. */
typedef struct arrays {
    const char **expressions;
    unsigned *flags;
    unsigned *ids;
    size_t *lens;
    ms_pattern *patterns; /* own the expressions when these are not the keywords themselves */
    size_t n;
} arrays;

void ms_compiled_fini(ms_compiled *compiled)
{
    (void)hs_free_database(compiled->db);
    free(compiled->nliteral);
    *compiled = (ms_compiled){0};
}

static void arrays_fini(arrays *a)
{
    for (size_t i = 0; a->patterns && i < a->n; i++) {
        ms_pattern_fini(&a->patterns[i]);
    }
    free(a->patterns);
    free(a->expressions);
    free(a->flags);
    free(a->ids);
    free(a->lens);
}

static bool arrays_init(arrays *a, size_t n)
{
    a->n = n;
    a->expressions = calloc(n, sizeof *a->expressions);
    a->flags = calloc(n, sizeof *a->flags);
    a->ids = calloc(n, sizeof *a->ids);
    a->lens = calloc(n, sizeof *a->lens);
    a->patterns = calloc(n, sizeof *a->patterns);
    return a->expressions && a->flags && a->ids && a->lens && a->patterns;
}

static ms_code explain(const ms_keywords *keywords, const hs_compile_error_t *error, ms_err *err)
{
    const char *message = error ? error->message : "the library gave no reason";
    if (strcasestr(message, "allocat") || strcasestr(message, "out of memory")) {
        return ms_err_set(err, MS_NOMEM, 0, "no memory to compile the keywords: %s", message);
    }
    if (!error || error->expression < 0 || (size_t)error->expression >= keywords->list.count) {
        return ms_err_set(err, MS_USAGE, 0, "the keywords cannot be compiled: %s", message);
    }
    char shown[200];
    ms_name name = ms_names_at(&keywords->list, (size_t)error->expression);
    (void)ms_escape_to(shown, sizeof shown, name.data, name.len);
    return ms_err_set(err, MS_USAGE, 0, "keyword %d, '%s' (index 0 to %zu), cannot be compiled%s: %s",
                      error->expression + 1, shown, name.len - 1,
                      keywords->word ? " as a whole word (-w)" : "", message);
}

static ms_code prepare(ms_compiled *compiled, arrays *a, const ms_keywords *keywords, bool literal,
                       bool word_inside, ms_err *err)
{
    for (size_t i = 0; i < a->n; i++) {
        ms_name name = ms_names_at(&keywords->list, i);
        a->ids[i] = (unsigned)i;
        a->flags[i] = keywords->ignore_case ? HS_FLAG_CASELESS : 0U;
        a->expressions[i] = name.data;
        a->lens[i] = name.len;
        compiled->nliteral[i] = name.len;
        if (literal) {
            continue;
        }
        ms_pattern *p = &a->patterns[i];
        ms_code code = ms_pattern_make(p, keywords, i, word_inside, err);
        if (code != MS_OK) {
            return code;
        }
        a->expressions[i] = (const char *)p->expression.data;
        a->flags[i] |= HS_FLAG_MULTILINE | (p->allow_empty ? HS_FLAG_ALLOWEMPTY : 0U);
        compiled->nliteral[i] = p->nliteral;
        compiled->every_line = compiled->every_line || p->allow_empty || p->line_bound;
        compiled->lines_if_cr = compiled->lines_if_cr || p->end_bound;
    }
    return MS_OK;
}

/* One fixed string for blocks: only its quickest part is searched for. */
static void shorten(ms_compiled *compiled, arrays *a, const ms_keywords *keywords)
{
    ms_name name = ms_names_at(&keywords->list, 0);
    a->lens[0] = ms_prefix_choose(name, keywords->ignore_case);
    compiled->nrest = name.len - a->lens[0];
}

static ms_code run_compiler(ms_compiled *compiled, const arrays *a, const ms_keywords *keywords, bool literal,
                            unsigned mode, ms_err *err)
{
    hs_compile_error_t *error = NULL;
    unsigned n = (unsigned)a->n;
    hs_error_t rc =
        literal ? hs_compile_lit_multi(a->expressions, a->flags, a->ids, a->lens, n, mode, NULL,
                                       &compiled->db, &error)
                : hs_compile_multi(a->expressions, a->flags, a->ids, n, mode, NULL, &compiled->db, &error);
    if (rc == HS_SUCCESS) {
        return MS_OK;
    }
    compiled->db = NULL;
    ms_code code = explain(keywords, error, err);
    (void)hs_free_compile_error(error);
    return code;
}

ms_code ms_compile(ms_compiled *compiled, const ms_keywords *keywords, unsigned mode, ms_err *err)
{
    size_t n = keywords->list.count;
    bool word_inside = mode == HS_MODE_STREAM;
    bool literal = !(word_inside && keywords->word);
    for (size_t i = 0; i < n && literal; i++) {
        literal = ms_pattern_plain_literal(keywords, i);
    }
    arrays a = {0};
    compiled->nliteral = calloc(n + 1, sizeof *compiled->nliteral);
    ms_code code = MS_OK;
    if (n >= UINT32_MAX || !arrays_init(&a, n) || !compiled->nliteral) {
        code = ms_err_set(err, MS_NOMEM, 0, "no memory for %zu keywords", n);
    }
    code = code == MS_OK ? prepare(compiled, &a, keywords, literal, word_inside, err) : code;
    if (code == MS_OK && literal && n == 1 && mode == HS_MODE_BLOCK) {
        shorten(compiled, &a, keywords);
    }
    code = code == MS_OK ? run_compiler(compiled, &a, keywords, literal, mode, err) : code;
    arrays_fini(&a);
    if (code != MS_OK) {
        ms_compiled_fini(compiled);
    }
    return code;
}
