/* The order of a round is start, start + step, start + 2 step ... modulo the number of other ranks, with a
 * step that is coprime to it: each rank comes once, and no state per rank is needed. */
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
    thief->ntried = 0;
    thief->nrefused = 0;
    if (others > 0) {
        thief->start = (uint32_t)(draw(thief) % others);
        do {
            thief->step = 1 + (uint32_t)(draw(thief) % others);
        } while (common_divisor(thief->step, others) != 1);
    }
}

void ms_thief_init(ms_thief *thief, uint32_t rank, uint32_t nranks, uint64_t seed)
{
    *thief = (ms_thief){.rank = rank, .nranks = nranks, .last_victim = nranks};
    thief->random = seed ^ (UINT64_C(0xd1b54a32d192ed03) * (rank + UINT64_C(1)));
    begin_round(thief);
}

/* Index of the pending reply of `victim`; npending: there is none. */
static uint32_t find_pending(const ms_thief *thief, uint32_t victim)
{
    uint32_t i = 0;
    while (i < thief->npending && thief->pending[i] != victim) {
        i++;
    }
    return i;
}

/* The last victim that had tasks comes before this round's order. */
static uint32_t next_victim(ms_thief *thief)
{
    uint32_t others = thief->nranks - 1;
    if (thief->last_victim < thief->nranks) {
        uint32_t last_victim = thief->last_victim;
        thief->last_victim = thief->nranks;
        return last_victim;
    }
    uint32_t at = (uint32_t)((thief->start + (uint64_t)thief->ntried++ * thief->step) % others);
    return at < thief->rank ? at : at + 1;
}

void ms_thief_retire(ms_thief *thief)
{
    thief->retired = true;
}

ms_thief_action ms_thief_next(ms_thief *thief, double now, uint32_t *victim)
{
    uint32_t others = thief->nranks - 1;
    uint32_t tries = others < MS_THIEF_MAX_VICTIMS ? others : MS_THIEF_MAX_VICTIMS;
    while (!thief->retired && thief->ntried < tries && thief->npending < MS_THIEF_MAX_VICTIMS) {
        if (thief->npending > thief->nrefused && now - thief->last_request < MS_THIEF_TIMEOUT) {
            return MS_THIEF_WAIT;
        }
        *victim = next_victim(thief);
        if (find_pending(thief, *victim) == thief->npending) {
            thief->pending[thief->npending++] = *victim;
            thief->last_request = now;
            return MS_THIEF_REQUEST;
        }
    }
    return thief->npending > 0 ? MS_THIEF_WAIT : MS_THIEF_STOP;
}

bool ms_thief_reply(ms_thief *thief, uint32_t from, bool has_tasks)
{
    uint32_t i = find_pending(thief, from);
    if (i == thief->npending) {
        return false;
    }
    thief->pending[i] = thief->pending[--thief->npending];
    if (has_tasks) {
        begin_round(thief);
        thief->last_victim = from;
    } else {
        thief->nrefused++;
    }
    return true;
}
