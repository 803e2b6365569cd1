/* Use tree: the keywords that share a literal, so that an event finds those that match without comparing
 * each. Nested keywords ("a", "aa", ...) share one literal, and a line of that literal would compare all of
 * them at each of its bytes. Private to logs/. */
#ifndef MS_LOGS_MATCH_USE_TREE_H
#define MS_LOGS_MATCH_USE_TREE_H

#include "logs/prefilter/verify.h"

/* A keyword. Nodes of a group are sorted by the text after the literal. */
typedef struct ms_use_node {
    uint32_t id;
    uint32_t from, to; /* the literal in the keyword */
    uint32_t parent;   /* the longest other node of the group that begins this one; UINT32_MAX: none */
    uint32_t run;      /* the first of the nodes up to this one each of which is the parent of the next */
} ms_use_node;

typedef struct ms_use_tree {
    ms_use_node *nodes; /* owned */
    uint32_t *
        groups; /* owned: the first node of each, and the end; a group has the same text before the literal */
    uint32_t *first; /* owned, per literal and one more: its first group. Without one its uses are compared */
    size_t nnodes;
    bool fold; /* ASCII letters are compared ignoring case */
} ms_use_tree;

/* Frees; idempotent, accepts {0}. Local. */
void ms_use_tree_fini(ms_use_tree *tree);
/* Of literals that have many uses; none with case-fold variants. MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms_use_tree_init(ms_use_tree *tree, const ms_prefilter_literals *literals,
                                       const ms_verifier *verifier);
/* The literal, of `len` bytes, ends at data[end) of the line. The node of the longest keyword of the group
 * that matches there, but for its bounds (-w, -x); so do its parents. UINT32_MAX: none. Local. */
uint32_t ms_use_tree_find(const ms_use_tree *tree, const ms_verifier *verifier, uint32_t group, size_t len,
                          const ms_span *line, size_t end);

#endif
