/* Suite of demo/demo_syslog.c: a small reader of RFC 3164 lines takes every line, and their kinds and lengths
 * are as frequent as they should be. */
#include "demo_text.h"
#include "scratch.h"

#include "unit.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct stamp {
    long second; /* of a year of 365 days */
    char host[16];
} stamp;

static long second_of_year(const char *month, int day, int hour, int minute, int second)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    static const int before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
    const char *at = strstr(names, month);
    ck_assert_msg(at && (at - names) % 3 == 0, "no month: %s", month);
    int i = (int)(at - names) / 3;
    ck_assert(day >= 1 && day <= before[i + 1] - before[i]);
    ck_assert(hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60);
    return ((before[i] + day - 1) * 24L + hour) * 3600 + minute * 60L + second;
}

/* "Mmm dd hh:mm:ss host process[pid]: message" or "... kernel: [up.time] message"; line without its '\n'. */
static stamp check_line(const char *line)
{
    stamp found = {0};
    char month[4], process[24], tail[8];
    int day, hour, minute, second, used = 0;
    unsigned pid;
    int fields = sscanf(line, "%3s %2d %2d:%2d:%2d%n", month, &day, &hour, &minute, &second, &used);
    ck_assert_msg(fields == 5 && used == 15, "no time stamp: %s", line);
    ck_assert_msg(line[4] == (day < 10 ? ' ' : (char)('0' + day / 10)), "day not padded by a blank: %s",
                  line);
    found.second = second_of_year(month, day, hour, minute, second);
    ck_assert_msg(line[15] == ' ' && sscanf(line + 16, "%15[a-z0-9]%n", found.host, &used) == 1,
                  "no host: %s", line);
    const char *rest = line + 16 + used;
    if (strncmp(rest, " kernel: [", 10) == 0) {
        ck_assert_msg(sscanf(rest + 10, "%u.%u]%7s", &pid, &pid, tail) == 3, "no uptime: %s", line);
    } else {
        fields = sscanf(rest, " %23[A-Za-z/-][%u]: %1s", process, &pid, tail);
        ck_assert_msg(fields == 3 && pid > 0, "no process: %s", line);
    }
    size_t printable = 0;
    while (isprint((unsigned char)line[printable])) {
        printable++;
    }
    ck_assert_msg(line[printable] == '\0', "not printable: %s", line);
    return found;
}

TEST(every_line_parses_and_time_advances)
{
    for (uint64_t index = 0; index < 20; index++) {
        ms_demo_logs_options options = {.files = 1, .lines_a_file = 1000, .seed = 3, .syslog = true};
        ms_bytes text = lines_bytes(&options, index, index % 2 == 0, 65536);
        stamp last = {0};
        size_t nlines = 0;
        for (char *at = (char *)text.data, *stop; (stop = strchr(at, '\n')) != NULL; at = stop + 1) {
            *stop = '\0';
            stamp now = check_line(at);
            ck_assert_int_ge(now.second, last.second);
            ck_assert_int_lt(stop - at + 1, MS__DEMO_LINE_MAX / 2 + 50);
            ck_assert(nlines == 0 || strcmp(now.host, last.host) == 0); /* a host's own log */
            last = now;
            nlines++;
        }
        ck_assert_uint_eq(nlines, 1000);
        ms_bytes_fini(&text);
    }
}

TEST(a_year_ends_with_december_31)
{
    ms__syslog log;
    ms__syslog_init(&log, ms__random_init(1, MS__RANDOM_TEXT, 0));
    log.second = 365 * 86400 - 4;
    char line[MS__DEMO_LINE_MAX + 1];
    long last = 0;
    bool december = false, january = false;
    for (int i = 0; i < 30; i++) {
        char *end = ms__syslog_line(&log, line);
        end[-1] = '\0';
        long now = check_line(line).second;
        ck_assert(now >= last || (last > 364 * 86400L && now < 10));
        december = december || strncmp(line, "Dec 31 23:59:5", 14) == 0;
        january = january || strncmp(line, "Jan  1 00:00:0", 14) == 0;
        last = now;
    }
    ck_assert(december && january);
}

TEST(every_day_of_the_year_has_its_name)
{
    ms__syslog log;
    ms__syslog_init(&log, ms__random_init(1, MS__RANDOM_TEXT, 0));
    for (uint32_t day = 0; day < 365; day++) {
        log.second = day * 86400 + 80000;
        uint32_t before = log.second;
        char line[MS__DEMO_LINE_MAX + 1];
        char *end = NULL;
        do {
            end = ms__syslog_line(&log, line);
        } while (log.second == before); /* until the stamp is made anew */
        end[-1] = '\0';
        ck_assert_int_eq(check_line(line).second, (long)log.second);
    }
}

/* Shares of the lines in ten thousandths: what the table's weights (of 256) come to, with a margin. */
static const struct {
    const char *phrase;
    size_t least, most;
} shares[] = {
    {": Accepted publickey for ", 340, 440},
    {": Accepted password for ", 340, 440},
    {": Failed password for ", 2400, 2600},
    {": Failed password for invalid user ", 1400, 1570},
    {": Invalid user ", 800, 920},
    {"Connection closed by invalid user ", 650, 760},
    {"Received disconnect from ", 340, 440},
    {": authentication failure; ", 490, 600},
    {"session opened for user ", 640, 770},
    {"session closed for user ", 720, 840},
    {" CMD (", 420, 520},
    {" sudo[", 270, 360},
    {" [UFW BLOCK] ", 300, 400},
    {"Out of memory: Killed process ", 20, 60},
    {" EXT4-fs ", 55, 105},
    {" systemd[1]: ", 950, 1080},
    {" systemd-logind[612]: ", 230, 320},
    {" postfix/smtpd[", 160, 230},
    {"unauthorized access", 0, 0},
};

TEST(the_mix_is_realistic)
{
    enum { LINES = 50000 };
    ms_demo_logs_options options = {.files = 1, .lines_a_file = LINES, .seed = 1, .syslog = true};
    ms_bytes text = lines_bytes(&options, 0, false, 65536);
    for (size_t i = 0; i < sizeof shares / sizeof shares[0]; i++) {
        size_t share = lines_with(&text, shares[i].phrase) * 10000 / LINES;
        ck_assert_msg(share >= shares[i].least && share <= shares[i].most, "%s: %zu", shares[i].phrase,
                      share);
    }
    ck_assert_uint_ge(text.len / LINES, 90);
    ck_assert_uint_le(text.len / LINES, 110);
    ms_bytes_fini(&text);
}

/* Is the address at `text` in `network`, or with NULL in one for documentation, and written without padding?
 */
static void check_address(const char *text, const char *network)
{
    unsigned part[4];
    int used = 0;
    char back[48];
    ck_assert_int_eq(sscanf(text, "%u.%u.%u.%u%n", &part[0], &part[1], &part[2], &part[3], &used), 4);
    (void)snprintf(back, sizeof back, "%u.%u.%u.%u", part[0], part[1], part[2], part[3]);
    ck_assert(strlen(back) == (size_t)used && strncmp(back, text, (size_t)used) == 0);
    ck_assert(part[1] < 256 && part[2] < 256 && part[3] >= 1 && part[3] <= 254);
    bool documentation = strncmp(back, "192.0.2.", 8) == 0 || strncmp(back, "198.51.100.", 11) == 0 ||
                         strncmp(back, "203.0.113.", 10) == 0;
    ck_assert_msg(network ? strncmp(back, network, strlen(network)) == 0 : documentation, "%s", back);
}

static const struct {
    const char *before;
    const char *network;
    size_t least; /* lines of 20,000 */
} places[] = {{"Failed password for root from ", NULL, 1000},
              {" SRC=", NULL, 100},
              {" DST=", "10.", 100},
              {"Accepted password for bob from ", "10.", 10},
              {" unknown[", NULL, 100}};

TEST_EACH(addresses_are_reserved, places)
{
    ms_demo_logs_options options = {.files = 1, .lines_a_file = 20000, .seed = 2, .syslog = true};
    ms_bytes text = lines_bytes(&options, 0, false, 65536);
    size_t seen = 0, nports = 0;
    for (char *at = (char *)text.data, *stop; (stop = strchr(at, '\n')) != NULL; at = stop + 1) {
        *stop = '\0';
        const char *found = strstr(at, places[_i].before);
        if (found) {
            check_address(found + strlen(places[_i].before), places[_i].network);
            seen++;
        }
        const char *port = strstr(at, " port ");
        if (port) {
            long number = strtol(port + 6, NULL, 10);
            nports += number >= 1024 && number <= 65535;
        } else {
            nports++;
        }
    }
    ck_assert_uint_ge(seen, places[_i].least);
    ck_assert_uint_eq(nports, 20000);
    ms_bytes_fini(&text);
}

TEST(decimals)
{
    static const uint32_t values[] = {0, 1, 9, 10, 99, 100, 255, 999, 1000, 65535, 4294967295U};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        char made[16], expected[16];
        *ms__put_decimal(made, values[i]) = '\0';
        (void)snprintf(expected, sizeof expected, "%u", values[i]);
        ck_assert_str_eq(made, expected);
    }
}
