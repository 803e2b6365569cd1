/* Prices: see prices.h. */
#include "tasks/schedule/prices.h"

/* Weights of their own: no log has them. */
#define IMAGE (UINT64_MAX - 1)
#define PLAIN UINT64_MAX

/* As much as if so much planned cost had been seen at everybody's price. */
#define DOUBT (16.0 * 1024 * 1024)

/* A file costs its weight for each byte and one more, and opening it; a part of it its share, and opening it.
 */
static uint64_t weight_of(const ms_task *task)
{
    uint64_t nbytes = task->end - task->begin;
    uint64_t opening = ms_plan_cost_of(0);
    if (task->kind != MS_TASK_LOG) {
        return IMAGE;
    }
    if (task->cost == ms_plan_cost_of(nbytes) || nbytes == 0 || nbytes == UINT64_MAX) {
        return PLAIN;
    }
    uint64_t share = task->cost > opening ? task->cost - opening : 0;
    if (nbytes == task->size) {
        return share / (nbytes + 1);
    }
    return share / nbytes + (share % nbytes > nbytes / 2 ? 1 : 0);
}

size_t ms_prices_kind(ms_prices *prices, const ms_task *task)
{
    uint64_t weight = weight_of(task);
    size_t kind = 0;
    while (kind < prices->count && prices->list[kind].weight != weight) {
        kind++;
    }
    if (kind == MS_PRICE_KINDS) {
        return kind - 1;
    }
    if (kind == prices->count) {
        prices->list[prices->count++] = (ms_price){.weight = weight};
    }
    return kind;
}

void ms_prices_saw(ms_prices *prices, const ms_task *task, double seconds)
{
    ms_price *price = &prices->list[ms_prices_kind(prices, task)];
    price->cost += (double)task->cost;
    price->seconds += seconds;
}

double ms_prices_of(const ms_prices *prices, size_t kind)
{
    double cost = 0;
    double seconds = 0;
    for (size_t i = 0; i < prices->count; i++) {
        cost += prices->list[i].cost;
        seconds += prices->list[i].seconds;
    }
    double usual = cost > 0 && seconds > 0 ? seconds / cost : 1;
    const ms_price *price = &prices->list[kind];
    return (price->seconds + DOUBT * usual) / (price->cost + DOUBT);
}
