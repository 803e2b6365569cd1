/* Suite of the reports about archives: their members as files, PATH!MEMBER. */
#include "report_fixture.h"

#include <stdlib.h>
#include <string.h>

Suite *report_archive_suite(void);

START_TEST(golden_json)
{
#define MEMBER(number, name) "\"archive\":\"in/all.tar\",\"member" name "\",\"member_number\":" number ","
#define BYTES_PATH "\"path_base64\":\"aW4vYWxsLnRhciFpLnRhciH/Cg==\","
    fixture fx;
    fx_begin(&fx);
    fx_archive(&fx);
    fx.settings.format = MS_FORMAT_JSON;
    char *got = fx_report(&fx, false, NULL);
    char *end = strstr(got, "{\"type\":\"summary\"");
    ck_assert_ptr_nonnull(end);
    ck_assert_ptr_nonnull(strstr(end, "\"matching_files\":2,\"matching_lines\":4,\"matching_members\":2,"));
    *end = 0;
    ck_assert_str_eq(
        got,
        "{\"type\":\"archive\",\"path\":\"in/all.tar\",\"matching_lines\":3}\n"
        "{\"type\":\"file\",\"path\":\"in/all.tar!dir/a.log\"," MEMBER(
            "1", "\":\"dir/a.log") "\"matching_lines\":1,\"keywords\":{\"root\":1}}\n"
                                   "{\"type\":\"line\",\"path\":\"in/all.tar!dir/a.log\"," MEMBER(
                                       "1",
                                       "\":\"dir/a.log") "\"line_number\":4,\"byte_offset\":30,\"keywords\":["
                                                         "\"root\"],\"text\":\"root here\"}\n"
                                                         "{\"type\":\"skip\",\"path\":\"in/"
                                                         "all.tar!p.png\"," MEMBER(
                                                             "2",
                                                             "\":\"p.png") "\"reason\":\"is an image: "
                                                                           "png\"}\n"
                                                                           "{\"type\":"
                                                                           "\"file\"," BYTES_PATH MEMBER(
                                                                               "3",
                                                                               "_base64\":\"aS50YXIh/"
                                                                               "wo=") "\"matching_"
                                                                                      "lines\":2,"
                                                                                      "\"keywords\":{"
                                                                                      "\"root\":2}}\n"
                                                                                      "{\"type\":"
                                                                                      "\"fault\""
                                                                                      "," BYTES_PATH MEMBER(
                                                                                          "3", "_base64\":"
                                                                                               "\"aS50YXIh/"
                                                                                               "wo=") "\"stag"
                                                                                                      "e\":"
                                                                                                      "\"deco"
                                                                                                      "de\","
                                                                                                      "\"mess"
                                                                                                      "age\":"
                                                                                                      "\"corr"
                                                                                                      "upt\"}"
                                                                                                      "\n"
                                                                                                      "{\"typ"
                                                                                                      "e\":"
                                                                                                      "\"faul"
                                                                                                      "t\","
                                                                                                      "\"path"
                                                                                                      "\":"
                                                                                                      "\"in/"
                                                                                                      "all."
                                                                                                      "tar\","
                                                                                                      "\"stag"
                                                                                                      "e\":"
                                                                                                      "\"memb"
                                                                                                      "er\","
                                                                                                      "\"mess"
                                                                                                      "age\":"
                                                                                                      "\"1 "
                                                                                                      "of "
                                                                                                      "its "
                                                                                                      "member"
                                                                                                      "s "
                                                                                                      "failed"
                                                                                                      "\"}\n"
                                                                                                      "{\"typ"
                                                                                                      "e\":"
                                                                                                      "\"file"
                                                                                                      "\","
                                                                                                      "\"path"
                                                                                                      "\":"
                                                                                                      "\"in/"
                                                                                                      "b."
                                                                                                      "log\","
                                                                                                      "\"matc"
                                                                                                      "hing_"
                                                                                                      "lines"
                                                                                                      "\":1,"
                                                                                                      "\"keyw"
                                                                                                      "ords\""
                                                                                                      ":{"
                                                                                                      "\"root"
                                                                                                      "\":1}}"
                                                                                                      "\n");
    free(got);
    fx_end(&fx);
}
END_TEST

START_TEST(golden_csv)
{
    fixture fx;
    fx_begin(&fx);
    fx_archive(&fx);
    fx.settings.format = MS_FORMAT_CSV;
    char *got = fx_report(&fx, false, NULL);
    ck_assert_str_eq(got, "path,matching_lines,keywords\r\n"
                          "in/all.tar!dir/a.log,1,root=1\r\n"
                          "in/all.tar!i.tar!\\xff\\n,2,root=2\r\n"
                          "in/b.log,1,root=1\r\n");
    free(got);
    fx_end(&fx);
}
END_TEST

START_TEST(golden_text)
{
    fixture fx;
    fx_begin(&fx);
    fx_archive(&fx);
    char *got = fx_report(&fx, false, NULL);
    char *figures = strstr(got, "\n\nrank");
    if (figures) {
        *figures = 0;
    }
    ck_assert_ptr_nonnull(strstr(got,
                                 "in/all.tar!dir/a.log: 1 matching line (root 1)\n"
                                 "  4:root here\n"
                                 "in/all.tar!i.tar!\\xff\\n: 2 matching lines (root 2)\n"
                                 "in/b.log: 1 matching line (root 1)\n"
                                 "\n"
                                 "FAILED in/all.tar: member: 1 of its members failed\n"
                                 "  failed in/all.tar!i.tar!\\xff\\n: decode: corrupt\n"
                                 "skipped in/all.tar!p.png: is an image: png\n"
                                 "\n"
                                 "2 files enumerated = 1 scanned + 0 skipped + 1 failed; 1.0 kB searched; "
                                 "2 files match on 4 lines; in archives, 2 members match\n"
                                 "INCOMPLETE: 1 of 2 files could not be searched"));
    free(got);
    fx_end(&fx);
}
END_TEST

Suite *report_archive_suite(void)
{
    Suite *suite = suite_create("report_archive");
    TCase *tc = tcase_create("all");
    tcase_add_test(tc, golden_json);
    tcase_add_test(tc, golden_csv);
    tcase_add_test(tc, golden_text);
    suite_add_tcase(suite, tc);
    return suite;
}
