/* Suite of report/report_csv.c: RFC 4180. */
#include "report_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TEST(golden)
{
    fixture fx;
    fx_begin(&fx);
    fx_five_files(&fx);
    fx.settings.format = MS_FORMAT_CSV;
    char *got = fx_report(&fx, true, NULL);
    ck_assert_str_eq(got, "path,matching_lines,keywords\r\n"
                          "logs/a.log,2,unauthorized access=2; failed password=1\r\n"
                          "logs/d.log,1,failed password=1\r\n");
    free(got);
    fx.settings.files_with_matches = true;
    got = fx_report(&fx, false, NULL);
    ck_assert_str_eq(got, "path,matching_lines,keywords\r\n"
                          "logs/a.log,,\r\n"
                          "logs/d.log,,\r\n");
    free(got);
    fx_end(&fx);
}

TEST(golden_of_images)
{
    fixture fx;
    fx_begin(&fx);
    fx_four_images(&fx);
    fx.settings.format = MS_FORMAT_CSV;
    char *got = fx_report(&fx, false, NULL);
    ck_assert_str_eq(got, "path,output,width,height,method\r\n"
                          "in/a.jpg,gray/a.jpg,4000,3000,jpeg-lossless\r\n"
                          "\"in/b,c.tif\",gray/\\xff.tif,500,500,general\r\n");
    free(got);
    fx_end(&fx);
}

static const struct {
    const char *in;
    size_t n;
    const char *out;
} fields[] = {
    {BYTES("plain name.log"), "plain name.log"},
    {BYTES("a,b"), "\"a,b\""},
    {BYTES("say \"hi\""), "\"say \"\"hi\"\"\""},
    {BYTES("\""), "\"\"\"\""},
    {BYTES("cr\rhere"), "cr\\rhere"},
    {BYTES("lf\nhere"), "lf\\nhere"},
    {BYTES("esc\033[2J\xc2\x9b"), "esc\\x1b[2J\\xc2\\x9b"},
    {BYTES("bidi\xe2\x80\xae"), "bidi\\xe2\\x80\\xae"},
    {BYTES("\\xff"), "\\\\xff"},
    {BYTES("\xff"), "\\xff"},
    {BYTES("a;b"), "a\\x3bb"},
    {BYTES("a!b"), "a\\x21b"}, /* no member of an archive */
    {BYTES(" leading"), "\" leading\""},
    {BYTES("trailing\t"), "trailing\\t"},
    {BYTES("=1+1"), "\\x3d1+1"}, /* no formula */
    {BYTES("+1"), "\\x2b1"},
    {BYTES("-1"), "\\x2d1"},
    {BYTES("@SUM(A1)"), "\\x40SUM(A1)"},
    {BYTES("  =cmd|' /C calc'!A0"), "\"  \\x3dcmd|' /C calc'\\x21A0\""},
    {BYTES("\t=1"), "\\t=1"},
    {BYTES("\r=1"), "\\r=1"},
    {BYTES("\"=1"), "\"\"\"=1\""}, /* begins with a quote, also once it is parsed */
    {BYTES("\xef\xbc\x9d"
           "1"),
     "\\xef\\xbc\\x9d1"}, /* full width */
    {BYTES("\xef\xbc\x8c"
           "1"),
     "\xef\xbc\x8c"
     "1"},
    {BYTES("a=1"), "a=1"},
    {BYTES("gr\xc3\xb6\xc3\x9f"), "gr\xc3\xb6\xc3\x9f"},
    {BYTES("latin \xf6"), "latin \\xf6"},
    {BYTES("latin \xf6\n,"), "\"latin \\xf6\\n,\""},
};

TEST_EACH(quoting_table, fields)
{
    fixture fx;
    fx_begin(&fx);
    fx.settings.format = MS_FORMAT_CSV;
    fx_keyword(&fx, fields[_i].in, fields[_i].n);
    fx_file(&fx, fields[_i].in, fields[_i].n, 1, 1);
    fx_done(&fx, MS_STATUS_SCANNED, "", "");
    fx_merge(&fx);
    char expected[128];
    (void)snprintf(expected, sizeof expected, "path,matching_lines,keywords\r\n%s,1,\r\n", fields[_i].out);
    char *got = fx_report(&fx, false, NULL);
    ck_assert_str_eq(got, expected);
    free(got);
    fx_end(&fx);
}

TEST(keywords_are_quoted_together)
{
    fixture fx;
    fx_begin(&fx);
    fx.settings.format = MS_FORMAT_CSV;
    fx_keyword(&fx, BYTES("a,b"));
    fx_keyword(&fx, BYTES("\xff"));
    fx_file(&fx, BYTES("x"), 1, 5000000001);
    fx_count(&fx, 0, 7);
    fx_count(&fx, 1, 5000000000);
    fx_done(&fx, MS_STATUS_SCANNED, "", "");
    fx_merge(&fx);
    char *got = fx_report(&fx, false, NULL);
    ck_assert_str_eq(got, "path,matching_lines,keywords\r\nx,5000000001,\"a,b=7; \\xff=5000000000\"\r\n");
    free(got);
    fx_end(&fx);
}

TEST(keywords_are_no_formulas)
{
    fixture fx;
    fx_begin(&fx);
    fx.settings.format = MS_FORMAT_CSV;
    fx_keyword(&fx, BYTES("=a; =b"));
    fx_keyword(&fx, BYTES("@c!"));
    fx_file(&fx, BYTES("x"), 1, 1);
    fx_count(&fx, 0, 1);
    fx_count(&fx, 1, 1);
    fx_done(&fx, MS_STATUS_SCANNED, "", "");
    fx_merge(&fx);
    char *got = fx_report(&fx, false, NULL);
    ck_assert_str_eq(got, "path,matching_lines,keywords\r\nx,1,\\x3da\\x3b =b=1; \\x40c!=1\r\n");
    free(got);
    fx_end(&fx);
}
