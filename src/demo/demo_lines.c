/* The alert replaces the line drawn for it; its random numbers are used all the same, so that the other lines
 * do not change with it. */
#include "demo/demo_internal.h"

#include <string.h>

enum { ONE_IN = 100 }; /* lines a system error, on average */

static const char login_line[] = "User login successful\n";
static const char error_line[] = "System error occurred\n";
static const char alert_text[] = "Alert: unauthorized access detected from IP 192.168.0.";

void ms__demo_lines_init(ms__demo_lines *lines, const ms_demo_logs_options *options, uint64_t index,
                         bool injected)
{
    *lines = (ms__demo_lines){.line_no = 1, .nlines = options->lines_a_file, .is_syslog = options->syslog};
    if (injected && options->lines_a_file > 0) {
        ms__random random = ms__random_init(options->seed, MS__RANDOM_ALERT, index);
        lines->alert_line = 1 + ms__random_below_u64(&random, options->lines_a_file);
        lines->alert_host = 1 + ms__random_below(&random, 254);
    }
    lines->random = ms__random_init(options->seed, MS__RANDOM_TEXT, index);
    if (options->syslog) {
        ms__syslog_init(&lines->syslog, lines->random);
    }
}

/* The alert without '\n'. */
static char *put_alert(char *to, uint32_t host)
{
    memcpy(to, alert_text, sizeof alert_text - 1);
    return ms__put_decimal(to + sizeof alert_text - 1, host);
}

static char *put_plain(ms__demo_lines *lines, char *to, const char *end)
{
    ms__random random = lines->random; /* a copy, which stays in registers */
    for (; lines->line_no <= lines->nlines && end - to >= MS__DEMO_LINE_MAX; lines->line_no++) {
        bool is_error = ms__random_below(&random, ONE_IN) == 0;
        if (lines->line_no == lines->alert_line) {
            to = put_alert(to, lines->alert_host);
            *to++ = '\n';
        } else if (is_error) {
            memcpy(to, error_line, sizeof error_line - 1);
            to += sizeof error_line - 1;
        } else {
            memcpy(to, login_line, sizeof login_line - 1);
            to += sizeof login_line - 1;
        }
    }
    lines->random = random;
    return to;
}

static char *put_syslog(ms__demo_lines *lines, char *to, const char *end)
{
    for (; lines->line_no <= lines->nlines && end - to >= MS__DEMO_LINE_MAX; lines->line_no++) {
        char *next = ms__syslog_line(&lines->syslog, to);
        if (lines->line_no == lines->alert_line) {
            char message[128];
            const char *stop = put_alert(message, lines->alert_host);
            next = ms__syslog_alert(&lines->syslog, to, message, (size_t)(stop - message));
        }
        to = next;
    }
    return to;
}

size_t ms__demo_lines_fill(ms__demo_lines *lines, char *to, size_t size)
{
    const char *stop = lines->is_syslog ? put_syslog(lines, to, to + size) : put_plain(lines, to, to + size);
    return (size_t)(stop - to);
}
