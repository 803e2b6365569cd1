/* Suite of report/base64.c: the test vectors of RFC 4648, section 10, and the two characters they leave out.
 */
#include "report/base64.h"

#include "unit.h"

#include <string.h>

static const struct {
    const char *in;
    size_t n;
    const char *out;
} cases[] = {
    {"", 0, ""},
    {"f", 1, "Zg=="},
    {"fo", 2, "Zm8="},
    {"foo", 3, "Zm9v"},
    {"foob", 4, "Zm9vYg=="},
    {"fooba", 5, "Zm9vYmE="},
    {"foobar", 6, "Zm9vYmFy"},
    {"\xfb\xff\xfe", 3, "+//+"},
    {"\0\0\0", 3, "AAAA"},
    {"\xff", 1, "/w=="},
};

TEST_EACH(vectors, cases)
{
    ms_bytes to = {0};
    ms_bytes_append(&to, "x", 1);
    ms_base64_append(&to, cases[_i].in, cases[_i].n);
    ck_assert_uint_eq(to.len, 1 + strlen(cases[_i].out));
    ck_assert(memcmp(to.data + 1, cases[_i].out, to.len - 1) == 0);
    ms_bytes_fini(&to);
}
