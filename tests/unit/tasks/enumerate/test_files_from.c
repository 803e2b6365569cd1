/* Suite of tasks/enumerate/files_from.c. */
#include "scratch.h"
#include "tree.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

TEST_FIXTURE(scratch_enter, scratch_leave);

#define BYTES(text) (text), sizeof(text) - 1

static const struct {
    const char *data;
    size_t n;
    bool null_separated;
    const char *names[5];
} lists[] = {
    {BYTES(""), false, {NULL}},
    {BYTES("\n\n"), false, {NULL}},
    {BYTES("a"), false, {"a"}},
    {BYTES("a\n"), false, {"a"}},
    {BYTES("a\n\n b \n-c\n"), false, {"a", " b ", "-c"}},
    {BYTES("a\r\nb\xff"), false, {"a\r", "b\xff"}},
    {BYTES("-\n--\n-"), false, {"./-", "--", "./-"}},
    {BYTES("a\0b\nc\0"), true, {"a", "b\nc"}},
    {BYTES("\0\0a\0\0b"), true, {"a", "b"}},
};

static void check_names(const ms_str_list *names, const char *const *expected)
{
    size_t count = 0;
    for (; expected[count]; count++) {
        ck_assert_uint_lt(count, names->count);
        ck_assert_uint_eq(ms_str_list_at(names, count).len, strlen(expected[count]));
        ck_assert_str_eq(ms_str_list_at(names, count).data, expected[count]);
    }
    ck_assert_uint_eq(names->count, count);
}

TEST_EACH(split_table, lists)
{
    ms_str_list names = {0};
    ck_assert_int_eq(ms_files_from_split(&names, lists[_i].data, lists[_i].n, lists[_i].null_separated),
                     MS_OK);
    check_names(&names, lists[_i].names);
    ms_str_list_fini(&names);
}

TEST(a_nul_within_a_line_stays)
{
    ms_str_list names = {0};
    ck_assert_int_eq(ms_files_from_split(&names, "a\0b\n", 4, false), MS_OK);
    ck_assert_uint_eq(names.count, 1);
    ck_assert_uint_eq(ms_str_list_at(&names, 0).len, 3);
    ms_str_list_fini(&names);
}

static void write_list(const char *path)
{
    int fd = open(path, O_CREAT | O_WRONLY, 0600);
    ck_assert_int_eq(write(fd, "x\ny\n", 4), 4);
    ck_assert_int_eq(close(fd), 0);
}

/* As files: with a mark, and what cannot be a list of names. */
static const struct {
    const char *data;
    size_t n;
    bool null_separated;
    const char *first; /* the first name; NULL: refused */
    const char *text;
} contents[] = {
    {BYTES("\xEF\xBB\xBFx\ny\n"), false, "x", NULL},
    {BYTES("\xEF\xBB\xBFx\0y"), true, "\xEF\xBB\xBFx", NULL}, /* find -print0 writes none */
    {BYTES("x\r\ny\r\n"), false, "x\r", NULL},
    {BYTES("\xFF\xFEx\0\n\0"), false, NULL, "the list of files 'l' is UTF-16: convert it"},
    {BYTES("\xFE\xFF\0x\0\n"), false, NULL, "the list of files 'l' is UTF-16: convert it"},
    {BYTES("\xFF\xFE\n"), false, "\xFF\xFE", NULL}, /* a name like any other */
    {BYTES("x\0y\0"), false, NULL,
     "the list of files 'l' holds NUL bytes: for the output of find -print0 use -0"},
    {BYTES("x\0y\0"), true, "x", NULL},
};

TEST_EACH(contents_of_a_file, contents)
{
    ms_err err = {0};
    ms_str_list names = {0};
    int fd = open("l", O_CREAT | O_WRONLY | O_TRUNC, 0600);
    ck_assert_int_eq(write(fd, contents[_i].data, contents[_i].n), (ssize_t)contents[_i].n);
    ck_assert_int_eq(close(fd), 0);
    ck_assert_int_eq(ms_files_from_read(&names, "l", contents[_i].null_separated, &err),
                     contents[_i].first ? MS_OK : MS_USAGE);
    if (contents[_i].first) {
        ck_assert_str_eq(ms_str_list_at(&names, 0).data, contents[_i].first);
    } else {
        ck_assert_uint_eq(names.count, 0);
        ck_assert_msg(strstr(err.text, contents[_i].text) != NULL, "%s", err.text);
    }
    ms_str_list_fini(&names);
}

TEST(reads_a_file_and_standard_input)
{
    static const char *const expected[] = {"first", "x", "y", "x", "y", NULL};
    write_list("list");
    ms_err err = {0};
    ms_str_list names = {0};
    ms_str_list_push(&names, "first", 5); /* it appends */
    ck_assert_int_eq(ms_files_from_read(&names, "list", false, &err), MS_OK);
    int fd = open("list", O_RDONLY);
    ck_assert_int_eq(dup2(fd, STDIN_FILENO), STDIN_FILENO);
    ck_assert_int_eq(ms_files_from_read(&names, "-", false, &err), MS_OK);
    check_names(&names, expected);
    ck_assert_int_eq(fcntl(STDIN_FILENO, F_GETFD), 0); /* standard input is not its to close */
    ck_assert_int_eq(close(fd), 0);
    ms_str_list_fini(&names);
}

/* Larger than any buffer, through a pipe that gives little at a time. */
TEST(reads_a_long_list_from_a_pipe)
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    pid_t writer = fork();
    ck_assert_int_ge(writer, 0);
    if (writer == 0) {
        for (int i = 0; i < 30000; i++) {
            if (write(ends[1], "a-name-of-some-length\n", 22) != 22) {
                _exit(1);
            }
        }
        _exit(0);
    }
    ck_assert_int_eq(close(ends[1]), 0);
    ck_assert_int_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    ms_str_list names = {0};
    ms_err err = {0};
    ck_assert_int_eq(ms_files_from_read(&names, "-", false, &err), MS_OK);
    ck_assert_uint_eq(names.count, 30000);
    for (size_t i = 0; i < names.count; i++) {
        ck_assert_str_eq(ms_str_list_at(&names, i).data, "a-name-of-some-length");
    }
    ms_str_list_fini(&names);
}

TEST(errors_name_the_list)
{
    ms_err err = {0};
    ms_str_list names = {0};
    ck_assert_int_eq(ms_files_from_read(&names, "no\n\xff", false, &err), MS_IO);
    ck_assert_str_eq(err.text, "cannot open the list of files 'no\\n\\xff': No such file or directory");
    ck_assert_int_eq(ms_files_from_read(&names, ".", false, &err), MS_IO);
    ck_assert_str_eq(err.text, "cannot read the list of files '.': Is a directory");
    ck_assert_uint_eq(names.count, 0);
    ms_str_list_fini(&names);
}
