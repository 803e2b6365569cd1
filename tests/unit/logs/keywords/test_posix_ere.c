/* Suite of logs/keywords/posix_ere.c and posix_bracket.c: expressions as typed and as Hyperscan reads them.
 */
#include "logs/keywords/posix_ere.h"

#include "unit.h"

#include <string.h>

static const struct {
    const char *typed, *translated;
} expressions[] = {
    {"foo", "foo"},
    {"a{,2}", "a{0,2}"},
    {"a{,}", "a{0,}"},
    {"ca{0}b", "c(?:)b"},
    {"c(a|b){0,0}d", "c(?:)d"},
    {"a{", "a\\{"},
    {"a{x", "a\\{x"},
    {"{1", "\\{1"},
    {"a{1,x", "a\\{1,x"},
    {"a{,x}", "a\\{,x}"},
    {"{1}a", "a"},
    {"a{2}", "a{2}"},
    {"*a", "a"},
    {"(*a)", "(a)"},
    {"a|*b", "a|b"},
    {"+", "(?:)"},
    {"(?a)", "(a)"},
    {"(?:a)", "(?:a)"},
    {"(?i)a|b", "(?i)a|b"},
    {"^*a", "^a"},
    {"^{2}a", "^a"},
    {"\\b*a", "\\ba"},
    {"a\\>*{2}", "a\\b"},
    {"^+a", "^a"},
    {"a**", "(?:a*)*"},
    {"a+*", "(?:a+)*"},
    {"a{1}{2}", "(?:a{1}){2}"},
    {"a*?", "a*?"},
    {"a+?b", "a+?b"},
    {"a?\?", "a?\?"},
    {"a++", "(?:a+)+"},
    {"a)", "a\\)"},
    {"()", "()"},
    {")(a)", "\\)(a)"},
    {"[]abc]", "[]abc]"},
    {"[^]abc]", "[^]abc]"},
    {"a[\\]x", "a[\\\\]x"},
    {"[\\]x]", "[\\]x]"},
    {"[\\d\\s\\x41-]", "[\\d\\s\\x41-]"},
    {"[:[:xdigit:].]", "[\\:[:xdigit:].]"},
    {"[[:alpha:]:.]", "[[:alpha:]:.]"},
    {"[.a.]", "[\\.a.]"},
    {"[=a=]", "[\\=a=]"},
    {"[:/]", "[:/]"},
    {"[[.a.]]", "[a]"},
    {"[[=a=]b]", "[ab]"},
    {"[[.-.]-z]", "[\\--z]"},
    {"[[.space.][.hyphen.]]", "[ \\-]"},
    {"[[.].]]", "[\\]]"},
    {"[[.one.]]", "[[.one.]]"},
    {"\\<a", "\\ba"},
    {"a\\>", "a\\b"},
    {"\\<[a-z_]+\\>", "\\b[a-z_]+\\b"},
    {"\\<(a|b)", "\\b(a|b)"},
    {"(a|b9)\\>", "(a|b9)\\b"},
    {" \\<.", " \\b."},
    {"^\\<.", "^\\b."},
    {".\\> ", ".\\b "},
    {"ab*\\>", "ab*\\b"},
    {"a(\\.b)?x\\>\\.", "a(\\.b)?x\\b\\."},
    {"x|a\\<b", "x"},
    {"\\`a\\'", "^a$"},
    {"a^b", "\\n\\n"},
    {"a$b", "\\n\\n"},
    {"x(^a|b)", "x(b)"},
    {"(a$|b)c", "(a$|b)c"},
    {"(a$)c", "\\n\\n"},
    {"$^", "^$"},
    {"^^a", "^a"},
    {"a(\\`|b)", "a(b)"},
    {"\\p{L}{2}", "\\p{L}{2}"},
    {"\\x{41}", "\\x{41}"},
    {"\\Qa{\\E**", "\\Qa{\\E**"},
    {"(?x)a{ ", "(?x)a{ "},
    {"\\<", "\\b(?=\\w)"},
    {"a|\\<.", "a|\\b(?=\\w)."},
    {".\\>", ".\\b(?<=\\w)"},
    {"\\<a*.", "\\b(?=\\w)a*."},
    {"x(|s)\\>", "x(|s)\\b(?<=\\w)"},
    {"(?i)a\\<b", "(?i)a\\bb"},
    {"\\<\xC3\xA4", "\\b(?=\\w)\xC3\xA4"},
    {"\xC3\xA4**", "(?:\xC3\xA4*)*"},
    {"x\xC3\xA4{0}", "x(?:)"},
    {"a[^a]\\>", "a[^a]\\b(?<=\\w)"},
};

TEST_EACH(translation_of, expressions)
{
    const char *typed = expressions[_i].typed;
    ms_bytes to = {0};
    ms_posix_ere_translate(&to, (ms_str){typed, strlen(typed)});
    ms_bytes_put_u8(&to, 0);
    ck_assert_int_eq(ms_bytes_check(&to), MS_OK);
    ck_assert_msg(strcmp((const char *)to.data, expressions[_i].translated) == 0, "%s: %s", typed,
                  (const char *)to.data);
    ms_bytes_fini(&to);
}

/* PCRE2 refuses them. */
TEST(what_is_too_long_or_too_deep_stays_as_it_is)
{
    char typed[20001];
    ms_bytes to = {0};
    memset(typed, '(', sizeof typed - 1);
    typed[sizeof typed - 1] = 0;
    ms_posix_ere_translate(&to, (ms_str){typed, sizeof typed - 1});
    ms_posix_ere_translate(&to, (ms_str){typed, 201});
    ck_assert_uint_eq(to.len, sizeof typed - 1 + 201);
    ms_bytes_fini(&to);
}
