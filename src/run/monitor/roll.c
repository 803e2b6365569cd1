/* Roll: see roll.h.
 *
 * Every rank but 0 sends a letter when it has something to tell, and four times in the time after which
 * silence is told, and one last letter in ms__roll_close, which says how many there were. So a rank is
 * silent only when its process does not run, or its host or the network does not answer. Rank 0 closes when
 * it has all last letters, and none is under way then. */
#include "run/monitor/roll.h"

#include "base/clock.h"
#include "base/escape.h"
#include "comm/mail.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ROLL = 3 }; /* the kind of letters: see steal.c for the others */
enum { MOST_PATH = 600, MOST_WHO = 128, MOST_LETTER = 1 + 8 + 2 * 4 + MOST_PATH + MOST_WHO };
#define NAP 100e-6
#define LEAST_SILENCE 2.0 /* seconds: a machine with many more ranks than cores is slow, not silent */

/* A rank as rank 0 knows it. */
typedef struct member {
    double heard;        /* clock */
    double next_seconds; /* of silence after which it is told */
    uint64_t nletters;   /* that have come, but the last */
    uint64_t nall;       /* that were sent, as the last one says: letters may overtake each other */
    char who[MOST_WHO + 1];
    char path[256];
} member;

struct ms__roll {
    ms_comm *comm;
    ms_mail *mail; /* owned */
    double silence;
    double next_letter; /* clock: of a rank that has nothing to tell */
    uint64_t nposted;
    member *members; /* owned; rank 0: one per rank */
    double called;   /* clock: rank 0's last look */
};

static void put_line(const char *line, int n, size_t size)
{
    ssize_t put = write(STDERR_FILENO, line, n > 0 && (size_t)n < size ? (size_t)n : 0);
    (void)put; /* it is only news */
}

void ms__roll_write(const char *who, const ms__roll_entry *entry, bool bar)
{
    char shown[MOST_PATH], line[1000];
    bool stuck = entry->word == MS__ROLL_STUCK;
    /* one line, in one piece */
    int n = snprintf(line, sizeof line, "%smpiscan: %s%s %.0f s at %s%s\n", bar ? "\r\033[K" : "", who,
                     stuck ? "no progress for" : "goes on after", entry->seconds,
                     ms_escape_to(shown, sizeof shown, entry->path, strlen(entry->path)),
                     stuck ? ": a file system may not answer" : "");
    put_line(line, n, sizeof line);
}

static void write_silence(const member *of, const char *what, double seconds, const char *more, bool bar)
{
    char shown[MOST_PATH], line[1000];
    int n = snprintf(
        line, sizeof line, "%smpiscan: %s%s %.0f s, last at %s%s\n", bar ? "\r\033[K" : "", of->who, what,
        seconds, of->path[0] != 0 ? ms_escape_to(shown, sizeof shown, of->path, strlen(of->path)) : "no file",
        more);
    put_line(line, n, sizeof line);
}

static void roll_free(ms__roll *roll)
{
    if (roll) {
        free(roll->members);
        free(roll);
    }
}

ms_code ms__roll_open(ms__roll **roll, ms_comm *comm, double seconds, bool able, ms_err *err)
{
    ms_err ignored = {0};
    uint32_t size = ms_comm_size(comm);
    bool root = ms_comm_rank(comm) == 0;
    *roll = NULL;
    if (size == 1) {
        return MS_OK;
    }
    ms__roll *r = able && ms_comm_has_threads(comm) ? calloc(1, sizeof *r) : NULL;
    if (r) {
        r->comm = comm;
        r->silence = seconds > LEAST_SILENCE ? seconds : LEAST_SILENCE;
        r->called = ms_clock_now();
        r->members = calloc(root ? size : 1, sizeof *r->members);
    }
    bool good =
        r && r->members && ms_mail_open(&r->mail, comm, ROLL, root ? 0 : 2, MOST_LETTER, &ignored) == MS_OK;
    ms_code code = ms_comm_agree(comm, good ? MS_OK : MS_LIMIT, &ignored);
    if (code != MS_OK) {
        ms_code closed = good ? ms_mail_close(r->mail, &ignored) : MS_OK;
        roll_free(r);
        if (code == MS_MPI || closed == MS_MPI) {
            *err = ignored;
            return MS_MPI;
        }
        return MS_OK;
    }
    for (uint32_t i = 0; root && i < size; i++) {
        r->members[i] = (member){.heard = r->called, .next_seconds = r->silence, .nall = UINT64_MAX};
        (void)snprintf(r->members[i].who, sizeof r->members[i].who, "rank %u: ", i);
    }
    *roll = r;
    return MS_OK;
}

/* Posts take_letter, which leaves the caller's hands, when there is room. */
static ms_code post(ms__roll *roll, ms_bytes *take_letter, bool *posted, ms_err *err)
{
    ms_code code = ms_mail_room(roll->mail, posted, err);
    if (code != MS_OK || !*posted) {
        ms_bytes_fini(take_letter);
        return code;
    }
    code = ms_mail_post(roll->mail, 0, take_letter, err);
    roll->nposted += code == MS_OK ? 1 : 0;
    return code;
}

static ms_code put_entry(const char *who, const ms__roll_entry *entry, ms_bytes *letter)
{
    ms_code code = ms_bytes_put_u8(letter, (uint8_t)entry->word);
    code = code == MS_OK ? ms_bytes_put_f64(letter, entry->seconds) : code;
    code = code == MS_OK ? ms_bytes_put_blob(letter, who, strnlen(who, MOST_WHO)) : code;
    return code == MS_OK ? ms_bytes_put_blob(letter, entry->path, strnlen(entry->path, MOST_PATH)) : code;
}

void ms__roll_tell(ms__roll *roll, const char *who, const ms__roll_entry *entry, bool bar)
{
    ms_err ignored = {0};
    bool posted = false;
    bool tells = entry->word != MS__ROLL_HERE;
    bool root = ms_comm_rank(roll->comm) == 0;
    double now = ms_clock_now();
    if (!root && (tells || now >= roll->next_letter)) {
        roll->next_letter = now + roll->silence / 4;
        ms_bytes letter = {0};
        bool good = put_entry(who, entry, &letter) == MS_OK;
        posted = good && post(roll, &letter, &posted, &ignored) == MS_OK && posted;
        ms_bytes_fini(&letter);
    }
    if (tells && !posted) {
        ms__roll_write(who, entry, bar);
    }
}

/* Rank 0: a letter, or what is wrong with it is left: it is only news. */
static void read_letter(ms__roll *roll, const ms_case_variant *letter, double now, bool bar)
{
    member *from = &roll->members[letter->from];
    ms_reader reader = ms_reader_over(letter->data, letter->n);
    char path[MOST_PATH + 1];
    size_t nwho = 0;
    size_t npath = 0;
    double silent = now - from->heard;
    if (from->next_seconds > roll->silence) {
        write_silence(from, "is heard again after", silent, "", bar);
    }
    from->heard = now;
    from->next_seconds = roll->silence;
    ms__roll_entry entry = {.word = (ms__roll_word)ms_reader_u8(&reader), .path = path};
    if (entry.word == MS__ROLL_WORDS) {
        from->nall = ms_reader_u64(&reader);
        return;
    }
    from->nletters++;
    entry.seconds = ms_reader_f64(&reader);
    const uint8_t *who = ms_reader_blob(&reader, &nwho);
    const uint8_t *where = ms_reader_blob(&reader, &npath);
    if (reader.failed || nwho > MOST_WHO || npath > MOST_PATH) {
        return;
    }
    memcpy(from->who, who, nwho);
    from->who[nwho] = 0;
    memcpy(path, where, npath);
    path[npath] = 0;
    (void)snprintf(from->path, sizeof from->path, "%.255s", path);
    if (entry.word == MS__ROLL_STUCK || entry.word == MS__ROLL_GOES_ON) {
        ms__roll_write(from->who, &entry, bar);
    }
}

static ms_code take_letters(ms__roll *roll, double now, bool bar, ms_err *err)
{
    bool found = true;
    ms_code code = MS_OK;
    while (code == MS_OK && found) {
        ms_case_variant letter;
        code = ms_mail_take(roll->mail, &letter, &found, err);
        if (code == MS_OK && found) {
            read_letter(roll, &letter, now, bar);
        }
    }
    return code;
}

static bool has_ended(const member *of)
{
    return of->nletters == of->nall;
}

static void name_silent(member *of, double now, bool bar)
{
    double silent = now - of->heard;
    if (!has_ended(of) && silent >= of->next_seconds) {
        of->next_seconds = 2 * silent;
        write_silence(of, "nothing heard for", silent, ": its process may be stopped, or its host not answer",
                      bar);
    }
}

/* Rank 0. */
static ms_code call(ms__roll *roll, bool bar, ms_err *err)
{
    double now = ms_clock_now();
    double asleep = now - roll->called;
    uint32_t size = ms_comm_size(roll->comm);
    ms_code code = take_letters(roll, now, bar, err);
    for (uint32_t i = 1; i < size; i++) {
        if (asleep > roll->silence / 2) { /* this process was stopped: who was silent meanwhile? */
            roll->members[i].heard = now;
        }
        name_silent(&roll->members[i], now, bar);
    }
    roll->called = now;
    return code;
}

void ms__roll_call(ms__roll *roll, bool bar)
{
    ms_err ignored = {0}; /* the thread that works will meet it too */
    if (ms_comm_rank(roll->comm) == 0) {
        (void)call(roll, bar, &ignored);
    }
}

static bool all_ended(const ms__roll *roll)
{
    bool all = true;
    for (uint32_t i = 1; i < ms_comm_size(roll->comm); i++) {
        all = all && has_ended(&roll->members[i]);
    }
    return all;
}

static ms_code post_last(ms__roll *roll, bool *posted, ms_err *err)
{
    ms_bytes letter = {0};
    *posted = false;
    if (ms_bytes_put_u8(&letter, MS__ROLL_WORDS) != MS_OK ||
        ms_bytes_put_u64(&letter, roll->nposted) != MS_OK) {
        ms_bytes_fini(&letter);
        return ms_err_set(err, MS_MPI, 0, "no memory for a last letter");
    }
    return post(roll, &letter, posted, err);
}

ms_code ms__roll_close(ms__roll *roll, ms_err *err)
{
    if (!roll) {
        return MS_OK;
    }
    bool root = ms_comm_rank(roll->comm) == 0;
    bool done = false;
    ms_code code = MS_OK;
    while (code == MS_OK && !done) {
        if (root) {
            code = call(roll, false, err);
            done = all_ended(roll);
        } else {
            code = post_last(roll, &done, err);
        }
        if (!done) {
            ms_clock_sleep(NAP);
        }
    }
    if (code == MS_OK) {
        code = ms_mail_close(roll->mail, err);
    }
    roll_free(roll);
    return code;
}
