/* Suite of images/client/client.c: the callback while the client waits for a reply. */
#include "fake_worker.h"
#include "images/client/client.h"

#include "unit.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct counter {
    unsigned calls, last; /* the last call gives `code` */
    ms_code code;
} counter;

static ms_code count(void *user)
{
    counter *c = user;
    return ++c->calls >= c->last && c->last > 0 ? c->code : MS_OK;
}

static ms_code convert(ms_gray_client *client, fake_deed what, ms_gray_reply *reply, ms_err *err)
{
    int in = memfd_create("in", MFD_CLOEXEC), out = memfd_create("out", MFD_CLOEXEC);
    ck_assert(in >= 0 && out >= 0);
    ms_gray_request request = {.max_pixels = (uint64_t)what, .max_scans = 1};
    ms_code code = ms_gray_client_convert(client, in, out, &request, reply, err);
    (void)close(in);
    (void)close(out);
    return code;
}

static ms_gray_client *client_of(double timeout)
{
    ms_gray_limits limits = {256 << 20, timeout};
    ms_gray_client *client = NULL;
    fake_worker_use("serve");
    ck_assert_int_eq(ms_gray_client_new(&client, &limits, NULL), MS_OK);
    return client;
}

/* A worker that hangs: the callback is called until the image's timeout, and not after. */
TEST(called_while_it_waits)
{
    ms_gray_client *client = client_of(0.25);
    ms_gray_reply reply = {0};
    counter c = {0};
    ms_gray_client_set_idle(client, count, &c);
    ck_assert_int_eq(convert(client, FAKE_HANG, &reply, NULL), MS_OK);
    ck_assert_int_eq(reply.code, MS_LIMIT);
    ck_assert_uint_ge(c.calls, 3);
    unsigned calls = c.calls;
    ms_gray_client_set_idle(client, NULL, NULL);
    ck_assert_int_eq(convert(client, FAKE_HANG, &reply, NULL), MS_OK);
    ck_assert_uint_eq(c.calls, calls);
    ms_gray_client_free(client);
}

static const double timeouts[] = {20, 0};

TEST_RANGE(it_can_cancel, 0, 2)
{
    ms_gray_client *client = client_of(timeouts[_i]);
    ms_gray_reply reply = {0};
    ms_err err = {0};
    counter c = {.last = 5, .code = MS_STOPPED};
    ms_gray_client_set_idle(client, count, &c);
    ck_assert_int_eq(convert(client, FAKE_HANG, &reply, &err), MS_STOPPED);
    ck_assert_int_eq(err.code, MS_STOPPED);
    ck_assert_uint_eq(c.calls, 5);
    ck_assert(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD); /* the worker has exited */
    c.last = 0;
    ck_assert_int_eq(convert(client, FAKE_ANSWER, &reply, &err),
                     MS_OK); /* another one serves the next image */
    ck_assert_int_eq(reply.code, MS_OK);
    ms_gray_client_free(client);
}
