/* Suite of report/report.c: every format to every destination, and what cannot be written. */
#include "report/report.h"
#include "report/report_internal.h"

#include "report_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Writes the report, or `text` when it is not NULL, with standard output replaced by `fd` (-1: closed). */
static ms_code write_to(fixture *fx, const ms_bytes *text, int fd, ms_err *err)
{
    int saved = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 10);
    ck_assert_int_ge(saved, 0);
    if (fd >= 0) {
        (void)dup2(fd, STDOUT_FILENO);
    } else {
        (void)close(STDOUT_FILENO);
    }
    fx->settings.output = NULL;
    ms_code code =
        text ? ms_report_text(text, err) : ms_report_write(&fx->settings, &fx->run_result, false, err);
    (void)dup2(saved, STDOUT_FILENO);
    (void)close(saved);
    return code;
}

TEST_RANGE(full_disk_is_an_error, MS_FORMAT_TEXT, MS_FORMAT_CSV + 1)
{
    fixture fx;
    fx_begin(&fx);
    fx_five_files(&fx);
    fx.settings.format = (ms_format)_i;
    int full = open("/dev/full", O_WRONLY);
    ck_assert_int_ge(full, 0);
    ms_err err = {0};
    ck_assert_int_eq(write_to(&fx, NULL, full, &err), MS_IO);
    ck_assert_str_eq(err.text, "cannot write the report to standard output: No space left on device");
    ck_assert_int_eq(err.sys_errno, ENOSPC);
    fx.settings.output = "/dev/full";
    fx_become_nobody();
    ms_code code = ms_report_write(&fx.settings, &fx.run_result, false, &err);
    ms_code again = ms_report_write(&fx.settings, &fx.run_result, false, NULL);
    fx_become_root_again();
    ck_assert_int_eq(code, MS_IO);
    ck_assert_str_eq(err.text, "cannot write the report to /dev/full: No space left on device");
    ck_assert_int_eq(again, MS_IO);
    (void)close(full);
    fx_end(&fx);
}

TEST_RANGE(closed_output_is_an_error, MS_FORMAT_TEXT, MS_FORMAT_CSV + 1)
{
    fixture fx;
    fx_begin(&fx);
    fx_five_files(&fx);
    fx.settings.format = (ms_format)_i;
    ms_err err = {0};
    ck_assert_int_eq(write_to(&fx, NULL, -1, &err), MS_IO);
    ck_assert_str_eq(err.text, "cannot write the report to standard output: Bad file descriptor");
    fx_end(&fx);
}

TEST_RANGE(standard_output_gets_the_same_bytes, MS_FORMAT_TEXT, MS_FORMAT_CSV + 1)
{
    fixture fx;
    fx_begin(&fx);
    fx_five_files(&fx);
    fx.settings.format = (ms_format)_i;
    char *file = fx_report_whole(&fx, false, NULL);
    char other[80];
    (void)snprintf(other, sizeof other, "%s/stdout", fx.scratch.root);
    int fd = open(other, O_WRONLY | O_CREAT, 0600);
    ms_err err = {0};
    ck_assert_int_eq(write_to(&fx, NULL, fd, &err), MS_OK);
    (void)close(fd);
    char *direct = fx_read(other, NULL);
    ck_assert_uint_gt(strlen(direct), 20);
    ck_assert_str_eq(direct, file);
    free(direct);
    free(file);
    fx_end(&fx);
}

TEST(finished_text)
{
    fixture fx;
    fx_begin(&fx);
    ms_bytes text = {0};
    int fd = open(fx.output, O_WRONLY | O_CREAT, 0600);
    ms_err err = {0};
    ck_assert_int_eq(write_to(&fx, &text, fd, &err), MS_OK);
    ms_bytes_append(&text, "help\n", 5);
    ck_assert_int_eq(write_to(&fx, &text, fd, &err), MS_OK);
    char *got = fx_read(fx.output, NULL);
    ck_assert_str_eq(got, "help\n");
    ck_assert_int_eq(write_to(&fx, &text, -1, &err), MS_IO);
    ck_assert_int_eq(err.sys_errno, EBADF);
    (void)close(fd);
    free(got);
    ms_bytes_fini(&text);
    fx_end(&fx);
}

TEST(unknown_keyword_is_no_crash)
{
    fixture fx;
    fx_begin(&fx);
    fx_keyword(&fx, BYTES("known"));
    ms__report report = {.settings = &fx.settings, .run_result = &fx.run_result};
    ck_assert_str_eq(ms__report_keyword(&report, 0).data, "known");
    ck_assert_str_eq(ms__report_keyword(&report, 1).data, "?");
    fx_end(&fx);
}
