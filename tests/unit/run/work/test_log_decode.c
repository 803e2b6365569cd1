/* Suite of run/work/log_probe.c: the text of keyword files, however they are stored. */
#include "run/work/log_probe.h"

#include "unit.h"

#include <string.h>

typedef struct stored {
    const char *about;
    const char *file;
    size_t nfile;
    const char *encoding;
    const char *text; /* NULL: refused, with `about` in the reason */
} stored;

#define S(about, file, encoding, text)                                                                       \
    {                                                                                                        \
        about, file, sizeof(file) - 1, encoding, text                                                        \
    }

static const stored files[] = {
    S("nothing", "", NULL, ""),
    S("ASCII", "one\ntwo\n", NULL, "one\ntwo\n"),
    S("UTF-16", "\xFF\xFEo\0n\0e\0\n\0", NULL, "one\n"),
    S("UTF-16 without a mark", "\0o\0n\0e\0\n", NULL, "one\n"),
    S("UTF-32", "\xFF\xFE\0\0o\0\0\0\n\0\0\0", NULL, "o\n"),
    S("Latin-1 as it is", "caf\xE9\n", NULL, "caf\xE9\n"),
    S("Latin-1", "caf\xE9\n", "LATIN1", "caf\xC3\xA9\n"),
    S("UTF-8, whatever the logs are", "caf\xC3\xA9\n", "LATIN1", "caf\xC3\xA9\n"),
    S("gzip", "\x1F\x8B\x08\0\0\0\0\0\0\x03\xCB\xCF\x4B\xE5\x2A\x29\xCF\xE7\x02\0\xE6\x0B\xBA\x12\x08\0\0\0",
      "LATIN1", "one\ntwo\n"),
    S("7z", "7z\xBC\xAF\x27\x1C\0\4", NULL, NULL),
    S("truncated", "\x1F\x8B\x08\0\0\0\0\0\0\x03\xCB", NULL, NULL),
};

TEST_EACH(decoded, files)
{
    const stored *f = &files[_i];
    ms_bytes from = {0};
    ms_bytes to = {0};
    ms_err err = {0};
    ms_log_text options = {.encoding = f->encoding};
    ms_bytes_append(&from, f->file, f->nfile);
    ms_bytes_append(&to, "kept ", 5);
    ms_code code = ms_log_decode(&options, &from, 1 << 20, &to, &err);
    if (!f->text) {
        ck_assert_int_eq(code, MS_FORMAT);
        ck_assert_msg(strstr(err.text, f->about), "%s: %s", f->about, err.text);
    } else {
        ck_assert_msg(code == MS_OK, "%s: %s", f->about, err.text);
        ck_assert_msg(to.len == 5 + strlen(f->text) && memcmp(to.data + 5, f->text, to.len - 5) == 0,
                      "%s: %.*s", f->about, (int)to.len, (const char *)to.data);
    }
    ms_bytes_fini(&from);
    ms_bytes_fini(&to);
}

TEST(text_beyond_the_limit_is_refused)
{
    static char text[300000];
    ms_bytes from = {0};
    ms_bytes to = {0};
    ms_err err = {0};
    ms_log_text options = {0};
    memset(text, 'x', sizeof text);
    ms_bytes_append(&from, text, sizeof text);
    ck_assert_int_eq(ms_log_decode(&options, &from, 200000, &to, &err), MS_LIMIT);
    ck_assert_ptr_nonnull(strstr(err.text, "more than 0 MiB"));
    ms_bytes_fini(&from);
    ms_bytes_fini(&to);
}
