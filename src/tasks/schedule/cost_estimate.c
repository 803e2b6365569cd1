#include "tasks/schedule/cost_estimate.h"

#include <string.h>
#include <strings.h>

/* What a byte compressed so costs, in bytes of plain text searched for one keyword: measured on syslog text,
 * at 4 to 9 bytes of text a byte; xz, lzma and lzip are one method, and so are
 * gzip and most zip archives. */
static const struct {
    const char *ending;
    uint32_t byte_cost;
} endings[] = {
    {"gz", 35},    {"tgz", 35}, {"zst", 40},  {"tzst", 40},  {"lz4", 37}, {"bz2", 1450}, {"tbz2", 1450},
    {"tbz", 1450}, {"xz", 500}, {"txz", 500}, {"lzma", 500}, {"lz", 500}, {"zip", 35},   {"jar", 35},
};

static bool is_of_number(char c)
{
    return (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

/* 0: not compressed, as far as the name says. */
static uint32_t byte_cost_of(ms_str path)
{
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        size_t n = strlen(endings[i].ending);
        size_t end = path.len;
        while (end > n && !(path.data[end - n - 1] == '.' &&
                            strncasecmp(path.data + end - n, endings[i].ending, n) == 0)) {
            end = is_of_number(path.data[end - 1]) ? end - 1 : 0;
        }
        if (end > n) {
            return endings[i].byte_cost;
        }
    }
    return 0;
}

void ms_cost_estimate(ms_entries *entries, size_t nranks)
{
    for (size_t i = 0; i < entries->paths.count && nranks > 1; i++) {
        ms_entry *entry = &entries->list[i];
        if (entry->state == MS_ENTRY_FILE && entry->kind == MS_TASK_LOG) {
            entry->byte_cost = byte_cost_of(ms_str_list_at(&entries->paths, i));
        }
    }
}
