/* Condition: does a line count, given the keywords that match it? A pure function. A keyword has one or more
 * roles (keywords.h): a line counts if one of the keywords with MS_ROLE_ANY matches it (or if there is none
 * with that role), all with MS_ROLE_ALL do, and none with MS_ROLE_NONE does; inverted, if not. */
#ifndef MS_LOGS_SCAN_CONDITION_H
#define MS_LOGS_SCAN_CONDITION_H

#include "base/err.h"

#include <stdint.h>

typedef struct ms_condition {
    const uint8_t *roles; /* borrowed: MS_ROLE_* bits of each keyword; NULL: all are MS_ROLE_ANY */
    bool invert;
    bool has_any;
    uint32_t nall;
} ms_condition;

/* `roles` is borrowed, and NULL or of nkeywords bytes. Local, as all below. */
ms_condition ms_condition_of(const uint8_t *roles, size_t nkeywords, bool invert);
/* Does every line count that a keyword matches, with all its keywords, and no other? */
bool ms_condition_is_simple(const ms_condition *condition);
/* Do lines count that no keyword matches? */
bool ms_condition_holds_without_keywords(const ms_condition *condition);
/* Does a line count that these keywords match? Then shown[0 .. *nshown) are those that it is reported with:
 * the ones with MS_ROLE_ANY, none when inverted. `shown` has room for nids. */
bool ms_condition_holds(const ms_condition *condition, const uint32_t *ids, uint32_t nids, uint32_t *shown,
                        uint32_t *nshown);

#endif
