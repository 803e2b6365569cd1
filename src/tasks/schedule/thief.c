/* Thief: see thief.h. The order of a round is start, start + step, start + 2 step ... modulo the number of
 * the others, with a step that has no divisor in common with it: each comes once, and nothing has to be
 * remembered of them. */
#include "tasks/schedule/thief.h"

/* splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014). */
static uint64_t draw(ms_thief *thief)
{
    uint64_t z = thief->random += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static uint32_t common_divisor(uint32_t a, uint32_t b)
{
    while (b > 0) {
        uint32_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static void begin_round(ms_thief *thief)
{
    uint32_t others = thief->nranks - 1;
    thief->tried = 0;
    thief->refusals = 0;
    if (others > 0) {
        thief->start = (uint32_t)(draw(thief) % others);
        do {
            thief->step = 1 + (uint32_t)(draw(thief) % others);
        } while (common_divisor(thief->step, others) != 1);
    }
}

void ms_thief_init(ms_thief *thief, uint32_t rank, uint32_t nranks, uint64_t seed)
{
    *thief = (ms_thief){.rank = rank, .nranks = nranks, .giver = nranks};
    thief->random = seed ^ (UINT64_C(0xd1b54a32d192ed03) * (rank + UINT64_C(1)));
    begin_round(thief);
}

/* Where `whom` stands among those asked; nasked: nowhere. */
static uint32_t find(const ms_thief *thief, uint32_t whom)
{
    uint32_t i = 0;
    while (i < thief->nasked && thief->asked[i] != whom) {
        i++;
    }
    return i;
}

/* The next of this round's order; the last giver's turn is before it. */
static uint32_t pick(ms_thief *thief)
{
    uint32_t others = thief->nranks - 1;
    if (thief->giver < thief->nranks) {
        uint32_t giver = thief->giver;
        thief->giver = thief->nranks;
        return giver;
    }
    uint32_t at = (uint32_t)((thief->start + (uint64_t)thief->tried++ * thief->step) % others);
    return at < thief->rank ? at : at + 1;
}

void ms_thief_retire(ms_thief *thief)
{
    thief->retired = true;
}

ms_thief_move ms_thief_next(ms_thief *thief, double now, uint32_t *whom)
{
    uint32_t others = thief->nranks - 1;
    uint32_t tries = others < MS_THIEF_TRIES ? others : MS_THIEF_TRIES;
    while (!thief->retired && thief->tried < tries && thief->nasked < MS_THIEF_TRIES) {
        if (thief->nasked > thief->refusals && now - thief->last_ask < MS_THIEF_PATIENCE) {
            return MS_THIEF_WAIT;
        }
        *whom = pick(thief);
        if (find(thief, *whom) == thief->nasked) {
            thief->asked[thief->nasked++] = *whom;
            thief->last_ask = now;
            return MS_THIEF_ASK;
        }
    }
    return thief->nasked > 0 ? MS_THIEF_WAIT : MS_THIEF_STOP;
}

bool ms_thief_heard(ms_thief *thief, uint32_t from, bool gift)
{
    uint32_t i = find(thief, from);
    if (i == thief->nasked) {
        return false;
    }
    thief->asked[i] = thief->asked[--thief->nasked];
    if (gift) {
        begin_round(thief);
        thief->giver = from;
    } else {
        thief->refusals++;
    }
    return true;
}
