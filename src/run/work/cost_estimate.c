/* The cost of a compressed byte by the name's ending, of the largest files by their first bytes: names are
 * free, opening is not. A wrong guess is corrected by stealing. */
#include "run/work/cost_estimate.h"

#include "logs/input/file.h"

#include <string.h>
#include <strings.h>

enum {
    LARGEST = 64, /* so many are opened: 0.2 s where a system call takes a millisecond */
    LEAST_LARGE = 1 << 20,
};

static const struct {
    const char *ending;
    ms_codec codec;
} endings[] = {
    {"gz", MS_CODEC_GZIP},   {"tgz", MS_CODEC_GZIP},   {"zst", MS_CODEC_ZSTD},  {"tzst", MS_CODEC_ZSTD},
    {"bz2", MS_CODEC_BZIP2}, {"tbz2", MS_CODEC_BZIP2}, {"tbz", MS_CODEC_BZIP2}, {"xz", MS_CODEC_XZ},
    {"txz", MS_CODEC_XZ},    {"lz4", MS_CODEC_LZ4},    {"lzma", MS_CODEC_LZMA}, {"lz", MS_CODEC_LZIP},
};

uint32_t ms_codec_byte_cost(ms_codec codec)
{
    static const uint32_t costs[] = {
        [MS_CODEC_NONE] = 0, [MS_CODEC_GZIP] = 35,    [MS_CODEC_ZSTD] = 40,  [MS_CODEC_XZ] = 500,
        [MS_CODEC_LZ4] = 37, [MS_CODEC_BZIP2] = 1450, [MS_CODEC_LZMA] = 500, [MS_CODEC_LZIP] = 500,
    };
    return costs[codec];
}

static bool is_of_number(char c)
{
    return (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

static ms_codec codec_of_name(ms_str path)
{
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        size_t n = strlen(endings[i].ending);
        size_t end = path.len;
        while (end > n && !(path.data[end - n - 1] == '.' &&
                            strncasecmp(path.data + end - n, endings[i].ending, n) == 0)) {
            end = is_of_number(path.data[end - 1]) ? end - 1 : 0;
        }
        if (end > n) {
            return endings[i].codec;
        }
    }
    return MS_CODEC_NONE;
}

static ms_codec codec_of_file(const char *path, uint64_t size)
{
    uint8_t head[MS_CODEC_HEAD];
    ms_file *file = NULL;
    size_t n = 0;
    if (ms_file_open(&file, NULL, path, size, NULL) != MS_OK) {
        return MS_CODEC_NONE;
    }
    ms_code code = ms_file_peek(file, 0, head, sizeof head, &n, NULL);
    ms_file_close(file);
    return code == MS_OK ? ms_codec_of(head, n) : MS_CODEC_NONE;
}

static bool is_log(const ms_entry *entry)
{
    return entry->state == MS_ENTRY_FILE && entry->kind == MS_TASK_LOG;
}

/* Entry i takes its place among the largest so far, descending; returns how many these are. */
static size_t insert(const ms_entries *entries, size_t i, size_t largest[LARGEST], size_t n)
{
    uint64_t size = entries->list[i].size;
    if (n == LARGEST && size <= entries->list[largest[n - 1]].size) {
        return n;
    }
    size_t at = n < LARGEST ? n++ : n - 1;
    for (; at > 0 && entries->list[largest[at - 1]].size < size; at--) {
        largest[at] = largest[at - 1];
    }
    largest[at] = i;
    return n;
}

void ms_cost_estimate(ms_entries *entries, size_t nranks, ms_visit_fn visit, void *user)
{
    size_t largest[LARGEST];
    size_t n = 0;
    for (size_t i = 0; i < entries->paths.count && nranks > 1; i++) {
        ms_entry *entry = &entries->list[i];
        if (is_log(entry)) {
            entry->byte_cost = ms_codec_byte_cost(codec_of_name(ms_str_list_at(&entries->paths, i)));
            n = entry->size >= LEAST_LARGE ? insert(entries, i, largest, n) : n;
        }
    }
    for (size_t k = 0; k < n; k++) {
        ms_entry *entry = &entries->list[largest[k]];
        ms_str path = ms_str_list_at(&entries->paths, largest[k]);
        if (visit) {
            visit(user, path);
        }
        entry->byte_cost = ms_codec_byte_cost(codec_of_file(path.data, entry->size));
    }
}
