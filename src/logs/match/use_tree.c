#include "logs/match/use_tree.h"

#include <stdlib.h>
#include <string.h>

enum { MANY = 16 }; /* uses of a literal; comparing fewer costs less */

void ms_use_tree_fini(ms_use_tree *tree)
{
    free(tree->nodes);
    free(tree->groups);
    free(tree->first);
    *tree = (ms_use_tree){0};
}

/* Bytes that are equal at the beginnings of both. */
static size_t common(const char *a, size_t na, const char *b, size_t nb, bool fold)
{
    enum { STEP = 32 };
    size_t n = na < nb ? na : nb;
    size_t i = 0;
    while (n - i >= STEP && memcmp(a + i, b + i, STEP) == 0) {
        i += STEP;
    }
    while (i < n &&
           (a[i] == b[i] || (fold && ms_ascii_lower((uint8_t)a[i]) == ms_ascii_lower((uint8_t)b[i])))) {
        i++;
    }
    return i;
}

/* < 0, 0 or > 0: the order of the texts; *same: bytes that they have in common. */
static int order(ms_str a, ms_str b, bool fold, size_t *same)
{
    size_t i = common(a.data, a.len, b.data, b.len, fold);
    *same = i;
    if (i == a.len || i == b.len) {
        return (a.len > b.len) - (a.len < b.len);
    }
    uint8_t x = (uint8_t)a.data[i];
    uint8_t y = (uint8_t)b.data[i];
    return fold ? ms_ascii_lower(x) - ms_ascii_lower(y) : x - y;
}

static ms_str before(const ms_verifier *verifier, const ms_use_node *node)
{
    return (ms_str){.data = ms_str_list_at(&verifier->keywords->list, node->id).data, .len = node->from};
}

static ms_str after(const ms_verifier *verifier, const ms_use_node *node)
{
    ms_str keyword = ms_str_list_at(&verifier->keywords->list, node->id);
    return (ms_str){.data = keyword.data + node->to, .len = keyword.len - node->to};
}

typedef struct sorted {
    const ms_verifier *verifier;
} sorted;

static int by_text(const void *a, const void *b, void *user)
{
    const ms_verifier *verifier = ((const sorted *)user)->verifier;
    bool fold = verifier->keywords->ignore_case;
    size_t same = 0;
    int c = order(before(verifier, a), before(verifier, b), fold, &same);
    return c != 0 ? c : order(after(verifier, a), after(verifier, b), fold, &same);
}

/* Sets the parents of a sorted group. */
static void link_group(ms_use_tree *tree, const ms_verifier *verifier, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++) {
        ms_use_node *node = &tree->nodes[i];
        uint32_t parent = i > from ? i - 1 : UINT32_MAX;
        ms_str text = after(verifier, node);
        while (parent != UINT32_MAX) {
            ms_str outer = after(verifier, &tree->nodes[parent]);
            if (common(outer.data, outer.len, text.data, text.len, tree->fold) == outer.len) {
                break;
            }
            parent = tree->nodes[parent].parent;
        }
        node->parent = parent;
        node->run = i > from && parent == i - 1 ? tree->nodes[i - 1].run : i;
    }
}

/* The groups of the nodes from..nnodes, of one literal; the number of groups so far. */
static uint32_t add_groups(ms_use_tree *tree, const ms_verifier *verifier, uint32_t from, uint32_t ngroups)
{
    size_t same = 0;
    uint32_t end = (uint32_t)tree->nnodes;
    sorted sorting = {verifier};
    qsort_r(tree->nodes + from, end - from, sizeof *tree->nodes, by_text, &sorting);
    for (uint32_t i = from; i < end;) {
        uint32_t begin = i++;
        while (i < end && order(before(verifier, &tree->nodes[begin]), before(verifier, &tree->nodes[i]),
                                tree->fold, &same) == 0) {
            i++;
        }
        link_group(tree, verifier, begin, i);
        tree->groups[ngroups++] = begin;
    }
    tree->groups[ngroups] = end;
    return ngroups;
}

/* Do all uses of the literal consist of bytes? */
static bool is_plain(const ms_prefilter_literals *literals, const ms_verifier *verifier, size_t literal)
{
    uint32_t u = literals->at[literal].uses;
    while (u < literals->at[literal + 1].uses && verifier->variants[literals->uses[u].id].count == 0) {
        u++;
    }
    return u == literals->at[literal + 1].uses;
}

ms_code ms_use_tree_init(ms_use_tree *tree, const ms_prefilter_literals *literals,
                         const ms_verifier *verifier)
{
    uint32_t ngroups = 0;
    *tree = (ms_use_tree){.fold = verifier->keywords->ignore_case};
    tree->nodes = calloc(literals->nuses + 1, sizeof *tree->nodes);
    tree->groups = calloc(literals->nuses + 1, sizeof *tree->groups);
    tree->first = calloc(literals->count + 1, sizeof *tree->first);
    if (!tree->nodes || !tree->groups || !tree->first) {
        ms_use_tree_fini(tree);
        return MS_NOMEM;
    }
    for (size_t i = 0; i < literals->count; i++) {
        uint32_t from = (uint32_t)tree->nnodes;
        uint32_t u = literals->at[i].uses;
        uint32_t end = literals->at[i + 1].uses;
        tree->first[i] = ngroups;
        if (end - u >= MANY && is_plain(literals, verifier, i)) {
            for (; u < end; u++) {
                const ms_literal_use *use = &literals->uses[u];
                tree->nodes[tree->nnodes++] = (ms_use_node){.id = use->id, .from = use->from, .to = use->to};
            }
            ngroups = add_groups(tree, verifier, from, ngroups);
        }
    }
    tree->first[literals->count] = ngroups;
    return MS_OK;
}

/* The deepest of the node and its parents that has at most n bytes after the literal. */
static uint32_t shorten(const ms_use_tree *tree, const ms_verifier *verifier, uint32_t node, size_t n)
{
    while (node != UINT32_MAX && after(verifier, &tree->nodes[node]).len > n) {
        uint32_t low = tree->nodes[node].run;
        if (after(verifier, &tree->nodes[low]).len > n) {
            node = tree->nodes[low].parent;
            continue;
        }
        while (node - low > 1) { /* low fits, node does not */
            uint32_t middle = low + (node - low) / 2;
            bool fits = after(verifier, &tree->nodes[middle]).len <= n;
            low = fits ? middle : low;
            node = fits ? node : middle;
        }
        return low;
    }
    return node;
}

uint32_t ms_use_tree_find(const ms_use_tree *tree, const ms_verifier *verifier, uint32_t group, size_t len,
                          const ms_span *line, size_t end)
{
    uint32_t low = tree->groups[group];
    uint32_t high = tree->groups[group + 1];
    const char *data = (const char *)line->data;
    ms_str head = before(verifier, &tree->nodes[low]);
    if (end > line->end || end < line->start + len || end - len - line->start < head.len ||
        common(head.data, head.len, data + end - len - head.len, head.len, tree->fold) < head.len) {
        return UINT32_MAX;
    }
    ms_str rest = {.data = data + end, .len = line->end - end};
    uint32_t best = UINT32_MAX;
    size_t nbest = 0;
    while (low < high) { /* the last node that is not after `rest` */
        uint32_t middle = low + (high - low) / 2;
        size_t same = 0;
        if (order(after(verifier, &tree->nodes[middle]), rest, tree->fold, &same) <= 0) {
            best = middle;
            nbest = same;
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return shorten(tree, verifier, best, nbest);
}
