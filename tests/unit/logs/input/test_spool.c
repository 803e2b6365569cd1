/* Suite of logs/input/spool.c. */
#include "logs/input/spool.h"

#include "unit.h"

#include <string.h>

enum { SIZE = 300000 };

/* Zeros but for two runs of bytes; `failure` after all of them. */
typedef struct sparse {
    size_t at;
    ms_code failure;
} sparse;

static uint8_t byte_at(size_t at)
{
    bool run = at / 100 == 700 || at / 100 == 2000;
    return run ? (uint8_t)(at % 251 + 1) : 0;
}

static ms_code read_sparse(void *self, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    sparse *s = self;
    *n = 0;
    while (*n < cap && *n < 777 && s->at < SIZE) {
        buf[(*n)++] = byte_at(s->at++);
    }
    return *n > 0 || s->failure == MS_OK ? MS_OK : ms_err_set(err, s->failure, 0, "it ends here");
}

static const ms_code failures[] = {MS_OK, MS_IO, MS_FORMAT, MS_STOPPED};

TEST_EACH(all_that_a_source_has_is_there, failures)
{
    sparse s = {.failure = failures[_i]};
    ms_spool *spool = NULL;
    ms_err err = {0};
    uint8_t buf[1000];
    size_t n = 0;
    ck_assert_int_eq(ms_spool_open(&spool, (ms_source){.read = read_sparse, .self = &s}, &err), failures[_i]);
    ck_assert(failures[_i] == MS_OK || strcmp(err.text, "it ends here") == 0);
    ck_assert_uint_eq(ms_spool_size(spool), SIZE);
    for (size_t at = 0; at < SIZE + 2 * sizeof buf; at += 333) {
        size_t want = at < SIZE ? SIZE - at : 0;
        ck_assert_int_eq(ms_spool_pread(spool, at, buf, sizeof buf, &n, &err), MS_OK);
        ck_assert_uint_eq(n, want < sizeof buf ? want : sizeof buf);
        for (size_t i = 0; i < n; i++) {
            ck_assert_uint_eq(buf[i], byte_at(at + i));
        }
    }
    ms_spool_close(spool);
}
