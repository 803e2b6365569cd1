/* Which engine Hyperscan 5.4 uses for literals depends on their number and the length of the shortest
 * (src/fdr/{teddy,fdr}_engine_description.cpp), and for some numbers it chooses badly: up to 96 literals the
 * engine that is good for some 48, and for 250 to 800 one that reads every fourth byte only. Filler literals,
 * which never occur in text, make it choose better: up to four times faster on system logs. */
#include "logs/match/compile.h"

#include "base/escape.h"
#include "logs/keywords/pattern.h"
#include "logs/prefilter/choose_literals.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ENGINE_GOOD = 48, ENGINE_MOST = 96, FILLER_BYTES = 8 };

/* The parallel arrays that Hyperscan's compilers take. */
typedef struct arrays {
    const char **expressions;
    unsigned *flags;
    unsigned *ids;
    size_t *lens;
    ms_pattern *patterns; /* own the expressions */
    char (*fillers)[FILLER_BYTES];
    char *escaped; /* the literals as expressions, or NULL */
    bool regex;
    size_t n;
} arrays;

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
    free(a->fillers);
    free(a->escaped);
}

static bool arrays_init(arrays *a, size_t n)
{
    a->n = n;
    a->expressions = calloc(n + 1, sizeof *a->expressions);
    a->flags = calloc(n + 1, sizeof *a->flags);
    a->ids = calloc(n + 1, sizeof *a->ids);
    a->lens = calloc(n + 1, sizeof *a->lens);
    return n < UINT32_MAX && a->expressions && a->flags && a->ids && a->lens;
}

static ms_code explain(const ms_keywords *keywords, const hs_compile_error_t *error, ms_err *err)
{
    const char *message = error ? error->message : "the library gave no reason";
    if (strcasestr(message, "allocat") || strcasestr(message, "out of memory")) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for the compiled keywords: %s", message);
    }
    if (!keywords->regex || !error || error->expression < 0 ||
        (size_t)error->expression >= keywords->list.count) {
        return ms_err_set(err, MS_USAGE, 0, "the keywords cannot be compiled: %s", message);
    }
    char shown[200];
    ms_str keyword = ms_str_list_at(&keywords->list, (size_t)error->expression);
    (void)ms_escape_to(shown, sizeof shown, keyword.data, keyword.len);
    return ms_err_set(err, MS_USAGE, 0, "keyword %d, '%s' (index 0 to %zu), cannot be compiled%s: %s",
                      error->expression + 1, shown, keyword.len - 1,
                      keywords->word ? " as a whole word (-w)" : "", message);
}

static ms_code run_compiler(ms_compiled *compiled, const arrays *a, const ms_keywords *keywords,
                            unsigned mode, ms_err *err)
{
    hs_compile_error_t *error = NULL;
    unsigned n = (unsigned)a->n;
    hs_error_t rc =
        a->regex ? hs_compile_multi(a->expressions, a->flags, a->ids, n, mode, NULL, &compiled->db, &error)
                 : hs_compile_lit_multi(a->expressions, a->flags, a->ids, a->lens, n, mode, NULL,
                                        &compiled->db, &error);
    if (rc == HS_SUCCESS) {
        return MS_OK;
    }
    compiled->db = NULL;
    ms_code code = explain(keywords, error, err);
    (void)hs_free_compile_error(error);
    return code;
}

static size_t count_fillers(size_t n)
{
    return n <= ENGINE_GOOD ? 0 : n < ENGINE_MOST ? ENGINE_MOST - n + 1 : 1;
}

/* Fillers are not valid UTF-8. The first is short, so that the engine reads every byte or every second. */
static void add_fillers(arrays *a, size_t nliterals)
{
    for (size_t i = nliterals; i < a->n; i++) {
        char *filler = a->fillers[i - nliterals];
        memset(filler, 0xFF, FILLER_BYTES);
        filler[0] = (char)(0x80 + (i - nliterals));
        filler[1] = (char)0xC1;
        a->expressions[i] = filler;
        a->lens[i] = i == nliterals ? 2 : FILLER_BYTES;
        a->ids[i] = (unsigned)i;
    }
}

/* Hyperscan 5.4.2 refuses a literal that begins with a NUL byte as empty. With one of these all literals
 * become expressions of escaped bytes, with the same matches. False: out of memory. */
static bool escape_if_nul(arrays *a)
{
    size_t nbytes = 0;
    bool nul = false;
    for (size_t i = 0; i < a->n; i++) {
        nbytes += 4 * a->lens[i] + 1;
        nul = nul || a->expressions[i][0] == '\0';
    }
    a->escaped = nul ? malloc(nbytes) : NULL;
    char *to = a->escaped;
    for (size_t i = 0; i < a->n && to; i++) {
        const char *from = a->expressions[i];
        a->expressions[i] = to;
        for (size_t k = 0; k < a->lens[i]; k++, to += 4) {
            (void)snprintf(to, 5, "\\x%02x", (unsigned)(unsigned char)from[k]);
        }
        to++;
    }
    a->regex = nul;
    return !nul || a->escaped;
}

ms_code ms_compile_literals(ms_compiled *compiled, const ms_verifier *verifier, bool by_sample, ms_err *err)
{
    const ms_keywords *keywords = verifier->keywords;
    ms_prefilter_literals *literals = &compiled->literals;
    ms_code code = MS_OK;
    MS_TRY(ms_prefilter_literals_choose(literals, keywords, verifier->variants, by_sample, err));
    if (literals->stride > 0) {
        code = ms_qgram_filter_init(&compiled->qgram_filter, literals, keywords, verifier->variants, err);
        if (code != MS_OK) {
            ms_compiled_fini(compiled);
        }
        return code;
    }
    arrays a = {0};
    size_t nfillers = count_fillers(literals->count);
    a.fillers = calloc(nfillers + 1, sizeof *a.fillers);
    if (!arrays_init(&a, literals->count + nfillers) || !a.fillers) {
        code = ms_err_set(err, MS_NOMEM, 0, "out of memory for %zu keywords", keywords->list.count);
    } else {
        for (size_t i = 0; i < literals->count; i++) {
            ms_str keyword = ms_str_list_at(&literals->list, i);
            a.expressions[i] = keyword.data;
            a.lens[i] = keyword.len;
            a.ids[i] = (unsigned)i;
            a.flags[i] = keywords->ignore_case ? HS_FLAG_CASELESS : 0U;
        }
        add_fillers(&a, literals->count);
        code = escape_if_nul(&a)
                   ? run_compiler(compiled, &a, keywords, HS_MODE_BLOCK, err)
                   : ms_err_set(err, MS_NOMEM, 0, "out of memory for %zu keywords", keywords->list.count);
    }
    arrays_fini(&a);
    if (code != MS_OK) {
        ms_compiled_fini(compiled);
    }
    return code;
}

static ms_code prepare(ms_compiled *compiled, arrays *a, const ms_keywords *keywords, ms_err *err)
{
    for (size_t i = 0; i < a->n; i++) {
        ms_pattern *p = &a->patterns[i];
        MS_TRY(ms_pattern_make(p, keywords, i, err));
        a->ids[i] = (unsigned)i;
        a->expressions[i] = (const char *)p->expression.data;
        a->flags[i] = HS_FLAG_MULTILINE | (keywords->ignore_case ? HS_FLAG_CASELESS : 0U) |
                      (p->allow_empty ? HS_FLAG_ALLOWEMPTY : 0U);
        compiled->direct[i] = p->within_line;
        compiled->every_line = compiled->every_line || p->allow_empty || p->line_bound;
        compiled->lines_if_cr = compiled->lines_if_cr || p->end_bound;
    }
    return MS_OK;
}

ms_code ms_compile_regexes(ms_compiled *compiled, const ms_keywords *keywords, unsigned mode, ms_err *err)
{
    size_t n = keywords->list.count;
    arrays a = {.regex = true};
    compiled->direct = calloc(n + 1, sizeof *compiled->direct);
    compiled->ndirect = n;
    a.patterns = calloc(n + 1, sizeof *a.patterns);
    ms_code code = MS_OK;
    if (!a.patterns || !arrays_init(&a, n) || !compiled->direct) {
        code = ms_err_set(err, MS_NOMEM, 0, "out of memory for %zu keywords", n);
        goto fini;
    }
    MS_TRY_OR(fini, prepare(compiled, &a, keywords, err));
    MS_TRY_OR(fini, run_compiler(compiled, &a, keywords, mode, err));
fini:
    arrays_fini(&a);
    if (code != MS_OK) {
        ms_compiled_fini(compiled);
    }
    return code;
}
