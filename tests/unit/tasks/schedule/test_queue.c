/* Suite of tasks/schedule/queue.c: every task leaves the queue exactly once, by being taken or by being
 * given. */
#include "tasks/schedule/queue.h"

#include "chance.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 256 * 1024, FEW = 10 };

static void put(ms_bytes *to, uint32_t entry, uint64_t size)
{
    char path[32];
    ms_task task = {.entry = entry, .size = size, .end = size, .path = path, .output = ""};
    task.npath = (size_t)snprintf(path, sizeof path, "dir/%u", entry);
    size_t before = to->len;
    ck_assert_int_eq(ms_task_put(&task, to), MS_OK);
    ck_assert_uint_eq(to->len, before + ms_task_nbytes(&task));
}

/* Entries from .. from + n - 1, all of one size. */
static void add(ms_queue *queue, uint32_t from, uint32_t n, uint64_t size)
{
    ms_bytes bytes = {0};
    size_t nadded = 77;
    for (uint32_t i = 0; i < n; i++) {
        put(&bytes, from + i, size);
    }
    ck_assert_int_eq(ms_queue_add_copy(queue, bytes.data, bytes.len, &nadded, NULL), MS_OK);
    ck_assert_uint_eq(nadded, n);
    if (bytes.data) {
        memset(bytes.data, 0xAA, bytes.len); /* it has copied what it needs */
    }
    ms_bytes_fini(&bytes);
}

static void expect_take(ms_queue *queue, uint32_t entry)
{
    char path[32];
    const ms_task *task = ms_queue_pop(queue);
    ck_assert_ptr_nonnull(task);
    ck_assert_uint_eq(task->entry, entry);
    (void)snprintf(path, sizeof path, "dir/%u", entry);
    ck_assert_str_eq(task->path, path);
}

/* Steals: the entries must be n ascending ones from `from` on. */
static void expect_steal(ms_queue *queue, size_t max_bytes, uint32_t from, size_t n)
{
    ms_bytes bytes = {0};
    size_t nstolen = 77;
    ck_assert_int_eq(ms_queue_steal(queue, max_bytes, &bytes, &nstolen), MS_OK);
    ck_assert_uint_eq(nstolen, n);
    ck_assert_uint_le(bytes.len, max_bytes);
    ms_reader reader = ms_reader_over(bytes.data, bytes.len);
    for (uint32_t i = 0; i < n; i++) {
        ms_task task;
        ck_assert_int_eq(ms_task_decode(&task, &reader), MS_OK);
        ck_assert_uint_eq(task.entry, from + i);
    }
    ck_assert_uint_eq(ms_reader_left(&reader), 0);
    ms_bytes_fini(&bytes);
}

TEST(takes_in_order_and_gives_the_back_half)
{
    ms_queue queue = {0};
    add(&queue, 0, FEW, 1000);
    ck_assert_uint_eq(queue.ntasks, FEW);
    expect_take(&queue, 0);
    expect_take(&queue, 1);
    ms_task next;
    for (uint32_t k = 0; k < FEW - 2; k++) {
        ck_assert(ms_queue_peek(&queue, k, &next));
        ck_assert_uint_eq(next.entry, 2 + k);
    }
    ck_assert(!ms_queue_peek(&queue, FEW - 2, &next));
    expect_steal(&queue, ROOM, 6, 4); /* of the eight left */
    ck_assert(ms_queue_peek(&queue, 3, &next));
    ck_assert(!ms_queue_peek(&queue, 4, &next));
    expect_take(&queue, 2);
    expect_steal(&queue, ROOM, 5, 1); /* of three */
    expect_steal(&queue, ROOM, 4, 1);
    expect_steal(&queue, ROOM, 3, 1); /* the last one too: not that under way */
    expect_steal(&queue, ROOM, 0, 0);
    ck_assert_ptr_null(ms_queue_pop(&queue));
    ck_assert_uint_eq(queue.ntasks, 0);
    ms_queue_fini(&queue);
    ms_queue_fini(&queue);
}

TEST(halves_the_cost_not_the_count)
{
    ms_queue queue = {0};
    ms_bytes bytes = {0};
    for (uint32_t i = 0; i < 8; i++) {
        put(&bytes, i, 1000);
    }
    put(&bytes, 8, 1 << 30);
    ck_assert_int_eq(ms_queue_add_copy(&queue, bytes.data, bytes.len, NULL, NULL), MS_OK);
    expect_steal(&queue, ROOM, 8, 1); /* more than half, but the least there can be */
    expect_steal(&queue, ROOM, 4, 4);
    ms_queue_fini(&queue);
    ck_assert_int_eq(ms_queue_add_copy(&queue, bytes.data, bytes.len, NULL, NULL), MS_OK);
    ms_bytes_clear(&bytes);
    put(&bytes, 9, 1000);
    put(&bytes, 10, 1000);
    ck_assert_int_eq(ms_queue_add_copy(&queue, bytes.data, bytes.len, NULL, NULL), MS_OK);
    expect_steal(&queue, ROOM, 9, 2); /* what came last goes first, never two slices in one reply */
    expect_steal(&queue, ROOM, 8, 1);
    ms_queue_fini(&queue);
    ms_bytes_fini(&bytes);
}

/* Four plain logs, and four compressed ones after them that cost twice as much. */
TEST(a_compressed_byte_costs_more)
{
    ms_queue queue = {0};
    ms_bytes bytes = {0};
    for (uint32_t k = 0; k < 8; k++) {
        ms_task task = {.entry = k, .size = 1 << 30, .end = 1 << 30, .path = "a", .npath = 1, .output = ""};
        task.byte_cost = k < 4 ? 0 : 2;
        ck_assert_int_eq(ms_task_put(&task, &bytes), MS_OK);
    }
    ck_assert_int_eq(ms_queue_add_copy(&queue, bytes.data, bytes.len, NULL, NULL), MS_OK);
    expect_steal(&queue, ROOM, 5, 3);
    ms_queue_fini(&queue);
    ms_bytes_fini(&bytes);
}

TEST(the_task_under_way_stays_valid)
{
    ms_queue queue = {0};
    add(&queue, 0, 2, 1);
    expect_take(&queue, 0);
    const ms_task *last = ms_queue_pop(&queue);
    for (uint32_t i = 1; i < 40; i++) { /* parts come and go meanwhile */
        add(&queue, 10 * i, 1, 1);
        expect_steal(&queue, ROOM, 10 * i, 1);
        if (i == 1) {
            expect_steal(&queue, ROOM, 0, 0); /* also when nothing is left but that task */
            ck_assert_uint_eq(last->entry, 1);
        }
        add(&queue, 10 * i, 3, 1);
    }
    ck_assert_uint_eq(last->entry, 1);
    ck_assert_str_eq(last->path, "dir/1");
    expect_take(&queue, 10);
    ck_assert_uint_eq(queue.ntasks, 39 * 3 - 1);
    ms_queue_fini(&queue);
}

TEST(a_gift_has_a_limit_of_bytes)
{
    ms_queue queue = {0};
    ms_bytes one = {0};
    put(&one, 0, 1000);
    add(&queue, 0, 9, 1000);
    expect_steal(&queue, one.len - 1, 0, 0);
    expect_steal(&queue, one.len, 8, 1);
    expect_steal(&queue, one.len * 2 + 1, 6, 2);
    expect_steal(&queue, 0, 0, 0);
    ck_assert_uint_eq(queue.ntasks, 6);
    ms_bytes_fini(&one);
    ms_queue_fini(&queue);
}

/* Streams come first, and stay. */
TEST(a_stream_is_not_stolen)
{
    ms_queue queue = {0};
    ms_bytes bytes = {0};
    ms_task stream = {.entry = 9, .path = "-", .npath = 1, .output = "", .stream = true};
    ck_assert_int_eq(ms_task_put(&stream, &bytes), MS_OK);
    put(&bytes, 3, 1);
    put(&bytes, 4, 1);
    ck_assert_int_eq(ms_queue_add_bytes(&queue, &bytes, NULL, NULL), MS_OK);
    expect_steal(&queue, ROOM, 4, 1);
    expect_steal(&queue, ROOM, 3, 1);
    expect_steal(&queue, ROOM, 0, 0);
    const ms_task *task = ms_queue_pop(&queue);
    ck_assert(task && task->stream);
    ck_assert_ptr_null(ms_queue_pop(&queue));
    put(&bytes, 3, 1);
    ck_assert_int_eq(ms_task_put(&stream, &bytes), MS_OK); /* not after a file */
    ck_assert_int_eq(ms_queue_add_bytes(&queue, &bytes, NULL, NULL), MS_FORMAT);
    ms_queue_fini(&queue);
}

TEST(a_slice_is_added)
{
    ms_queue queue = {0};
    ms_bytes bytes = {0};
    put(&bytes, 4, 1000);
    put(&bytes, 5, 1000);
    const uint8_t *data = bytes.data;
    ck_assert_int_eq(ms_queue_add_bytes(&queue, &bytes, NULL, NULL), MS_OK);
    ck_assert_ptr_null(bytes.data);
    const ms_task *task = ms_queue_pop(&queue);
    ck_assert_uint_eq(task->entry, 4);
    ck_assert((const uint8_t *)task->path > data && (const uint8_t *)task->path < data + 100); /* no copy */
    put(&bytes, 5, 1000);
    put(&bytes, 5, 1000); /* not ascending */
    ck_assert_int_eq(ms_queue_add_bytes(&queue, &bytes, NULL, NULL), MS_FORMAT);
    ck_assert_ptr_null(bytes.data);
    expect_take(&queue, 5);
    ck_assert_ptr_null(ms_queue_pop(&queue));
    ms_queue_fini(&queue);
}

TEST(invalid_task_bytes_change_nothing)
{
    ms_queue queue = {0};
    ms_err err = {0};
    add(&queue, 3, 2, 1000);
    double cost = queue.cost;
    ck_assert_int_eq(ms_queue_add_copy(&queue, "nonsense", 8, NULL, &err), MS_FORMAT);
    ck_assert_uint_eq(queue.ntasks, 2);
    ck_assert_uint_eq(queue.nparts, 1);
    ck_assert(queue.cost <= cost && queue.cost >= cost);
    add(&queue, 0, 0, 0); /* no task at all */
    expect_take(&queue, 3);
    expect_take(&queue, 4);
    ck_assert_ptr_null(ms_queue_pop(&queue));
    ms_queue_fini(&queue);
}

/* Between a few queues tasks are moved and taken at random: each is taken once, and the sums are right all
 * along. */
TEST_RANGE(every_task_is_taken_once, 0, 20)
{
    enum { QUEUES = 3, TASKS = 200, SIZES = 7 };
    static const uint64_t sizes[SIZES] = {0, 1, 1000, 1 << 20, UINT64_C(1) << 40, UINT64_C(1) << 62, 77};
    ms_queue queues[QUEUES] = {{0}};
    uint8_t taken[TASKS] = {0};
    ms_bytes bytes = {0};
    chance c = {(uint64_t)_i + 1};
    for (uint32_t i = 0; i < TASKS; i++) {
        put(&bytes, i, i % 50 == 49 ? UINT64_C(1) << 60 : sizes[chance_below(&c, SIZES - 2)]);
    }
    ck_assert_int_eq(ms_queue_add_copy(&queues[0], bytes.data, bytes.len, NULL, NULL), MS_OK);
    for (size_t left = TASKS; left > 0;) {
        ms_queue *from = &queues[chance_below(&c, QUEUES)];
        ms_queue *to = &queues[chance_below(&c, QUEUES)];
        size_t ngiven = 0;
        ms_bytes_clear(&bytes);
        ck_assert_int_eq(ms_queue_steal(from, 20 + chance_below(&c, 2000), &bytes, &ngiven), MS_OK);
        ck_assert(ngiven == 0 || from != to || from->ntasks < left);
        ck_assert_int_eq(ms_queue_add_copy(to, bytes.data, bytes.len, NULL, NULL), MS_OK);
        const ms_task *task = ms_queue_pop(&queues[chance_below(&c, QUEUES)]);
        if (task) {
            ck_assert_uint_eq(taken[task->entry]++, 0);
            left--;
        }
        ck_assert_uint_eq(queues[0].ntasks + queues[1].ntasks + queues[2].ntasks, left);
    }
    for (size_t i = 0; i < QUEUES; i++) {
        ck_assert_ptr_null(ms_queue_pop(&queues[i]));
        ck_assert(queues[i].cost <= 0 && queues[i].cost >= 0);
        ms_queue_fini(&queues[i]);
    }
    ms_bytes_fini(&bytes);
}
