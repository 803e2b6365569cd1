/* Sample: some text of the logs, by which it is judged which parts of the keywords are rare in them. Only the
 * speed depends on it, so whatever cannot be read or is no text is left out. */
#include "base/escape.h"
#include "logs/input/directory_cache.h"
#include "run/stages/pipeline_internal.h"

#include "run/work/log_probe.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    CHUNKS = 8,
    CHUNK_BYTES = 65536,
    LEAST_CHUNK = 2048,
    LEAST_SHARE = 256,
    MOST_HEADS = 2,
    HEAD_BYTES =
        128 << 10, /* of a compressed log: a block of bzip2 takes 40 ms, and so much of empty ones 100 */
    LEAST_FOR_HEADS = 8 << 20, /* bytes of all files */
    LEAST_FOR_REGEX = 1 << 20,
    LEAST_FOR_NOTE = 16 << 20
};
enum { FREQUENT = 64 }; /* bytes from keyword to keyword, below which finding them takes most of the time */

/* Compressed data, UTF-16 and the like are full of control characters. */
static bool is_text(const uint8_t *data, size_t n)
{
    size_t ncontrols = 0;
    for (size_t i = 0; i < n; i++) {
        ncontrols += data[i] < ' ' && data[i] != '\t' && data[i] != '\n' && data[i] != '\r';
    }
    return ncontrols <= n / 64;
}

/* Appends up to n bytes of the file from `offset` on. True: they are there, and no text. */
static bool take_chunk(ms_bytes *sample, const char *path, const ms_file_id *listed, uint64_t offset,
                       size_t n)
{
    struct stat st;
    ssize_t got = 0;
    bool good = false;
    int fd = -1;
    if (ms_directory_cache_open(NULL, path, listed, &fd, NULL) != MS_OK) {
        return false;
    }
    if (ms_file_id_check(fd, listed, &st, NULL) == MS_OK && ms_bytes_reserve(sample, n) == MS_OK) {
        uint8_t *to = sample->data + sample->len;
        got = pread(fd, to, n, (off_t)offset);
        good = got > 0 && is_text(to, (size_t)got);
        sample->len += good ? (size_t)got : 0;
    }
    (void)close(fd);
    return got > 0 && !good;
}

/* Appends some of the text that the file begins with, however it is stored. True: there is some. */
static bool take_head(ms_bytes *sample, const ms_settings *settings, const char *path, ms_file_id listed)
{
    ms_decode_limits limits = {.max_decompressed = settings->max_decompressed,
                               .max_ratio = settings->max_ratio,
                               .max_window = settings->memlimit_decompress};
    size_t before = sample->len;
    listed.size = listed.size < HEAD_BYTES ? listed.size : HEAD_BYTES;
    ms_log_probe_text(sample, path, &listed, &limits, CHUNK_BYTES);
    sample->len = is_text(sample->data + before, sample->len - before) ? sample->len : before;
    return sample->len > before;
}

static void collect(const ms__prepared *prepared, const ms_settings *settings, ms__monitor *monitor,
                    ms_bytes *sample)
{
    const ms_entries *entries = &prepared->entries;
    uint64_t total = prepared->nbytes;
    uint64_t share = total / LEAST_SHARE / CHUNKS;
    size_t each = share > CHUNK_BYTES ? CHUNK_BYTES : share < LEAST_CHUNK ? LEAST_CHUNK : (size_t)share;
    uint64_t start = 0; /* of the file among all bytes */
    uint64_t at = total / CHUNKS / 2;
    size_t nheads = total < LEAST_FOR_HEADS ? MOST_HEADS : 0;
    for (size_t i = 0; i < entries->paths.count; i++) {
        const ms_entry *entry = &entries->list[i];
        if (entry->state != MS_ENTRY_FILE) {
            continue;
        }
        ms_str path = ms_str_list_at(&entries->paths, i);
        const ms_file_id listed = ms_entries_id(entries, i);
        bool packed = false;
        for (; at < start + entry->size; at += total / CHUNKS) {
            ms__monitor_at(monitor, path.data, path.len);
            bool odd = take_chunk(sample, path.data, &listed, at - start, each);
            if (odd && !packed && nheads < MOST_HEADS) {
                packed = true; /* or something else that is no text; it is asked once */
                nheads += take_head(sample, settings, path.data, listed) ? 1 : 0;
            }
        }
        start += entry->size;
    }
}

static bool is_lone_string(const ms_keywords *keywords)
{
    return keywords->list.count < 2 && !keywords->regex;
}

void ms__take_sample(ms__prepared *prepared, const ms_settings *settings, ms__monitor *monitor)
{
    /* a lone fixed string needs none; for expressions it costs a second database */
    uint64_t least = prepared->keywords.regex ? LEAST_FOR_REGEX : CHUNKS;
    if (!is_lone_string(&prepared->keywords) && prepared->nbytes >= least) {
        collect(prepared, settings, monitor, &prepared->keywords.sample);
    }
}

void ms__note_match_density(ms_pipeline *p)
{
    ms__prepared *prepared = &p->prepared;
    ms_match_density match_density = {0};
    ms_bytes own = {0};
    ms_err ignored = {0}; /* it is only a note */
    if (prepared->nbytes < LEAST_FOR_NOTE || p->settings->command == MS_COMMAND_IMAGES) {
        return;
    }
    if (is_lone_string(&prepared->keywords)) {
        collect(prepared, p->settings, p->monitor, &own);
    }
    const ms_bytes *sample = own.len > 0 ? &own : &prepared->keywords.sample;
    if (ms_worker_match_density(p->worker, sample, &match_density, &ignored) == MS_OK &&
        sample->len >= LEAST_CHUNK && match_density.nevents > sample->len / FREQUENT) {
        char shown[64];
        ms_str name = ms_str_list_at(&prepared->keywords.list, match_density.keyword);
        ms_str_list_printf(&prepared->notes,
                           "Keyword '%s' occurs about every %.1f bytes in a sample: the search will be slow.",
                           ms_escape_to(shown, sizeof shown, name.data, name.len),
                           (double)sample->len / (double)match_density.nevents);
    }
    ms_bytes_fini(&own);
}
