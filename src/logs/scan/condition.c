#include "logs/scan/condition.h"

#include "logs/keywords/keywords.h"

ms_condition ms_condition_of(const uint8_t *roles, size_t nkeywords, bool invert)
{
    ms_condition condition = {.roles = roles, .invert = invert, .has_any = !roles};
    for (size_t i = 0; roles && i < nkeywords; i++) {
        condition.has_any = condition.has_any || (roles[i] & MS_ROLE_ANY) != 0;
        condition.nall += (roles[i] & MS_ROLE_ALL) != 0 ? 1 : 0;
    }
    return condition;
}

bool ms_condition_is_simple(const ms_condition *condition)
{
    return !condition->roles && !condition->invert;
}

bool ms_condition_holds_without_keywords(const ms_condition *condition)
{
    bool holds = !condition->has_any && condition->nall == 0;
    return holds != condition->invert;
}

bool ms_condition_holds(const ms_condition *condition, const uint32_t *ids, uint32_t nids, uint32_t *shown,
                        uint32_t *nshown)
{
    unsigned seen = 0;
    uint32_t nall = 0;
    *nshown = 0;
    for (uint32_t i = 0; i < nids; i++) {
        unsigned role = condition->roles ? condition->roles[ids[i]] : MS_ROLE_ANY;
        seen |= role;
        nall += (role & MS_ROLE_ALL) != 0 ? 1 : 0;
        if ((role & MS_ROLE_ANY) != 0 && !condition->invert) {
            shown[(*nshown)++] = ids[i];
        }
    }
    bool holds = ((seen & MS_ROLE_ANY) != 0 || !condition->has_any) && nall == condition->nall &&
                 (seen & MS_ROLE_NONE) == 0;
    return holds != condition->invert;
}
