/* Weigh: see weigh.h. */
#include "work/weigh.h"

#include "logs/file.h"

#include <string.h>

enum {
    FILES_A_RANK = 4096, /* a file larger than a rank's share divided by that is looked into */
    MOST_FILES = 8192,   /* ... but no more files than that: files of all bytes divided by that */
    KINDS = 1024,        /* endings that are told apart, by their hash */
    SAMPLE = 16,         /* smaller files of an ending that are looked into */
    MOST_SAMPLES = 2048, /* ... of all endings */
    OPENING = 64 << 10,  /* bytes of text that opening a file costs (ms_plan_cost_of(0)) */
};

/* The smaller files of an ending. */
typedef struct kind {
    uint32_t nfiles;
    uint64_t nbytes; /* of those that were looked into */
    double cost;     /* ... and what they cost */
} kind;

uint64_t ms_weight_of(ms_codec codec)
{
    static const uint64_t weights[] = {
        [MS_CODEC_NONE] = 1, [MS_CODEC_GZIP] = 35,    [MS_CODEC_ZSTD] = 40,  [MS_CODEC_XZ] = 500,
        [MS_CODEC_LZ4] = 37, [MS_CODEC_BZIP2] = 1450, [MS_CODEC_LZMA] = 500, [MS_CODEC_LZIP] = 500,
    };
    return weights[codec];
}

static bool is_number(char c)
{
    return (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/* Which of KINDS the name's ending is: what stands behind its last dot, behind which numbers and dates are
 * left out: x.gz, x.gz.1, x.gz-20240131 and x.1.gz end alike. FNV-1a. */
static size_t kind_of(ms_name path)
{
    const char *slash = memrchr(path.data, '/', path.len);
    const char *begin = slash ? slash + 1 : path.data;
    const char *end = path.data + path.len;
    const char *last = end;
    while (last > begin && is_number(last[-1])) {
        last--;
    }
    /* "gz.1": the dot goes too; "gz-1": the hyphen is one of the numbers; "bz2": all of it stays */
    if (last > begin && (last[-1] == '.' || *last == '-' || *last == '_')) {
        end = last[-1] == '.' && last < end ? last - 1 : last;
    }
    const char *dot = memrchr(begin, '.', (size_t)(end - begin));
    uint32_t hash = 2166136261U;
    for (const char *c = dot && dot > begin ? dot : end; c < end; c++) {
        uint8_t byte = (uint8_t)(*c >= 'A' && *c <= 'Z' ? *c + ('a' - 'A') : *c);
        hash = (hash ^ byte) * 16777619U;
    }
    return hash % KINDS;
}

static bool is_log(const ms_entry *entry)
{
    return entry->state == MS_ENTRY_FILE && entry->kind == MS_TASK_LOG && entry->cost == 0;
}

static void set_cost(ms_entry *entry, double weight)
{
    double cost = ((double)entry->size + 1) * weight;
    if (weight > 1) {
        entry->cost = cost < 9e18 ? (uint64_t)cost : UINT64_MAX;
    }
}

/* Looks into the file; what it costs a byte. */
static uint64_t look_into(const ms_entries *entries, size_t i, ms_visit_fn visit, void *user)
{
    uint8_t head[MS_CODEC_HEAD];
    size_t n = 0;
    ms_file *file = NULL;
    ms_name path = ms_names_at(&entries->paths, i);
    if (visit) {
        visit(user, path);
    }
    if (ms_file_open(&file, NULL, path.data, entries->list[i].size, NULL) != MS_OK) {
        return 1;
    }
    ms_code code = ms_file_peek(file, 0, head, sizeof head, &n, NULL);
    ms_file_close(file);
    return code == MS_OK ? ms_weight_of(ms_codec_of(head, n)) : 1;
}

/* Files above so many bytes are looked into. */
static uint64_t small_size(const ms_entries *entries, size_t nranks)
{
    double all = 0;
    for (size_t i = 0; i < entries->paths.count; i++) {
        all += is_log(&entries->list[i]) ? (double)entries->list[i].size + OPENING : 0;
    }
    double most = (double)nranks * FILES_A_RANK;
    return (uint64_t)(all / (most < MOST_FILES ? most : MOST_FILES));
}

/* Is this smaller file, the number-th of its kind, one of those that are looked into? They are spread evenly.
 */
static bool is_sample(const kind *of, uint32_t number, uint32_t nkinds)
{
    uint32_t most = nkinds * SAMPLE > MOST_SAMPLES ? (MOST_SAMPLES + nkinds - 1) / nkinds : SAMPLE;
    return number % ((of->nfiles + most - 1) / most) == 0;
}

static void count_kinds(const ms_entries *entries, uint64_t small, kind *kinds, uint32_t *nkinds)
{
    for (size_t i = 0; i < entries->paths.count; i++) {
        if (is_log(&entries->list[i]) && entries->list[i].size <= small) {
            kind *of = &kinds[kind_of(ms_names_at(&entries->paths, i))];
            *nkinds += of->nfiles++ == 0;
        }
    }
}

void ms_weigh(ms_entries *entries, size_t nranks, ms_visit_fn visit, void *user)
{
    kind kinds[KINDS] = {{0}};
    uint32_t numbers[KINDS] = {0};
    uint32_t nkinds = 0;
    if (nranks < 2) {
        return;
    }
    uint64_t small = small_size(entries, nranks);
    count_kinds(entries, small, kinds, &nkinds);
    for (size_t i = 0; i < entries->paths.count; i++) {
        ms_entry *entry = &entries->list[i];
        if (!is_log(entry)) {
            continue;
        }
        if (entry->size > small) {
            set_cost(entry, (double)look_into(entries, i, visit, user));
            continue;
        }
        size_t which = kind_of(ms_names_at(&entries->paths, i));
        if (is_sample(&kinds[which], numbers[which]++, nkinds)) {
            kinds[which].nbytes += entry->size;
            kinds[which].cost += (double)entry->size * (double)look_into(entries, i, visit, user);
        }
    }
    for (size_t i = 0; i < entries->paths.count; i++) {
        ms_entry *entry = &entries->list[i];
        const kind *of = &kinds[kind_of(ms_names_at(&entries->paths, i))];
        if (is_log(entry) && entry->size <= small && of->nbytes > 0) {
            set_cost(entry, of->cost / (double)of->nbytes);
        }
    }
}
