/* Suite of the reports about archives: their members as files, PATH!MEMBER. */
#include "report_fixture.h"

#include <stdlib.h>
#include <string.h>

/* Line by line, with ' for ". */
static const char *const json[] = {
    "{'type':'archive','path':'in/all.tar','matching_lines':3}",
    "{'type':'file','path':'in/all.tar!dir/a.log','archive':'in/all.tar','member':'dir/"
    "a.log','member_number':1,"
    "'matching_lines':1,'keywords':{'root':1}}",
    "{'type':'line','path':'in/all.tar!dir/a.log','archive':'in/all.tar','member':'dir/"
    "a.log','member_number':1,"
    "'line_number':4,'byte_offset':30,'keywords':['root'],'text':'root here'}",
    "{'type':'skip','path':'in/all.tar!p.png','archive':'in/all.tar','member':'p.png','member_number':2,"
    "'reason':'is an image: png'}",
    "{'type':'file','path_base64':'aW4vYWxsLnRhciFpLnRhciH/Cg==','archive':'in/all.tar',"
    "'member_base64':'aS50YXIh/wo=','member_number':3,'matching_lines':2,'keywords':{'root':2}}",
    "{'type':'fault','path_base64':'aW4vYWxsLnRhciFpLnRhciH/Cg==','archive':'in/all.tar',"
    "'member_base64':'aS50YXIh/wo=','member_number':3,'stage':'decode','message':'corrupt'}",
    "{'type':'fault','path':'in/all.tar','stage':'member','message':'1 of its members failed'}",
    "{'type':'file','path':'in/b.log','matching_lines':1,'keywords':{'root':1}}",
};

TEST(golden_json)
{
    fixture fx;
    fx_begin(&fx);
    fx_archive(&fx);
    fx.settings.format = MS_FORMAT_JSON;
    char *got = fx_report(&fx, false, NULL);
    char *at = got;
    for (char *quote = got; (quote = strchr(quote, '"'));) {
        *quote = '\'';
    }
    for (size_t i = 0; i < sizeof json / sizeof json[0]; i++) {
        char *end = strchr(at, '\n');
        ck_assert_ptr_nonnull(end);
        *end = 0;
        ck_assert_str_eq(at, json[i]);
        at = end + 1;
    }
    ck_assert_ptr_nonnull(strstr(at, "'type':'summary'"));
    ck_assert_ptr_nonnull(strstr(at, "'matching_files':2,'matching_lines':4,'matching_members':2,"));
    free(got);
    fx_end(&fx);
}

TEST(golden_csv)
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

TEST(golden_text)
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
                                 "FAILED in/all.tar: 1 of its members failed\n"
                                 "  failed in/all.tar!i.tar!\\xff\\n: corrupt\n"
                                 "skipped in/all.tar!p.png: is an image: png\n"
                                 "\n"
                                 "2 files enumerated = 1 scanned + 0 skipped + 1 failed; 1.0 kB searched; "
                                 "2 files match on 4 lines; in archives, 2 members match\n"
                                 "INCOMPLETE: 1 of 2 files could not be searched"));
    free(got);
    fx_end(&fx);
}
