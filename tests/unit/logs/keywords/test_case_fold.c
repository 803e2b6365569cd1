/* Suite of logs/keywords/case_fold.c: the case variants of a byte, and those in a text. */
#include "logs/keywords/case_fold.h"

#include "logs_fixture.h"
#include "unit.h"

#include <string.h>

static const struct {
    const char *keyword;
    const char *forms; /* letters with blanks between, their forms with commas */
} keywords[] = {
    {"abc", ""},
    {"A\xC3\xA4", "a \xC3\xA4,\xC3\x84"},
    {"\xC3\x84-\xC3\xA4", "\xC3\x84,\xC3\xA4 - \xC3\xA4,\xC3\x84"},
    {"\xC3\x9F", "\xC3\x9F,\xE1\xBA\x9E"}, /* the sharp s, and its capital of 2008 */
    {"\xE6\x97\xA5", "\xE6\x97\xA5"},      /* no case at all */
    {"\xC3", "\xC3"},                      /* not UTF-8 */
    {"\xA4\xC3\xA4", "\xA4 \xC3\xA4,\xC3\x84"},
    {"\xC5\xBF", "\xC5\xBF,s"},                 /* the long s; its upper case is ASCII */
    {"\xE2\x84\xAA", "\xE2\x84\xAA,k"},         /* the Kelvin sign */
    {"\xCF\x82", "\xCF\x82,\xCE\xA3,\xCF\x83"}, /* final sigma */
    {"\xCE\xA3", "\xCE\xA3,\xCF\x83,\xCF\x82"},
    {"\xCE\xB8", "\xCE\xB8,\xCE\x98,\xCF\x91,\xCF\xB4"}, /* theta: four */
    {"\xE2\x84\xA6", "\xE2\x84\xA6,\xCF\x89,\xCE\xA9"},  /* the ohm sign */
    {"\xC2\xB5", "\xC2\xB5,\xCE\x9C,\xCE\xBC"},          /* the micro sign */
    {"\xC7\x85", "\xC7\x85,\xC7\x86,\xC7\x84"},          /* title case: three forms */
    {"\xF0\x90\x90\x80", "\xF0\x90\x90\x80,\xF0\x90\x90\xA8"},
};

TEST_EACH(case_fold_variants, keywords)
{
    const char *text = keywords[_i].keyword;
    ms_case_variants variants = {0};
    ms_err err = {0};
    char got[128] = "";
    ck_assert_msg(ms_case_variants_make(&variants, (ms_str){text, strlen(text)}, &err) == MS_OK, "%s",
                  err.text);
    for (size_t i = 0; i < variants.count; i++) {
        for (size_t f = 0; f < variants.list[i].nforms; f++) {
            (void)strncat(got, f > 0 ? "," : i > 0 ? " " : "", 1);
            (void)strncat(got, (const char *)variants.list[i].bytes[f], variants.list[i].len[f]);
        }
    }
    ck_assert_str_eq(got, keywords[_i].forms);
    ms_case_variants_fini(&variants);
    ms_case_variants_fini(&variants);
}

TEST(case_variant_in_a_text)
{
    ms_case_variants variants = {0};
    ms_err err = {0};
    ck_assert_int_eq(ms_case_variants_make(&variants, (ms_str){"k\xC7\x85\xC3", 4}, &err), MS_OK);
    const uint8_t *text = (const uint8_t *)"K\xC7\x84\xC3";
    const ms_case_variant *k = &variants.list[0];
    const ms_case_variant *dz = &variants.list[1];
    ck_assert_uint_eq(ms_case_variant_at(k, text, 4, false), 1);
    ck_assert_uint_eq(ms_case_variant_at(k, text, 0, false), 0);
    ck_assert_uint_eq(ms_case_variant_at(k, text + 1, 1, true), 1);
    ck_assert_uint_eq(ms_case_variant_at(k, text + 1, 0, true), 0);
    ck_assert_uint_eq(ms_case_variant_at(k, text + 1, 3, false), 0);
    ck_assert_uint_eq(ms_case_variant_at(dz, text + 1, 3, false), 2);
    ck_assert_uint_eq(ms_case_variant_at(dz, text + 1, 1, false), 0); /* cut */
    ck_assert_uint_eq(ms_case_variant_at(dz, text + 3, 3, true), 2);
    ck_assert_uint_eq(ms_case_variant_at(dz, text + 3, 1, true), 0);
    ck_assert_uint_eq(ms_case_variant_at(&variants.list[2], text + 3, 1, false), 1);
    ms_case_variants_fini(&variants);
}
