/* Which engine Hyperscan 5.4 uses for literals depends on their number and the length of the shortest
 * (src/fdr/{teddy,fdr}_engine_description.cpp), and for some numbers it chooses badly: up to 96 literals the
 * engine that is good for some 48, and for 250 to 800 one that reads every fourth byte only. Filler literals,
 * which never occur in text, make it choose better: up to four times faster on system logs. */
#include "logs/compile/compile.h"

#include "logs/compile/compile_set.h"
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
    size_t npatterns;
    char (*fillers)[FILLER_BYTES];
    char *escaped; /* the literals as expressions, or NULL */
    bool regex;
    size_t n;
} arrays;

static void arrays_fini(arrays *a)
{
    for (size_t i = 0; i < a->npatterns; i++) {
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

static ms_code run_compiler(ms_compiling *to, const arrays *a, const ms_keywords *keywords, unsigned mode,
                            ms_err *err)
{
    const ms_hs_input input = {.call = a->regex ? MS_HS_REGEXES : MS_HS_LITERALS,
                               .expressions = a->expressions,
                               .flags = a->flags,
                               .ids = a->ids,
                               .lens = a->regex ? NULL : a->lens,
                               .n = a->n,
                               .mode = mode};
    return ms_compile_set(to, &input, keywords, err);
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
        ms_compiling compiling = {0};
        code = escape_if_nul(&a)
                   ? run_compiler(&compiling, &a, keywords, HS_MODE_BLOCK, err)
                   : ms_err_set(err, MS_NOMEM, 0, "out of memory for %zu keywords", keywords->list.count);
        compiled->db = compiling.db;
    }
    arrays_fini(&a);
    if (code != MS_OK) {
        ms_compiled_fini(compiled);
    }
    return code;
}

/* Fills the arrays with the patterns that Hyperscan can search for. */
static void collect(arrays *a, size_t nkeywords)
{
    a->n = 0;
    for (size_t i = 0; i < nkeywords; i++) {
        const ms_pattern *p = &a->patterns[i];
        if (p->expression.len > 0) {
            a->ids[a->n] = (unsigned)i;
            a->expressions[a->n] = (const char *)p->expression.data;
            a->flags[a->n++] = p->flags;
        }
    }
}

/* The library refused keyword `id` in the set: it is searched for by a weaker expression, or by none. */
static ms_code weaken(arrays *a, const ms_keywords *keywords, size_t id, ms_err *err)
{
    ms_pattern *p = &a->patterns[id];
    bool exact = p->exact;
    ms_pattern_fini(p);
    return exact ? ms_pattern_make(p, keywords, id, MS_PATTERN_CANDIDATES, err) : MS_OK;
}

static ms_code compile_set(ms_compiled *compiled, arrays *a, const ms_keywords *keywords, unsigned mode,
                           ms_err *err)
{
    ms_compiling compiling = {0};
    ms_code code = MS_USAGE;
    for (size_t i = 0; i < keywords->list.count; i++) {
        compiling.seconds += a->patterns[i].seconds;
    }
    while (code == MS_USAGE) {
        collect(a, keywords->list.count);
        code = a->n > 0 ? run_compiler(&compiling, a, keywords, mode, err) : MS_OK;
        if (code == MS_USAGE && compiling.refused < a->n) {
            *err = (ms_err){0};
            MS_TRY(weaken(a, keywords, a->ids[compiling.refused], err));
        } else if (code == MS_USAGE) {
            return code;
        }
    }
    compiled->db = compiling.db;
    return code;
}

static void note_traits(ms_compiled *compiled, const arrays *a)
{
    for (size_t i = 0; i < compiled->ntraits; i++) {
        const ms_pattern *p = &a->patterns[i];
        bool unknown = p->expression.len == 0;
        compiled->traits[i] =
            (uint8_t)((p->within_line ? MS_TRAIT_WITHIN_LINE : 0U) | (p->exact ? MS_TRAIT_EXACT : 0U) |
                      (p->bytewise ? MS_TRAIT_BYTEWISE : 0U) | (unknown ? MS_TRAIT_UNKNOWN : 0U));
        compiled->every_line = compiled->every_line || unknown || p->allow_empty || p->line_bound;
        compiled->lines_if_cr = compiled->lines_if_cr || p->end_bound;
    }
    ms_compiled_sum_traits(compiled);
}

ms_code ms_compile_later(ms_compiled *compiled, ms_err *refused, const ms_keywords *keywords,
                         ms_pattern_form form, unsigned mode, ms_err *err)
{
    if (!compiled->traits && refused->code == MS_OK) {
        ms_code code = ms_compile_regexes(compiled, keywords, form, mode, refused);
        refused->code = code == MS_USAGE ? MS_LIMIT : code; /* the keywords are valid, so this is a limit */
    }
    if (refused->code != MS_OK) {
        *err = *refused;
    }
    return refused->code;
}

ms_code ms_compile_regexes(ms_compiled *compiled, const ms_keywords *keywords, ms_pattern_form form,
                           unsigned mode, ms_err *err)
{
    size_t n = keywords->list.count;
    arrays a = {.regex = true};
    compiled->traits = calloc(n + 1, sizeof *compiled->traits);
    compiled->ntraits = n;
    a.patterns = calloc(n + 1, sizeof *a.patterns);
    a.npatterns = a.patterns ? n : 0;
    ms_code code = MS_OK;
    double seconds = 0;
    if (!a.patterns || !arrays_init(&a, n) || !compiled->traits) {
        code = ms_err_set(err, MS_NOMEM, 0, "out of memory for %zu keywords", n);
        goto fini;
    }
    for (size_t i = 0; i < n; i++) {
        MS_TRY_OR(fini, ms_pattern_make(&a.patterns[i], keywords, i, form, err));
        seconds += a.patterns[i].seconds;
        MS_TRY_OR(fini, ms_compile_check_time(keywords, seconds, err));
    }
    MS_TRY_OR(fini, compile_set(compiled, &a, keywords, mode, err));
    note_traits(compiled, &a);
fini:
    arrays_fini(&a);
    if (code != MS_OK) {
        ms_compiled_fini(compiled);
    }
    return code;
}
