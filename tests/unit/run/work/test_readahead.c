/* Suite of run/work/readahead.c. */
#include "run/work/readahead.h"

#include "unit.h"

enum { NTASKS = 200 };

static uint64_t idle_disk(void)
{
    return 5;
}

/* Has read one more block at each check. */
static uint64_t busy_disk(void)
{
    static uint64_t nblocks = 5;
    return nblocks++;
}

/* The largest number of tasks ahead. */
static size_t run_queue(uint64_t (*disk)(void))
{
    ms_bytes bytes = {0};
    for (uint32_t i = 0; i < NTASKS; i++) {
        ms_task task = {.entry = i, .path = "no-such-file", .npath = 12, .size = 9, .end = 9, .output = ""};
        ck_assert_int_eq(ms_task_put(&task, &bytes), MS_OK);
    }
    ms_queue queue = {0};
    ck_assert_int_eq(ms_queue_add_bytes(&queue, &bytes, NULL, NULL), MS_OK);
    ms_readahead readahead = {.nblocks = disk};
    size_t most = 0;
    while (ms_queue_pop(&queue)) {
        ms_readahead_update(&readahead, &queue);
        ck_assert_uint_le(readahead.nadvised, queue.ntasks);
        most = readahead.nadvised > most ? readahead.nadvised : most;
    }
    ms_queue_fini(&queue);
    return most;
}

TEST(files_are_read_ahead_while_the_disk_is_busy)
{
    ck_assert_uint_eq(run_queue(idle_disk), 0);
    size_t most = run_queue(busy_disk);
    ck_assert(most > 8 && most < NTASKS / 2);
}
