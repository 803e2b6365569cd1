/* Suite of logs/input/map.c: what is there is seen as it is, what is not is seen as zeros and told, and a
 * SIGBUS that is not the map's own does what it did before. */
#include "logs/input/map.h"

#include "logs_fixture.h"
#include "suites.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

Suite *map_suite(void);

enum { PAGES = 5, HANDLED = 7 };

typedef struct mapped {
    logs_directory directory;
    ms_map map;
    size_t page;
    size_t n;
    int fd;
} mapped;

/* A file of PAGES pages, the last of them not full, in which byte i is never 0; mapped from `from` on. */
static void begin(mapped *m, uint64_t from)
{
    m->directory = logs_directory_open();
    m->page = (size_t)sysconf(_SC_PAGESIZE);
    m->n = PAGES * m->page - 100;
    ms_bytes text = {0};
    ck_assert_int_eq(ms_bytes_reserve(&text, m->n), MS_OK);
    for (size_t i = 0; i < m->n; i++) {
        text.data[i] = (uint8_t)(i % 255 + 1);
    }
    logs_write(&m->directory, text.data, m->n);
    ms_bytes_fini(&text);
    m->fd = open(m->directory.file, O_RDONLY);
    ck_assert_int_ge(m->fd, 0);
    ck_assert(ms_map_open(&m->map, m->fd, from, m->n - from));
}

/* Are the first `left` bytes seen as they were written, and the others as zeros? */
static bool is_seen(const mapped *m, size_t left)
{
    size_t at = 0;
    while (at < m->n && m->map.base[at] == (at < left ? at % 255 + 1 : 0)) {
        at++;
    }
    return at == m->n;
}

static void end(mapped *m)
{
    ms_map_close(&m->map);
    ms_map_close(&m->map);
    (void)close(m->fd);
    logs_directory_close(&m->directory);
}

START_TEST(what_is_there_is_seen)
{
    mapped m;
    begin(&m, 0);
    ck_assert(is_seen(&m, m.n));
    ck_assert(ms_map_is_whole(&m.map, m.n));
    ck_assert(!ms_map_is_whole(&m.map, m.n + 1));
    ms_map second;
    ck_assert(!ms_map_open(&second, m.fd, 0, m.n)); /* one at a time */
    ms_map_close(&second);
    ck_assert(ms_map_is_whole(&m.map, m.n));
    ms_map_close(&m.map);
    ck_assert(ms_map_open(&m.map, m.fd, m.page + 1, m.n - m.page - 1));
    ck_assert_uint_eq(m.map.offset + m.map.nbytes, m.n);
    ck_assert_uint_eq(m.map.base[m.page + 1 - m.map.offset], (m.page + 1) % 255 + 1);
    end(&m);
}
END_TEST

/* Cut at every boundary of a page, and a byte to either side, before anything has been looked at or behind.
 */
START_TEST(what_is_cut_off_is_zero_and_told)
{
    for (size_t i = 0; i < 2 * 3 * PAGES; i++) {
        mapped m;
        begin(&m, 0);
        size_t left = (i / 3 % PAGES) * m.page + i % 3;
        left = left > 0 ? left - 1 : 0;
        bool late = i >= (size_t)3 * PAGES;
        volatile uint8_t last = late ? m.map.base[m.n - 1] : 0;
        (void)last;
        ck_assert_int_eq(truncate(m.directory.file, (off_t)left), 0);
        ck_assert(is_seen(&m, left));
        ck_assert(!ms_map_is_whole(&m.map, m.n));
        ck_assert(!ms_map_is_whole(&m.map, left + 1));
        ck_assert_int_eq(m.map.torn, left <= (PAGES - 1) * m.page); /* else no page was missing */
        end(&m);
    }
}
END_TEST

/* A log that was cut and has grown again since: what has been seen was not in it. */
START_TEST(what_is_put_back_was_missing_all_the_same)
{
    mapped m;
    begin(&m, 0);
    ck_assert_int_eq(truncate(m.directory.file, (off_t)m.page), 0);
    ck_assert_uint_eq(m.map.base[m.n - 1], 0);
    ck_assert_int_eq(truncate(m.directory.file, (off_t)m.n), 0);
    ck_assert(!ms_map_is_whole(&m.map, m.n));
    end(&m);
}
END_TEST

START_TEST(what_is_cut_off_but_not_looked_at_does_no_harm)
{
    mapped m;
    begin(&m, 0);
    ck_assert_int_eq(truncate(m.directory.file, (off_t)m.page), 0);
    ck_assert_uint_eq(m.map.base[m.page - 1], (m.page - 1) % 255 + 1);
    ck_assert(ms_map_is_whole(&m.map, m.page));
    ck_assert(!ms_map_is_whole(&m.map, m.page + 1));
    end(&m);
}
END_TEST

/* ---- a SIGBUS of somebody else ---- */

static void leave_by_number(int number)
{
    _exit(HANDLED + (number != SIGBUS));
}

static void leave_by_info(int number, siginfo_t *info, void *context)
{
    _exit(HANDLED + (number != SIGBUS || !info || !context));
}

enum { DEFAULT, BY_NUMBER, BY_INFO, IGNORED };

static void set_handler(int which)
{
    struct sigaction action = {.sa_handler = SIG_DFL};
    action.sa_handler = which == BY_NUMBER ? leave_by_number : which == IGNORED ? SIG_IGN : SIG_DFL;
    if (which == BY_INFO) {
        action.sa_sigaction = leave_by_info;
        action.sa_flags = SA_SIGINFO;
    }
    (void)sigaction(SIGBUS, &action, NULL);
}

/* In a child: a missing page of another map than the watched one, or a signal sent by kill. */
static void meet_foreign_signal(int which, bool sent)
{
    set_handler(which);
    mapped m;
    begin(&m, 0);
    if (sent) {
        (void)kill(getpid(), SIGBUS);
        _exit(0);
    }
    volatile uint8_t *other = mmap(NULL, m.page, PROT_READ, MAP_SHARED, m.fd, 0);
    if (other == MAP_FAILED || truncate(m.directory.file, 0) != 0) {
        _exit(1);
    }
    _exit(other[0] == 0 ? 2 : 3);
}

START_TEST(a_foreign_signal_does_what_it_did)
{
    static const struct {
        int which;
        bool sent;
        int status; /* what the child exits with, or the signal that ends it, negative */
    } cases[] = {
        {DEFAULT, false, -SIGBUS}, {BY_NUMBER, false, HANDLED}, {BY_INFO, false, HANDLED},
        {IGNORED, false, -SIGBUS}, {DEFAULT, true, -SIGBUS},    {BY_NUMBER, true, HANDLED},
        {BY_INFO, true, HANDLED},  {IGNORED, true, 0},
    };
    pid_t child = fork();
    if (child == 0) {
        meet_foreign_signal(cases[_i].which, cases[_i].sent);
    }
    int status = 0;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    int got = WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
    ck_assert_int_eq(got, cases[_i].status);
}
END_TEST

START_TEST(the_handler_before_is_put_back)
{
    struct sigaction before;
    struct sigaction after;
    mapped m;
    set_handler(BY_INFO);
    ck_assert_int_eq(sigaction(SIGBUS, NULL, &before), 0);
    begin(&m, 0);
    ck_assert_int_eq(sigaction(SIGBUS, NULL, &after), 0);
    ck_assert(after.sa_sigaction != before.sa_sigaction);
    end(&m);
    ck_assert_int_eq(sigaction(SIGBUS, NULL, &after), 0);
    ck_assert(after.sa_sigaction == before.sa_sigaction && after.sa_flags == before.sa_flags);
    set_handler(DEFAULT);
}
END_TEST

START_TEST(what_is_made_up_as_it_is_read_is_not_mapped)
{
    static const char *const paths[] = {"/proc/self/status", "/sys/kernel/mm/transparent_hugepage/enabled"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        int fd = open(paths[i], O_RDONLY);
        ck_assert(fd < 0 || !ms_map_pays(fd));
        (void)close(fd);
    }
    ck_assert(!ms_map_pays(-1));
}
END_TEST

Suite *map_suite(void)
{
    Suite *suite = suite_create("map");
    TCase *tc = tcase_create("all");
    tcase_add_test(tc, what_is_there_is_seen);
    tcase_add_test(tc, what_is_cut_off_is_zero_and_told);
    tcase_add_test(tc, what_is_put_back_was_missing_all_the_same);
    tcase_add_test(tc, what_is_cut_off_but_not_looked_at_does_no_harm);
    tcase_add_loop_test(tc, a_foreign_signal_does_what_it_did, 0, 8);
    tcase_add_test(tc, the_handler_before_is_put_back);
    tcase_add_test(tc, what_is_made_up_as_it_is_read_is_not_mapped);
    suite_add_tcase(suite, tc);
    return suite;
}
