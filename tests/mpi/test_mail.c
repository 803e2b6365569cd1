/* Mail on real ranks: every letter arrives once, as it was, and nobody waits for anybody. As in test_comm.c
 * each test finishes what it has begun with the others, agrees, and only then asserts. */
#include "base/clock.h"
#include "comm/mail.h"
#include "ranks.h"

#include <stdlib.h>
#include <string.h>

Suite *mail_suite(ms_comm *comm);

enum { MAX_BYTES = 256 << 10, NPOSTS = 3, NLETTERS = 12, KINDS = 2 };

static ms_comm *world; /* libcheck hands a test no pointer */

static size_t letter_size(uint32_t from, uint32_t to, uint32_t i)
{
    static const size_t sizes[] = {5, 4096, 100, MAX_BYTES, 70000, 5};
    return i % 7 == 6 ? 4 : sizes[(from + 2 * to + i) % 6];
}

static uint8_t letter_byte(uint32_t kind, uint32_t from, uint32_t to, uint32_t i, size_t at)
{
    return (uint8_t)(kind * 91 + from * 7 + to * 31 + i * 101 + at * 13 + (at >> 8));
}

/* Letter i to a rank: u32 i, and bytes that nobody else writes. */
static bool write_letter(ms_mail *mail, uint32_t kind, uint32_t to, uint32_t i)
{
    ms_bytes body = {0};
    ms_err err = {0};
    uint32_t from = ms_comm_rank(world);
    bool good = ms_bytes_put_u32(&body, i) == MS_OK;
    for (size_t at = 4; at < letter_size(from, to, i) && good; at++) {
        good = ms_bytes_put_u8(&body, letter_byte(kind, from, to, i, at)) == MS_OK;
    }
    good = ms_mail_post(mail, to, &body, &err) == MS_OK && good;
    return good && !body.data;
}

static bool is_letter(const ms_case_variant *letter, uint32_t kind, uint32_t *i)
{
    ms_reader reader = ms_reader_over(letter->data, letter->n);
    uint32_t to = ms_comm_rank(world);
    *i = ms_reader_u32(&reader);
    bool good = *i < NLETTERS && letter->from != to && letter->n == letter_size(letter->from, to, *i);
    for (size_t at = 4; at < letter->n && good; at++) {
        good = letter->data[at] == letter_byte(kind, letter->from, to, *i, at);
    }
    return good;
}

/* Everything that has come on one kind; `got` has a byte for each letter of each rank. */
static bool take_all(ms_mail *mail, uint32_t kind, uint8_t *got, uint32_t *ngot)
{
    bool found = true, good = true;
    while (found && good) {
        ms_case_variant letter;
        uint32_t i = 0;
        ms_err err = {0};
        good = ms_mail_take(mail, &letter, &found, &err) == MS_OK;
        if (good && found) {
            good = is_letter(&letter, kind, &i) && got[letter.from * NLETTERS + i]++ == 0;
            ++*ngot;
        }
    }
    return good;
}

static bool open_both(ms_mail *mails[KINDS])
{
    ms_err err = {0};
    bool good = true;
    for (uint32_t kind = 0; kind < KINDS; kind++) {
        good = ms_mail_open(&mails[kind], world, kind, NPOSTS, MAX_BYTES, &err) == MS_OK && good;
    }
    return good;
}

static bool close_both(ms_mail *mails[KINDS])
{
    ms_err err = {0};
    bool good = ms_comm_sleeping_barrier(world, NULL, NULL, NULL, &err) == MS_OK;
    for (uint32_t kind = 0; kind < KINDS; kind++) {
        good = ms_mail_close(mails[kind], &err) == MS_OK && good;
    }
    return good;
}

/* All write to all, more than there is room for at a time, and take in between. */
START_TEST(every_letter_arrives_once)
{
    uint32_t n = ms_comm_size(world), me = ms_comm_rank(world);
    uint32_t posted[KINDS] = {0}, ngot[KINDS] = {0}, all = (n - 1) * NLETTERS;
    uint8_t *got[KINDS] = {calloc(n, NLETTERS), calloc(n, NLETTERS)};
    ms_mail *mails[KINDS] = {0};
    ms_err err = {0};
    bool good = open_both(mails) && got[0] && got[1];
    while (good && (posted[0] < all || posted[1] < all || ngot[0] < all || ngot[1] < all)) {
        for (uint32_t kind = 0; kind < KINDS && good; kind++) {
            bool room = false;
            good = ms_mail_room(mails[kind], &room, &err) == MS_OK;
            if (good && room && posted[kind] < all) {
                uint32_t other = (me + 1 + posted[kind] % (n - 1)) % n;
                good = write_letter(mails[kind], kind, other, posted[kind]++ / (n - 1));
            }
            good = good && take_all(mails[kind], kind, got[kind], &ngot[kind]);
        }
    }
    if (!good) {
        ms_comm_abort(world, 99); /* the others wait for its letters */
    }
    bool held = ranks_all_hold(world, close_both(mails), "the mail could not be closed");
    free(got[0]);
    free(got[1]);
    ck_assert(held);
}
END_TEST

/* Rank 0 fills its room with large letters to ranks that take none of them until they have heard of the other
 * kind that it is through with posting; only then they are taken, and there is room again. */
START_TEST(nobody_waits_for_a_letter_to_be_taken)
{
    uint32_t n = ms_comm_size(world), me = ms_comm_rank(world);
    ms_mail *mails[KINDS] = {0};
    ms_err err = {0};
    bool good = open_both(mails), room = true, found = false;
    ms_case_variant letter = {0};
    for (uint32_t to = 1; to < n && to <= NPOSTS && me == 0 && good; to++) {
        ms_bytes body = {0};
        good = ms_bytes_reserve(&body, MAX_BYTES) == MS_OK;
        body.len = good ? MAX_BYTES : 0;
        memset(body.data, 7, body.len);
        good = good && ms_mail_post(mails[0], to, &body, &err) == MS_OK;
    }
    if (me == 0 && n > NPOSTS) {
        good = good && ms_mail_room(mails[0], &room, &err) == MS_OK && !room;
        ms_clock_sleep(0.01);
    }
    for (uint32_t to = 1; to < n && to <= NPOSTS && me == 0 && good; to++) {
        ms_bytes body = {0};
        good = ms_mail_post(mails[1], to, &body, &err) == MS_OK;
    }
    for (uint32_t kind = KINDS; kind-- > 0 && me > 0 && me <= NPOSTS && good;) {
        for (found = false; good && !found;) {
            good = ms_mail_take(mails[kind], &letter, &found, &err) == MS_OK;
        }
        good = good && letter.from == 0 && letter.n == (kind == 0 ? MAX_BYTES : 0);
        good = good && (kind != 0 || (letter.data[0] == 7 && letter.data[MAX_BYTES - 1] == 7));
    }
    for (room = false; me == 0 && good && !room;) {
        good = ms_mail_room(mails[0], &room, &err) == MS_OK;
    }
    if (!good) {
        ms_comm_abort(world, 99);
    }
    bool held = ranks_all_hold(world, close_both(mails), "the mail could not be closed");
    ck_assert(held);
}
END_TEST

START_TEST(what_cannot_be_posted_is_refused)
{
    uint32_t n = ms_comm_size(world), me = ms_comm_rank(world);
    const uint32_t receivers[] = {me, n, n + 5, (me + 1) % n};
    ms_mail *mails[KINDS] = {0};
    bool found = true;
    ms_case_variant letter;
    ms_err err = {0};
    bool good = open_both(mails);
    for (size_t i = 0; i < 4 && good; i++) {
        ms_bytes body = {0};
        size_t size = i == 3 ? MAX_BYTES + 1 : 3;
        good = ms_bytes_reserve(&body, size) == MS_OK;
        body.len = size;
        memset(body.data, 7, size);
        good = good && ms_mail_post(mails[0], receivers[i], &body, &err) == MS_MPI && !body.data;
    }
    good = good && ms_mail_take(mails[0], &letter, &found, &err) == MS_OK && !found;
    good = close_both(mails) && good;
    bool held = ranks_all_hold(world, good && ms_mail_close(NULL, &err) == MS_OK, "something was posted");
    ck_assert(held);
}
END_TEST

Suite *mail_suite(ms_comm *comm)
{
    Suite *suite = suite_create("mail");
    TCase *tc = tcase_create("letters");
    world = comm;
    tcase_set_timeout(tc, 60);
    if (ms_comm_size(comm) > 1) {
        tcase_add_loop_test(tc, every_letter_arrives_once, 0, 5);
    }
    tcase_add_test(tc, nobody_waits_for_a_letter_to_be_taken);
    tcase_add_test(tc, what_cannot_be_posted_is_refused);
    suite_add_tcase(suite, tc);
    return suite;
}
