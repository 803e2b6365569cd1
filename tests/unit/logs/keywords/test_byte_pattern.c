/* Suite of logs/keywords/byte_pattern.c: both forms of an expression, and what is known of it. */
#include "logs/keywords/byte_pattern.h"

#include "unit.h"

#include <string.h>

#define HIGH "[\\x80-\\xff]+"
#define W(token) "(?:" token "|" HIGH ")"
#define EITHER "\xC3\xA4"

static const struct {
    const char *regex;
    bool ignore_case;
    const char *ascii; /* NULL: as typed */
    const char *wide;  /* NULL: as typed; "": none */
    bool same, only_wide;
} forms[] = {
    {"error|fail[0-9]+ \\[x\\]", false, NULL, NULL, true, false},
    {"a.*b", false, NULL, NULL, true, false},
    {"a.+b.+", false, NULL, NULL, true, false},
    {"a[^\"]*b[^ ]+c", false, NULL, NULL, true, false},
    {"a..*", false, NULL, "a" W(".") ".*", false, false},
    {".+.+", false, NULL, ".+" W(".") "+", false, false},
    {".+x?.+", false, NULL, ".+x?" W(".") "+", false, false},
    {".+x{0,2}.+", false, NULL, ".+x{0,2}" W(".") "+", false, false},
    {"(.+)", false, NULL, "(" W(".") "+)", false, false},
    {"a.{3}", false, NULL, "a" W(".") "{3}", false, false},
    {"a[^b]c", false, NULL, "a" W("[^b]") "c", false, false},
    {"\\d\\s+\\w", false, NULL, W("\\d") W("\\s") "+" W("\\w"), false, false},
    {"[\\d.]", false, NULL, W("[\\d.]"), false, false},
    {"[[:alpha:]_]", false, NULL, W("[[:alpha:]_]"), false, false},
    {"\\bfoo\\b", false, NULL, "(?:)foo(?:)", false, false},
    {EITHER "x", false, NULL, NULL, true, false},
    {EITHER "+x", false, "(?:" EITHER ")+x", "(?:" EITHER ")+x", true, false},
    {EITHER "x", true, "(?:" EITHER ")x", W(EITHER) "x", false, false},
    {"[" EITHER "]", false, NULL, W("[" EITHER "]"), false, false},
    {"[" EITHER "]", true, NULL, "(?:.|[kKsS]|" HIGH ")", false, true},
    {"bad", true, NULL, NULL, true, false},
    {"ask", true, NULL, "a" W("s") W("k"), false, false},
    {"[a-c]", true, NULL, W("[a-c]"), false, false},
    {"[abc]", true, NULL, NULL, true, false},
    {"\xC5\xBF", true, "(?:\xC5\xBF)", "(?:\xC5\xBF|[kKsS]|" HIGH ")", false, true},
    {"\\x{212a}", true, NULL, "(?:" HIGH "|[kKsS]|" HIGH ")", false, true},
    {"\\x{e9}\\xe9\\x41", false, NULL, W(HIGH) W(HIGH) "\\x41", false, false},
    {"[\\x{400}-\\x{4ff}]", false, NULL, W("."), false, false},
    {"\\p{L}\\pN", false, NULL, W("\\p{L}") W("\\pN"), false, false},
    {"\\p{Lu}", true, NULL, W("\\p{Lu}"), false, true},
    {"a(?i)bk", false, NULL, "a(?i)b" W("k"), false, false},
    {"(?i:k)(?=a)(?!a)(?<=a)(?<!a)(?>a)(?<n>a)(?P<m>a)", false, NULL,
     "(?i:" W("k") ")(?=a)(?!a)(?<=a)(?<!a)(?>a)(?<n>a)(?P<m>a)", false, false},
    {"(a)\\1(?#.)", false, NULL, NULL, true, false},
    {"\\Qa.b\\E", false, "", "", true, false},
    {"(?x)a b", false, "", "", true, false},
    {"(?|a|b)", false, "", "", true, false},
    {"(?(1)a)", false, "", "", true, false},
    {"(*ACCEPT)", false, "", "", true, false},
    {"(a)\\12", false, "", "", true, false},
    {"a\\Xb", false, "", "", true, false},
    {"\\b*a", false, "", "", false, false},
    {"\\C", false, "", "", true, false},
};

static void check_form(size_t i, ms_byte_form form, const char *want)
{
    ms_bytes to = {0};
    ms_byte_traits traits;
    const char *regex = forms[i].regex;
    ms_str text = {regex, strlen(regex)};
    bool known = ms_byte_pattern_put(&to, text, forms[i].ignore_case, form, &traits);
    want = want ? want : regex;
    ms_bytes_put_u8(&to, 0);
    ck_assert_int_eq(ms_bytes_check(&to), MS_OK);
    ck_assert_msg(known == (*want != 0), "%s: %d", regex, known);
    if (known) {
        ck_assert_msg(strcmp((const char *)to.data, want) == 0, "%s: %s", regex, (const char *)to.data);
        ck_assert_msg(traits.same == forms[i].same && traits.only_wide == forms[i].only_wide, "%s: %d %d",
                      regex, traits.same, traits.only_wide);
    }
    ck_assert(!traits.raw);
    ms_bytes_fini(&to);
}

TEST_EACH(forms_of, forms)
{
    check_form((size_t)_i, MS_FORM_ASCII, forms[_i].ascii);
    check_form((size_t)_i, MS_FORM_WIDE, forms[_i].wide);
}

TEST(bytes_that_are_not_utf8_are_raw)
{
    ms_bytes to = {0};
    ms_byte_traits traits;
    ck_assert(ms_byte_pattern_put(&to, (ms_str){"a\xE4?b", 4}, true, MS_FORM_ASCII, &traits));
    ck_assert(traits.raw);
    ck_assert_uint_eq(to.len, 4);
    ms_bytes_fini(&to);
}
