/* Prices: what the tasks of a kind have really cost this rank, by which it corrects what they were thought to
 * cost: compressed logs weigh what they weighed where the weights were measured, which is another processor,
 * and other text. Pure: no I/O, no MPI, no clock. */
#ifndef MS_TASKS_SCHEDULE_PRICES_H
#define MS_TASKS_SCHEDULE_PRICES_H

#include "tasks/schedule/task.h"

enum { MS_PRICE_KINDS = 10 };

typedef struct ms_price {
    uint64_t weight; /* of the kind's tasks */
    double cost;     /* of those that were seen, as planned */
    double seconds;  /* ... and what they took */
} ms_price;

typedef struct ms_prices {
    ms_price list[MS_PRICE_KINDS];
    size_t count;
} ms_prices;

/* The kind of a task, below MS_PRICE_KINDS: images, plain logs, and logs of each weight (planned cost a
 * byte); when there are more weights, all further ones together. Local. */
size_t ms_prices_kind(ms_prices *prices, const ms_task *task);
/* A task was done in so many seconds. Local. */
void ms_prices_saw(ms_prices *prices, const ms_task *task, double seconds);
/* Seconds for what was planned as one byte of plain text, of tasks of this kind. What has been seen little,
 * or not at all, costs what all together do; 1 when nothing was seen: only relations matter. Local. */
double ms_prices_of(const ms_prices *prices, size_t kind);

#endif
