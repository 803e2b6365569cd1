/* Weigh: see weigh.h. */
#include "run/work/cost_estimate.h"

#include "logs/stream/codec_guess.h"
#include "tasks/schedule/plan.h"

#include <stdlib.h>
#include <string.h>

enum {
    MOST_LARGE = 8192,
    LEAST_LARGE = 32 << 10,
    LEAST_OF_ALL = 256 << 10, /* bytes of all files, below which it does not matter who has which */
    KINDS = 1024,             /* endings that are told apart, by their hash */
    SAMPLE = 16,              /* smaller files of an ending that are looked into */
    MOST_SAMPLES = 2048,      /* ... of all endings, about */
    MOST_MIXED = 4096,        /* files of endings whose samples differ that are looked into */
};

/* The smaller files of an ending. */
typedef struct kind {
    uint32_t nfiles;
    uint32_t number; /* of the next one */
    uint32_t lightest, heaviest;
    double nbytes; /* of those that were looked into */
    double cost;   /* ... and what their bytes cost */
} kind;

/* What is under way. */
typedef struct weighing {
    ms_entries *entries;
    ms_visit_fn visit;
    void *user;
    uint64_t small; /* files of at most so many bytes are smaller ones */
    uint32_t nkinds;
    kind *kinds; /* owned; KINDS of them */
} weighing;

uint64_t ms_cost_of_codec(ms_codec codec)
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
 * left out: x.gz, x.gz.1, x.gz-20240131 and x.1.gz end alike. Sixteen bytes
 * of it tell. */
static size_t kind_of(ms_str path)
{
    const char *slash = memrchr(path.data, '/', path.len);
    const char *begin = slash ? slash + 1 : path.data;
    const char *end = path.data + path.len;
    const char *last = end;
    while (last > begin && is_number(last[-1])) {
        last--;
    }
    if (last < end && last > begin && last[-1] == '.') {
        end = last - 1; /* "x.gz.1" */
    } else if (last < end && (*last == '-' || *last == '_')) {
        end = last; /* "x.gz-1", but all of "x.bz2" stays */
    }
    const char *dot = memrchr(begin, '.', (size_t)(end - begin));
    char lower[16];
    size_t n = 0;
    for (const char *c = dot && dot > begin ? dot : end; c < end && n < sizeof lower; c++) {
        lower[n++] = (char)(*c >= 'A' && *c <= 'Z' ? *c + ('a' - 'A') : *c);
    }
    return ms_hash(lower, n) % KINDS;
}

static bool is_log(const ms_entry *entry)
{
    return entry->state == MS_ENTRY_FILE && entry->kind == MS_TASK_LOG && entry->cost == 0;
}

static bool is_small(const weighing *w, const ms_entry *entry)
{
    return is_log(entry) && entry->size <= w->small;
}

static kind *kind_of_entry(const weighing *w, size_t i)
{
    return &w->kinds[kind_of(ms_str_list_at(&w->entries->paths, i))];
}

static void set_cost(ms_entry *entry, double weight)
{
    double cost = ((double)entry->size + 1) * weight + (double)ms_plan_cost_of(0);
    if (weight > 1) {
        entry->cost = cost < 9e18 ? (uint64_t)cost : UINT64_MAX;
    }
}

/* Looks into the file; what a byte of it costs. */
static uint64_t look_into(const weighing *w, size_t i)
{
    ms_file *file = NULL;
    ms_str path = ms_str_list_at(&w->entries->paths, i);
    if (w->visit) {
        w->visit(w->user, path);
    }
    if (ms_file_open(&file, NULL, path.data, w->entries->list[i].size, NULL) != MS_OK) {
        return 1;
    }
    ms_codec codec = ms_codec_guess(file);
    ms_file_close(file);
    return ms_cost_of_codec(codec);
}

static int descending(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x < y) - (x > y);
}

/* Finds w->small. MS_NOMEM. */
static ms_code find_small(weighing *w)
{
    size_t n = 0;
    w->small = LEAST_LARGE - 1;
    uint64_t *sizes = malloc((w->entries->paths.count + 1) * sizeof *sizes);
    if (!sizes) {
        return MS_NOMEM;
    }
    for (size_t i = 0; i < w->entries->paths.count; i++) {
        const ms_entry *entry = &w->entries->list[i];
        if (is_log(entry) && entry->size >= LEAST_LARGE) {
            sizes[n++] = entry->size;
        }
    }
    if (n > MOST_LARGE) {
        qsort(sizes, n, sizeof *sizes, descending);
        w->small = sizes[MOST_LARGE];
    }
    free(sizes);
    return MS_OK;
}

/* Is there so much to do that it matters who does what? */
static bool matters(const ms_entries *entries)
{
    uint64_t left = LEAST_OF_ALL;
    for (size_t i = 0; i < entries->paths.count && left > 0; i++) {
        const ms_entry *entry = &entries->list[i];
        left -= !is_log(entry) ? 0 : entry->size < left ? entry->size : left;
    }
    return left == 0;
}

static void count_kinds(weighing *w)
{
    for (size_t i = 0; i < w->entries->paths.count; i++) {
        if (is_small(w, &w->entries->list[i])) {
            kind *of = kind_of_entry(w, i);
            w->nkinds += of->nfiles++ == 0;
        }
    }
}

/* Is the kind's next file one of those that are looked into? One of each so and so many, but not always the
 * same one: logs may alternate with compressed ones. */
static bool is_sample(const weighing *w, kind *of)
{
    uint32_t each = w->nkinds * SAMPLE > MOST_SAMPLES ? (MOST_SAMPLES + w->nkinds - 1) / w->nkinds : SAMPLE;
    uint32_t step = (of->nfiles + each - 1) / each;
    uint32_t turn = of->number / step;
    return of->number++ % step == ms_hash(&turn, sizeof turn) % step;
}

static void look_at_sample(const weighing *w, size_t i)
{
    kind *of = kind_of_entry(w, i);
    if (is_sample(w, of)) {
        uint32_t weight = (uint32_t)look_into(w, i);
        double size = (double)w->entries->list[i].size;
        of->lightest = of->heaviest == 0 || weight < of->lightest ? weight : of->lightest;
        of->heaviest = weight > of->heaviest ? weight : of->heaviest;
        of->nbytes += size;
        of->cost += size * weight;
    }
}

/* All small files, once there are samples. */
static void weigh_small(const weighing *w)
{
    size_t nmixed = 0;
    for (size_t i = 0; i < w->entries->paths.count; i++) {
        ms_entry *entry = &w->entries->list[i];
        if (!is_small(w, entry)) {
            continue;
        }
        const kind *of = kind_of_entry(w, i);
        if (of->lightest != of->heaviest && nmixed < MOST_MIXED) {
            nmixed++;
            set_cost(entry, (double)look_into(w, i));
        } else if (of->nbytes > 0) {
            set_cost(entry, of->cost / of->nbytes);
        }
    }
}

ms_code ms_cost_estimate(ms_entries *entries, size_t nranks, ms_visit_fn visit, void *user, ms_err *err)
{
    weighing w = {.entries = entries, .visit = visit, .user = user};
    if (nranks < 2 || !matters(entries)) {
        return MS_OK;
    }
    w.kinds = calloc(KINDS, sizeof *w.kinds);
    if (!w.kinds || find_small(&w) != MS_OK) {
        free(w.kinds);
        return ms_err_set(err, MS_NOMEM, 0, "out of memory while weighing the files");
    }
    count_kinds(&w);
    for (size_t i = 0; i < entries->paths.count; i++) {
        if (is_small(&w, &entries->list[i])) {
            look_at_sample(&w, i);
        } else if (is_log(&entries->list[i])) {
            set_cost(&entries->list[i], (double)look_into(&w, i));
        }
    }
    weigh_small(&w);
    free(w.kinds);
    return MS_OK;
}
