/* Suite of logs/keywords/keywords.c: how keywords are collected, made unique, and sent. */
#include "logs/keywords/keywords.h"

#include "logs_fixture.h"
#include "unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The list, each keyword followed by '|'. */
static void joined(const ms_keywords *keywords, char *to, size_t size)
{
    size_t at = 0;
    for (size_t i = 0; i < keywords->list.count; i++) {
        ms_str name = ms_str_list_at(&keywords->list, i);
        ck_assert_uint_lt(at + name.len + 1, size);
        memcpy(to + at, name.data, name.len);
        at += name.len;
        to[at++] = '|';
    }
    to[at] = 0;
}

typedef struct given {
    const char *data;
    size_t n;
    const char *want; /* NULL: refused */
} given;

#define G(data, want)                                                                                        \
    {                                                                                                        \
        data, sizeof(data) - 1, want                                                                         \
    }

static const given options[] = {
    G("foo", "foo|"),       G("foo bar", "foo bar|"),
    G("a\nb\nc", "a|b|c|"), G("a\r\nb", "a\r|b|"),
    G("foo\r", "foo\r|"),   G("", NULL),
    G("\n", NULL),          G("a\n", NULL),
    G("a\n\nb", NULL),      G("\na", NULL),
    G(" ", " |"),           G("\xFF\x80", "\xFF\x80|"),
};

TEST_EACH(keywords_of_an_option, options)
{
    char text[64];
    ms_err err = {0};
    ms_keywords keywords = {0};
    ms_code code = ms_keywords_add(&keywords, options[_i].data, options[_i].n, &err);
    ck_assert_int_eq(code, options[_i].want ? MS_OK : MS_USAGE);
    ck_assert_int_eq(err.code, code);
    if (options[_i].want) {
        joined(&keywords, text, sizeof text);
        ck_assert_str_eq(text, options[_i].want);
    } else {
        ck_assert_ptr_nonnull(strstr(err.text, "empty keyword"));
    }
    ms_keywords_fini(&keywords);
    ms_keywords_fini(&keywords);
}

static const given files[] = {
    G("", ""),
    G("\n\r\n\n", ""),
    G("a\nb", "a|b|"),
    G("a\nb\n", "a|b|"),
    G("a\r\nb\r", "a|b|"),
    G("a\r\r\n", "a\r|"),
    G("\xEF\xBB\xBF"
      "a\n\xEF\xBB\xBF"
      "b\n",
      "a|\xEF\xBB\xBF"
      "b|"),
    G("\xEF\xBB\xBF", ""),
    G("\xEF\xBB", "\xEF\xBB|"),
    G("a\n\n\r\n b \n", "a| b |"),
};

TEST_EACH(keywords_of_a_file, files)
{
    char text[64];
    ms_err err = {0};
    ms_keywords added = {0};
    ms_keywords read = {0};
    scratch directory = scratch_open();
    ck_assert_int_eq(ms_keywords_add_lines(&added, files[_i].data, files[_i].n), MS_OK);
    joined(&added, text, sizeof text);
    ck_assert_str_eq(text, files[_i].want);
    file_write(directory.file, files[_i].data, files[_i].n);
    ck_assert_int_eq(ms_keywords_read(&read, directory.file, NULL, NULL, &err), MS_OK);
    joined(&read, text, sizeof text);
    ck_assert_str_eq(text, files[_i].want);
    ms_keywords_fini(&added);
    ms_keywords_fini(&read);
    scratch_close(&directory);
}

TEST(nul_bytes_of_a_file_stay)
{
    ms_keywords keywords = {0};
    ck_assert_int_eq(ms_keywords_add_lines(&keywords, "a\0b\n\0\n", 6), MS_OK);
    ck_assert_uint_eq(keywords.list.count, 2);
    ck_assert_uint_eq(ms_str_list_at(&keywords.list, 0).len, 3);
    ck_assert_mem_eq(ms_str_list_at(&keywords.list, 0).data, "a\0b", 3);
    ck_assert_uint_eq(ms_str_list_at(&keywords.list, 1).len, 1);
    ms_keywords_fini(&keywords);
}

TEST(a_big_file)
{
    enum { LINES = 30000 }; /* more than one read takes */
    scratch directory = scratch_open();
    ms_bytes text = {0};
    ms_keywords keywords = {0};
    ms_err err = {0};
    for (unsigned i = 0; i < LINES; i++) {
        char line[32];
        int n = snprintf(line, sizeof line, "keyword %u\n", i);
        ms_bytes_append(&text, line, (size_t)n);
    }
    file_write(directory.file, text.data, text.len);
    ck_assert_int_eq(ms_keywords_read(&keywords, directory.file, NULL, NULL, &err), MS_OK);
    ck_assert_uint_eq(keywords.list.count, LINES);
    ck_assert_str_eq(ms_str_list_at(&keywords.list, LINES - 1).data, "keyword 29999");
    ms_keywords_fini(&keywords);
    ms_bytes_fini(&text);
    scratch_close(&directory);
}

TEST(a_file_that_cannot_be_read)
{
    ms_keywords keywords = {0};
    ms_err err = {0};
    ck_assert_int_eq(ms_keywords_read(&keywords, "/nonexistent/k\x1b", NULL, NULL, &err), MS_IO);
    ck_assert_ptr_nonnull(strstr(err.text, "'/nonexistent/k\\x1b'"));
    ck_assert_ptr_nonnull(strstr(err.text, "No such file"));
    ck_assert_int_eq(ms_keywords_read(&keywords, "/tmp", NULL, NULL, &err), MS_IO);
    ck_assert_ptr_nonnull(strstr(err.text, "directory"));
    ck_assert_uint_eq(keywords.list.count, 0);
}

TEST(keywords_of_standard_input)
{
    ms_keywords keywords = {0};
    ms_err err = {0};
    char text[64];
    scratch directory = scratch_open();
    file_write(directory.file, "a\nb\n", 4);
    int fd = open(directory.file, O_RDONLY);
    ck_assert_int_eq(dup2(fd, STDIN_FILENO), STDIN_FILENO);
    ck_assert_int_eq(close(fd), 0);
    ck_assert_msg(ms_keywords_read(&keywords, "-", NULL, NULL, &err) == MS_OK, "%s", err.text);
    joined(&keywords, text, sizeof text);
    ck_assert_str_eq(text, "a|b|");
    ck_assert_int_eq(lseek(STDIN_FILENO, 0, SEEK_CUR), 4); /* still open */
    ms_keywords_fini(&keywords);
    scratch_close(&directory);
}

TEST(a_file_without_end_is_refused)
{
    ms_keywords keywords = {0};
    ms_err err = {0};
    ck_assert_int_eq(ms_keywords_read(&keywords, "/dev/zero", NULL, NULL, &err), MS_USAGE);
    ck_assert_str_eq(err.text, "the keyword file '/dev/zero' has more than 256 MiB");
    ck_assert_uint_eq(keywords.list.count, 0);
}

TEST(unique_keeps_the_first_in_order)
{
    static const char *const list[] = {"b", "a", "b", "", "ab", "a", "B", "", "c", "b", NULL};
    char text[64];
    ms_keywords keywords = logs_keywords(list, IGNORE_CASE);
    ck_assert_int_eq(ms_keywords_unique(&keywords), MS_OK);
    joined(&keywords, text, sizeof text);
    ck_assert_str_eq(text, "b|a||ab|B|c|");
    ck_assert(keywords.ignore_case);
    ms_keywords_fini(&keywords);
    ck_assert_int_eq(ms_keywords_unique(&keywords), MS_OK); /* of none */
    ck_assert_uint_eq(keywords.list.count, 0);
    ms_keywords_fini(&keywords);
}

TEST(sent_and_received)
{
    static const char *const list[] = {"a", "\1", "caf\xC3\xA9", NULL};
    for (unsigned flags = 0; flags < 8; flags++) {
        ms_keywords keywords = logs_keywords(list, flags);
        ms_keywords back = {0};
        ms_bytes bytes = {0};
        ck_assert_int_eq(ms_keywords_encode(&keywords, &bytes), MS_OK);
        for (size_t n = 0; n < bytes.len; n++) {
            ck_assert_int_eq(ms_keywords_decode(&back, bytes.data, n), MS_FORMAT);
            ck_assert_ptr_null(back.list.ends);
        }
        ck_assert_int_eq(ms_keywords_decode(&back, bytes.data, bytes.len), MS_OK);
        ck_assert(back.regex == keywords.regex && back.ignore_case == keywords.ignore_case);
        ck_assert(back.word == keywords.word && back.list.count == 3);
        for (size_t i = 0; i < 3; i++) {
            ck_assert_int_eq(ms_str_compare(ms_str_list_at(&keywords.list, i), ms_str_list_at(&back.list, i)),
                             0);
        }
        ms_keywords_fini(&back);
        ms_bytes_put_u8(&bytes, 0);
        ck_assert_int_eq(ms_keywords_decode(&back, bytes.data, bytes.len), MS_FORMAT); /* a byte too many */
        ms_bytes_fini(&bytes);
        ms_keywords_fini(&keywords);
    }
}

TEST(what_is_not_keywords_is_refused)
{
    ms_keywords back = {0};
    ck_assert_int_eq(ms_keywords_decode(&back, "\x08\0\0\0\0\0\0\0\0", 9),
                     MS_FORMAT); /* a flag that is none */
    ck_assert_int_eq(ms_keywords_decode(&back, "\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 17),
                     MS_FORMAT); /* an empty one */
    ck_assert_int_eq(ms_keywords_decode(&back, "\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 9), MS_FORMAT);
    ck_assert_uint_eq(back.list.count, 0);
    ck_assert_ptr_null(back.list.ends);
}
