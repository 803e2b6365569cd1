/* Suite of base/glob.c. The rows are from gitignore(5), and what the tests of git's wildmatch, of ripgrep's
 * globset and of its ignore crate expect; two rows are marked where we deviate. */
#include "base/glob.h"

#include "unit.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *glob, *name;
    bool matches;
} rows[] = {
    /* literals, '?', '*' */
    {"a", "a", true},
    {"a", "b", false},
    {"a", "", false},
    {"", "", true},
    {"", "a", false},
    {"a*b", "a_b", true},
    {"a*b*c", "abc", true},
    {"a*b*c", "a_b_c", true},
    {"a*b*c", "a___b___c", true},
    {"abc*abc*abc", "abcabcabcabcabcabcabc", true},
    {"a*a*a*a*a*a*a*a*a", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", true},
    {"a*b[xyz]c*d", "abxcdbxcddd", true},
    {"*.rs", ".rs", true},
    {"*.rs", "x.rsx", false},
    {"\xe2\x98\x83", "\xe2\x98\x83", true},
    {"?", "\xe2\x98\x83", true},
    {"??", "\xe2\x98\x83", false},
    {"?", "\xff", true},
    {"\xff*", "\xff\xfe", true},
    {"[\xc3\xa4-\xc3\xbc]", "\xc3\xb6", true},
    {"[\xc3\xa4-\xc3\xbc]", "\xc3", false},
    {"*", "", true},
    {"*", ".hidden", true},
    {"foo*", "foo", true},
    {"f*", "foo", true},
    {"*f", "foo", false},
    {"*foo*", "foo", true},
    {"*ob*a*r*", "foobar", true},
    {"*ab", "aaaaaaabababab", true},
    {"***", "abc", true},
    /* '*' and '?' do not match a slash */
    {"abc/def", "abc/def", true},
    {"abc?def", "abc/def", false},
    {"abc*def", "abc/def", false},
    {"abc[/]def", "abc/def", false}, /* as git; globset says true */
    {"abc[!x]def", "abc/def", false},
    {"src/*.rs", "src/main.rs", true},
    {"src/*.rs", "src/grep/src/main.rs", false},
    {"s*.rs", "src/foo.rs", false},
    {"path1/*", "path1/foo", true},
    {"path1/*", "path2/path1/foo", false},
    {"foo*/bar", "foo/baz/bar", false},
    {"some/*/needle.txt", "some/one/needle.txt", true},
    {"some/*/needle.txt", "some/needle.txt", false},
    {"some/*/needle.txt", "some/one/two/needle.txt", false},
    {"a/*/b", "a/x/b", true},
    {"*/*/*", "foo/bar", false},
    {"*/*/*", "foo/bb/aa/rr", false},
    /* "**" */
    {"some/**/needle.txt", "some/needle.txt", true},
    {"some/**/needle.txt", "some/one/needle.txt", true},
    {"some/**/needle.txt", "some/one/two/needle.txt", true},
    {"some/**/needle.txt", "some/other/notthis.txt", false},
    {"some/**/needle.txt", "someneedle.txt", false},
    {"some/**/**/needle.txt", "some/needle.txt", true},
    {"some/**/**/needle.txt", "some/one/two/needle.txt", true},
    {"**", "abcde", true},
    {"**", "", true},
    {"**", ".asdf", true},
    {"**", "x/.asdf", true},
    {"**/", "x/y", true},
    {"**/test", "one/two/test", true},
    {"**/test", "test", true},
    {"**/test", "one/notthis", false},
    {"**/test", "onetest", false},
    {"**/.*", ".abc", true},
    {"**/.*", "abc/.abc", true},
    {"**/.*", "abc.abc", false},
    {"**/foo/bar", "foo/bar", true},
    {"**/foo/bar", "foo/src/bar", false},
    {"**/foo/**", "src/foo/bar", true},
    {"**/foo/**", "wat/src/foo/bar/baz", true},
    {"**/foo/**", "wat/src/afoo/bar/baz", false},
    {"**/foo/**", "wat/src/fooa/bar/baz", false},
    {".*/**", ".abc/abc", true},
    {".*/**", ".abc", false},
    {"abc/**", "abc/x", true},
    {"abc/**", "abc/x/y/z", true},
    {"abc/**", "abc", false},
    {"foo/**", "foo", false},
    {"a/**/b", "a/b", true},
    {"a/**/b", "a/x/y/b", true},
    {"a/**/b", "ab", false},
    {"**/**/*", "a/foo.rs", true},
    {"**/*/**", "foo/bb/aa/rr", true},
    {"**/bar*", "deep/foo/bar/baz", false},
    {"**/bar*", "deep/foo/bar", true},
    {"**/bar/*", "deep/foo/bar/baz/x", false},
    {"**/bar/**", "deep/foo/bar/baz/x", true},
    {"foo**bar", "foobazbar", true},
    {"foo**bar", "foo/baz/bar", false},
    {"a**", "a/b", false},
    {"deep/**", "deep/foo/bar", true},
    /* classes */
    {"a[0-9]b", "a0b", true},
    {"a[0-9]b", "a9b", true},
    {"a[0-9]b", "a_b", false},
    {"a[!0-9]b", "a_b", true},
    {"a[^0-9]b", "a_b", true},
    {"a[!0-9]b", "a0b", false},
    {"[a-z123]", "1", true},
    {"[123a-z]", "4", false},
    {"[abc-]", "-", true},
    {"[-abc]", "-", true},
    {"[-a-c]", "b", true},
    {"[a-c-]", "-", true},
    {"[-]", "-", true},
    {"[]]", "]", true},
    {"[!]]", "]", false},
    {"[]-z]", "a", true},
    {"[--z]", "0", true},
    {"[!!]", "!", false},
    {"[*]", "*", true},
    {"[*]", "x", false},
    {"_[[]_[]]_[?]_[*]_!_", "_[_]_?_*_!_", true},
    {"[\\]]", "]", true},
    {"[\\-a]", "-", true},
    {"[[:digit:][:upper:]_]", "7", true},
    {"[[:digit:][:upper:]_]", "_", true},
    {"[[:digit:][:upper:]_]", "a", false},
    {"[![:space:]]", "\t", false},
    {"[[:xdigit:]]", "f", true},
    {"[[:digit]", ":", true},
    /* braces */
    {"a,b", "a,b", true},
    {"{a,b}", "a", true},
    {"{a,b}", "b", true},
    {"{a,b}", "c", false},
    {"{a,b}", "ab", false},
    {"{**/src/**,foo}", "abc/src/bar", true},
    {"{**/src/**,foo}", "foo", true},
    {"{[}],foo}", "}", true},
    {"{foo}", "foo", true},
    {"{}", "", true},
    {"{,}", "", true},
    {"{*.foo,*.bar,*.wat}", "test.bar", true},
    {"foo{,.txt}", "foo.txt", true},
    {"foo{,.txt}", "foo", true}, /* as a shell; globset says false by default */
    {"{a,b{c,d}}", "bc", true},
    {"{a,b{c,d}}", "a", true},
    {"{a,b{c,d}}", "b", false},
    {"{a,{b,c}}x", "cx", true},
    {"*.log{,.[0-9]*}{,.gz,.xz}", "syslog.log.12.gz", true},
    {"*.log{,.[0-9]*}{,.gz,.xz}", "syslog.log.gz", true},
    {"*.log{,.[0-9]*}{,.gz,.xz}", "syslog.log.bz2", false},
    {"{a/**,b}/c", "a/x/y/c", true},
    {"{a,b}/**", "b/x", true},
    {"{a\\,b,c}", "a,b", true},
    /* escapes */
    {"\\[", "[", true},
    {"\\?", "?", true},
    {"\\?", "x", false},
    {"\\*", "*", true},
    {"\\*", "x", false},
    {"\\a", "a", true},
    {"\\{a\\}", "{a}", true},
    {"\\!xy", "!xy", true},
    {"\\#foo", "#foo", true},
    {"a\\\\b", "a\\b", true},
    /* slashes of the pattern's ends are not part of the program */
    {"foo/", "foo", true},
    {"foo//", "foo", true},
    {"/foo/bar/baz", "foo/bar/baz", true},
    {"./foo", "foo", true},
    {".//./foo/bar", "foo/bar", true},
    {"a//b", "a/b", true},
    {".a/b", ".a/b", true},
    {"/**/test", "one/test", true},
    {"/**/test", "test", true},
};

TEST_EACH(glob_table, rows)
{
    ms_glob glob;
    ms_err err = {0};
    ck_assert_int_eq(ms_glob_init(&glob, rows[_i].glob, &err), MS_OK);
    ck_assert_msg(ms_glob_matches(&glob, rows[_i].name, strlen(rows[_i].name)) == rows[_i].matches, "%s %s",
                  rows[_i].glob, rows[_i].name);
    ms_glob_fini(&glob);
    ms_glob_fini(&glob);
}

static const struct {
    const char *glob;
    bool is_path, is_absolute, is_directory, ends_literally;
} shapes[] = {
    {"a", false, false, false, true},   {"a/", false, false, true, true},
    {"/a", true, true, false, true},    {"a/b", true, false, false, true},
    {"a/b/", true, false, true, true},  {"./a", true, false, false, true},
    {"a/*", true, false, false, false}, {"*/a", true, false, false, true},
    {"**/a/", true, false, true, true}, {"a[0]/b?", true, false, false, false},
    {"/", true, true, false, true},     {"*", false, false, false, false},
};

TEST_EACH(shape_table, shapes)
{
    ms_glob glob;
    ck_assert_int_eq(ms_glob_init(&glob, shapes[_i].glob, NULL), MS_OK);
    ck_assert_int_eq(glob.is_path, shapes[_i].is_path);
    ck_assert_int_eq(glob.is_absolute, shapes[_i].is_absolute);
    ck_assert_int_eq(glob.is_directory, shapes[_i].is_directory);
    ck_assert_int_eq(glob.ends_literally, shapes[_i].ends_literally);
    ms_glob_fini(&glob);
}

static const struct {
    const char *glob, *why;
} invalid[] = {
    {"[", "'[' without ']'"},
    {"[]", "'[' without ']'"},
    {"[!", "'[' without ']'"},
    {"[!]", "'[' without ']'"},
    {"a[b", "'[' without ']'"},
    {"[a\\", "'[' without ']'"},
    {"[[:digit:]", "'[' without ']'"},
    {"[z-a]", "a range is in the wrong order"},
    {"[z--]", "a range is in the wrong order"},
    {"{a,b", "'{' without '}'"},
    {"{a,{b,c}", "'{' without '}'"},
    {"{**/", "'{' without '}'"},
    {"{[}", "'[' without ']'"},
    {"a,b}", "'}' without '{'"},
    {"{a,b}}", "'}' without '{'"},
    {"a\\", "ends with a backslash"},
    {"{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{", "too many nested '{'"},
};

TEST_EACH(invalid_table, invalid)
{
    ms_glob glob;
    ms_err err = {0};
    ck_assert_int_eq(ms_glob_init(&glob, invalid[_i].glob, &err), MS_USAGE);
    ck_assert_str_eq(err.text, invalid[_i].why);
    ck_assert_ptr_null(glob.ops);
}

/* A matcher that tries one way after the other would not end. */
TEST(time_is_bounded)
{
    char name[4096];
    ms_glob glob;
    memset(name, 'a', sizeof name);
    ck_assert_int_eq(
        ms_glob_init(&glob, "**/{a*,*a}{a*,*a}{a*,*a}{a*,*a}{a*,*a}{a*,*a}{a*,*a}{a*,*a}{a*,*a}*a*a*b", NULL),
        MS_OK);
    ck_assert(!ms_glob_matches(&glob, name, sizeof name));
    name[sizeof name - 1] = 'b';
    ck_assert(ms_glob_matches(&glob, name, sizeof name));
    ms_glob_fini(&glob);
}
