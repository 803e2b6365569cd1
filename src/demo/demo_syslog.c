/* Synthetic syslog of one host, RFC 3164 section 4.1.2: "Mmm dd hh:mm:ss host process[pid]: message", in time
 * order. A line is a message of the table below, a sequence of literals and random fields; lines are
 * independent (no session is followed from open to close). All addresses are of RFC 1918 or RFC 5737. Stamps
 * have no year: after December (of about 6 GB) a log continues with January. */
#include "demo/demo_internal.h"

#include <string.h>

typedef enum field {
    NOTHING,
    PID,
    USER,   /* an account of the host; the same one throughout a line */
    GUESS,  /* a name tried by an attacker */
    INSIDE, /* addresses */
    OUTSIDE,
    PORT,    /* 1024..65535 */
    SERVICE, /* a port that scanners try */
    SESSION, /* a session's number, rising */
    HASH,    /* 43 characters of base 64: a SHA-256 */
    HEX3,    /* "1f:00:a7", half an Ethernet address */
    UPTIME,  /* "86401.000123" */
    NUMBER,  /* 0..65535 */
    SMALL,   /* 0..63 */
    UNIT,
    COMMAND,
} field;

typedef struct piece {
    const char *text;
    uint32_t len;
    field after;
} piece;

typedef struct message {
    uint32_t weight;  /* of 256 */
    piece pieces[10]; /* ends with one of length 0 */
} message;

#define P(literal, field)                                                                                    \
    {                                                                                                        \
        (literal), sizeof(literal) - 1, (field)                                                              \
    }

/* The weights add up to 256. */
static const message messages[] = {
    {10,
     {P("sshd[", PID), P("]: Accepted publickey for ", USER), P(" from ", INSIDE), P(" port ", PORT),
      P(" ssh2: ED25519 SHA256:", HASH)}},
    {10,
     {P("sshd[", PID), P("]: Accepted password for ", USER), P(" from ", INSIDE), P(" port ", PORT),
      P(" ssh2", NOTHING)}},
    {38,
     {P("sshd[", PID), P("]: Failed password for invalid user ", GUESS), P(" from ", OUTSIDE),
      P(" port ", PORT), P(" ssh2", NOTHING)}},
    {26,
     {P("sshd[", PID), P("]: Failed password for root from ", OUTSIDE), P(" port ", PORT),
      P(" ssh2", NOTHING)}},
    {22, {P("sshd[", PID), P("]: Invalid user ", GUESS), P(" from ", OUTSIDE), P(" port ", PORT)}},
    {18,
     {P("sshd[", PID), P("]: Connection closed by invalid user ", GUESS), P(" ", OUTSIDE), P(" port ", PORT),
      P(" [preauth]", NOTHING)}},
    {10,
     {P("sshd[", PID), P("]: Received disconnect from ", OUTSIDE), P(" port ", PORT),
      P(":11: Bye Bye [preauth]", NOTHING)}},
    {14,
     {P("sshd[", PID),
      P("]: pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= "
        "rhost=",
        OUTSIDE),
      P("  user=root", NOTHING)}},
    {10,
     {P("sshd[", PID), P("]: pam_unix(sshd:session): session opened for user ", USER),
      P("(uid=1000) by (uid=0)", NOTHING)}},
    {12, {P("sshd[", PID), P("]: pam_unix(sshd:session): session closed for user ", USER)}},
    {12, {P("CRON[", PID), P("]: (root) CMD (", COMMAND), P(")", NOTHING)}},
    {8,
     {P("CRON[", PID),
      P("]: pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)", NOTHING)}},
    {8, {P("CRON[", PID), P("]: pam_unix(cron:session): session closed for user root", NOTHING)}},
    {8,
     {P("sudo[", PID), P("]:    ", USER), P(" : TTY=pts/", SMALL), P(" ; PWD=/home/", USER),
      P(" ; USER=root ; COMMAND=/usr/bin/systemctl restart ", UNIT), P(".service", NOTHING)}},
    {9,
     {P("kernel: [", UPTIME), P("] [UFW BLOCK] IN=eth0 OUT= MAC=52:54:00:", HEX3), P(":52:54:00:", HEX3),
      P(":08:00 SRC=", OUTSIDE), P(" DST=", INSIDE), P(" LEN=40 TOS=0x00 PREC=0x00 TTL=243 ID=", NUMBER),
      P(" PROTO=TCP SPT=", PORT), P(" DPT=", SERVICE), P(" WINDOW=1024 RES=0x00 SYN URGP=0", NOTHING)}},
    {2, {P("kernel: [", UPTIME), P("] EXT4-fs (sda1): re-mounted. Quota mode: none.", NOTHING)}},
    {1,
     {P("kernel: [", UPTIME), P("] Out of memory: Killed process ", NUMBER), P(" (java) total-vm:8", NUMBER),
      P("kB, anon-rss:4", NUMBER), P("kB, file-rss:0kB, shmem-rss:0kB, UID:1000", NOTHING)}},
    {9,
     {P("systemd[1]: Started session-", SESSION), P(".scope - Session ", SESSION), P(" of User ", USER),
      P(".", NOTHING)}},
    {11, {P("systemd[1]: session-", SESSION), P(".scope: Deactivated successfully.", NOTHING)}},
    {6, {P("systemd[1]: Finished ", UNIT), P(".service.", NOTHING)}},
    {7, {P("systemd-logind[612]: New session ", SESSION), P(" of user ", USER), P(".", NOTHING)}},
    {5, {P("postfix/smtpd[", PID), P("]: connect from unknown[", OUTSIDE), P("]", NOTHING)}},
};

#define W(literal)                                                                                           \
    {                                                                                                        \
        (literal), sizeof(literal) - 1, NOTHING                                                              \
    }

static const piece users[] = {W("alice"),  W("bob"),       W("carol"),   W("dave"),
                              W("deploy"), W("backup"),    W("jenkins"), W("erin"),
                              W("frank"),  W("m.schmidt"), W("git"),     W("www-data")};
static const piece guesses[] = {W("admin"),  W("test"),    W("oracle"), W("postgres"),
                                W("ubuntu"), W("user"),    W("guest"),  W("ftpuser"),
                                W("pi"),     W("support"), W("mysql"),  W("administrator"),
                                W("a"),      W("nagios"),  W("hadoop"), W("minecraft")};
static const piece units[] = {
    W("nginx"),  W("logrotate"),  W("apt-daily"),       W("man-db"),
    W("fstrim"), W("postgresql"), W("phpsessionclean"), W("systemd-tmpfiles-clean")};
static const piece commands[] = {W("command -v debian-sa1 > /dev/null && debian-sa1 1 1"),
                                 W("   cd / && run-parts --report /etc/cron.hourly"),
                                 W("/usr/local/bin/check-certificates --quiet"),
                                 W("[ -x /usr/lib/php/sessionclean ] && /usr/lib/php/sessionclean")};
static const piece services[] = {W("22"),  W("23"),   W("80"),   W("443"),
                                 W("445"), W("3389"), W("5432"), W("8080")};
static const piece hosts[] = {W("web"), W("db"), W("mail"), W("app"), W("gw"), W("build")};

#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof(array)[0]))

static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char hex[] = "0123456789abcdef";

/* Short texts of varying lengths: two copies that may overlap are faster than a call of memcpy. */
static inline char *put_text(char *to, const char *text, size_t n)
{
    if (n >= 16) {
        for (size_t at = 0; at + 16 < n; at += 16) {
            memcpy(to + at, text + at, 16);
        }
        memcpy(to + n - 16, text + n - 16, 16);
    } else if (n >= 8) {
        memcpy(to, text, 8);
        memcpy(to + n - 8, text + n - 8, 8);
    } else if (n >= 4) {
        memcpy(to, text, 4);
        memcpy(to + n - 4, text + n - 4, 4);
    } else {
        for (size_t at = 0; at < n; at++) {
            to[at] = text[at];
        }
    }
    return to + n;
}

static char *put_word(char *to, const piece *words, uint32_t i)
{
    return put_text(to, words[i].text, words[i].len);
}

static char *put_padded(char *to, uint32_t value, int width)
{
    for (int i = width; i > 0; i--) {
        to[i - 1] = (char)('0' + value % 10);
        value /= 10;
    }
    return to + width;
}

char *ms__put_decimal(char *to, uint32_t value)
{
    static const uint32_t powers[] = {10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000};
    int width = 1;
    while (width <= (int)COUNT(powers) && value >= powers[width - 1]) {
        width++;
    }
    return put_padded(to, value, width);
}

/* "Jan  1 00:00:00" of second 0 of a year of 365 days. */
static char *put_stamp(char *to, uint32_t second)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    static const uint8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    uint32_t month = 0;
    uint32_t day = second / 86400;
    for (; day >= lengths[month]; month++) {
        day -= lengths[month];
    }
    to = put_text(to, names + (size_t)3 * month, 3);
    *to++ = ' ';
    to = put_padded(to, day + 1, 2);
    if (day + 1 < 10) {
        to[-2] = ' ';
    }
    *to++ = ' ';
    to = put_padded(to, second / 3600 % 24, 2);
    *to++ = ':';
    to = put_padded(to, second / 60 % 60, 2);
    *to++ = ':';
    return put_padded(to, second % 60, 2);
}

/* An address from 48 random bits: of 10.0.0.0/14, or of the documentation networks. */
static char *put_address(char *to, uint64_t bits, bool inside)
{
    static const piece networks[] = {W("192.0.2."), W("198.51.100."), W("203.0.113."), W("203.0.113.")};
    if (inside) {
        to = put_text(to, "10.", 3);
        to = ms__put_decimal(to, bits >> 8 & 3);
        *to++ = '.';
        to = ms__put_decimal(to, bits >> 16 & 255);
        *to++ = '.';
    } else {
        to = put_word(to, networks, bits >> 8 & 3);
    }
    return ms__put_decimal(to, 1 + (uint32_t)(bits >> 32) % 254);
}

static char *put_hash(char *to, ms__random *random)
{
    uint64_t bits = 0;
    for (int i = 0; i < 43; i++) {
        bits = i % 10 == 0 ? ms__random_next(random) : bits >> 6;
        *to++ = base64[bits & 63];
    }
    return to;
}

static char *put_hex3(char *to, uint64_t bits)
{
    for (int i = 0; i < 3; i++) {
        *to++ = hex[bits & 15];
        *to++ = hex[bits >> 4 & 15];
        *to++ = ':';
        bits >>= 8;
    }
    return to - 1;
}

static char *put_uptime(char *to, const ms__syslog *log)
{
    to = ms__put_decimal(to, log->uptime);
    *to++ = '.';
    return put_padded(to, log->micro, 6);
}

/* `bits`: random bits of the line, for fields that are the same throughout it. */
static char *put_field(char *to, ms__syslog *log, field which, uint64_t bits)
{
    ms__random *random = &log->random;
    switch (which) {
    case NOTHING:
        return to;
    case PID:
        return ms__put_decimal(to, log->pid);
    case USER:
        return put_word(to, users, (uint32_t)(bits & 0xFFFF) * COUNT(users) >> 16);
    case GUESS:
        return put_word(to, guesses, ms__random_below(random, COUNT(guesses)));
    case INSIDE:
        return put_address(to, ms__random_next(random), true);
    case OUTSIDE:
        return put_address(to, ms__random_next(random), false);
    case PORT:
        return ms__put_decimal(to, 1024 + ms__random_below(random, 64512));
    case SERVICE:
        return put_word(to, services, ms__random_below(random, COUNT(services)));
    case SESSION:
        return ms__put_decimal(to, log->session);
    case HASH:
        return put_hash(to, random);
    case HEX3:
        return put_hex3(to, ms__random_next(random) >> 16);
    case UPTIME:
        return put_uptime(to, log);
    case NUMBER:
        return ms__put_decimal(to, ms__random_below(random, 65536));
    case SMALL:
        return ms__put_decimal(to, ms__random_below(random, 64));
    case UNIT:
        return put_word(to, units, ms__random_below(random, COUNT(units)));
    case COMMAND:
        return put_word(to, commands, ms__random_below(random, COUNT(commands)));
    }
    return to;
}

void ms__syslog_init(ms__syslog *syslog, ms__random random)
{
    *syslog = (ms__syslog){.random = random};
    syslog->second = ms__random_below(&syslog->random, 28 * 86400);
    syslog->uptime = ms__random_below(&syslog->random, 90 * 86400);
    syslog->pid = 1000 + ms__random_below(&syslog->random, 20000);
    syslog->session = 1 + ms__random_below(&syslog->random, 5000);
    char *at = put_stamp(syslog->head, syslog->second);
    *at++ = ' ';
    at = put_word(at, hosts, ms__random_below(&syslog->random, COUNT(hosts)));
    at = put_padded(at, 1 + ms__random_below(&syslog->random, 40), 2);
    *at++ = ' ';
    syslog->head_len = (uint32_t)(at - syslog->head);
    size_t filled = 0;
    for (size_t i = 0; i < COUNT(messages); i++) {
        for (uint32_t n = messages[i].weight; n > 0 && filled < sizeof syslog->kinds; n--) {
            syslog->kinds[filled++] = (uint8_t)i;
        }
    }
}

/* Advances time, process and session numbers: about two lines per second. */
static void advance(ms__syslog *log, uint64_t bits)
{
    static const uint8_t steps[] = {0, 0, 0, 0, 0, 1, 1, 2}; /* seconds */
    uint32_t step = steps[bits >> 8 & 7];
    uint32_t micro = 1 + (bits >> 32 & 0x3FFF);
    log->pid = log->pid < 4000000 ? log->pid + (uint32_t)(bits >> 46 & 3) : 1000;
    log->session += (bits >> 48 & 7) == 0 ? 1 : 0;
    log->micro = step > 0 ? micro : log->micro + micro < 1000000 ? log->micro + micro : 999999;
    if (step > 0) {
        log->uptime += step;
        log->second = (log->second + step) % (365 * 86400);
        (void)put_stamp(log->head, log->second);
    }
}

char *ms__syslog_line(ms__syslog *syslog, char *to)
{
    uint64_t bits = ms__random_next(&syslog->random);
    advance(syslog, bits);
    to = put_text(to, syslog->head, syslog->head_len);
    const piece *next = messages[syslog->kinds[bits & 0xFF]].pieces;
    for (; next->len > 0; next++) {
        to = put_text(to, next->text, next->len);
        to = put_field(to, syslog, next->after, bits >> 16);
    }
    *to++ = '\n';
    return to;
}

char *ms__syslog_alert(const ms__syslog *syslog, char *to, const char *text, size_t n)
{
    to = put_text(to, syslog->head, syslog->head_len);
    to = put_text(to, "ids[847]: ", 10);
    to = put_text(to, text, n);
    *to++ = '\n';
    return to;
}
