/* Every rank but 0 sends a heartbeat when it has something to report, and four per reporting interval
 * otherwise, until all ranks have reached the end (monitor.c). So a rank is silent only when its process does
 * not run, or its host or the network is down. */
#include "run/monitor/heartbeat.h"

#include "base/clock.h"
#include "base/escape.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_PATH = 600, MAX_WHO = 128 };
#define MIN_SILENCE 2.0 /* seconds: with many more ranks than cores heartbeats are late */

/* Rank 0's state of a rank. */
typedef struct peer {
    double last_heartbeat; /* clock */
    double next_seconds;   /* without a heartbeat, after which it is reported */
    char who[MAX_WHO + 1];
    char path[256];
} peer;

struct ms__liveness {
    ms_comm *comm;
    ms_channel *channel; /* owned */
    double silence;
    double next_beat; /* clock; rank > 0 */
    peer *peers;      /* owned; rank 0: one per rank */
    double last_poll; /* clock; rank 0 */
    bool bar;         /* a progress bar was shown at the last poll */
};

/* One write, so that lines of several ranks do not mix; best effort. */
static void write_line(const char *line, int n, size_t size)
{
    ssize_t put = write(STDERR_FILENO, line, n > 0 && (size_t)n < size ? (size_t)n : 0);
    (void)put;
}

void ms__heartbeat_write(const char *who, const ms__heartbeat *beat, bool bar)
{
    char shown[MAX_PATH], line[1000];
    bool stalled = beat->state == MS__RANK_STALLED;
    int n = snprintf(line, sizeof line, "%smpiscan: %s%s %.0f s at %s%s\n", bar ? "\r\033[K" : "", who,
                     stalled ? "stalled for" : "resumed after", beat->seconds,
                     ms_escape_to(shown, sizeof shown, beat->path, strlen(beat->path)),
                     stalled ? " (file system not responding?)" : "");
    write_line(line, n, sizeof line);
}

static void write_silence(const peer *of, const char *what, double seconds, const char *why, bool bar)
{
    char shown[MAX_PATH], line[1000];
    int n = snprintf(
        line, sizeof line, "%smpiscan: %s%s %.0f s, last at %s%s\n", bar ? "\r\033[K" : "", of->who, what,
        seconds, of->path[0] != 0 ? ms_escape_to(shown, sizeof shown, of->path, strlen(of->path)) : "no file",
        why);
    write_line(line, n, sizeof line);
}

/* Rank 0. An invalid message counts as a heartbeat without a report. */
static ms_code on_heartbeat(void *user, const ms_message *message, ms_err *err)
{
    ms__liveness *l = user;
    peer *from = &l->peers[message->from];
    ms_reader reader = ms_reader_over(message->data, message->n);
    char path[MAX_PATH + 1];
    size_t nwho = 0;
    size_t npath = 0;
    double now = ms_clock_now();
    (void)err;
    if (from->next_seconds > l->silence) {
        write_silence(from, "heartbeat back after", now - from->last_heartbeat, "", l->bar);
    }
    from->last_heartbeat = now;
    from->next_seconds = l->silence;
    ms__heartbeat beat = {.state = (ms__rank_state)ms_reader_u8(&reader), .path = path};
    beat.seconds = ms_reader_f64(&reader);
    const uint8_t *who = ms_reader_blob(&reader, &nwho);
    const uint8_t *where = ms_reader_blob(&reader, &npath);
    if (reader.failed || beat.state >= MS__RANK_STATES || nwho > MAX_WHO || npath > MAX_PATH) {
        return MS_OK;
    }
    memcpy(from->who, who, nwho);
    from->who[nwho] = 0;
    memcpy(path, where, npath);
    path[npath] = 0;
    (void)snprintf(from->path, sizeof from->path, "%.255s", path);
    if (beat.state != MS__RANK_ALIVE) {
        ms__heartbeat_write(from->who, &beat, l->bar);
    }
    return MS_OK;
}

static void liveness_free(ms__liveness *l)
{
    if (l) {
        free(l->peers);
        free(l);
    }
}

static ms__liveness *liveness_new(ms_comm *comm, double seconds)
{
    bool root = ms_comm_rank(comm) == 0;
    uint32_t npeers = root ? ms_comm_size(comm) : 0;
    ms__liveness *l = calloc(1, sizeof *l);
    peer *peers = root ? calloc(npeers, sizeof *peers) : NULL;
    if (!l || (root && !peers)) {
        free(peers);
        free(l);
        return NULL;
    }
    *l = (ms__liveness){.comm = comm, .peers = peers, .last_poll = ms_clock_now()};
    l->silence = seconds > MIN_SILENCE ? seconds : MIN_SILENCE;
    for (uint32_t i = 0; i < npeers; i++) {
        l->peers[i] = (peer){.last_heartbeat = l->last_poll, .next_seconds = l->silence};
        (void)snprintf(l->peers[i].who, sizeof l->peers[i].who, "rank %u: ", i);
    }
    return l;
}

ms_code ms__liveness_open(ms__liveness **liveness, ms_comm *comm, double seconds, bool able, ms_err *err)
{
    ms_err own = {0};
    *liveness = NULL;
    if (ms_comm_size(comm) == 1) {
        return MS_OK;
    }
    ms__liveness *l = able && ms_comm_has_threads(comm) ? liveness_new(comm, seconds) : NULL;
    ms_handlers handlers = {.on[MS_MESSAGE_HEARTBEAT] = on_heartbeat, .user = l};
    ms_code code = ms_comm_agree(comm, l ? MS_OK : MS_LIMIT, &own);
    if (code == MS_OK) {
        code = ms_channel_open(&l->channel, comm, &handlers, &own);
    }
    if (code == MS_OK) {
        *liveness = l;
        return MS_OK;
    }
    liveness_free(l);
    if (code == MS_MPI) {
        *err = own;
        return code;
    }
    return MS_OK; /* not on all ranks: each reports by itself */
}

static ms_code send_beat(ms__liveness *l, const char *who, const ms__heartbeat *beat, bool *sent)
{
    ms_err ignored = {0}; /* the main thread gets the same error */
    ms_bytes body = {0};
    ms_code code = ms_channel_can_send(l->channel, MS_MESSAGE_HEARTBEAT, sent, &ignored);
    if (code != MS_OK || !*sent) {
        return code;
    }
    *sent = false;
    ms_bytes_put_u8(&body, (uint8_t)beat->state);
    ms_bytes_put_f64(&body, beat->seconds);
    ms_bytes_put_blob(&body, who, strnlen(who, MAX_WHO));
    ms_bytes_put_blob(&body, beat->path, strnlen(beat->path, MAX_PATH));
    MS_TRY_OR(done, ms_bytes_check(&body));
    MS_TRY_OR(done, ms_channel_send(l->channel, MS_MESSAGE_HEARTBEAT, 0, &body, &ignored));
    *sent = true;
done:
    ms_bytes_fini(&body);
    return code;
}

void ms__liveness_report(ms__liveness *l, const char *who, const ms__heartbeat *beat, bool bar)
{
    bool sent = false;
    bool reports = beat->state != MS__RANK_ALIVE;
    double now = ms_clock_now();
    if (ms_comm_rank(l->comm) != 0 && (reports || now >= l->next_beat)) {
        l->next_beat = now + l->silence / 4;
        sent = send_beat(l, who, beat, &sent) == MS_OK && sent;
    }
    if (reports && !sent) {
        ms__heartbeat_write(who, beat, bar);
    }
}

static void report_silent(peer *of, double now, bool bar)
{
    double silent = now - of->last_heartbeat;
    if (silent >= of->next_seconds) {
        of->next_seconds = 2 * silent;
        write_silence(of, "no heartbeat for", silent, " (process stopped or host down?)", bar);
    }
}

void ms__liveness_poll(ms__liveness *l, bool bar)
{
    ms_err ignored = {0}; /* as in send_beat */
    double now = ms_clock_now();
    bool slept = now - l->last_poll > l->silence / 2; /* this process was suspended: restart the intervals */
    uint32_t npeers = ms_comm_rank(l->comm) == 0 ? ms_comm_size(l->comm) : 0;
    l->bar = bar;
    ms_code code = ms_channel_poll(l->channel, MS_MESSAGE_BIT(MS_MESSAGE_HEARTBEAT), &ignored);
    for (uint32_t i = 1; code == MS_OK && i < npeers; i++) {
        l->peers[i].last_heartbeat = slept ? now : l->peers[i].last_heartbeat;
        report_silent(&l->peers[i], now, bar);
    }
    l->last_poll = now;
}

ms_code ms__liveness_close(ms__liveness *l, ms_err *err)
{
    ms_code code = l ? ms_channel_close(l->channel, err) : MS_OK;
    liveness_free(l);
    return code;
}
