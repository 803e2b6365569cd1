/* The channel on real ranks: every message arrives once, as it was, nobody waits for anybody before close,
 * and close leaves none in flight. As in test_comm.c each test finishes what it has begun with the others,
 * agrees, and only then asserts. */
#include "base/clock.h"
#include "comm/channel.h"
#include "ranks.h"

#include <stdlib.h>
#include <string.h>

Suite *channel_suite(ms_comm *comm);

/* Two kinds, LARGE and SMALL; in the tests each stands for any. */
#define LARGE MS_MESSAGE_STEAL_REPLY
#define SMALL MS_MESSAGE_HEARTBEAT
enum { LARGE_FIT = 16, EACH = 12 };
static const ms_message_kind kinds[] = {LARGE, SMALL};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

static ms_comm *world; /* libcheck hands a test no pointer */

/* What a rank has received: how many, whether all was right, and `seen` has a byte for each message of each
 * rank. */
typedef struct inbox {
    uint32_t n[KINDS];
    uint8_t *seen[KINDS]; /* owned; may be NULL: then contents are not checked */
    bool wrong;
} inbox;

static size_t message_size(size_t kind, uint32_t from, uint32_t to, uint32_t i)
{
    size_t most = ms_message_limit(kinds[kind]);
    const size_t sizes[] = {5, 900, 100, most, most / 3, 5};
    return i % 7 == 6 ? 4 : sizes[(from + 2 * to + i) % 6];
}

static uint8_t message_byte(size_t kind, uint32_t from, uint32_t to, uint32_t i, size_t at)
{
    return (uint8_t)(kind * 91 + from * 7 + to * 31 + i * 101 + at * 13 + (at >> 8));
}

/* Message i to a rank: u32 i, and bytes that nobody else writes. */
static bool send_message(ms_channel *channel, size_t kind, uint32_t to, uint32_t i)
{
    ms_bytes body = {0};
    ms_err err = {0};
    uint32_t from = ms_comm_rank(world);
    ms_bytes_put_u32(&body, i);
    for (size_t at = 4; at < message_size(kind, from, to, i); at++) {
        ms_bytes_put_u8(&body, message_byte(kind, from, to, i, at));
    }
    bool good = ms_bytes_check(&body) == MS_OK;
    good = ms_channel_send(channel, kinds[kind], to, &body, &err) == MS_OK && good;
    return good && !body.data;
}

static void check_message(inbox *in, size_t kind, const ms_message *message)
{
    ms_reader reader = ms_reader_over(message->data, message->n);
    uint32_t to = ms_comm_rank(world), from = message->from, i = ms_reader_u32(&reader);
    bool good = i < EACH && from != to && message->n == message_size(kind, from, to, i);
    for (size_t at = 4; at < message->n && good; at++) {
        good = message->data[at] == message_byte(kind, from, to, i, at);
    }
    in->wrong = in->wrong || !good || in->seen[kind][from * EACH + i]++ > 0;
}

static void receive(inbox *in, size_t kind, const ms_message *message)
{
    in->n[kind]++;
    if (in->seen[kind]) {
        check_message(in, kind, message);
    }
}

static ms_code on_large(void *user, const ms_message *message, ms_err *err)
{
    (void)err;
    receive(user, 0, message);
    return MS_OK;
}

static ms_code on_small(void *user, const ms_message *message, ms_err *err)
{
    (void)err;
    receive(user, 1, message);
    return MS_OK;
}

static ms_channel *open_both(inbox *in)
{
    ms_handlers handlers = {.on[LARGE] = on_large, .on[SMALL] = on_small, .user = in};
    ms_channel *channel = NULL;
    ms_err err = {0};
    if (ms_channel_open(&channel, world, &handlers, &err) != MS_OK) {
        ms_comm_abort(world, 99);
    }
    return channel;
}

static void poll_or_abort(ms_channel *channel, size_t kind)
{
    ms_err err = {0};
    if (ms_channel_poll(channel, MS_MESSAGE_BIT(kinds[kind]), &err) != MS_OK) {
        ms_comm_abort(world, 99); /* the others wait for its messages */
    }
}

static bool can_send(ms_channel *channel, size_t kind)
{
    ms_err err = {0};
    bool can = false;
    return ms_channel_can_send(channel, kinds[kind], &can, &err) == MS_OK && can;
}

static bool close_channel(ms_channel *channel)
{
    ms_err err = {0};
    return ms_channel_close(channel, &err) == MS_OK;
}

/* All send to all, more than may be in flight at a time, and receive in between, or only in close. */
START_TEST(every_message_arrives_once)
{
    uint32_t n = ms_comm_size(world), me = ms_comm_rank(world), all = (n - 1) * EACH;
    uint32_t nsent[KINDS] = {0};
    inbox in = {.seen = {calloc(n, EACH), calloc(n, EACH)}};
    ms_channel *channel = open_both(&in);
    bool good = in.seen[0] && in.seen[1];
    while (good && (nsent[0] < all || nsent[1] < all)) {
        for (size_t kind = 0; kind < KINDS && good; kind++) {
            if (nsent[kind] < all && can_send(channel, kind)) {
                uint32_t other = (me + 1 + nsent[kind] % (n - 1)) % n;
                good = send_message(channel, kind, other, nsent[kind]++ / (n - 1));
            }
            poll_or_abort(channel, kind);
        }
    }
    good = close_channel(channel) && good && in.n[0] == all && in.n[1] == all && !in.wrong;
    free(in.seen[0]);
    free(in.seen[1]);
    bool held = ranks_all_hold(world, good, "a message was lost, changed, or came twice");
    ck_assert(held);
}
END_TEST

/* Rank 0 sends as many large messages as may be in flight to ranks that receive none of them until they have
 * one of the other kind, sent later; only then the large ones are received, and slots are free again. */
START_TEST(nobody_waits_for_a_message_to_be_received)
{
    uint32_t n = ms_comm_size(world), me = ms_comm_rank(world), nsent = 0;
    inbox in = {0};
    ms_channel *channel = open_both(&in);
    bool good = true;
    for (; n > 1 && me == 0 && good && can_send(channel, 0); nsent++) {
        ms_bytes body = {0};
        ms_err err = {0};
        good = ms_bytes_reserve(&body, ms_message_limit(LARGE)) == MS_OK;
        body.len = good ? ms_message_limit(LARGE) : 0;
        memset(body.data, 7, body.len);
        good = good && ms_channel_send(channel, LARGE, 1, &body, &err) == MS_OK;
    }
    if (n > 1 && me == 0) {
        good = good && nsent == LARGE_FIT && send_message(channel, 1, 1, 0);
        while (good && !can_send(channel, 0)) {
            ms_clock_sleep(1e-3);
        }
    }
    while (me == 1 && in.n[1] == 0) {
        poll_or_abort(channel, 1);
    }
    good = good && in.n[0] == 0;
    while (me == 1 && in.n[0] < LARGE_FIT) {
        poll_or_abort(channel, 0);
    }
    bool held = ranks_all_hold(world, close_channel(channel) && good, "somebody had to wait");
    ck_assert(held);
}
END_TEST

/* Rounds of a few messages that nobody receives before close, with late ranks; what is sent in one round does
 * not come in another. */
START_TEST(close_leaves_nothing_in_flight)
{
    enum { ROUNDS = 100 };
    uint32_t n = ms_comm_size(world), me = ms_comm_rank(world);
    bool good = true;
    uint64_t state = me + 1;
    for (uint32_t round = 0; round < ROUNDS && good; round++) {
        inbox in = {0};
        ms_channel *channel = open_both(&in);
        uint32_t to = (me + 1 + round % (n - 1)) % n;
        uint32_t nmessages = (round + me) % 4, expected = 0;
        for (uint32_t i = 0; i < nmessages && good; i++) {
            good = send_message(channel, i % KINDS, to, i);
        }
        for (uint32_t from = 0; from < n; from++) {
            expected += from != me && (from + 1 + round % (n - 1)) % n == me ? (round + from) % 4 : 0;
        }
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        if (state >> 62 == 0) {
            ms_clock_sleep((double)(state >> 40 & 1023) * 1e-6);
        }
        good = close_channel(channel) && good && in.n[0] + in.n[1] == expected;
    }
    if (!good) {
        ms_comm_abort(world, 99); /* the others wait for its next open */
    }
    bool held = ranks_all_hold(world, good, "a message was left in flight");
    ck_assert(held);
}
END_TEST

START_TEST(what_cannot_be_sent_is_refused)
{
    uint32_t n = ms_comm_size(world), me = ms_comm_rank(world);
    const uint32_t receivers[] = {me, n, n + 5, (me + 1) % n, (me + 1) % n};
    inbox in = {0};
    ms_channel *channel = open_both(&in);
    bool good = (channel == NULL) == (n == 1) && can_send(channel, 0) == (n > 1);
    for (size_t i = 0; i < 5; i++) { /* itself, nobody, nobody, too long, a kind that is not served */
        ms_bytes body = {0};
        ms_err err = {0};
        size_t size = i == 3 ? ms_message_limit(LARGE) + 1 : 3;
        ms_message_kind kind = i == 4 ? MS_MESSAGE_PROGRESS : LARGE;
        good = ms_bytes_reserve(&body, size) == MS_OK && good;
        body.len = size;
        memset(body.data, 7, size);
        good = ms_channel_send(channel, kind, receivers[i], &body, &err) == MS_MPI && !body.data && good;
    }
    good = close_channel(channel) && close_channel(NULL) && good && in.n[0] + in.n[1] == 0;
    bool held = ranks_all_hold(world, good, "something was sent");
    ck_assert(held);
}
END_TEST

Suite *channel_suite(ms_comm *comm)
{
    Suite *suite = suite_create("channel");
    TCase *tc = tcase_create("messages");
    world = comm;
    tcase_set_timeout(tc, 60);
    if (ms_comm_size(comm) > 1) {
        tcase_add_loop_test(tc, every_message_arrives_once, 0, 5);
        tcase_add_test(tc, close_leaves_nothing_in_flight);
    }
    tcase_add_test(tc, nobody_waits_for_a_message_to_be_received);
    tcase_add_test(tc, what_cannot_be_sent_is_refused);
    suite_add_tcase(suite, tc);
    return suite;
}
