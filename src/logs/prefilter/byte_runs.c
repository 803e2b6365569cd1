#include "logs/prefilter/byte_runs.h"

#include <stdlib.h>
#include <string.h>

enum { MIN_SKIP = 32 }; /* bytes; restarting the search costs more than scanning fewer */

void ms_byte_runs_fini(ms_byte_runs *runs)
{
    free(runs->list);
    free(runs->lengths);
    *runs = (ms_byte_runs){0};
}

/* Are the n bytes at p all equal, ignoring case with `fold`? */
static bool is_run(const uint8_t *p, size_t n, bool fold)
{
    size_t i = 1;
    while (i < n && (fold ? ms_ascii_lower(p[i]) == ms_ascii_lower(p[0]) : p[i] == p[0])) {
        i++;
    }
    return i == n;
}

/* Length of the keyword if it is a run of one byte, else 0. */
static uint32_t length_of_run(const ms_verifier *verifier, uint32_t id)
{
    ms_str keyword = ms_str_list_at(&verifier->keywords->list, id);
    bool run = verifier->variants[id].count == 0 && keyword.len <= UINT32_MAX &&
               is_run((const uint8_t *)keyword.data, keyword.len, verifier->keywords->ignore_case);
    return run ? (uint32_t)keyword.len : 0;
}

ms_code ms_byte_runs_init(ms_byte_runs *runs, const ms_prefilter_literals *literals,
                          const ms_verifier *verifier)
{
    const ms_keywords *keywords = verifier->keywords;
    runs->list = calloc(literals->count + 1, sizeof *runs->list);
    runs->lengths = calloc(literals->nuses + 1, sizeof *runs->lengths);
    if (!runs->list || !runs->lengths) {
        ms_byte_runs_fini(runs);
        return MS_NOMEM;
    }
    for (size_t u = 0; u < literals->nuses; u++) {
        runs->lengths[u] = length_of_run(verifier, literals->uses[u].id);
    }
    for (size_t i = 0; i < literals->count; i++) {
        const ms_literal_use *use = &literals->uses[literals->at[i].uses];
        bool any = verifier->variants[use->id].count > 0; /* case-fold variants are not analyzed */
        const uint8_t *p =
            (const uint8_t *)ms_str_list_at(&keywords->list, use->id).data + (any ? 0 : use->from);
        if (any || is_run(p, use->to - use->from, keywords->ignore_case)) {
            runs->list[runs->count++] = (ms_run_literal){(uint32_t)i, ms_ascii_lower(*p), any};
        }
    }
    return MS_OK;
}

/* Can no literal within a run of n times `byte` add a keyword to the line? */
static bool is_exhausted(const ms_byte_runs *runs, const ms_prefilter_literals *literals,
                         const ms_verifier *verifier, uint8_t byte, size_t n, const uint64_t *seen,
                         uint64_t serial)
{
    bool fold = verifier->keywords->ignore_case;
    for (size_t i = 0; i < runs->count; i++) {
        const ms_run_literal *run = &runs->list[i];
        if (!run->any && run->byte != ms_ascii_lower(byte)) {
            continue;
        }
        for (uint32_t u = literals->at[run->literal].uses; u < literals->at[run->literal + 1].uses; u++) {
            uint32_t id = literals->uses[u].id;
            if (seen[id] != serial && (fold || runs->lengths[u] <= n)) {
                return false;
            }
        }
    }
    return true;
}

size_t ms_byte_runs_skip(const ms_byte_runs *runs, const ms_prefilter_literals *literals,
                         const ms_verifier *verifier, const ms_span *line, size_t len, size_t end,
                         const uint64_t *seen, uint64_t serial)
{
    const uint8_t *data = line->data;
    uint8_t byte = data[end - 1];
    size_t from = end;
    size_t to = end;
    while (to < line->end && data[to] == byte) {
        to++;
    }
    if (to - end < MIN_SKIP + MS_LITERAL_BYTES || !is_run(data + end - len, len, false)) {
        return end;
    }
    while (from > line->start && data[from - 1] == byte) {
        from--;
    }
    if (end - from < MS_LITERAL_BYTES) { /* a literal that begins before the run may still follow */
        return end;
    }
    return is_exhausted(runs, literals, verifier, byte, to - from, seen, serial) ? to - MS_LITERAL_BYTES + 1
                                                                                 : end;
}
